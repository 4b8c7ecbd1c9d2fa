/**
 * What all stores of an object share: the tables, the ids of keys, and what waits for the sweep. There is one row per
 * key with its type, its count, its expiry and the surrogate id that the members are kept under. Counts are therefore
 * read, not counted; a key is deleted or renamed without touching its members.
 */
import { KVError } from "./errors.ts";
import type { Sql } from "./sql.ts";
import type { Tables } from "./structure.ts";

/** The tables that every object has. */
const tables = [
  `CREATE TABLE IF NOT EXISTS kv_keys (
    store TEXT NOT NULL, key TEXT NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, count INTEGER NOT NULL,
    expires_at INTEGER, PRIMARY KEY (store, key)) WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS kv_keys_expiry ON kv_keys (expires_at) WHERE expires_at IS NOT NULL",
  "CREATE TABLE IF NOT EXISTS kv_garbage (id INTEGER PRIMARY KEY, type TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS kv_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
];

/** How many ids are reserved with one write. Those left over when the object restarts are never used. */
const idBlock = 1_000;

/** The keyspace of an object. */
export class Keyspace {
  readonly sql: Sql;
  /** Milliseconds since 1970: one moment for all commands of a batch. */
  now = 0;
  /** The earliest expiry that was set since this was last cleared, in milliseconds. */
  nextExpiry: number | null = null;
  /** Whether members of deleted keys wait for the sweep. */
  hasGarbage = false;
  #nextId = 0;
  #lastId = 0;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Makes the tables that are not there. */
  createTables(): void {
    for (const statement of tables) this.sql.run(statement);
  }

  /**
   * Brings a structure's tables to the format that this code knows.
   *
   * @throws KVError `VERSION_MISMATCH` where a newer version of the Worker has written them.
   */
  prepare({ type, formats }: Tables): void {
    const name = `format:${type}`;
    const stored = this.meta(name);
    if (stored > formats.length) {
      throw new KVError(
        "VERSION_MISMATCH",
        `The ${type} data of this object has format ${stored}; this version of the Worker knows ${formats.length}.`,
      );
    }
    if (stored === formats.length) return;
    for (const statements of formats.slice(stored))
      for (const statement of statements) this.sql.run(statement);
    this.setMeta(name, formats.length);
  }

  /** A surrogate id that no key ever had. */
  nextId(): number {
    if (this.#nextId === this.#lastId) {
      this.#nextId = this.meta("next_id");
      this.#lastId = this.#nextId + idBlock;
      this.setMeta("next_id", this.#lastId);
    }
    return ++this.#nextId;
  }

  /** Forgets reserved ids: after a rollback their reservation is undone. */
  forget(): void {
    this.#nextId = 0;
    this.#lastId = 0;
  }

  noteExpiry(at: number): void {
    if (this.nextExpiry === null || at < this.nextExpiry) this.nextExpiry = at;
  }

  /** Leaves the members of a deleted key to the sweep. */
  discard(id: number, type: string): void {
    this.sql.run("INSERT INTO kv_garbage (id, type) VALUES (?, ?)", id, type);
    this.hasGarbage = true;
  }

  /** A number that is kept under a name of ours; 0 where there is none. */
  meta(name: string): number {
    return this.sql.get<{ value: number }>("SELECT value FROM kv_meta WHERE name = ?", name)?.value ?? 0;
  }

  setMeta(name: string, value: number): void {
    this.sql.run(
      "INSERT INTO kv_meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      value,
    );
  }
}
