/** The rows of a database in memory: what the matrix seeds, expects, and compares with. */
import type { FieldModel, Model, ResourceModel } from "../../generator/model/types.ts";

/** A row as it is stored, by column. */
export type Row = Readonly<Record<string, string | number | null>>;

/** All rows, by the key of their resource. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** Who calls; null for nobody who is signed in. */
export type User = Readonly<Record<string, string | number | null>> & { readonly id: string };

/** Stands for a moment while the test runs. It is greater than every time that is seeded, as those moments are. */
export const NOW = "NOW";

export function resourceOf(model: Model, key: string): ResourceModel {
  const found = model.resources.find((resource) => resource.key === key);
  if (found === undefined) throw new Error(`there is no resource ${key}`);
  return found;
}

export function fieldOf(resource: ResourceModel, name: string): FieldModel {
  const found = resource.fields.find((field) => field.name === name);
  if (found === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return found;
}

/** The value of a field by its API name. */
export const cell = (resource: ResourceModel, row: Row, name: string): string | number | null =>
  row[fieldOf(resource, name).column] ?? null;

/** A stored value as the API shows it. */
export function shown(field: FieldModel, value: string | number | null): unknown {
  if (value === null) return null;
  if (field.kind === "boolean") return value === 1;
  return field.kind === "json" ? JSON.parse(String(value)) : value;
}

/** A value of the API as it is stored. */
export function stored(field: FieldModel, value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (field.kind === "json") return JSON.stringify(value);
  return typeof value === "boolean" ? Number(value) : (value as string | number);
}

/** The fields that an answer shows. @param deleted Whether it tells which rows are deleted. */
export const visibleFields = ({ fields, deletedAt }: ResourceModel, deleted = false): FieldModel[] => [
  ...fields.filter(({ hidden, column }) => !hidden && column !== deletedAt?.column),
  ...(deleted && deletedAt !== null ? [deletedAt] : []),
];

/** A row as answers show it. */
export const shownRow = (resource: ResourceModel, row: Row, deleted = false): Record<string, unknown> =>
  Object.fromEntries(
    visibleFields(resource, deleted).map((field) => [field.name, shown(field, row[field.column] ?? null)]),
  );

/** Rows with moments of the test's own run replaced by {@link NOW}. Those that are seeded lie before `start`. */
export const normalised = (resource: ResourceModel, row: Row, start: string): Row =>
  Object.fromEntries(
    resource.fields.map(({ column, kind }) => {
      const value = row[column] ?? null;
      return [column, kind === "timestamp" && typeof value === "string" && value >= start ? NOW : value];
    }),
  );
