/** Strings, as they run inside the object. Positions and lengths count UTF-16 units, as JavaScript's do. */
import { checkCount, checkInteger, checkKey, checkKeys, checkList, checkValue } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { StoreKeys } from "../store-keys.ts";
import type { Structure } from "../structure.ts";
import { Values } from "../value/structure.ts";

export class Strings extends Values<string> {
  constructor(keys: StoreKeys) {
    super(keys, checkValue);
  }

  getset(key: unknown, value: unknown): string | null {
    const [name, next] = [checkKey(key), checkValue(value)];
    const { row, value: before } = this.openValue(name);
    this.writeValue(name, row, next);
    return before;
  }

  setnx(key: unknown, value: unknown): boolean {
    return this.set(key, value, { nx: true }) === true;
  }

  mget(keys: unknown): (string | null)[] {
    return checkKeys(keys).map((key) => this.openValue(key).value);
  }

  mset(entries: unknown): null {
    const pairs = checkPairs(entries);
    for (const [key] of pairs) this.store.open(key);
    for (const [key, value] of pairs) this.writeValue(key, this.store.open(key), value);
    return null;
  }

  msetnx(entries: unknown): boolean {
    const pairs = checkPairs(entries);
    if (pairs.some(([key]) => this.store.find(key) !== null)) return false;
    for (const [key, value] of pairs) this.writeValue(key, this.store.open(key), value);
    return true;
  }

  append(key: unknown, value: unknown): number {
    const [name, addition] = [checkKey(key), checkValue(value)];
    const { row, value: before } = this.openValue(name);
    const next = checkValue((before ?? "") + addition, "The result");
    this.changeValue(name, row, next);
    return next.length;
  }

  strlen(key: unknown): number {
    return this.get(key)?.length ?? 0;
  }

  getrange(key: unknown, start: unknown, end: unknown): string {
    const [first, last] = [checkInteger(start, "The start"), checkInteger(end, "The end")];
    const value = this.get(key) ?? "";
    const from = Math.max(first < 0 ? value.length + first : first, 0);
    const to = Math.max(last < 0 ? value.length + last : last, 0);
    return first < 0 && last < 0 && first > last ? "" : value.slice(from, to + 1);
  }

  setrange(key: unknown, offset: unknown, value: unknown): number {
    const start = checkCount(offset, "The offset");
    const [name, part] = [checkKey(key), checkValue(value)];
    const { row, value: stored } = this.openValue(name);
    const before = stored ?? "";
    if (part === "") return before.length;
    if (start + part.length > maxLength) {
      throw new KVError("VALUE_TOO_LARGE", `The result would be longer than ${maxLength} characters.`);
    }
    const padded = before.padEnd(start, "\0");
    const next = padded.slice(0, start) + part + padded.slice(start + part.length);
    this.changeValue(name, row, checkValue(next, "The result"));
    return next.length;
  }
}

/** A text of more units has more bytes than a value may have; checked before it is made. */
const maxLength = 1_900_000;

function checkPairs(entries: unknown): [key: string, value: string][] {
  return checkList(entries, "key with its value").map((entry) => {
    if (!Array.isArray(entry))
      throw new KVError("INVALID_ARGUMENT", "Each entry must be a pair of key and value.");
    return [checkKey(entry[0]), checkValue(entry[1])];
  });
}

export const strings: Structure = {
  type: "string",
  formats: [["CREATE TABLE kv_string (id INTEGER PRIMARY KEY, value TEXT NOT NULL)"]],
  table: "kv_string",
  columns: ["value"],
};
