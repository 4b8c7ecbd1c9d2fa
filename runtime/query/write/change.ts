/** Writes as plain data: statements of one batch, made before anything runs, so that writes can be put together. */
import { and, type Scope } from "../scope.ts";
import type { Row, Table } from "../table.ts";

/** One statement with what it binds. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Rows that a write answers with, as far as the caller may read them. */
export interface Written {
  readonly table: Table;
  readonly ids: readonly string[];
  readonly read: Scope;
  /** The statements that return them, by their places in the batch. */
  readonly from: readonly number[];
}

/** What a write answers. */
export type Answer =
  /** One row, with the rows that were created together with it, by relation. */
  | (Written & { readonly type: "row"; readonly embedded?: Readonly<Record<string, Embedded>> })
  | (Written & { readonly type: "rows" })
  /** How many rows were written, as the statement at this place tells; `known` where that is so before it runs. */
  | { readonly type: "count"; readonly from: number; readonly known?: number }
  | { readonly type: "nothing" };

/** Rows created together with another one. */
export interface Embedded extends Written {
  readonly type: "row" | "rows";
}

/**
 * A write: statements that run as one batch, which is one transaction. Whatever refuses the write aborts the batch with
 * a code, so that a write which is refused has changed nothing.
 */
export interface Change {
  readonly statements: readonly Statement[];
  readonly answer: Answer;
  /** The tables written to: their fields are named where a constraint refuses. */
  readonly tables: readonly Table[];
  /** Runs once it is committed, and tells of each failure, which can undo nothing. */
  readonly after?: (results: readonly D1Result<Row>[], failed: (error: unknown) => void) => Promise<void>;
}

/** A write that has to look at the database before its statements are known. */
export interface Staged {
  /** What it will answer, without ids. */
  readonly answer: Answer;
  /** Makes the write. What it found is checked again in the batch, which aborts with `RACED` where it is so no more. */
  make(db: D1Database): Promise<Change>;
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

/** How many rows the statement right before has written. `meta.changes` would count those that triggers wrote, too. */
export const countChanges: Statement = { sql: "SELECT changes() AS count", values: [] };

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
