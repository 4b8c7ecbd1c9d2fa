/** The keys of one store: looked up, remembered, made, moved and deleted. */
import { KVError } from "./errors.ts";
import type { Keyspace } from "./keyspace.ts";
import type { Sql, SqlRow, SqlValue } from "./sql.ts";
import type { Structure } from "./structure.ts";
import { compareUtf8 } from "./utf8.ts";

/** A key that exists. Rows are shared with the cache: only this module changes them. */
export interface KeyRow {
  readonly id: number;
  readonly type: string;
  /** Members of a collection; 1 for a string or a counter. */
  readonly count: number;
  /** Milliseconds since 1970; null for a key that stays. */
  readonly expiresAt: number | null;
}

interface StoredRow extends SqlRow {
  readonly id: number;
  readonly type: string;
  readonly count: number;
  readonly expires_at: number | null;
}

/** Members that are deleted together with their key; more of them are left to the sweep. */
const inlineDeletes = 64;

/** Rows that a store remembers, so that a second command about a key needs no look-up. */
const cachedRows = 2_048;

/** The keys of one store, as its structure sees them. */
export class StoreKeys {
  readonly space: Keyspace;
  readonly structure: Structure;
  /** The store's part of the keyspace: its prefix. */
  readonly name: string;
  /** Milliseconds that a key lives after its last write; null for keys that stay. */
  readonly ttl: number | null;
  readonly #cache = new Map<string, KeyRow | null>();
  readonly #selectValue: string;
  readonly #selectBoth: string;

