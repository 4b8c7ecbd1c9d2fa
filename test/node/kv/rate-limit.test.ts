import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KVError, type RateLimit, rateLimit } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accessor } from "../../../runtime/kv/accessor.ts";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";
import { countedSql } from "./counted-sql.ts";

const start = 1_800_000_000_000;

const definitions = {
  /** A token each 600 ms. */
  api: rateLimit({ prefix: "api", object: "api", shards: 8, requests: 100, per: 60_000, burst: 100 }),
  /** In the same objects. A token each 1000/3 ms, and no burst stated. */
  login: rateLimit({ prefix: "login", object: "api", shards: 8, requests: 3, per: 1_000 }),
};

let clock = start;
let db = openKV(definitions, { now: () => clock });
beforeEach(() => {
  clock = start;
  db = openKV(definitions, { now: () => clock });
});
afterEach(() => db.close());

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (error instanceof KVError ? error.code : error),
  );

/** An engine with one limit. Its statements are counted. */
function engineOf(requests: number, per: number, burst: number) {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const scheduled: number[] = [];
  const stores = { limit: rateLimit({ prefix: "limit", object: "main", requests, per, burst }) };
  const engine = new Engine(sql, stores, { now: () => clock, schedule: (at) => scheduled.push(at) });
  const run = (command: string, ...args: unknown[]): unknown => {
    const [reply] = engine.run({ atomic: false, commands: [{ store: "limit", command, args }] }).replies;
    if (!reply?.ok) throw new Error(JSON.stringify(reply));
    return reply.value;
  };
  return {
    engine,
    scheduled,
    sql,
    take: (key: string, cost = 1) => run("take", key, cost) as RateLimit,
    peek: (key: string, cost = 1) => run("peek", key, cost) as RateLimit,
    reset: (key: string) => run("reset", key) as boolean,
    rows: () => Number(database.prepare("SELECT count(*) AS n FROM kv_rate_limit").get()?.n),
    row: (key: string) => database.prepare("SELECT * FROM kv_rate_limit WHERE key = ?").get(key),
  };
}

