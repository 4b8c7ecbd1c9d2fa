/** Random rows of an application, and random input for its routes. */
import type { FieldModel, Model, ResourceModel } from "../../generator/model/types.ts";
import type { Random } from "./random.ts";
import { type Row, type Rows, stored } from "./rows.ts";

export const words = ["alpha", "beta", "gamma", "delta"] as const;
const times = ["2020-01-01T00:00:00.000Z", "2021-06-01T12:00:00.000Z", "2022-03-04T05:06:07.890Z"] as const;

/** Text of hidden fields holds this, so that it is found wherever it leaks. */
export const secret = "s3cret-";

/** Resources in an order in which each comes after those that its rows must refer to. */
export function inOrder(model: Model): ResourceModel[] {
  const done: ResourceModel[] = [];
  const waiting = [...model.resources];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ key, fields }) =>
      fields.every(
        ({ reference }) =>
          reference === null ||
          reference.resource === key ||
          done.some((one) => one.key === reference.resource),
      ),
    );
    const [resource] = waiting.splice(next, 1);
    if (next === -1 || resource === undefined)
      throw new Error("these resources refer to each other in a circle");
    done.push(resource);
  }
  return done;
}

/** What is put into a row rather than drawn. */
export type Preset = (resource: ResourceModel, index: number) => Readonly<Record<string, unknown>>;

/** Random rows for every table: references lead to rows that are there, and values that must be unique differ. */
export function seedRows(model: Model, random: Random, count: number, preset: Preset): Rows {
  const rows: Record<string, Row[]> = {};
  for (const resource of inOrder(model)) {
    const made: Row[] = [];
    rows[resource.key] = made;
    for (let index = 0; index < count; index++) {
      const fixed = preset(resource, index);
      // So that rows can refer to themselves.
      const self = { id: random.uuid() };
      const known = { ...rows, [resource.key]: [...made, self] };
      const row = Object.fromEntries(
        resource.fields.map((field) => [
          field.column,
          field.name in fixed
            ? stored(field, fixed[field.name])
            : stored(field, seeded(resource, field, known, random, `${resource.key}-${index}`)),
        ]),
      );
      made.push(row);
    }
  }
  return rows;
}

function seeded(
  resource: ResourceModel,
  field: FieldModel,
  rows: Rows,
  random: Random,
  label: string,
): unknown {
  if (field.kind === "id") return rows[resource.key]?.at(-1)?.id;
  if (field === resource.deletedAt) return random.chance(0.3) ? random.pick(times) : null;
  if (field.generated === "version") return 1 + random.below(3);
  if (field.reference === null && field.generated === "owner") return random.pick(rows.users ?? []).id;
  if (field.hidden && field.kind === "text")
    return field.nullable && random.chance(0.2) ? null : `${secret}${label}-${field.name}`;
  return drawn(field, rows, random, label);
}

/** A value that the field takes. @param label Makes values that must be unique differ. */
export function drawn(field: FieldModel, rows: Rows, random: Random, label: string): unknown {
  const { kind, min, max, nullable, unique } = field;
  if (nullable && random.chance(0.25)) return null;
  switch (kind) {
    case "id":
      return random.uuid();
    case "ref": {
      const targets = rows[field.reference?.resource ?? ""] ?? [];
      if (targets.length === 0) return nullable ? null : random.uuid();
      return random.pick(targets).id;
    }
    case "integer":
    case "version":
      return Math.min(max ?? 3, (min ?? -1) + random.below(4));
    case "number":
      return Math.min(max ?? 9, (min ?? 0) + random.below(4) / 2);
    case "boolean":
      return random.chance(0.5);
    case "enum":
      return random.pick(field.values);
    case "timestamp":
      return random.pick(times);
    case "json":
      return random.chance(0.5) ? [] : [random.pick(words)];
    case "text":
      if (field.format === "email") return `${label}@example.com`;
      if (field.format === "url") return `https://example.com/${label}`;
      return unique ? `${random.pick(words)} ${label}` : random.pick(words);
  }
}

/** The fields that a request may set. */
export const writable = (resource: ResourceModel): FieldModel[] =>
  resource.fields.filter((field) => field.writable && field.kind !== "id");

/** The body of a create or a replacement, without an id: every field that has to be there, and some of the others. */
export function randomBody(
  resource: ResourceModel,
  rows: Rows,
  random: Random,
  label: string,
): Record<string, unknown> {
  const given = writable(resource).filter(
    (field) => (!field.nullable && field.default === undefined) || random.chance(0.6),
  );
  return Object.fromEntries(given.map((field) => [field.name, input(field, rows, random, label)]));
}

/** The body of a change: one field or two. */
export function randomPatch(
  resource: ResourceModel,
  rows: Rows,
  random: Random,
  label: string,
): Record<string, unknown> | null {
  const fields = writable(resource);
  if (fields.length === 0) return null;
  return Object.fromEntries(
    random.some(fields, 2).map((field) => [field.name, input(field, rows, random, label)]),
  );
}

/** Now and then a reference to a row that is not there, or a value that another row has. */
function input(field: FieldModel, rows: Rows, random: Random, label: string): unknown {
  if (field.kind === "ref" && random.chance(0.1)) return random.uuid();
  return drawn(field, rows, random, field.unique && random.chance(0.3) ? "taken" : label);
}
