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
 * Refuses references to rows that are not there, or that the caller may not read. Nothing is checked where a row gives
 * no value, or null.
 *
 * @param path Where the rows stand in the request's body: `items` gives `items[3].listId`. Null for a single row.
 */
export function checkReferences(
  rows: readonly Row[],
  references: References,
  path: string | null = null,
): Statement[] {
  return Object.entries(references).flatMap(([field, { table, read }]) => {
    const given = rows.map((row) => row[field] ?? null);
    if (given.every((id) => id === null)) return [];
    if (path === null && given.length === 1) {
      const missing = `WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?${and(read)})`;
      return [guard(`'REFERENCE ${field}'`, missing, [given[0], ...read.values])];
    }
    const missing = `FROM (SELECT key AS [$key], value AS [$id] FROM json_each(?)) WHERE [$id] IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${table} WHERE id = [$id]${and(read)})`;
    const code = `'REFERENCE ${path ?? ""}[' || [$key] || '].${field}'`;
    return [guard(code, missing, [JSON.stringify(given), ...read.values])];
  });
}