  constructor(space: Keyspace, structure: Structure, name: string, ttl: number | null) {
    this.space = space;
    this.structure = structure;
    this.name = name;
    this.ttl = ttl;
    this.#selectValue = `SELECT value FROM ${structure.table} WHERE id = ?`;
    this.#selectBoth = `SELECT kv_keys.id, type, count, expires_at, value FROM kv_keys
      LEFT JOIN ${structure.table} AS held ON held.id = kv_keys.id WHERE store = ? AND key = ?`;
  }

  get sql(): Sql {
    return this.space.sql;
  }

  /** The key's row, of whatever type, if it exists and has not expired. */
  find(key: string): KeyRow | null {
    const row = this.#row(key);
    return row === null || this.#isExpired(row) ? null : row;
  }

  /**
   * The key's row, if it exists.
   *
   * @throws KVError `WRONGTYPE` where an earlier version of the config left another structure under this key.
   */
  open(key: string): KeyRow | null {
    const row = this.find(key);
    if (row !== null && row.type !== this.structure.type)
      throw wrongType(this.name, row.type, this.structure.type);
    return row;
  }

  /**
   * As {@link open}, with the value: for structures whose table is `(id, value)`. Where the key is not remembered, one
   * statement reads both.
   */
  openValue<Value extends SqlValue>(
    key: string,
  ): { readonly row: KeyRow | null; readonly value: Value | null } {
    if (this.#cache.has(key)) {
      const row = this.open(key);
      const found = row && this.sql.get<{ value: Value }>(this.#selectValue, row.id);
      return { row, value: found?.value ?? null };
    }
    const stored = this.sql.get<StoredRow & { value: Value | null }>(this.#selectBoth, this.name, key);
    this.#remember(key, rowOf(stored));
    const row = this.open(key);
    return { row, value: row === null ? null : (stored?.value ?? null) };
  }

  /**
   * Makes a key that {@link open} did not find. Its expiry is the store's.
   *
   * @param count How many members it will have.
   * @param id What members were already stored under.
   */
  create(key: string, count: number, expiresAt = this.#defaultExpiry(), id = this.space.nextId()): KeyRow {
    this.#removeExpired(key);
    const row: KeyRow = { id, type: this.structure.type, count, expiresAt };
    this.#insert(key, row);
    return row;
  }

  /**
   * Tells that a command wrote to a key: its count is now `count`, and its expiry starts again where the store has
   * one. A key with nothing in it is deleted.
   */
  wrote(key: string, row: KeyRow, count: number): void {
    if (count === 0) {
      this.#delete(key);
      return;
    }
    const expiresAt = this.ttl === null ? row.expiresAt : this.#defaultExpiry();
    if (count === row.count && expiresAt === row.expiresAt) return;
    this.#update(key, row, count, expiresAt);
  }

  /** Sets or clears the expiry of a key. One that is not in the future deletes the key. */
  expire(key: string, row: KeyRow, expiresAt: number | null): void {
    if (expiresAt !== null && expiresAt <= this.space.now) this.remove(key, row);
    else if (expiresAt !== row.expiresAt) this.#update(key, row, row.count, expiresAt);
  }

  /** Deletes a key and its members, in time that does not depend on how many there are. */
  remove(key: string, row: KeyRow): void {
    this.#delete(key);
    this.#removeMembers(row);
  }

  /** Moves a key with its members and expiry. What was at the destination is deleted first. */
  rename(source: string, row: KeyRow, destination: string): void {
    const existing = this.#row(destination);
    if (existing !== null) this.remove(destination, existing);
    this.#delete(source);
    this.#insert(destination, row);
  }

  /** Copies a key with its members and expiry to a key that does not exist. */
  copy(row: KeyRow, destination: string): void {
    this.#removeExpired(destination);
    const copy = { ...row, id: this.space.nextId() };
    this.#insert(destination, copy);
    const { table, columns } = this.structure;
    const list = columns.join(", ");
    this.sql.run(
      `INSERT INTO ${table} (id, ${list}) SELECT ?2, ${list} FROM ${table} WHERE id = ?1`,
      row.id,
      copy.id,
    );
  }

  /** The keys after `after` that begin with `prefix`, in the order of their UTF-8 bytes, and whether they exist still. */
  list(
    prefix: string,
    after: string | null,
    limit: number,
  ): { readonly key: string; readonly exists: boolean }[] {
    const rows = this.sql.all<{ key: string; expires_at: number | null }>(
      `SELECT key, expires_at FROM kv_keys WHERE store = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
        ORDER BY key LIMIT ?4`,
      this.name,
      after !== null && compareUtf8(after, prefix) > 0 ? after : prefix,
      after,
      limit,
    );
    const end = rows.findIndex(({ key }) => !key.startsWith(prefix));
    return (end < 0 ? rows : rows.slice(0, end)).map(({ key, expires_at }) => ({
      key,
      exists: expires_at === null || expires_at > this.space.now,
    }));
  }

  #row(key: string): KeyRow | null {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const stored = this.sql.get<StoredRow>(
      "SELECT id, type, count, expires_at FROM kv_keys WHERE store = ? AND key = ?",
      this.name,
      key,
    );
    const row = rowOf(stored);
    this.#remember(key, row);
    return row;
  }

  #remember(key: string, row: KeyRow | null): void {
    if (this.#cache.size >= cachedRows) this.#cache.clear();
    this.#cache.set(key, row);
  }

  #isExpired(row: KeyRow): boolean {
    return row.expiresAt !== null && row.expiresAt <= this.space.now;
  }

  #defaultExpiry(): number | null {
    return this.ttl === null ? null : this.space.now + this.ttl;
  }

  #removeExpired(key: string): void {
    const leftover = this.#row(key);
    if (leftover !== null) this.remove(key, leftover);
  }

  #insert(key: string, row: KeyRow): void {
    this.sql.run(
      "INSERT INTO kv_keys (store, key, id, type, count, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
      this.name,
      key,
      row.id,
      row.type,
      row.count,
      row.expiresAt,
    );
    this.#remember(key, row);
    if (row.expiresAt !== null) this.space.noteExpiry(row.expiresAt);
  }

  #update(key: string, row: KeyRow, count: number, expiresAt: number | null): void {
    if (expiresAt === row.expiresAt) {
      this.sql.run("UPDATE kv_keys SET count = ? WHERE store = ? AND key = ?", count, this.name, key);
    } else {
      this.sql.run(
        "UPDATE kv_keys SET count = ?, expires_at = ? WHERE store = ? AND key = ?",
        count,
        expiresAt,
        this.name,
        key,
      );
      if (expiresAt !== null) this.space.noteExpiry(expiresAt);
    }
    this.#remember(key, { ...row, count, expiresAt });
  }

  #delete(key: string): void {
    this.sql.run("DELETE FROM kv_keys WHERE store = ? AND key = ?", this.name, key);
    this.#remember(key, null);
  }

  /** Few members go at once, which costs no more than noting them; many, and those of other structures, wait. */
  #removeMembers(row: KeyRow): void {
    const { type, table } = this.structure;
    if (row.type === type && row.count <= inlineDeletes)
      this.sql.run(`DELETE FROM ${table} WHERE id = ?`, row.id);
    else this.space.discard(row.id, row.type);
  }
}

const rowOf = (stored: StoredRow | undefined): KeyRow | null =>
  stored === undefined
    ? null
    : { id: stored.id, type: stored.type, count: stored.count, expiresAt: stored.expires_at };

export function wrongType(store: string, found: string, wanted: string): KVError {
  return new KVError(
    "WRONGTYPE",
    `The key holds a ${found} that an earlier version of the config left in ${JSON.stringify(store)}, not a ${wanted}. Delete it first.`,
  );
}