describe("rate limits (contract 4.6)", () => {
  test("a bucket empties, and fills evenly", async () => {
    const { api } = db.kv;
    expect(await api.peek("ann")).toEqual({
      allowed: true,
      limit: 100,
      remaining: 100,
      reset: 0,
      retryAfter: 0,
    });
    expect(await api.take("ann")).toEqual({
      allowed: true,
      limit: 100,
      remaining: 99,
      reset: 600,
      retryAfter: 0,
    });
    expect(await api.take("ann", 99)).toMatchObject({ allowed: true, remaining: 0, reset: 60_000 });
    expect(await api.take("ann")).toEqual({
      allowed: false,
      limit: 100,
      remaining: 0,
      reset: 60_000,
      retryAfter: 600,
    });
    expect((await api.take("bob")).allowed).toBe(true);
    clock += 599;
    expect(await api.take("ann")).toMatchObject({ allowed: false, retryAfter: 1 });
    clock += 1;
    expect(await api.take("ann", 2)).toMatchObject({ allowed: false, remaining: 1, retryAfter: 600 });
    expect(await api.take("ann")).toMatchObject({ allowed: true, remaining: 0, reset: 60_000 });
    clock += 60_000;
    expect(await api.peek("ann")).toMatchObject({ remaining: 100, reset: 0 });
  });

  test("thirds of a second add up to whole ones", async () => {
    const { login } = db.kv;
    await login.take("ann", 3);
    // The tokens come at 333⅓, 666⅔ and 1000.
    for (const [at, remaining, retryAfter] of [
      [333, 0, 1],
      [334, 1, 0],
      [666, 1, 0],
      [667, 2, 0],
      [999, 2, 0],
    ] as const) {
      clock = start + at;
      expect(await login.peek("ann")).toMatchObject({ remaining, retryAfter });
    }
    clock = start + 334;
    await login.take("ann");
    clock = start + 667;
    expect(await login.take("ann")).toMatchObject({ allowed: true, remaining: 0 });
    clock = start + 1_000;
    expect(await login.take("ann")).toMatchObject({ allowed: true, remaining: 0, reset: 1_000 });
  });

  test("a cost that no bucket holds is refused for ever", async () => {
    expect(await db.kv.api.take("ann", 101)).toEqual({
      allowed: false,
      limit: 100,
      remaining: 100,
      reset: 0,
      retryAfter: null,
    });
    expect(await db.kv.api.take("ann", Number.MAX_SAFE_INTEGER)).toMatchObject({ retryAfter: null });
    expect(await db.kv.api.take("ann", 100)).toMatchObject({ allowed: true, remaining: 0 });
  });

  test("peek changes nothing, reset fills", async () => {
    const { api } = db.kv;
    await api.take("ann", 70);
    for (let i = 0; i < 3; i++)
      expect(await api.peek("ann", 31)).toMatchObject({ allowed: false, remaining: 30, retryAfter: 600 });
    expect(await api.reset("ann")).toBe(true);
    expect(await api.reset("ann")).toBe(false);
    expect(await api.peek("ann")).toMatchObject({ remaining: 100, reset: 0 });
    await api.take("ann");
    clock += 600;
    expect(await api.reset("ann")).toBe(false);
  });

  test("stores of the same objects do not meet", async () => {
    await db.kv.api.take("ann", 100);
    expect(await db.kv.login.peek("ann")).toMatchObject({ remaining: 3, limit: 3 });
    expect(await db.kv.login.reset("ann")).toBe(false);
    expect(await db.kv.api.peek("ann")).toMatchObject({ remaining: 0 });
  });

  test("keys and costs are checked", async () => {
    const { api } = db.kv;
    for (const key of [undefined, null, 7, {}, []] as unknown[] as string[]) {
      for (const call of [api.take(key), api.peek(key), api.reset(key)])
        expect(await code(call)).toBe("INVALID_ARGUMENT");
    }
    expect(await code(api.take("\ud800"))).toBe("INVALID_TEXT");
    expect(await code(api.take("x".repeat(1_025)))).toBe("KEY_TOO_LARGE");
    for (const cost of [0, -1]) expect(await code(api.take("ann", cost))).toBe("OUT_OF_RANGE");
    for (const cost of [0.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null] as unknown[] as number[])
      expect(await code(api.take("ann", cost))).toBe("INVALID_ARGUMENT");
    for (const key of ["", "__proto__", "{a}b", "NUL\0NUL", "x".repeat(1_024)]) {
      expect(await api.take(key)).toMatchObject({ allowed: true, remaining: 99 });
    }
    expect(await api.peek("ann")).toMatchObject({ remaining: 100 });
  });

  test("limits are checked where they are declared", () => {
    const declare = (requests: number, per: number, burst?: number) => () =>
      rateLimit({ prefix: "x", object: "x", requests, per, ...(burst === undefined ? {} : { burst }) });
    for (const bad of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(declare(bad, 1)).toThrow(/requests of the rate limit "x"/);
      expect(declare(1, bad)).toThrow(/period of the rate limit "x"/);
      expect(declare(1, 1, bad)).toThrow(/burst of the rate limit "x"/);
    }
    expect(declare(1_000_000, 2_000_000_000)).not.toThrow();
    expect(declare(10_000_000, 2_000_000_000)).toThrow(/too large.*shorter period/);
  });
});

/** A bucket in exact arithmetic: what is missing, in tokens times `per`. */
class Oracle {
  #missing = 0n;
  #latest: number;
  readonly #requests: bigint;
  readonly #per: bigint;
  readonly #burst: bigint;

