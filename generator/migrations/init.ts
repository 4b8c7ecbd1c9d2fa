/** The first migration: every table of the model, written out as one would by hand. */
import type { Model, ResourceModel } from "../model/types.ts";
import { guardTable, guardTableName } from "./guard.ts";
import type { Table } from "./snapshot.ts";
import { createIndex, createTable } from "./sql.ts";

/** A group of statements with the comment that stands above them. */
export interface Group {
  readonly comment: string;
  readonly statements: readonly string[];
}

/** A table with its indexes and triggers; `order` lists the columns as they shall stand. */
export function tableGroup(name: string, table: Table, order: readonly string[], comment: string): Group {
  return {
    comment,
    statements: [
      createTable(name, table, order),
      ...Object.entries(table.indexes).map(([index, definition]) => createIndex(index, name, definition)),
      ...Object.values(table.triggers),
    ],
  };
}

/** The table of a resource, its columns in the order of the config. */
export function resourceGroup(resource: ResourceModel, table: Table): Group {
  const order = resource.fields.map((field) => field.column);
  return tableGroup(resource.table, table, order, resource.table);
}

/** The guard, which generated writes feed to abort a batch. */
export function guardGroup(): Group {
  return tableGroup(
    guardTableName,
    guardTable,
    Object.keys(guardTable.columns),
    "What is inserted here aborts the whole batch, with the code in the error message.",
  );
}

/** The groups of a new database, the resources in the order of the config. */
export function initialGroups(model: Model, tables: Readonly<Record<string, Table>>): Group[] {
  const groups = model.resources.map((resource) => {
    const table = tables[resource.table];
    if (!table) throw new Error(`The snapshot lacks the table ${resource.table}.`);
    return resourceGroup(resource, table);
  });
  return [...groups, guardGroup()];
}

/** The text of a migration file. */
export function renderGroups(groups: readonly Group[]): string {
  const header =
    "-- Written by covara. Once this is applied anywhere, leave it as it is: later changes get files of their own.\n";
  const blocks = groups.map(
    (group) => `${group.comment.replaceAll(/^/gm, "-- ")}\n${group.statements.join("\n")}\n`,
  );
  return [header, ...blocks].join("\n");
}
