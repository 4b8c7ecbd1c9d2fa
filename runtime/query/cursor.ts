import { Problem } from "../http/problem.ts";
import type { OrderTerm } from "./order.ts";

/** A value that a row is ordered by, as it is stored. */
export type KeyValue = string | number | null;

const cursorInvalid = (): Problem =>
  new Problem(
    "CURSOR_INVALID",
    "The cursor is malformed, or was made for another order or another user. Start again.",
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

/**
 * Makes the cursor that points behind a row.
 *
 * @param context What the cursor belongs to: table, order and caller.
 */
export function encodeCursor(context: string, key: readonly KeyValue[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify([fingerprint(context), ...key]));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Reads a cursor back.
 *
 * @throws {Problem} 400 `CURSOR_INVALID` unless it was made for the same context and could have been made for a row.
 */
export function decodeCursor(
  context: string,
  order: readonly OrderTerm[],
  text: string,
): readonly KeyValue[] {
  const [mark, ...key] = parse(text);
  if (mark !== fingerprint(context) || key.length !== order.length) throw cursorInvalid();
  return key.map((value, index) => {
    if (value === null && order[index]?.nullable === true) return null;
    if (typeof value !== "string" && typeof value !== "number") throw cursorInvalid();
    return value;
  });
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

/** SQL that holds for the rows behind a key, with its values in order. */
export function afterKey(
  order: readonly OrderTerm[],
  key: readonly KeyValue[],
): { sql: string; values: KeyValue[] } {
  const values: KeyValue[] = [];
  // All in one direction without nulls is a comparison of row values, which SQLite answers from one index range.
  if (order.every((term) => !term.nullable && term.descending === order[0]?.descending)) {
    const columns = order.map((term) => term.sql).join(", ");
    const marks = order.map(() => "?").join(", ");
    values.push(...key);
    return { sql: `(${columns}) ${order[0]?.descending === true ? "<" : ">"} (${marks})`, values };
  }
  const branches: string[] = [];
  order.forEach((term, index) => {
    const value = key[index] ?? null;
    if (value === null) return; // Nothing comes after null but what ties with it.
    const ties = order.slice(0, index).map((earlier) => `${earlier.sql} IS ?`);
    const beyond = `${term.sql} ${term.descending ? "<" : ">"} ?`;
    branches.push([...ties, term.nullable ? `(${beyond} OR ${term.sql} IS NULL)` : beyond].join(" AND "));
    values.push(...key.slice(0, index), value);
  });
  return { sql: branches.map((branch) => `(${branch})`).join(" OR "), values };
}
