/** What writes do to the rows of a database, computed in memory: generated values, constraints, cascades. */
import type { FieldModel, Model, ResourceModel } from "../../generator/model/types.ts";
import { NOW, type Row, type Rows, stored, type User } from "./rows.ts";

/** The row that a body makes. @param id Its id, or what stands for it. */
export function newRow(
  resource: ResourceModel,
  body: Readonly<Record<string, unknown>>,
  user: User | null,
  id: string,
): Row {
  const value = (field: FieldModel): string | number | null => {
    switch (field.generated) {
      case "id":
        return id;
      case "owner":
        return user?.id ?? null;
      case "createdAt":
      case "updatedAt":
        return NOW;
      case "version":
        return 1;
      case null:
        return stored(field, Object.hasOwn(body, field.name) ? body[field.name] : (field.default ?? null));
    }
  };
  return Object.fromEntries(resource.fields.map((field) => [field.column, value(field)]));
}

/** The row after a change: the fields given, its next version, and the time. A change of nothing is none. */
export function changedRow(resource: ResourceModel, row: Row, patch: Readonly<Record<string, unknown>>): Row {
  const given = resource.fields.filter(({ name, kind }) => kind !== "id" && Object.hasOwn(patch, name));
  if (given.length === 0) return row;
  return touched(resource, {
    ...row,
    ...Object.fromEntries(given.map((field) => [field.column, stored(field, patch[field.name])])),
  });
}

/** What a replacement sets: the fields given, and of the others what a new row would have. */
export function replacement(
  resource: ResourceModel,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = resource.fields.filter((field) => field.writable && field.kind !== "id");
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      Object.hasOwn(body, field.name) ? body[field.name] : (field.default ?? null),
    ]),
  );
}

/** The row with its next version and the time of the change. */
export const touched = (resource: ResourceModel, row: Row): Row =>
  Object.fromEntries(
    resource.fields.map(({ column, generated }) => {
      const value = row[column] ?? null;
      if (generated === "updatedAt") return [column, NOW];
      return [column, generated === "version" ? Number(value) + 1 : value];
    }),
  );

/** The rows with some of one table replaced, by id, and others added. */
export const withRows = (
  rows: Rows,
  key: string,
  changed: readonly Row[],
  added: readonly Row[] = [],
): Rows => ({
  ...rows,
  [key]: [...(rows[key] ?? []).map((row) => changed.find(({ id }) => id === row.id) ?? row), ...added],
});

/** Whether the database would refuse the rows of a table: two that share a value, or a reference to nothing. */
export function isRefused(model: Model, resource: ResourceModel, rows: Rows): boolean {
  const own = rows[resource.key] ?? [];
  const unique = [["id"], ...resource.indexes.filter((index) => index.unique).map(({ columns }) => columns)];
  const collides = unique.some((columns) => {
    const kept = own.filter(
      (row) =>
        columns.every((column) => row[column] !== null) &&
        (columns[0] === "id" || resource.deletedAt === null || row[resource.deletedAt.column] === null),
    );
    return (
      new Set(kept.map((row) => JSON.stringify(columns.map((column) => row[column])))).size < kept.length
    );
  });
  return collides || hasLooseEnds(model, resource, rows);
}

const hasLooseEnds = (_model: Model, resource: ResourceModel, rows: Rows): boolean =>
  resource.fields.some(
    ({ reference, column }) =>
      reference !== null &&
      (rows[resource.key] ?? []).some(
        (row) =>
          row[column] !== null && !(rows[reference.resource] ?? []).some(({ id }) => id === row[column]),
      ),
  );

/** The rows once some are gone for good; null where others that refer to them forbid it. */
export function withoutRows(model: Model, rows: Rows, key: string, ids: readonly string[]): Rows | null {
  const gone = new Map(model.resources.map((resource) => [resource.key, new Set<string>()]));
  const waiting = ids.map((id) => ({ key, id }));
  const freed: { key: string; id: string; column: string }[] = [];
  const held: { key: string; id: string }[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { key: from, id } = next;
    if (gone.get(from)?.has(id)) continue;
    gone.get(from)?.add(id);
    for (const resource of model.resources) {
      for (const { reference, column } of resource.fields) {
        if (reference?.resource !== from) continue;
        for (const row of rows[resource.key] ?? []) {
          if (row[column] !== id) continue;
          const there = { key: resource.key, id: String(row.id) };
          if (reference.onDelete === "cascade") waiting.push(there);
          else if (reference.onDelete === "set null") freed.push({ ...there, column });
          else held.push(there);
        }
      }
    }
  }
  if (held.some(({ key: of, id }) => gone.get(of)?.has(id) !== true)) return null;
  return Object.fromEntries(
    model.resources.map((resource) => [
      resource.key,
      (rows[resource.key] ?? [])
        .filter(({ id }) => gone.get(resource.key)?.has(String(id)) !== true)
        .map((row) => released(resource, row, freed)),
    ]),
  );
}

/** The row with the references set to null that were to rows that are gone. Each is a change of its own to the version. */
function released(
  resource: ResourceModel,
  row: Row,
  freed: readonly { readonly key: string; readonly id: string; readonly column: string }[],
): Row {
  const version = resource.fields.find(({ generated }) => generated === "version")?.column;
  const changed: Record<string, string | number | null> = { ...row };
  for (const { key, id, column } of freed) {
    if (key !== resource.key || id !== row.id) continue;
    changed[column] = null;
    if (version !== undefined) changed[version] = Number(changed[version]) + 1;
  }
  return changed;
}
