/** The pass over indexes: unique fields, declared indexes, and foreign keys that no other index serves. */
import type { ConfigData } from "../../schema/data.ts";
import { computedNames } from "./computed.ts";
import type { ResourceNames } from "./names.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { FieldModel, IndexModel } from "./types.ts";

/** Names of indexes in use; tables and indexes share one space of names in SQLite. */
export type TakenNames = Set<string>;

/** The indexes of one resource. Their names are added to `taken`. */
export function buildIndexes(
  names: ResourceNames,
  fields: readonly FieldModel[],
  deletedAt: FieldModel | null,
  config: ConfigData,
  taken: TakenNames,
  report: Report,
): IndexModel[] {
  const unique = fields
    .filter((field) => field.unique)
    .map((field) => ({
      ...index(names.table, [field.column], true, taken),
      // A deleted row does not hold on to its values.
      whereNull: deletedAt?.column ?? null,
    }));
  const computed = computedNames(config, names.key);
  const declared = (config.resources[names.key]?.indexes ?? []).flatMap((entry, position) => {
    const columns = declaredColumns(names.key, entry, position, fields, computed, report);
    return columns === null ? [] : [{ columns, position }];
  });
  const kept: (readonly string[])[] = [];
  for (const { columns, position } of declared) {
    const whole = unique.filter(({ whereNull }) => whereNull === null);
    const twin = [...kept, ...whole.map((entry) => [...entry.columns, "id"])].some((other) =>
      equal(other, columns),
    );
    if (twin) {
      const message = `The index over ${columns.slice(0, -1).join(", ") || "id"} of \`${names.key}\` exists already.`;
      report.error("COV1308", ["resources", names.key, "indexes", position], message);
    } else kept.push(columns);
  }
  const indexes = [...unique, ...kept.map((columns) => index(names.table, columns, false, taken))];
  for (const field of fields) {
    // SQLite looks for the rows that refer to one in whole indexes only.
    const served = indexes.some(
      ({ columns, whereNull }) => columns[0] === field.column && whereNull === null,
    );
    if (field.reference === null || served) continue;
    indexes.push(index(names.table, [field.column, "id"], false, taken));
  }
  return indexes;
}

function declaredColumns(
  key: string,
  entry: readonly string[],
  position: number,
  fields: readonly FieldModel[],
  computed: readonly string[],
  report: Report,
): string[] | null {
  const path = ["resources", key, "indexes", position];
  if (entry.length === 0) {
    report.error("COV1307", path, `An index of \`${key}\` lists no fields.`);
    return null;
  }
  const columns: string[] = [];
  let usable = true;
  entry.forEach((name, place) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined && computed.includes(name)) {
      const message = `An index of \`${key}\` names \`${name}\`, which is computed and has no column.`;
      report.error("COV1307", [...path, place], message, { text: name });
    } else if (field === undefined) {
      const details = suggest(
        name,
        fields.map((candidate) => candidate.name),
        "Fields",
      );
      report.error(
        "COV1306",
        [...path, place],
        `An index of \`${key}\` names ${quote(name)}, which is not a field.`,
        { text: name, ...details },
      );
    } else if (field.kind === "json") {
      report.error("COV1307", [...path, place], `An index of \`${key}\` names the json field \`${name}\`.`, {
        text: name,
      });
    } else if (columns.includes(field.column)) {
      report.error("COV1307", [...path, place], `An index of \`${key}\` names \`${name}\` twice.`, {
        text: name,
      });
    } else {
      columns.push(field.column);
      return;
    }
    usable = false;
  });
  if (!usable) return null;
  if (columns.length === 1 && columns[0] === "id") {
    report.error("COV1307", path, `An index of \`${key}\` lists the id alone, which is the primary key.`);
    return null;
  }
  return columns.includes("id") ? columns : [...columns, "id"];
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column, place) => column === b[place]);
}

function index(table: string, columns: readonly string[], unique: boolean, taken: TakenNames): IndexModel {
  const listed = columns.at(-1) === "id" && columns.length > 1 ? columns.slice(0, -1) : columns;
  const base = `${table}_${listed.join("_")}_${unique ? "key" : "idx"}`;
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}_${count}`;
  taken.add(name.toLowerCase());
  return { name, columns, unique, whereNull: null };
}
