/** Rate limits, as they run inside the object: one token bucket under each key. */
import { checkCount, checkKey } from "../checks.ts";
import { sweepRows } from "../expiring.ts";
import type { Keyspace } from "../keyspace.ts";
import type { SqlRow } from "../sql.ts";
import type { OwnTable } from "../structure.ts";
import { type Bucket, type Policy, readyAt, settle, tokens } from "./bucket.ts";
import type { RateLimit } from "./commands.ts";

interface BucketRow extends SqlRow {
  readonly spent: number;
  readonly since: number;
  readonly full_at: number;
}

/** A bucket as it is now, with what its row says. */
interface OpenBucket {
  readonly bucket: Bucket;
  /** When it is full, in milliseconds since 1970. */
  readonly fullAt: number;
  readonly isStored: boolean;
}

export class RateLimits {
  readonly #space: Keyspace;
  readonly #store: string;
  readonly #policy: Policy;

  constructor(space: Keyspace, store: string, policy: Policy) {
    this.#space = space;
    this.#store = store;
    this.#policy = policy;
  }

  /** Reads one row, and writes one if the tokens are there. */
  take(key: unknown, cost: unknown): RateLimit {
    const [name, amount] = [checkKey(key), checkCount(cost, "The cost", 1)];
    const open = this.#open(name);
    const before = this.#describe(open, amount);
    if (!before.allowed) return before;
    const bucket = { ...open.bucket, spent: open.bucket.spent + amount };
    const fullAt = readyAt(bucket, this.#policy, this.#policy.burst);
    this.#write(name, bucket, fullAt, open.isStored);
    return { ...before, remaining: before.remaining - amount, reset: fullAt - this.#space.now };
  }

  peek(key: unknown, cost: unknown): RateLimit {
    const [name, amount] = [checkKey(key), checkCount(cost, "The cost", 1)];
    return this.#describe(this.#open(name), amount);
  }

  /** Fills the bucket; replies whether it was not full. */
  reset(key: unknown): boolean {
    const [row] = this.#space.sql.returning<{ full_at: number }>(
      "DELETE FROM kv_rate_limit WHERE store = ? AND key = ? RETURNING full_at",
      this.#store,
      checkKey(key),
    );
    return row !== undefined && row.full_at > this.#space.now;
  }

  #open(key: string): OpenBucket {
    const { now, sql } = this.#space;
    const { burst } = this.#policy;
    const row = sql.get<BucketRow>(
      "SELECT spent, since, full_at FROM kv_rate_limit WHERE store = ? AND key = ?",
      this.#store,
      key,
    );
    // The earlier of what the limit gives and what it gave when the row was written: it may have changed since.
    const fullAt = row === undefined ? now : Math.min(row.full_at, readyAt(row, this.#policy, burst));
    if (row === undefined || fullAt <= now) {
      return { bucket: { spent: 0, since: now }, fullAt: now, isStored: row !== undefined };
    }
    return { bucket: settle(row, this.#policy, now), fullAt, isStored: true };
  }

  #describe({ bucket, fullAt }: OpenBucket, cost: number): RateLimit {
    const { now } = this.#space;
    const { burst } = this.#policy;
    const available = tokens(bucket, this.#policy, now);
    const allowed = cost <= available;
    const wait = Math.min(readyAt(bucket, this.#policy, cost), fullAt) - now;
    return {
      allowed,
      limit: burst,
      remaining: Math.max(available, 0),
      reset: fullAt - now,
      retryAfter: allowed ? 0 : cost > burst ? null : wait,
    };
  }

  #write(key: string, { spent, since }: Bucket, fullAt: number, isStored: boolean): void {
    const { sql } = this.#space;
    if (isStored) {
      sql.run(
        "UPDATE kv_rate_limit SET spent = ?, since = ?, full_at = ? WHERE store = ? AND key = ?",
        spent,
        since,
        fullAt,
        this.#store,
        key,
      );
      return;
    }
    sql.run(
      "INSERT INTO kv_rate_limit (store, key, spent, since, full_at, sweep_at) VALUES (?, ?, ?, ?, ?, ?)",
      this.#store,
      key,
      spent,
      since,
      fullAt,
      fullAt + linger,
    );
    this.#space.noteExpiry(fullAt + linger);
  }
}

/**
 * Milliseconds that the row of a full bucket stays: to write over it costs one row, to delete it and write it again
 * four, with the index.
 */
const linger = 600_000;

export const rateLimits: OwnTable = {
  type: "rate-limit",
  formats: [
    [
      `CREATE TABLE kv_rate_limit (
        store TEXT NOT NULL, key TEXT NOT NULL, spent INTEGER NOT NULL, since INTEGER NOT NULL,
        full_at INTEGER NOT NULL, sweep_at INTEGER NOT NULL, PRIMARY KEY (store, key)) WITHOUT ROWID`,
      "CREATE INDEX kv_rate_limit_sweep ON kv_rate_limit (sweep_at)",
    ],
  ],
  sweep: (sql, now, limit) => sweepRows(sql, "kv_rate_limit", `full_at + ${linger}`, now, limit),
};
