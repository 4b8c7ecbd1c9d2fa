/**
 * Checks of the types of config values. TypeScript makes them superfluous for typed callers; for the others no
 * key is ignored and no later pass meets a value of the wrong type.
 */
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { quote, type Report, suggest } from "./report.ts";

/** The value was reported; what depends on it is left out. */
export const invalid = Symbol("invalid");
export type Invalid = typeof invalid;

/** Returns the value, checked, or reports why it is none. */
export type Shape<T> = (value: unknown, path: ConfigPath, report: Report) => T | Invalid;

/** Shapes by key. Keys in `required` must be there. */
export interface ObjectShape<T> {
  readonly what: string;
  readonly keys: { readonly [K in keyof Required<T>]: Shape<Exclude<T[K], undefined>> };
  readonly required: readonly (keyof T & string)[];
}

function wrong(value: unknown, expected: string, path: ConfigPath, report: Report): Invalid {
  report.error("COV1502", path, `${at(path)} must be ${expected}, not ${describe(value)}.`);
  return invalid;
}

/** The path as one would write it: `resources.todos.maxLimit`. */
export function at(path: ConfigPath): string {
  if (path.length === 0) return "The config";
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return `\`${text.slice(text.startsWith(".") ? 1 : 0)}\``;
}

function describe(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value === "undefined") return String(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export const string: Shape<string> = (value, path, report) =>
  typeof value === "string" ? value : wrong(value, "a string", path, report);

export const number: Shape<number> = (value, path, report) =>
  typeof value === "number" && Number.isFinite(value) ? value : wrong(value, "a finite number", path, report);

export const boolean: Shape<boolean> = (value, path, report) =>
  typeof value === "boolean" ? value : wrong(value, "true or false", path, report);

export function oneOf<const T extends string | boolean>(...values: readonly T[]): Shape<T> {
  return (value, path, report) => {
    const found = values.find((candidate) => candidate === value);
    const names = values.map((candidate) => JSON.stringify(candidate)).join(" or ");
    return found === undefined ? wrong(value, names, path, report) : found;
  };
}

export function array<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, path, report) => {
    if (!Array.isArray(value)) return wrong(value, "an array", path, report);
    const items = value.map((element: unknown, index) => item(element, [...path, index], report));
    return items.filter((element): element is Exclude<typeof element, Invalid> => element !== invalid);
  };
}

/** An object with keys of the user's choice. Entries that are wrong are left out. */
export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path, report) => {
    if (!isPlainObject(value)) return wrong(value, "an object", path, report);
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, item(entry, [...path, key], report)] as const,
    );
    // fromEntries defines keys such as `__proto__` as ordinary ones.
    return Object.fromEntries(
      entries.filter((entry): entry is readonly [string, T & {}] => entry[1] !== invalid),
    );
  };
}

/** An object with fixed keys. A wrong optional key is left out; a wrong required one makes the whole invalid. */
export function object<T>(shape: ObjectShape<T>): Shape<T> {
  const known = Object.keys(shape.keys);
  return (value, path, report) => {
    if (!isPlainObject(value)) return wrong(value, `${shape.what}, an object`, path, report);
    const result: [string, unknown][] = [];
    let usable = true;
    for (const [key, entry] of Object.entries(value)) {
      if (!known.includes(key)) {
        const message = `${quote(key)} is not an option of ${shape.what}.`;
        report.error("COV1501", [...path, key], message, suggest(key, known, "Options"));
      } else if (entry !== undefined) {
        const checked = shape.keys[key as keyof T](entry, [...path, key], report);
        if (checked !== invalid) result.push([key, checked]);
        else if (shape.required.some((name) => name === key)) usable = false;
      }
    }
    for (const key of shape.required) {
      if (Object.hasOwn(value, key) && value[key] !== undefined) continue;
      report.error(
        "COV1502",
        path,
        `${shape.what[0]?.toUpperCase()}${shape.what.slice(1)} needs \`${key}\`.`,
        {
          fix: `Add \`${key}\`.`,
        },
      );
      usable = false;
    }
    // Each key was checked by its own shape, and the required ones are there.
    return usable ? (Object.fromEntries(result) as T) : invalid;
  };
}

/** Whether the value is an object literal: one that no class made, and whose prototype nobody replaced. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
