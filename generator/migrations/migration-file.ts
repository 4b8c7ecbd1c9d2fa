/** A migration file: groups of statements under comments. */
import type { Table } from "./snapshot.ts";
import { createIndex, createTable } from "./sql.ts";

/** A group of statements with the comment that stands above them. */
export interface Group {
  readonly comment: string;
  readonly statements: readonly string[];
}

/** A new table with its indexes, of full text too, and triggers; `order` lists the columns as they shall stand. */
export function tableGroup(name: string, table: Table, order: readonly string[], comment: string): Group {
  return {
    comment,
    statements: [
      createTable(name, table, order),
      ...Object.entries(table.indexes).map(([index, definition]) => createIndex(index, name, definition)),
      ...Object.values(table.search ?? {}),
      ...Object.values(table.triggers),
    ],
  };
}

/** The text of a migration file. */
export function renderMigration(groups: readonly Group[]): string {
  const header =
    "-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.\n";
  const blocks = groups.map(
    (group) => `${group.comment.replaceAll(/^/gm, "-- ")}\n${group.statements.join("\n")}\n`,
  );
  return [header, ...blocks].join("\n");
}
