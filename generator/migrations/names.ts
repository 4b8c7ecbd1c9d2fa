/** What messages call things: as the config does where it has them, and as the database does otherwise. */
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import type { Renames } from "./renames.ts";

/** `posts`: the key of the table's resource. */
export function resourceName(model: Model, table: string): string {
  return resourceOf(model, table)?.key ?? table;
}

/** `posts.authorId`: the key of the resource and the name of the field. */
export function fieldName(model: Model, table: string, column: string): string {
  const resource = resourceOf(model, table);
  const field = fieldOf(resource, column);
  return resource && field ? `${resource.key}.${field.name}` : `${table}.${column}`;
}

/** The place in the config, as far as the config has it. */
export function pathOf(model: Model, table: string, column: string | null): ConfigPath {
  const resource = resourceOf(model, table);
  if (!resource) return ["resources"];
  const field = fieldOf(resource, column);
  return ["resources", resource.key, "fields", ...(field ? [field.name] : [])];
}

/** What a column is called in the database until the migration has run. */
export function namesBefore(
  { tables, columns }: Renames,
  table: string,
  column: string,
): { readonly table: string; readonly column: string } {
  return { table: tables.get(table) ?? table, column: columns.get(table)?.get(column) ?? column };
}

/** The resource of a table, unless the table is one of covara's own or has left the config. */
export function resourceOf(model: Model, table: string): ResourceModel | undefined {
  return model.resources.find((resource) => resource.table === table);
}

function fieldOf(resource: ResourceModel | undefined, column: string | null): FieldModel | undefined {
  return resource?.fields.find((field) => field.column === column);
}
