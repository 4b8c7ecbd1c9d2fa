/** Sessions, as they run inside the object: rows under the digests of their tokens. */
import { checkMember, checkText } from "../checks.ts";
import { KVError } from "../errors.ts";
import { sweepRows } from "../expiring.ts";
import type { Keyspace } from "../keyspace.ts";
import type { SqlRow } from "../sql.ts";
import type { OwnTable } from "../structure.ts";
import { checkUser } from "./user.ts";

/** Milliseconds. */
export interface Lifetimes {
  /** From the beginning of a session to its end. */
  readonly ttl: number;
  /** Without a use; null for as long as `ttl`. */
  readonly idle: number | null;
}

/** A session as it travels. `data` is pairs of names and texts. */
export interface RawSession {
  readonly id: string;
  readonly user: string;
  readonly data: readonly (readonly [name: string, text: string])[];
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

interface Times extends SqlRow {
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
}

interface SessionRow extends Times {
  readonly hash: string;
  readonly id: string;
  readonly user: string;
  readonly data: string;
}

/**
 * A use is noted when the last one noted is so many milliseconds ago, or a tenth of `idle` if that is less. Every row
 * written is billed, a thousand times as high as one read; so a busy session costs a row a minute, and an idle one
 * ends a tenth of `idle` early at the most.
 */
const noteUse = 60_000;

const times = "created_at, seen_at, expires_at";
const columns = `hash, id, user, data, ${times}`;

/** By its index: SQLite guesses that all sessions of a store are fewer than those of a user, and would read them. */
const ofUser = "kv_session INDEXED BY kv_session_user";

export class Sessions {
  readonly #space: Keyspace;
  readonly #store: string;
  readonly #lifetimes: Lifetimes;

  constructor(space: Keyspace, store: string, lifetimes: Lifetimes) {
    this.#space = space;
    this.#store = store;
    this.#lifetimes = lifetimes;
  }

  create(hash: unknown, id: unknown, user: unknown, data: unknown): RawSession {
    const { now, sql } = this.#space;
    const row: SessionRow = {
      hash: checkText(hash, "The digest"),
      id: checkText(id, "The id"),
      user: checkUser(user),
      data: checkData([], data),
      created_at: now,
      seen_at: now,
      expires_at: this.#expiry(now, now),
    };
    sql.run(
      `INSERT INTO kv_session (store, ${columns}, sweep_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`,
      this.#store,
      row.hash,
      row.id,
      row.user,
      row.data,
      row.created_at,
      row.seen_at,
      row.expires_at,
    );
    this.#space.noteExpiry(row.expires_at);
    return this.#raw(row);
  }

  read(hash: unknown): RawSession | null {
    const row = this.#find(hash);
    return row === null ? null : this.#raw(this.#use(row));
  }

  rotate(hash: unknown, next: unknown): RawSession | null {
    const digest = checkText(next, "The new digest");
    const row = this.#find(hash);
    if (row === null) return null;
    this.#space.sql.run(
      "UPDATE kv_session SET hash = ? WHERE store = ? AND hash = ?",
      digest,
      this.#store,
      row.hash,
    );
    return this.#raw(this.#use({ ...row, hash: digest }));
  }

