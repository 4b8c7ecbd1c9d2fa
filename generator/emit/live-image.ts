/** The image of a row: what the change log has of it, as JSON. */
import type { LoggedTableModel, ResourceModel } from "../model/types.ts";
import { expressionFields, expressionSql } from "./computed.ts";

/** D1 passes at most 32 arguments to a function, and each member of an object is two. */
const PAIRS = 16;

/** Bytes. An entry has two images, and D1 takes rows of 2 MB. */
const MAX_IMAGE = 500_000;

/** How the SQL names the row and its columns. */
export interface RowNames {
  /** What stands for the row: its table, or `NEW` and `OLD` in a trigger. */
  readonly row: string;
  /** Makes the name of a column one of SQL. */
  readonly quote: (column: string) => string;
}

/**
 * An image in full: an object of stored values by API name, or a list of objects that make up one, as more than a few values take
 * several calls; what rules need stands first. Booleans are 0 or 1, and the value of a json field is its text.
 */
export function imageSql(resource: ResourceModel, logged: LoggedTableModel, names: RowNames): string {
  const expressions = logged.whole ? expressionFields(resource) : [];
  const others = logged.fields.filter((name) => !logged.needed.includes(name));
  return objectSql([
    ...[...logged.needed, ...others].map((name) => storedPair(resource, name, names)),
    ...expressions.map((field) => pair(field.name, expressionSql(field, names.row, names.quote))),
  ]);
}

/** The image as the log has it: of a row that would be too large, what rules need, and `"$large": 1`. */
export function loggedImageSql(resource: ResourceModel, logged: LoggedTableModel, names: RowNames): string {
  const full = imageSql(resource, logged, names);
  if (!logged.whole) return full;
  const rest = objectSql([
    ...logged.needed.map((name) => storedPair(resource, name, names)),
    pair("$large", "1"),
  ]);
  // In a query of its own the image is made once, and measured and stored.
  return `(SELECT iif(octet_length("image") > ${MAX_IMAGE}, ${rest}, "image") FROM (SELECT ${full} AS "image"))`;
}

/** The columns that an image is made of, each once. */
export function imageColumns(resource: ResourceModel, logged: LoggedTableModel): string[] {
  const stored = logged.fields.map((name) => columnOf(resource, name));
  const computed = (logged.whole ? expressionFields(resource) : []).flatMap(({ expression }) =>
    (expression ?? []).flatMap((part) => (typeof part === "string" ? [] : [part.column])),
  );
  return [...new Set([...stored, ...computed])];
}

const storedPair = (resource: ResourceModel, name: string, { row, quote }: RowNames): string =>
  pair(name, `${row}.${quote(columnOf(resource, name))}`);

const pair = (name: string, value: string): string => `'${name.replaceAll("'", "''")}', ${value}`;

function objectSql(pairs: readonly string[]): string {
  const objects: string[] = [];
  for (let start = 0; start < pairs.length; start += PAIRS) {
    objects.push(`json_object(${pairs.slice(start, start + PAIRS).join(", ")})`);
  }
  const [only] = objects;
  return objects.length === 1 && only !== undefined ? only : `json_array(${objects.join(", ")})`;
}

function columnOf(resource: ResourceModel, name: string): string {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return field.column;
}
