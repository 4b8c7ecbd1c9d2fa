/** Dropping tables without touching the rows of others. */
import { dropStatement } from "./columns.ts";
import type { Group } from "./migration-file.ts";
import type { Snapshot } from "./snapshot.ts";
import { byCodePoint } from "./snapshot.ts";
import { quoteName } from "./sql.ts";

interface Reference {
  readonly table: string;
  readonly column: string;
}

/**
 * Drops tables, those that refer to others first: DROP TABLE deletes the rows one by one, with every ON DELETE action
 * and check. Where tables refer to one another in a circle, or to themselves, the reference is dropped beforehand.
 * The columns of tables that stay have given up their references by then.
 */
export function dropTables(names: readonly string[], before: Snapshot): Group[] {
  const left = new Set([...names].sort(byCodePoint));
  const references = new Map<string, Reference[]>();
  for (const table of left) {
    for (const [column, { references: target }] of Object.entries(before.tables[table]?.columns ?? {})) {
      if (!target || !left.has(target.table)) continue;
      references.set(target.table, [...(references.get(target.table) ?? []), { table, column }]);
    }
  }
  const referrers = (name: string) => (references.get(name) ?? []).filter(({ table }) => left.has(table));
  const groups: Group[] = [];
  while (left.size > 0) {
    const isFree = (name: string) => referrers(name).every(({ table }) => table === name);
    const name = [...left].find(isFree) ?? [...left][0] ?? "";
    groups.push({
      comment: `drop ${name}`,
      statements: [
        ...referrers(name).flatMap(({ table, column }) => dropReference(table, column, before)),
        `DROP TABLE ${quoteName(name)};`,
      ],
    });
    left.delete(name);
  }
  return groups;
}

/** Drops a column of a table that goes, with what stands in the way; an index may have gone with another column. */
function dropReference(table: string, column: string, before: Snapshot): string[] {
  const { indexes = {}, triggers = {} } = before.tables[table] ?? {};
  return [
    ...Object.keys(triggers).map((name) => `DROP TRIGGER IF EXISTS ${quoteName(name)};`),
    ...Object.entries(indexes)
      .filter(([, index]) => index.columns.includes(column))
      .map(([name]) => `DROP INDEX IF EXISTS ${quoteName(name)};`),
    dropStatement(table, column),
  ];
}
