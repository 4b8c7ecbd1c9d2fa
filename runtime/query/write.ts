import { forbidden, invalid, notFound } from "../http/problem.ts";
import { isUuid } from "../http/query.ts";
import { databaseProblem } from "./errors.ts";
import { and, type Scope } from "./scope.ts";
import { column, decodeRow, encodeValue, type Row, type Table } from "./table.ts";
import { timestamp } from "./values.ts";

/**
 * Aborts the batch it is part of when a condition does not hold: a row in the guard table makes its trigger raise
 * the code. D1 has no interactive transactions, so this is how a batch can refuse half-way and leave nothing behind.
 */
function guard(
  db: D1Database,
  code: string,
  condition: string,
  values: readonly unknown[],
): D1PreparedStatement {
  return db.prepare(`INSERT INTO _covara_guard (code) SELECT '${code}' WHERE ${condition}`).bind(...values);
}

/** A reference that a request sets: the row must exist and be one that the caller may read. */
export interface Reference {
  readonly field: string;
  /** SQL name of the table referred to. */
  readonly table: string;
  /** Nothing is checked where the request gives no value, or null. */
  readonly id: string | null | undefined;
  readonly read: Scope;
}

const referenceGuards = (db: D1Database, references: readonly Reference[]): D1PreparedStatement[] =>
  references.flatMap(({ field, table, id, read }) =>
    id === null || id === undefined
      ? []
      : guard(db, `REFERENCE ${field}`, `NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?${and(read)})`, [
          id,
          ...read.values,
        ]),
  );

/** The projection of a row that was just written, with whether the caller may read it. */
const returning = (table: Table, read: Scope): string =>
  read.sql === "" ? table.projection : `${table.projection}, (${read.sql}) AS "$readable"`;

/** The row for the answer, or null where the caller may not read it as it is now. */
function answer(table: Table, read: Scope, row: Row): Row | null {
  if (read.sql !== "") {
    if (row.$readable !== 1) return null;
    delete row.$readable;
  }
  return decodeRow(table, row);
}

export interface Insert {
  readonly table: Table;
  /** The row's new id. */
  readonly id: string;
  /** `INSERT INTO … VALUES (…)`, without RETURNING. */
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly references: readonly Reference[];
  /** What the caller may create, as a condition on the new row. */
  readonly create: Scope;
  readonly read: Scope;
}

/**
 * Inserts a row together with its checks.
 *
 * @returns the row, or null where the caller may not read it.
 * @throws {Problem} 400 for a reference, 403 for the rule, 409 for a value that is taken.
 */
export async function insertRow(db: D1Database, insert: Insert): Promise<Row | null> {
  const { table, create, read } = insert;
  const before = referenceGuards(db, insert.references);
  const statement = db
    .prepare(`${insert.sql} RETURNING ${returning(table, read)}`)
    .bind(...insert.values, ...read.values);
  const after =
    create.sql === ""
      ? []
      : [
          guard(db, "FORBIDDEN", `NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = ?${and(create)})`, [
            insert.id,
            ...create.values,
          ]),
        ];
  const results = await run(db, table, [...before, statement, ...after]);
  const row = results[before.length]?.results[0];
  if (row === undefined) throw new Error(`INSERT INTO ${table.name} returned no row`);
  return answer(table, read, row);
}

/**
 * Checks the id that a body repeats.
 *
 * @throws {Problem} 400 where it is not the one of the path: an id cannot be changed.
 */
export function sameId(path: string, body: string | undefined): void {
  if (body !== undefined && body.toLowerCase() !== path.toLowerCase()) {
    throw invalid("id", "Must be the id of the path", "id_mismatch");
  }
}

export interface Update {
  readonly table: Table;
  readonly id: string;
  /** The fields to set and their values, validated. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly read: Scope;
  readonly update: Scope;
  /** Whether the rule looks at a column that the request may change, and so has to hold afterwards too. */
  readonly recheck?: boolean;
}

