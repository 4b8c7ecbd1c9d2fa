import { type Field, field } from "../../schema/fields.ts";
import { kv } from "../../schema/kv.ts";
import { nearest } from "../model/report.ts";

/** What V8 says of a call of something that is not there: `field.text(...).mim is not a function`. */
const MISSING_METHOD = /^(.+)\.([\w$]+) is not a function$/;

/** What V8 calls the result of a chain of calls that begins with a kind of field. */
const CHAIN = /^(?:[\w$]+\.)?field\.(\w+)\(\.\.\.\)/;

/** `field` itself, by name or out of `import * as covara`. */
const FIELD = /^(?:[\w$]+\.)?field$/;

/** The builder of stores, likewise. */
const KV = /^(?:[\w$]+\.)?kv$/;

/** Kinds of field and their methods, by kind. */
const methods: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    id: field.id(),
    text: field.text(),
    integer: field.integer(),
    number: field.number(),
    boolean: field.boolean(),
    enum: field.enum([""]),
    json: field.json(),
    timestamp: field.timestamp(),
    ref: field.ref(""),
    version: field.version(),
  } satisfies Record<keyof typeof field, Field>).map(([kind, value]) => [kind, methodsOf(value)]),
);

/**
 * What may have been meant by the call of a structure, of a kind of field, or of a method of a field, that does not
 * exist; null where the error is another one or nothing is close. Fields in variables and other names for `field` are
 * not followed: there any kind or method counts that is close.
 */
export function misspeltFix(error: unknown): string | null {
  if (!(error instanceof TypeError)) return null;
  const [, object, written] = MISSING_METHOD.exec(error.message) ?? [];
  if (object === undefined || written === undefined) return null;
  const kinds = [...methods.keys()];
  if (KV.test(object)) {
    const near = nearest(written, Object.keys(kv));
    return near === null ? `The structures are ${list(Object.keys(kv))}.` : `Did you mean \`kv.${near}\`?`;
  }
  if (FIELD.test(object)) {
    const near = nearest(written, kinds);
    return near === null ? `The kinds of field are ${list(kinds)}.` : `Did you mean \`field.${near}\`?`;
  }
  const kind = CHAIN.exec(object)?.[1] ?? "";
  const own = methods.get(kind);
  const near = nearest(written, own ?? [...kinds, ...[...methods.values()].flat()]);
  if (near !== null) return `Did you mean \`${near}\`?`;
  return own === undefined ? null : `The methods of \`field.${kind}\` are ${list(own)}.`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** The names of a field's methods, sorted. */
function methodsOf(value: Field): string[] {
  const names = new Set<string>();
  for (
    let type = Object.getPrototypeOf(value);
    type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const name of Object.getOwnPropertyNames(type)) names.add(name);
  }
  names.delete("constructor");
  return [...names].sort();
}
