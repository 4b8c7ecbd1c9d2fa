import { and, type Scope } from "../scope.ts";
import type { Row } from "../table.ts";
import { guard, type Statement } from "./change.ts";

/** What a reference may name: a row of another table that the caller may read. */
export interface Target {
  /** SQL name. */
  readonly table: string;
  readonly read: Scope;
}

/** The references that a request may set, by field. */
export type References = Readonly<Record<string, Target>>;

/**
 * Refuses references to rows that are not there, or that the caller may not read. Nothing is checked where the row gives no
 * value, or null.
 *
 * @param path Where the row stands in the request's body; empty for the body itself.
 */
export function checkReferences(row: Row, references: References, path = ""): Statement[] {
  return Object.entries(references).flatMap(([field, { table, read }]) => {
    const id = row[field] ?? null;
    if (id === null) return [];
    const missing = `WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?${and(read)})`;
    return [guard(`'REFERENCE ${path === "" ? field : `${path}.${field}`}'`, missing, [id, ...read.values])];
  });
}

/**
 * The same for several rows: one statement for each reference, however many rows there are.
 *
 * @param path Where their list stands in the request's body: `items` gives `items[3].listId`.
 */
export function checkAllReferences(rows: readonly Row[], references: References, path: string): Statement[] {
  return Object.entries(references).flatMap(([field, { table, read }]) => {
    const given = rows.map((row) => row[field] ?? null);
    if (given.every((id) => id === null)) return [];
    const missing = `FROM (SELECT key AS [$key], value AS [$id] FROM json_each(?)) WHERE [$id] IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${table} WHERE id = [$id]${and(read)})`;
    const code = `'REFERENCE ${path}[' || [$key] || '].${field}'`;
    return [guard(code, missing, [JSON.stringify(given), ...read.values])];
  });
}
