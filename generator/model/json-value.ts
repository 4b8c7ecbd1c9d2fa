/** Whether a JSON value has a shape. */
import type { Json } from "../../schema/data.ts";
import type { JsonShape, NamedJsonShape } from "../../schema/json-shape.ts";
import { quote } from "./report.ts";

type Named = Readonly<Record<string, NamedJsonShape>>;

/**
 * What keeps the value from having the shape, as the end of a sentence ("has 5 at `tags[2]`, not a string"), or null.
 *
 * @param named What the references in the shape mean.
 */
export function valueProblem(value: Json, shape: JsonShape, named: Named): string | null {
  return check(value, shape, named, "");
}

function check(value: Json, shape: JsonShape, named: Named, at: string): string | null {
  const wrong = (expected: string): string =>
    `${at === "" ? "is" : "has"} ${shown(value)}${place(at)}, not ${expected}`;
  switch (shape.type) {
    case "json":
      return null;
    case "null":
      return value === null ? null : wrong("null");
    case "string":
    case "number":
    case "boolean":
      return typeof value === shape.type ? null : wrong(`a ${shape.type}`);
    case "literal":
      return value === shape.value ? null : wrong(JSON.stringify(shape.value));
    case "array":
      if (!isArray(value)) return wrong("an array");
      return first(value, (item, index) => check(item, shape.items, named, `${at}[${index}]`));
    case "tuple":
      if (!isArray(value) || value.length !== shape.items.length)
        return wrong(`an array of ${shape.items.length} elements`);
      return first(value, (item, index) => {
        const expected = shape.items[index];
        return expected === undefined ? null : check(item, expected, named, `${at}[${index}]`);
      });
    case "record":
      if (!isObject(value)) return wrong("an object");
      return first(Object.entries(value), ([key, item]) => check(item, shape.values, named, member(at, key)));
    case "object":
      return isObject(value) ? members(value, shape, named, at) : wrong("an object");
    case "union":
      return union(value, shape.shapes, named, at) ? null : wrong(alternatives(shape.shapes));
    case "reference": {
      const target = named[shape.name];
      return target === undefined ? null : check(value, target.shape, named, at);
    }
  }
}

function members(
  value: Readonly<Record<string, Json>>,
  { members: expected }: Extract<JsonShape, { readonly type: "object" }>,
  named: Named,
  at: string,
): string | null {
  const unknown = Object.keys(value).find((key) => !expected.some(({ name }) => name === key));
  if (unknown !== undefined) return `has ${quote(unknown)}${place(at)}, which its type does not name`;
  return first(expected, ({ name, shape, optional }) => {
    const item = Object.hasOwn(value, name) ? value[name] : undefined;
    if (item !== undefined) return check(item, shape, named, member(at, name));
    return optional ? null : `has no ${quote(name)}${place(at)}`;
  });
}

const union = (value: Json, shapes: readonly JsonShape[], named: Named, at: string): boolean =>
  shapes.some((part) => check(value, part, named, at) === null);

function alternatives(shapes: readonly JsonShape[]): string {
  const values = shapes.map((shape) => (shape.type === "literal" ? JSON.stringify(shape.value) : null));
  return values.includes(null) ? "one of the types that it may be" : `one of ${values.join(", ")}`;
}

function first<T>(items: readonly T[], problem: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = problem(item, index);
    if (found !== null) return found;
  }
  return null;
}

const place = (at: string): string => (at === "" ? "" : ` at \`${at}\``);
const member = (at: string, name: string): string => (at === "" ? name : `${at}.${name}`);

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function shown(value: Json): string {
  return typeof value === "string" ? quote(value) : JSON.stringify(value).slice(0, 60);
}
