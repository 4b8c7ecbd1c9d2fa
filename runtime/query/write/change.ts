/** Writes as plain data: statements of one batch, made before anything runs, so that writes can be put together. */
import type { Scope } from "../scope.ts";
import { and } from "../scope.ts";
import type { Table } from "../table.ts";

/** One statement with what it binds. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a write answers. */
export type Answer =
  /** The rows that were written, one or a list of them, as far as the caller may read them. */
  | {
      readonly type: "row" | "rows";
      readonly table: Table;
      readonly ids: readonly string[];
      readonly read: Scope;
    }
  /** How many rows were written. */
  | { readonly type: "count" }
  | { readonly type: "nothing" };

/**
 * A write: statements that run as one batch, which is one transaction. Whatever refuses the write aborts the batch with
 * a code, so that a write which is refused has changed nothing.
 */
export interface Change {
  readonly statements: readonly Statement[];
  /** The statement that writes the rows which the answer is about. */
  readonly main: number;
  readonly answer: Answer;
  /** The tables written to: their fields are named where a constraint refuses. */
  readonly tables: readonly Table[];
}

/**
 * A statement that aborts the batch where a condition does not hold: a row in the guard table makes its trigger raise
 * the code. D1 has no interactive transactions, so this is how a batch can refuse half-way and leave nothing behind.
 *
 * @param code SQL of the code; it may say more behind a space.
 * @param rest What follows the code, such as `FROM … WHERE …`. One row of it is enough.
 */
export const guard = (code: string, rest: string, values: readonly unknown[]): Statement => ({
  sql: `INSERT INTO _covara_guard (code) SELECT ${code} ${rest} LIMIT 1`,
  values,
});

/** Refuses where rows just written, by their ids, are outside a scope. */
export function outside(table: Table, ids: readonly string[], scope: Scope): Statement[] {
  if (scope.sql === "") return [];
  const [id] = ids;
  if (ids.length === 1) {
    const missing = `WHERE NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = ?${and(scope)})`;
    return [guard("'FORBIDDEN'", missing, [id, ...scope.values])];
  }
  const missing = `FROM (SELECT value AS [$id] FROM json_each(?)) WHERE NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = [$id]${and(scope)})`;
  return [guard("'FORBIDDEN'", missing, [JSON.stringify(ids), ...scope.values])];
}

/** The projection of a row that is written, with whether the caller may read it as it is then. */
export const returning = (table: Table, read: Scope): string =>
  read.sql === "" ? table.projection : `${table.projection}, (${read.sql}) AS "$readable"`;

/**
 * One write of several: their statements run one after the other, and the answer is that of the first of them named.
 *
 * @param main Which of the writes the answer is about.
 */
export function together(changes: readonly Change[], main: number): Change {
  const chosen = changes[main];
  if (chosen === undefined) throw new RangeError(`There is no write ${main} among ${changes.length}`);
  const before = changes.slice(0, main).reduce((sum, { statements }) => sum + statements.length, 0);
  return {
    statements: changes.flatMap(({ statements }) => statements),
    main: before + chosen.main,
    answer: chosen.answer,
    tables: [...new Set(changes.flatMap(({ tables }) => tables))],
  };
}
