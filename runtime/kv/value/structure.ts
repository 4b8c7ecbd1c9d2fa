/** What strings and counters share: one value under each key. */
import { checkFlag, checkKey, checkOptions } from "../checks.ts";
import { KVError } from "../errors.ts";
import { expiryOf } from "../expiry.ts";
import { Keys } from "../keys.ts";
import type { KeyRow, StoreKeys } from "../store-keys.ts";

/** A structure whose table holds `(id, value)`. */
export abstract class Values<Value extends string | number> extends Keys {
  readonly #check: (value: unknown) => Value;
  readonly #insert: string;
  readonly #update: string;

  constructor(keys: StoreKeys, check: (value: unknown) => Value) {
    super(keys);
    this.#check = check;
    const { table } = keys.structure;
    this.#insert = `INSERT INTO ${table} (id, value) VALUES (?, ?)`;
    this.#update = `UPDATE ${table} SET value = ? WHERE id = ?`;
  }

  get(key: unknown): Value | null {
    return this.openValue(checkKey(key)).value;
  }

  /** Whether it was set; with `get`, what was there before. */
  set(key: unknown, value: unknown, options: unknown): boolean | Value | null {
    const checked = checkOptions(options, ["ex", "px", "exat", "pxat", "keepttl", "nx", "xx", "get"]);
    const nx = checkFlag(checked.nx, "nx");
    const xx = checkFlag(checked.xx, "xx");
    const get = checkFlag(checked.get, "get");
    const keepttl = checkFlag(checked.keepttl, "keepttl");
    if (nx && xx) throw new KVError("INVALID_ARGUMENT", "The options nx and xx cannot be combined.");
    const expiresAt = expiryOf(checked, this.store.space.now);
    if (keepttl && expiresAt !== undefined) {
      throw new KVError("INVALID_ARGUMENT", "The option keepttl cannot be combined with an expiry.");
    }
    const next = this.#check(value);
    const name = checkKey(key);
    const { row, value: before } = get ? this.openValue(name) : { row: this.store.open(name), value: null };
    const allowed = row === null ? !xx : !nx;
    if (allowed) this.writeValue(name, row, next, keepttl && row !== null ? row.expiresAt : expiresAt);
    return get ? before : allowed;
  }

  getdel(key: unknown): Value | null {
    const name = checkKey(key);
    const { row, value } = this.openValue(name);
    if (row !== null) this.store.remove(name, row);
    return value;
  }

  getex(key: unknown, options: unknown): Value | null {
    const checked = checkOptions(options, ["ex", "px", "exat", "pxat", "persist"]);
    const persist = checkFlag(checked.persist, "persist");
    const expiresAt = expiryOf(checked, this.store.space.now);
    if (persist && expiresAt !== undefined) {
      throw new KVError("INVALID_ARGUMENT", "The option persist cannot be combined with an expiry.");
    }
    const name = checkKey(key);
    const { row, value } = this.openValue(name);
    if (row === null) return null;
    if (persist) this.store.expire(name, row, null);
    else if (expiresAt !== undefined) this.store.expire(name, row, expiresAt);
    return value;
  }

  /** What is under a key. */
  protected openValue(key: string): { readonly row: KeyRow | null; readonly value: Value | null } {
    return this.store.openValue<Value>(key);
  }

  /**
   * Sets the value of a key.
   *
   * @param row What is there now.
   * @param expiresAt Undefined for what the store gives to a key that is set anew.
   */
  protected writeValue(key: string, row: KeyRow | null, value: Value, expiresAt?: number | null): void {
    const { space, ttl, sql } = this.store;
    const at = expiresAt === undefined ? (ttl === null ? null : space.now + ttl) : expiresAt;
    if (at !== null && at <= space.now) {
      if (row !== null) this.store.remove(key, row);
    } else if (row === null) {
      sql.run(this.#insert, this.store.create(key, 1, at).id, value);
    } else {
      sql.run(this.#update, value, row.id);
      this.store.expire(key, row, at);
    }
  }

  /** Changes the value of a key and leaves its expiry, unless the store's starts again with every write. */
  protected changeValue(key: string, row: KeyRow | null, value: Value): void {
    this.writeValue(key, row, value, row === null || this.store.ttl !== null ? undefined : row.expiresAt);
  }
}
