/** Values for examples: the same for the same model, and valid. Undefined where none is known to be. */
import type { Json } from "../../../schema/data.ts";
import type { JsonShape, NamedJsonShape } from "../../../schema/json-shape.ts";
import type { FieldModel, ResourceModel, ValueFieldModel } from "../../model/types.ts";

/** A UUID of version 7 that stands for a row of a resource. */
export function sampleId(key: string): string {
  // 32-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), so that resources have different ones.
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return `01980000-0000-7000-8000-0000${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

const time = "2026-01-31T09:30:00.000Z";

/** A value of a field of a resource: its default, where it has one. */
export function sampleOf(
  field: ValueFieldModel | FieldModel,
  resource: ResourceModel,
  types: readonly NamedJsonShape[],
): Json | undefined {
  if ("default" in field && field.default !== undefined && field.default !== null) return field.default;
  if (field.kind === "id") return sampleId(resource.key);
  if ("reference" in field && field.reference !== null) return sampleId(field.reference.resource);
  return sampleValue(field, types) ?? (field.nullable ? null : undefined);
}

/** A value of a field that belongs to no resource. */
export function sampleValue(field: ValueFieldModel, types: readonly NamedJsonShape[]): Json | undefined {
  switch (field.kind) {
    case "integer":
      return inRange(1, field, Number.isInteger);
    case "number":
      return inRange(1.5, field, Number.isFinite);
    case "version":
      return 1;
    case "boolean":
      return false;
    case "enum":
      return field.values[0];
    case "json":
      return field.shape === null ? {} : sampleShape(field.shape, types, 0);
    case "timestamp":
      return time;
    case "id":
    case "ref":
      return sampleId(field.name);
    case "text":
      return sampleText(field);
  }
}

/** The wish, or a bound that it is beyond. */
function inRange(
  wish: number,
  { min, max }: ValueFieldModel,
  isValid: (value: number) => boolean,
): number | undefined {
  const [low, high] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
  return [wish, 0, Math.ceil(low), Math.floor(high), low, high].find(
    (value) => value >= low && value <= high && isValid(value),
  );
}

/** Texts that patterns are likely to take. */
const likely = ["abc", "ABC", "a", "A", "1", "123", "abc-123", "ABC-123", "2026-01-31", "+49 30 123456"];

function sampleText({ name, min, max, format, regex }: ValueFieldModel): string | undefined {
  const plain =
    format === "email" ? "ann@example.com" : format === "url" ? "https://example.com" : `Some ${words(name)}`;
  const low = min ?? 0;
  const high = max ?? Number.POSITIVE_INFINITY;
  const padded =
    format === null && plain.length < low ? plain.padEnd(low, " and more").slice(0, -1).concat("x") : plain;
  const candidates = [padded, ...(format === null ? [plain.slice(0, high).trim(), ...likely] : [])];
  const pattern = regex === null ? null : new RegExp(regex.source, regex.flags.replace("g", ""));
  return candidates.find(
    (text) => text.length >= low && text.length <= high && (pattern === null || pattern.test(text)),
  );
}

/** `dueDate` as words. */
const words = (name: string): string =>
  name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, (_, before: string, letter: string) => `${before} ${letter}`)
    .toLowerCase();

/** Deeper than this, a shape that refers to itself without an end would be expanded for ever. */
const maxDepth = 12;

function sampleShape(shape: JsonShape, types: readonly NamedJsonShape[], depth: number): Json | undefined {
  if (depth > maxDepth) return undefined;
  const inner = (part: JsonShape): Json | undefined => sampleShape(part, types, depth + 1);
  switch (shape.type) {
    case "string":
      return "text";
    case "number":
      return 1;
    case "boolean":
      return true;
    case "null":
      return null;
    case "json":
      return {};
    case "literal":
      return shape.value;
    case "array": {
      const item = inner(shape.items);
      return item === undefined ? [] : [item];
    }
    case "tuple":
      return complete(shape.items.map(inner));
    case "object": {
      const entries = shape.members
        .filter(({ optional }) => optional !== true)
        .map((member) => [member.name, inner(member.shape)] as const);
      const values = complete(entries.map(([, value]) => value));
      return values && Object.fromEntries(entries.map(([name], index) => [name, values[index] ?? null]));
    }
    case "record":
      return {};
    case "union":
      return shape.shapes.map(inner).find((value) => value !== undefined);
    case "reference": {
      const type = types.find(({ name }) => name === shape.name);
      return type && inner(type.shape);
    }
  }
}

/** The values, or undefined where one is missing. */
export const complete = (values: readonly (Json | undefined)[]): Json[] | undefined =>
  values.every((value) => value !== undefined) ? [...values] : undefined;
