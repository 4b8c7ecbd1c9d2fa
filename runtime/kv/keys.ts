/** The commands that every structure has, as they run inside the object. */
import { checkCount, checkFlag, checkInteger, checkKey, checkKeys, checkOptions } from "./checks.ts";
import { KVError } from "./errors.ts";
import { expiryCondition, moment } from "./expiry.ts";
import { glob, literalPrefix } from "./glob.ts";
import type { Page } from "./replies.ts";
import { type KeyRow, type StoreKeys, wrongType } from "./store-keys.ts";

/** Keys that a scan looks at for one page, unless its caller says otherwise. */
const defaultScanCount = 10;

/**
 * Base class of the structures. Its methods with lower-case names, and theirs, are the commands that the object
 * answers: they take what callers pass, check all of it, and only then write.
 */
export abstract class Keys {
  protected readonly store: StoreKeys;

  constructor(keys: StoreKeys) {
    this.store = keys;
  }

  del(keys: unknown): number {
    let deleted = 0;
    for (const key of checkKeys(keys)) {
      const row = this.store.find(key);
      if (row === null) continue;
      this.store.remove(key, row);
      deleted++;
    }
    return deleted;
  }

  exists(keys: unknown): number {
    return checkKeys(keys).filter((key) => this.store.find(key) !== null).length;
  }

  touch(keys: unknown): number {
    return this.exists(keys);
  }

  expire(key: unknown, seconds: unknown, options: unknown): boolean {
    const amount = checkInteger(seconds, "The time to live");
    return this.#expire(key, moment(amount * 1000, this.store.space.now), options);
  }

  pexpire(key: unknown, milliseconds: unknown, options: unknown): boolean {
    const amount = checkInteger(milliseconds, "The time to live");
    return this.#expire(key, moment(amount, this.store.space.now), options);
  }

  expireat(key: unknown, seconds: unknown, options: unknown): boolean {
    return this.#expire(key, moment(checkInteger(seconds, "The time") * 1000, 0), options);
  }

  pexpireat(key: unknown, milliseconds: unknown, options: unknown): boolean {
    return this.#expire(key, moment(checkInteger(milliseconds, "The time"), 0), options);
  }

  #expire(key: unknown, at: number, options: unknown): boolean {
    const allowed = expiryCondition(options);
    const name = checkKey(key);
    const row = this.store.find(name);
    if (row === null || !allowed(row.expiresAt, at)) return false;
    this.store.expire(name, row, at);
    return true;
  }

  persist(key: unknown): boolean {
    const name = checkKey(key);
    const row = this.store.find(name);
    if (row === null || row.expiresAt === null) return false;
    this.store.expire(name, row, null);
    return true;
  }

  /** Seconds, rounded; -1 for a key that stays, -2 for one that does not exist. */
  ttl(key: unknown): number {
    const milliseconds = this.pttl(key);
    return milliseconds < 0 ? milliseconds : Math.floor((milliseconds + 500) / 1000);
  }

  pttl(key: unknown): number {
    const row = this.store.find(checkKey(key));
    if (row === null) return -2;
    return row.expiresAt === null ? -1 : row.expiresAt - this.store.space.now;
  }

  expiretime(key: unknown): number {
    const row = this.store.find(checkKey(key));
    if (row === null) return -2;
    return row.expiresAt === null ? -1 : Math.floor((row.expiresAt + 500) / 1000);
  }

  rename(source: unknown, destination: unknown): null {
    const [from, to] = [checkKey(source), checkKey(destination)];
    const row = this.#existing(from);
    this.#overwritable(to);
    if (from !== to) this.store.rename(from, row, to);
    return null;
  }

  renamenx(source: unknown, destination: unknown): boolean {
    const [from, to] = [checkKey(source), checkKey(destination)];
    const row = this.#existing(from);
    if (this.store.find(to) !== null) return false;
    this.store.rename(from, row, to);
    return true;
  }

  copy(source: unknown, destination: unknown, options: unknown): boolean {
    const replace = checkFlag(checkOptions(options, ["replace"]).replace, "replace");
    const [from, to] = [checkKey(source), checkKey(destination)];
    if (from === to) throw new KVError("INVALID_ARGUMENT", "A key cannot be copied to itself.");
    const row = this.store.open(from);
    if (row === null) return false;
    const existing = this.#overwritable(to);
    if (existing !== null) {
      if (!replace) return false;
      this.store.remove(to, existing);
    }
    this.store.copy(row, to);
    return true;
  }

  keys(pattern: unknown): string[] {
    const text = checkPattern(pattern);
    const matches = glob(text);
    const prefix = literalPrefix(text);
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = this.store.list(prefix, after, 1_000);
      for (const { key, exists } of page) if (exists && matches(key)) found.push(key);
      if (page.length < 1_000) return found;
      after = page.at(-1)?.key ?? null;
    }
  }

  scan(cursor: unknown, options: unknown): Page<string> {
    const { count, matches, prefix } = scanOptions(options);
    const page = this.store.list(prefix, decodeCursor(cursor), count);
    const items = page.filter(({ key, exists }) => exists && matches(key)).map(({ key }) => key);
    const last = page.at(-1);
    return { cursor: page.length < count || last === undefined ? "0" : `>${last.key}`, items };
  }

  #existing(key: string): KeyRow {
    const row = this.store.find(key);
    if (row === null) throw new KVError("NO_SUCH_KEY", "The key does not exist, so it cannot be renamed.");
    return row;
  }

  /** What is at a key that a command wants to replace; another structure's data stays. */
  #overwritable(key: string): KeyRow | null {
    const row = this.store.find(key);
    const { type } = this.store.structure;
    if (row !== null && row.type !== type) throw wrongType(this.store.name, row.type, type);
    return row;
  }
}

/** Cursors carry the last key that was looked at: a key that exists throughout a scan is given once. */
function decodeCursor(cursor: unknown): string | null {
  if (cursor === undefined || cursor === "0") return null;
  if (typeof cursor === "string" && cursor.startsWith(">") && cursor.isWellFormed()) return cursor.slice(1);
  throw new KVError("INVALID_CURSOR", 'The cursor is not one that a scan gave. Begin with "0".');
}

/** What `scan hscan sscan zscan` have in common. */
export function scanOptions(options: unknown): {
  readonly count: number;
  readonly matches: (text: string) => boolean;
  /** What every match begins with. */
  readonly prefix: string;
} {
  const { match, count } = checkOptions(options, ["match", "count"]);
  const pattern = match === undefined ? "*" : checkPattern(match);
  return {
    count:
      count === undefined ? defaultScanCount : Math.min(checkCount(count, "The option count", 1), 10_000),
    matches: glob(pattern),
    prefix: literalPrefix(pattern),
  };
}

/** Patterns may be as long as keys. */
const checkPattern = (pattern: unknown): string => checkKey(pattern);
