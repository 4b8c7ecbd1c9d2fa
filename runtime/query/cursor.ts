import { Problem } from "../http/problem.ts";
import type { OrderTerm } from "./order.ts";

/** A value that a row is ordered by, as it is stored. */
export type KeyValue = string | number | null;

/** The cursor cannot be used, for whatever reason. */
export const cursorInvalid = (): Problem =>
  new Problem(
    "CURSOR_INVALID",
    "The cursor is malformed, or was made for another order, filter or user. Start again.",
  );

/**
 * 32-bit FNV-1a over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). It tells cursors of other lists
 * apart; it is no signature and needs none: a forged cursor only starts elsewhere in rows the caller may read anyway.
 */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** Longest cursor by its JSON, in UTF-16 units: cursors travel in URLs, and servers refuse long ones. */
const maxLength = 1000;

/**
 * Makes the cursor that points behind a row. Where the row is ordered by a long text, the cursor holds the id alone, and
 * the rest is looked up when it comes back.
 *
 * @param context What the cursor belongs to: table, order, caller and filter.
 * @param key The row's values of the order's terms; the last is its id.
 */
export function encodeCursor(context: string, key: readonly KeyValue[]): string {
  const mark = fingerprint(context);
  const whole = JSON.stringify([mark, ...key]);
  const text = whole.length <= maxLength ? whole : JSON.stringify([mark, key.at(-1)]);
  return btoa(binary(text)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes of a text as UTF-8, a character for each. JSON of ASCII is that already. */
function binary(text: string): string {
  if (!/[^ -~]/.test(text)) return text;
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/**
 * Reads a cursor back.
 *
 * @returns the key, or the id of the row whose key has to be looked up.
 * @throws {Problem} 400 `CURSOR_INVALID` unless it was made for the same context and could have been made for a row.
 */
export function decodeCursor(
  context: string,
  order: readonly OrderTerm[],
  text: string,
): { readonly key: readonly KeyValue[] } | { readonly id: string } {
  const [mark, ...values] = parse(text);
  if (mark !== fingerprint(context)) throw cursorInvalid();
  const [id] = values;
  if (values.length === 1 && order.length > 1 && typeof id === "string") return { id };
  if (values.length !== order.length) throw cursorInvalid();
  const key = values.map((value, index) => {
    if (value === null && order[index]?.nullable === true) return null;
    if (typeof value !== "string" && typeof value !== "number") throw cursorInvalid();
    return value;
  });
  return { key };
}

function parse(text: string): readonly unknown[] {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes),
    );
    if (Array.isArray(value)) return value;
  } catch {
    // Whatever is wrong with it, the caller can only start again.
  }
  throw cursorInvalid();
}

/**
 * SQL that holds for the rows behind a key. Each value is one numbered parameter however often it is compared: D1 takes
 * 100 parameters.
 *
 * @param first Number of the first of the key's parameters.
 */
export function afterKey(order: readonly OrderTerm[], key: readonly KeyValue[], first: number): string {
  const mark = (index: number): string => `?${first + index}`;
  // All in one direction without nulls is a comparison of row values, which SQLite answers from one index range.
  if (order.every((term) => !term.nullable && term.descending === order[0]?.descending)) {
    const columns = order.map((term) => term.sql).join(", ");
    const marks = order.map((_, index) => mark(index)).join(", ");
    return `(${columns}) ${order[0]?.descending === true ? "<" : ">"} (${marks})`;
  }
  const branches = order.flatMap((term, index) => {
    if (key[index] === null) return []; // Nothing comes after null but what ties with it.
    const ties = order.slice(0, index).map((earlier, at) => `${earlier.sql} IS ${mark(at)}`);
    const beyond = `${term.sql} ${term.descending ? "<" : ">"} ${mark(index)}`;
    return [[...ties, term.nullable ? `(${beyond} OR ${term.sql} IS NULL)` : beyond].join(" AND ")];
  });
  return branches.map((branch) => `(${branch})`).join(" OR ");
}