/**
 * Changes a row under the caller's rules.
 *
 * @returns the row as it is now, or null where the caller may no longer read it.
 * @throws {Problem} 404 where the caller cannot read the row, 403 where it may read but not change it (before or
 * after the change), 400 for a reference, 409 for a value that is taken.
 */
export async function updateRow(db: D1Database, change: Update): Promise<Row | null> {
  const { table, read, update } = change;
  if (!isUuid(change.id)) throw notFound();
  const id = change.id.toLowerCase();
  const { sql, values } = assignments(change);
  const before = [...referenceGuards(db, change.references), ...explain(db, table, id, read, update)];
  const statement = db
    .prepare(
      `UPDATE ${table.name} SET ${sql} WHERE id = ?${and(read)}${and(update)} RETURNING ${returning(table, read)}`,
    )
    .bind(...values, id, ...read.values, ...update.values, ...read.values);
  // `changes()` tells of the statement right before: a row that was not changed needs no check.
  const broken = `changes() = 1 AND NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = ?${and(update)})`;
  const after =
    change.recheck === true && update.sql !== ""
      ? [guard(db, "FORBIDDEN", broken, [id, ...update.values])]
      : [];
  const results = await run(db, table, [...before, statement, ...after]);
  const row = results[before.length]?.results[0];
  if (row === undefined) throw refusal(update, results[before.length - 1]);
  return answer(table, read, row);
}

function assignments({ table, input }: Update): { sql: string; values: unknown[] } {
  const sql: string[] = [];
  const values: unknown[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const target = column(table, name);
    sql.push(`${target.sql} = ?`);
    values.push(encodeValue(target.kind, value));
  }
  // A patch of nothing changes nothing, and must not look like a change.
  if (sql.length === 0) return { sql: "id = id", values };
  if (table.updatedAt !== undefined) {
    sql.push(`${table.updatedAt} = ?`);
    values.push(timestamp());
  }
  if (table.version !== undefined) sql.push(`${table.version} = ${table.version} + 1`);
  return { sql: sql.join(", "), values };
}

/**
 * Deletes a row under the caller's rules.
 *
 * @throws {Problem} 404 where the caller cannot read the row, 403 where it may read but not delete it, 409 where
 * another row refers to it and may not be left without.
 */
export async function deleteRow(
  db: D1Database,
  table: Table,
  givenId: string,
  rules: { readonly read: Scope; readonly delete: Scope },
): Promise<void> {
  if (!isUuid(givenId)) throw notFound();
  const id = givenId.toLowerCase();
  const statement = db
    .prepare(`DELETE FROM ${table.name} WHERE id = ?${and(rules.read)}${and(rules.delete)} RETURNING id`)
    .bind(id, ...rules.read.values, ...rules.delete.values);
  const before = explain(db, table, id, rules.read, rules.delete);
  const results = await run(db, table, [...before, statement]);
  if (results[before.length]?.results[0] === undefined) throw refusal(rules.delete, results[0]);
}

/**
 * Tells, in the same transaction and before the write, "not there" from "not allowed". Where whoever may read may also
 * write there is nothing to tell.
 */
function explain(db: D1Database, table: Table, id: string, read: Scope, write: Scope): D1PreparedStatement[] {
  if (write.sql === "") return [];
  return [db.prepare(`SELECT 1 FROM ${table.name} WHERE id = ?${and(read)}`).bind(id, ...read.values)];
}

/** Why a write found no row: `explained` is the answer of {@link explain}, which looked right before. */
const refusal = (write: Scope, explained: D1Result<Row> | undefined): Error =>
  write.sql === "" || explained?.results[0] === undefined ? notFound() : forbidden();

async function run(
  db: D1Database,
  table: Table,
  statements: readonly D1PreparedStatement[],
): Promise<readonly D1Result<Row>[]> {
  try {
    // One statement is a transaction by itself.
    const [only] = statements;
    if (statements.length === 1 && only !== undefined) return [await only.all<Row>()];
    return await db.batch<Row>([...statements]);
  } catch (error) {
    throw databaseProblem(error, table);
  }
}
