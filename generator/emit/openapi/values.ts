/** The JSON Schema of the values of a field. */
import type { Json } from "../../../schema/data.ts";
import type { ValueFieldModel } from "../../model/types.ts";
import { type Node, node } from "./node.ts";
import { anyButNull, type Shapes } from "./shapes.ts";

/** What a field accepts, exactly as its validator has it. */
export const inputSchema = (field: ValueFieldModel, shapes: Shapes): Node =>
  orNull(field, acceptedSchema(field, shapes));

/**
 * What a field of a row is. Limits are left out: rows may be older than they are, and come from elsewhere than requests.
 */
export const rowSchema = (field: ValueFieldModel, shapes: Shapes): Node =>
  orNull(field, shownSchema(field, shapes));

const orNull = ({ nullable }: ValueFieldModel, schema: Node): Node =>
  nullable ? nullableOf(schema) : schema;

/** The schema, and null. */
export function nullableOf(schema: Node): Node {
  const { type, enum: values, anyOf, const: only, ...others } = schema;
  if (Array.isArray(values)) {
    const list = { enum: values.includes(null) ? values : [...values, null] };
    return typeof type === "string" ? { type: [type, "null"], ...list, ...others } : { ...list, ...others };
  }
  if (only !== undefined) return { enum: [only, null], ...others };
  if (Array.isArray(anyOf)) {
    const isThere = anyOf.some((part) => JSON.stringify(part) === `{"type":"null"}`);
    return isThere ? schema : { anyOf: [...anyOf, { type: "null" }], ...others };
  }
  if (typeof type === "string") return type === "null" ? schema : { type: [type, "null"], ...others };
  if (Array.isArray(type)) return { type: [...type, "null"], ...others };
  if ("$ref" in schema) return { anyOf: [schema, { type: "null" }] };
  return schema;
}

const maxInteger = Number.MAX_SAFE_INTEGER;

function acceptedSchema(field: ValueFieldModel, shapes: Shapes): Node {
  const { kind, min, max } = field;
  switch (kind) {
    case "integer":
      return {
        type: "integer",
        minimum: Math.max(min ?? -maxInteger, -maxInteger),
        maximum: Math.min(max ?? maxInteger, maxInteger),
      };
    case "number":
      return node({ type: "number", minimum: min ?? undefined, maximum: max ?? undefined });
    case "text":
      return textSchema(field);
    case "timestamp":
      return { type: "string", format: "date-time", description: "ISO 8601 with `Z` or an offset." };
    default:
      return shownSchema(field, shapes);
  }
}

function shownSchema(field: ValueFieldModel, shapes: Shapes): Node {
  switch (field.kind) {
    case "id":
    case "ref":
      return { type: "string", format: "uuid" };
    case "version":
      return { type: "integer", minimum: 1, description: "Rises with every change." };
    case "integer":
    case "number":
    case "boolean":
      return { type: field.kind };
    case "enum":
      return { type: "string", enum: field.values };
    case "json":
      return field.shape === null ? anyButNull : shapes.schema(field.shape);
    case "timestamp":
      return {
        type: "string",
        format: "date-time",
        description: "ISO 8601 in UTC with milliseconds.",
      };
    case "text":
      return { type: "string" };
  }
}

function textSchema({ min, max, format, regex, trim }: ValueFieldModel): Node {
  const pattern = regex === null ? undefined : portable(regex);
  const notes = [
    ...(trim ? ["White space at both ends is taken off before anything is checked."] : []),
    ...(regex !== null && pattern === undefined ? [`Matches \`/${regex.source}/${regex.flags}\`.`] : []),
    ...(format === "url" ? ["An `http` or `https` address."] : []),
  ];
  return node({
    type: "string",
    format: format === "url" ? "uri" : (format ?? undefined),
    minLength: min ?? undefined,
    maxLength: max ?? undefined,
    pattern: pattern ?? (format === "url" ? "^[Hh][Tt][Tt][Pp][Ss]?:" : undefined),
    description: notes.length === 0 ? undefined : notes.join(" "),
  });
}

/** The pattern, where it means the same in JSON Schema, whose patterns are Unicode ones without flags. */
function portable({
  source,
  flags,
}: {
  readonly source: string;
  readonly flags: string;
}): string | undefined {
  if (!/^[dgu]*$/.test(flags)) return undefined;
  try {
    new RegExp(source, "u");
    return source;
  } catch {
    // It relies on what only patterns without `u` allow; the description states it.
    return undefined;
  }
}

/** A property that clients cannot set. */
export const readOnly = (schema: Node): Node =>
  "$ref" in schema ? { allOf: [schema], readOnly: true } : { ...schema, readOnly: true };

/** A property with the value that a request which leaves it out gets. */
export const withDefault = (schema: Node, value: Json | undefined): Node =>
  value === undefined
    ? schema
    : "$ref" in schema
      ? { allOf: [schema], default: value }
      : { ...schema, default: value };
