import { databaseProblem } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { decodeRow, type Row, type Table } from "../table.ts";
import type { Change } from "./change.ts";

/**
 * Runs a write as one transaction.
 *
 * @returns what the main statement gave.
 * @throws {Problem} for whatever refuses it; nothing has changed then.
 */
export async function runChange(db: D1Database, change: Change): Promise<D1Result<Row>> {
  const statements = change.statements.map(({ sql, values }) => db.prepare(sql).bind(...values));
  try {
    const [only] = statements;
    // One statement is a transaction by itself.
    if (statements.length === 1 && only !== undefined) return await only.all<Row>();
    const result = (await db.batch<Row>(statements))[change.main];
    if (result === undefined)
      throw new Error(`A batch of ${statements.length} gave no result ${change.main}`);
    return result;
  } catch (error) {
    throw databaseProblem(error, change.tables);
  }
}

/** A row for the answer, or null where the caller may not read it as it is now. The row is changed in place. */
export function readable(table: Table, read: Scope, row: Row): Row | null {
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
export function writtenRows(change: Change, result: D1Result<Row>): (Row | null)[] {
  const { answer } = change;
  if (answer.type !== "row" && answer.type !== "rows") return [];
  const { table, read, ids } = answer;
  const byId = new Map(result.results.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row === undefined) throw new Error(`The write to ${table.name} returned no row`);
    return readable(table, read, row);
  });
}