  constructor(requests: number, per: number, burst: number) {
    this.#latest = clock;
    [this.#requests, this.#per, this.#burst] = [BigInt(requests), BigInt(per), BigInt(burst)];
  }

  take(cost: number, keep = true): RateLimit {
    const inflow = BigInt(Math.max(clock - this.#latest, 0)) * this.#requests;
    this.#latest = Math.max(clock, this.#latest);
    this.#missing = this.#missing > inflow ? this.#missing - inflow : 0n;
    const [wanted, room] = [BigInt(cost) * this.#per, this.#burst * this.#per - this.#missing];
    const allowed = wanted <= room;
    if (allowed && keep) this.#missing += wanted;
    const left = this.#burst * this.#per - this.#missing;
    return {
      allowed,
      limit: Number(this.#burst),
      remaining: Number(left / this.#per),
      reset: Number((this.#missing + this.#requests - 1n) / this.#requests),
      retryAfter: allowed
        ? 0
        : wanted > this.#burst * this.#per
          ? null
          : Number((wanted - room + this.#requests - 1n) / this.#requests),
    };
  }
}

const policy = fc
  .record({
    requests: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 500_000 })),
    per: fc.oneof(
      fc.constantFrom(1, 7, 1_000, 60_000, 86_400_000, 2_592_000_000),
      fc.integer({ min: 1, max: 1e9 }),
    ),
    burst: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 500_000 })),
  })
  .filter(({ requests, per, burst }) => (requests + burst) * per <= 2 ** 52);

/** Steps in units of the time that a token takes, or of the time until the bucket is full. */
const steps = fc.array(
  fc.record({
    unit: fc.constantFrom("token", "full", "millisecond"),
    amount: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true })),
    cost: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1.1, noNaN: true })),
    peek: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

describe("tokens are counted exactly", () => {
  test("against exact arithmetic, for any limit and any sequence", () => {
    fc.assert(
      fc.property(policy, steps, ({ requests, per, burst }, sequence) => {
        clock = start;
        const { take, peek } = engineOf(requests, per, burst);
        const oracle = new Oracle(requests, per, burst);
        const units = { token: per / requests, full: (per / requests) * burst, millisecond: 1 };
        for (const { unit, amount, cost, peek: isPeek } of sequence) {
          clock += Math.floor(units[unit] * amount);
          const tokens = cost === 1 ? 1 : Math.max(1, Math.floor(cost * burst));
          if (isPeek) expect(peek("k", tokens)).toEqual(oracle.take(tokens, false));
          expect(take("k", tokens)).toEqual(oracle.take(tokens));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("over a hundred thousand takes in a bucket that is never full", () => {
    const [requests, per, burst] = [7, 1_001, 50];
    const { take, sql } = engineOf(requests, per, burst);
    const oracle = new Oracle(requests, per, burst);
    let taken = 0;
    for (let i = 0; i < 100_000; i++) {
      clock += (i * 7_919) % 191;
      const reply = take("k");
      if (reply.allowed) taken++;
      if (i % 97 === 0 || !reply.allowed) expect(reply).toEqual({ ...oracle.take(1) });
      else oracle.take(1);
      if (i % 1_000 === 0) sql.cost();
    }
    // Nothing is gained or lost: what flowed in was taken, or is there.
    const flowed = Math.floor(((clock - start) * requests) / per) + burst;
    expect(taken).toBeLessThanOrEqual(flowed);
    expect(flowed - taken).toBeLessThanOrEqual(burst);
  });

  test("retryAfter is the first millisecond at which the cost is there", () => {
    fc.assert(
      fc.property(policy, fc.double({ min: 0, max: 1, noNaN: true }), ({ requests, per, burst }, part) => {
        clock = start;
        const { take, peek } = engineOf(requests, per, burst);
        take("k", burst);
        const cost = Math.max(1, Math.floor(part * burst));
        const { retryAfter } = peek("k", cost);
        expect(retryAfter).toBeGreaterThan(0);
        clock = start + (retryAfter ?? 0) - 1;
        expect(peek("k", cost).allowed).toBe(false);
        clock++;
        expect(take("k", cost).allowed).toBe(true);
      }),
    );
  });

  test("a clock that wanders never grants more than the time that has passed at its latest", () => {
    fc.assert(
      fc.property(
        policy,
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 80 }),
        ({ requests, per, burst }, walk) => {
          clock = start;
          let [latest, taken] = [start, 0];
          const { take, peek } = engineOf(requests, per, burst);
          for (const part of walk) {
            const before = peek("k");
            const from = clock;
            clock = Math.max(start, clock + Math.floor((part * per * burst) / requests / 2));
            if (clock < from) expect(peek("k").remaining).toBeLessThanOrEqual(before.remaining);
            latest = Math.max(latest, clock);
            const cost = Math.max(1, peek("k").remaining);
            if (take("k", cost).allowed) taken += cost;
            const limit = BigInt(burst) + (BigInt(latest - start) * BigInt(requests)) / BigInt(per);
            expect(BigInt(taken)).toBeLessThanOrEqual(limit);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("contract 4.6: 200 racing takes through many stubs are counted exactly", async () => {
    const stores = { api: rateLimit({ prefix: "api", object: "api", shards: 4, requests: 50, per: 60_000 }) };
    using shared = openKV(stores, { now: () => clock });
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        // Each has a binding, and so an outbox, of its own, and its message takes its own time.
        const kv = accessor(stores)({
          getByName: (name) => ({
            async run(batch) {
              for (let wait = 0; wait < (index * 7) % 5; wait++) await new Promise(setImmediate);
              return shared.binding.getByName(name).run(batch);
            },
          }),
        });
        return kv.api.take("ann");
      }),
    );
    const allowed = replies.filter((reply) => reply.allowed);
    expect(allowed).toHaveLength(50);
    expect(allowed.map(({ remaining }) => remaining).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
    expect(await shared.kv.api.peek("ann")).toMatchObject({ remaining: 0, retryAfter: 1_200 });
  });
});

describe("what rate limits cost", () => {
  test("a take reads one row and writes one; a refused one writes nothing", () => {
    const { take, peek, sql, row } = engineOf(3, 1_500, 3);
    // The first commands of an engine also look at its tables.
    take("k");
    take("k");
    sql.cost();
    take("k");
    expect(sql.cost().texts.map((text) => text.split(" ")[0])).toEqual(["SELECT", "UPDATE"]);
    const before = row("k");
    clock += 100;
    expect(take("k").allowed).toBe(false);
    peek("k");
    expect(sql.cost().texts.map((text) => text.split(" ")[0])).toEqual(["SELECT", "SELECT"]);
    expect(row("k")).toEqual(before);
    // The index of the sweep has a row of its own: it must be left alone.
    clock += 2_000;
    take("k");
    expect(row("k")).toMatchObject({ sweep_at: before?.sweep_at });
    expect(sql.cost().texts.at(-1)).not.toContain("sweep_at");
  });

  test("rows of full buckets are swept some time after; others stay", () => {
    const { engine, take, rows, peek, scheduled } = engineOf(1, 1_000, 1_000);
    for (let i = 0; i < 1_500; i++) take(`idle ${i}`);
    take("busy", 1_000);
    expect(Math.min(...scheduled)).toBe(start + 1_000 + 600_000);
    expect(engine.sweep()).toBe(start + 601_000);
    clock = start + 601_000;
    for (let next = engine.sweep(); next === clock; next = engine.sweep());
    expect(rows()).toBe(1);
    expect(peek("busy")).toMatchObject({ remaining: 601 });
    clock = start + 1_599_999;
    expect(engine.sweep()).toBeGreaterThan(clock);
    expect(rows()).toBe(1);
    clock = start + 1_600_000;
    expect(engine.sweep()).toBeNull();
    expect(rows()).toBe(0);
  });
});

describe("a limit that a new release changes", () => {
  const declare = (requests: number, per: number, burst: number) => ({
    api: rateLimit({ prefix: "api", object: "main", requests, per, burst }),
  });
  const folder = () => mkdtempSync(path.join(os.tmpdir(), "covara-limits-"));

  test("counts on from what was taken", async () => {
    const place = folder();
    try {
      {
        using old = openKV(declare(100, 60_000, 100), { folder: place, now: () => clock });
        await old.kv.api.take("ann", 60);
      }
      {
        using lower = openKV(declare(10, 60_000, 10), { folder: place, now: () => clock });
        const refused = await lower.kv.api.take("ann");
        expect(refused).toMatchObject({ allowed: false, limit: 10, remaining: 0 });
        // Not longer than the old limit would have taken to fill.
        expect(refused.retryAfter).toBe(36_000);
      }
      {
        using higher = openKV(declare(1_000, 60_000, 1_000), { folder: place, now: () => clock });
        expect(await higher.kv.api.take("ann", 940)).toMatchObject({ allowed: true, remaining: 0 });
        clock += 60;
        expect(await higher.kv.api.take("ann")).toMatchObject({ allowed: true, remaining: 0 });
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  test("gives no more than a full bucket", () => {
    fc.assert(
      fc.property(policy, policy, fc.double({ min: 0, max: 2, noNaN: true }), (before, after, part) => {
        clock = start;
        const database = new DatabaseSync(":memory:");
        const engineFor = ({ requests, per, burst }: typeof before) =>
          new Engine(nodeSql(database), declare(requests, per, burst), {
            now: () => clock,
            schedule: () => {},
          });
        const run = (engine: Engine, command: string, cost: number): RateLimit => {
          const commands = [{ store: "api", command, args: ["k", cost] }];
          const [reply] = engine.run({ atomic: false, commands }).replies;
          if (!reply?.ok) throw new Error(JSON.stringify(reply));
          return reply.value as RateLimit;
        };
        run(engineFor(before), "take", before.burst);
        clock += Math.floor((part * before.per * before.burst) / before.requests);
        const engine = engineFor(after);
        const { remaining, reset } = run(engine, "peek", 1);
        expect(remaining).toBeGreaterThanOrEqual(0);
        expect(remaining).toBeLessThanOrEqual(after.burst);
        if (remaining > 0) {
          expect(run(engine, "take", remaining)).toMatchObject({ allowed: true, remaining: 0 });
        }
        clock += reset + Math.ceil((after.per * after.burst) / after.requests) + 1;
        expect(run(engine, "peek", after.burst)).toMatchObject({ allowed: true, reset: 0 });
        database.close();
      }),
      { numRuns: 200 },
    );
  });
});
