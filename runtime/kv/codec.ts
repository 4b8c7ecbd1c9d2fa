/** How typed values are kept as text. */
import { KVError } from "./errors.ts";

/** Makes text of a value and back. */
export interface Codec<T> {
  /** @throws KVError `INVALID_VALUE` for a value that the store's type does not allow. */
  encode(value: T): string;
  /** @throws KVError `INVALID_VALUE` for text that an earlier version of the config stored and that no longer fits. */
  decode(text: string): T;
}

/** The part of a zod schema that is used. */
export interface Schema<T> {
  safeParse(value: unknown): SchemaResult<T>;
}

export type SchemaResult<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };

interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Text, kept as it is. */
export function text<T extends string = string>(schema?: Schema<T>): Codec<T> {
  const parse = parser(schema, isString, "a string");
  return { encode: parse, decode: parse };
}

/** Numbers, kept as JavaScript prints them. `-0` becomes `0`. */
export function number(schema?: Schema<number>): Codec<number> {
  const parse = parser(schema, isNumber, "a finite number");
  return {
    encode: (value) => String(parse(value) + 0),
    decode: (stored) => parse(stored.trim() === "" ? Number.NaN : Number(stored)),
  };
}

/** `true` or `false`. */
export function boolean(): Codec<boolean> {
  return {
    encode(value) {
      if (typeof value !== "boolean") throw new KVError("INVALID_VALUE", "The value must be true or false.");
      return String(value);
    },
    decode(stored) {
      if (stored === "true" || stored === "false") return stored === "true";
      throw new KVError("INVALID_VALUE", "The stored value is neither true nor false.");
    },
  };
}

/** JSON, kept as canonical text: members in the order of their names, so that equal values are equal text. */
export function json<T>(schema?: Schema<T>): Codec<T> {
  const parse = parser(schema, (value): value is T => value !== undefined, "JSON");
  return {
    encode: (value) => canonical(parse(value), "the value"),
    decode(stored) {
      let value: unknown;
      try {
        value = JSON.parse(stored);
      } catch (cause) {
        throw new KVError("INVALID_VALUE", "The stored value is not JSON.", { cause });
      }
      return parse(value);
    },
  };
}

const isString = (value: unknown): value is never => typeof value === "string";
const isNumber = (value: unknown): value is number => Number.isFinite(value);

function parser<T>(
  schema: Schema<T> | undefined,
  fits: (value: unknown) => value is T,
  what: string,
): (value: unknown) => T {
  if (schema === undefined) {
    return (value) => {
      if (fits(value)) return value;
      throw new KVError("INVALID_VALUE", `The value must be ${what}.`);
    };
  }
  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const place = issue?.path.length ? `${issue.path.map(String).join(".")}: ` : "";
    throw new KVError(
      "INVALID_VALUE",
      `The value does not fit its type: ${place}${issue?.message ?? "invalid"}.`,
    );
  };
}

/**
 * Canonical JSON: no white space, members sorted by UTF-16 code units as in RFC 8785.
 *
 * @throws KVError `INVALID_VALUE` for what JSON cannot carry (undefined, NaN, functions, cycles); `INVALID_TEXT` for
 *   lone surrogates.
 */
export function canonical(value: unknown, place: string, within: readonly object[] = []): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed())
        throw new KVError("INVALID_TEXT", `${place} holds half of a surrogate pair.`);
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value))
        throw new KVError("INVALID_VALUE", `${place} is ${value}, which JSON cannot carry.`);
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "object":
      break;
    default:
      throw new KVError("INVALID_VALUE", `${place} is a ${typeof value}, which JSON cannot carry.`);
  }
  if (value === null) return "null";
  if (within.includes(value)) throw new KVError("INVALID_VALUE", `${place} contains itself.`);
  const path = [...within, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown, index) => canonical(item, `${place}[${index}]`, path));
    return `[${items.join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw new KVError(
      "INVALID_VALUE",
      `${place} is not a plain object. Turn it into one, or into text, first.`,
    );
  }
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, item]) =>
        `${canonical(name, `a name in ${place}`)}:${canonical(item, `${place}.${name}`, path)}`,
    );
  return `{${members.join(",")}}`;
}