  update(hash: unknown, changes: unknown): RawSession | null {
    const row = this.#find(hash);
    const data = checkData(row === null ? [] : pairsOf(row), changes);
    if (row === null) return null;
    this.#space.sql.run(
      "UPDATE kv_session SET data = ? WHERE store = ? AND hash = ?",
      data,
      this.#store,
      row.hash,
    );
    return this.#raw(this.#use({ ...row, data }));
  }

  revoke(hash: unknown): boolean {
    const [row] = this.#space.sql.returning<Times>(
      `DELETE FROM kv_session WHERE store = ? AND hash = ? RETURNING ${times}`,
      this.#store,
      checkText(hash, "The digest"),
    );
    return row !== undefined && this.#isAlive(row);
  }

  list(user: unknown): RawSession[] {
    const rows = this.#space.sql.all<SessionRow>(
      `SELECT ${columns} FROM ${ofUser} WHERE store = ? AND user = ? ORDER BY seen_at DESC, created_at DESC`,
      this.#store,
      checkUser(user),
    );
    return rows.filter((row) => this.#isAlive(row)).map((row) => this.#raw(row));
  }

  revokeid(user: unknown, id: unknown): boolean {
    const rows = this.#space.sql.returning<Times>(
      `DELETE FROM ${ofUser} WHERE store = ? AND user = ? AND id = ? RETURNING ${times}`,
      this.#store,
      checkUser(user),
      checkText(id, "The id"),
    );
    return rows.some((row) => this.#isAlive(row));
  }

  /** `except` is the digest of a session that stays, or null. */
  revokeall(user: unknown, except: unknown): number {
    const rows = this.#space.sql.returning<Times>(
      `DELETE FROM ${ofUser} WHERE store = ?1 AND user = ?2 AND (?3 IS NULL OR hash <> ?3) RETURNING ${times}`,
      this.#store,
      checkUser(user),
      except === null ? null : checkText(except, "The digest"),
    );
    return rows.filter((row) => this.#isAlive(row)).length;
  }

  #find(hash: unknown): SessionRow | null {
    const row = this.#space.sql.get<SessionRow>(
      `SELECT ${columns} FROM kv_session WHERE store = ? AND hash = ?`,
      this.#store,
      checkText(hash, "The digest"),
    );
    return row !== undefined && this.#isAlive(row) ? row : null;
  }

  /** Notes a use, unless one was noted a short while ago. */
  #use(row: SessionRow): SessionRow {
    const { now, sql } = this.#space;
    const { idle } = this.#lifetimes;
    if (now - row.seen_at < (idle === null ? noteUse : Math.min(noteUse, idle / 10))) return row;
    const expiresAt = this.#expiry(row.created_at, now);
    sql.run(
      "UPDATE kv_session SET seen_at = ?, expires_at = ? WHERE store = ? AND hash = ?",
      now,
      expiresAt,
      this.#store,
      row.hash,
    );
    return { ...row, seen_at: now, expires_at: expiresAt };
  }

  /** When a session ends if it is not used again. */
  #expiry(createdAt: number, seenAt: number): number {
    const { ttl, idle } = this.#lifetimes;
    return Math.min(createdAt + ttl, idle === null ? Number.POSITIVE_INFINITY : seenAt + idle);
  }

  /** The row has its expiry for the sweep. Lifetimes that were shortened since count at once. */
  #isAlive({ created_at, seen_at, expires_at }: Times): boolean {
    return Math.min(expires_at, this.#expiry(created_at, seen_at)) > this.#space.now;
  }

  #raw(row: SessionRow): RawSession {
    const { id, user, created_at, seen_at } = row;
    return {
      id,
      user,
      data: pairsOf(row),
      createdAt: created_at,
      seenAt: seen_at,
      expiresAt: created_at + this.#lifetimes.ttl,
    };
  }
}

const pairsOf = ({ data }: SessionRow): [name: string, text: string][] =>
  JSON.parse(data) as [string, string][];

/** Data with changes to it, as text. It is read with every request, so it must not be large. */
function checkData(before: readonly (readonly [string, string])[], changes: unknown): string {
  if (!Array.isArray(changes)) throw new KVError("INVALID_ARGUMENT", "The data must be pairs.");
  const data = new Map(before);
  for (const change of changes) {
    if (!Array.isArray(change)) throw new KVError("INVALID_ARGUMENT", "The data must be pairs.");
    data.set(checkText(change[0], "A name in the data"), checkText(change[1], "A value in the data"));
  }
  return checkMember(JSON.stringify([...data]), "The data of the session");
}

export const sessions: OwnTable = {
  type: "session",
  formats: [
    [
      `CREATE TABLE kv_session (
        store TEXT NOT NULL, hash TEXT NOT NULL, id TEXT NOT NULL, user TEXT NOT NULL, data TEXT NOT NULL,
        created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        sweep_at INTEGER NOT NULL, PRIMARY KEY (store, hash)) WITHOUT ROWID`,
      "CREATE INDEX kv_session_user ON kv_session (store, user, id)",
      "CREATE INDEX kv_session_sweep ON kv_session (sweep_at)",
    ],
  ],
  sweep: (sql, now, limit) => sweepRows(sql, "kv_session", "expires_at", now, limit),
};
