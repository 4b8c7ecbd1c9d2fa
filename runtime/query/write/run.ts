import { databaseProblem } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { decodeRow, type Row, type Table } from "../table.ts";
import type { Change, Statement, Written } from "./change.ts";

/** What the statements of a batch gave, in their order. */
export type Results = readonly D1Result<Row>[];

/**
 * Runs statements as one transaction.
 *
 * @param tables Those that are written to.
 * @throws {Problem} for whatever refuses the write; nothing has changed then.
 */
export async function runStatements(
  db: D1Database,
  statements: readonly Statement[],
  tables: readonly Table[],
): Promise<Results> {
  const prepared = statements.map(({ sql, values }) => db.prepare(sql).bind(...values));
  try {
    const [only] = prepared;
    // One statement is a transaction by itself.
    return prepared.length === 1 && only !== undefined
      ? [await only.all<Row>()]
      : await db.batch<Row>(prepared);
  } catch (error) {
    throw databaseProblem(error, tables);
  }
}

/** Runs a write as one transaction; see {@link runStatements}. */
export const runChange = (db: D1Database, { statements, tables }: Change): Promise<Results> =>
  runStatements(db, statements, tables);

/** A row for the answer, or null where the caller may not read it as it is now. The row is changed in place. */
function readable(table: Table, read: Scope, row: Row): Row | null {
  if (read.sql !== "") {
    if (row.$readable !== 1) return null;
    delete row.$readable;
  }
  return decodeRow(table, row);
}

/**
 * The rows that a write gave, in the order of its ids; null for those that the caller may not read.
 *
 * @throws {Error} where a row is missing, which a write that was not refused never lacks.
 */
export function writtenRows({ table, read, ids, from }: Written, results: Results): (Row | null)[] {
  const byId = new Map(from.flatMap((at) => results[at]?.results ?? []).map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row === undefined) throw new Error(`The write to ${table.name} returned no row ${id}`);
    return readable(table, read, row);
  });
}
