import { DatabaseSync } from "node:sqlite";
import { json, type KVError, list } from "covara/runtime/kv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine } from "../../../runtime/kv/engine.ts";
import { countedSql } from "./counted-sql.ts";
import { open, type Profile, start } from "./stores.ts";

const stores = {
  recent: list({ prefix: "recent", object: "main" }),
  capped: list({ prefix: "capped", object: "main", max: 3 }),
  fleeting: list({ prefix: "fleeting", object: "main", ttl: 1_000 }),
  profiles: list({ prefix: "profiles", object: "main", value: json<Profile>() }),
};

const failure = (code: KVError["code"]) => ({ name: "KVError", code });

test("values are pushed, read, set and popped at both ends", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  expect(await recent.lpush("a", "2", "1")).toBe(2);
  expect(await recent.rpush("a", "3", "4", "5")).toBe(5);
  expect(await recent.lrange("a", 0, -1)).toEqual(["1", "2", "3", "4", "5"]);
  expect(await recent.lrange("a", -2, 100)).toEqual(["4", "5"]);
  expect(await recent.lrange("a", 3, 1)).toEqual([]);
  expect(await recent.lindex("a", -1)).toBe("5");
  expect(await recent.lindex("a", 5)).toBeNull();
  await recent.lset("a", -2, "four");
  expect(await recent.lpop("a")).toBe("1");
  expect(await recent.rpop("a", 2)).toEqual(["5", "four"]);
  expect(await recent.lpop("a", 0)).toEqual([]);
  expect(await recent.llen("a")).toBe(2);
  expect(await recent.lpop("a", 9)).toEqual(["2", "3"]);
  expect(await recent.exists("a")).toBe(false);
  expect(await recent.lpop("a")).toBeNull();
  expect(await recent.rpop("a", 0)).toBeNull();
  expect(await recent.lpushx("a", "x")).toBe(0);
  expect(await recent.rpushx("a", "x")).toBe(0);
  expect(await recent.llen("a")).toBe(0);
});

test("linsert, lrem, lpos and lmove", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  await recent.rpush("a", "x", "y", "x", "z", "x");
  expect(await recent.linsert("a", "before", "x", "first")).toBe(6);
  expect(await recent.linsert("a", "after", "x", "second")).toBe(7);
  expect(await recent.linsert("a", "after", "none", "v")).toBe(-1);
  expect(await recent.linsert("none", "after", "x", "v")).toBe(0);
  expect(await recent.lrange("a", 0, -1)).toEqual(["first", "x", "second", "y", "x", "z", "x"]);
  expect(await recent.lpos("a", "x")).toBe(1);
  expect(await recent.lpos("a", "x", { rank: -1 })).toBe(6);
  expect(await recent.lpos("a", "x", { rank: 2, count: 0 })).toEqual([4, 6]);
  expect(await recent.lpos("a", "x", { rank: -1, count: 2 })).toEqual([6, 4]);
  expect(await recent.lpos("a", "x", { maxlen: 1 })).toBeNull();
  expect(await recent.lpos("a", "x", { count: 0, maxlen: 5 })).toEqual([1, 4]);
  expect(await recent.lpos("none", "x", { count: 1 })).toEqual([]);
  expect(await recent.lrem("a", -2, "x")).toBe(2);
  expect(await recent.lrem("a", 0, "none")).toBe(0);
  expect(await recent.lrange("a", 0, -1)).toEqual(["first", "x", "second", "y", "z"]);
  expect(await recent.lmove("a", "b", "left", "right")).toBe("first");
  expect(await recent.lmove("a", "a", "left", "right")).toBe("x");
  expect(await recent.lmove("none", "b", "left", "right")).toBeNull();
  expect(await recent.lrange("a", 0, -1)).toEqual(["second", "y", "z", "x"]);
  expect(await recent.lrange("b", 0, -1)).toEqual(["first"]);
  expect(await recent.lrem("b", 0, "first")).toBe(1);
  expect(await recent.exists("b")).toBe(false);
});

test("ltrim keeps a range, and nothing where the range is empty", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  await recent.rpush("a", "1", "2", "3", "4");
  expect(await recent.ltrim("a", 1, -2)).toBeUndefined();
  expect(await recent.lrange("a", 0, -1)).toEqual(["2", "3"]);
  await recent.ltrim("a", 5, 9);
  expect(await recent.exists("a")).toBe(false);
  await recent.ltrim("a", 0, 0);
});

test("ltrim of a long list to a short one keeps order and expiry, and the sweep finds the rest", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  await recent.rpush("a", "0", ...Array.from({ length: 4_999 }, (_, i) => String(i + 1)));
  await recent.expire("a", 100);
  await recent.ltrim("a", 2_000, 2_002);
  expect(await recent.lrange("a", 0, -1)).toEqual(["2000", "2001", "2002"]);
  expect(await recent.ttl("a")).toBe(100);
  db.sweep();
  for (let i = 0; i < 10; i++) db.sweep();
  expect(await recent.rpush("a", "next")).toBe(4);
  expect(await recent.lrange("a", 0, -1)).toEqual(["2000", "2001", "2002", "next"]);
});

test("max: a push trims the other end", async () => {
  using db = open(stores);
  const { capped } = db.kv;
  expect(await capped.lpush("a", "1", "2", "3", "4")).toBe(3);
  expect(await capped.lrange("a", 0, -1)).toEqual(["4", "3", "2"]);
  expect(await capped.lpush("a", "5")).toBe(3);
  expect(await capped.rpush("a", "6", "7")).toBe(3);
  expect(await capped.lrange("a", 0, -1)).toEqual(["3", "6", "7"]);
  expect(await capped.rpush("a", "a", "b", "c", "d", "e")).toBe(3);
  expect(await capped.lrange("a", 0, -1)).toEqual(["c", "d", "e"]);
  await capped.rpush("b", "x");
  expect(await capped.lmove("b", "a", "left", "left")).toBe("x");
  expect(await capped.lrange("a", 0, -1)).toEqual(["x", "c", "d"]);
  expect(await capped.linsert("a", "after", "c", "between")).toBe(4);
  expect(await capped.rpush("a", "f")).toBe(3);
  expect(await capped.lrange("a", 0, -1)).toEqual(["between", "d", "f"]);
  expect(() => list({ prefix: "p", object: "main", max: 0 })).toThrow(
    expect.objectContaining(failure("OUT_OF_RANGE")),
  );
});

test("every write restarts the store's ttl; a list that stays alive keeps an expiry of its own", async () => {
  using db = open(stores);
  const { fleeting, recent } = db.kv;
  const writes = [
    () => fleeting.rpush("a", "1", "2", "3", "4"),
    () => fleeting.lset("a", 0, "one"),
    () => fleeting.linsert("a", "after", "one", "x"),
    () => fleeting.lrem("a", 1, "x"),
    () => fleeting.ltrim("a", 0, 2),
    () => fleeting.lmove("a", "a", "left", "left"),
    () => fleeting.lpop("a"),
    () => fleeting.rpushx("a", "5"),
  ];
  for (const write of writes) {
    await write();
    expect(await fleeting.pttl("a")).toBe(1_000);
    db.clock.now += 999;
  }
  await fleeting.lrange("a", 0, -1);
  db.clock.now += 1;
  expect(await fleeting.exists("a")).toBe(false);
  expect(await fleeting.rpush("a", "new")).toBe(1);
  await recent.rpush("b", "only");
  await recent.expire("b", 10);
  expect(await recent.lmove("b", "b", "left", "right")).toBe("only");
  expect(await recent.rpush("b", "more")).toBe(2);
  expect(await recent.ttl("b")).toBe(10);
});

test("contract 6.5: limits and arguments are checked before anything is written", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  await recent.rpush("a", "1", "2");
  const large = "é".repeat(950_001);
  const long = "k".repeat(1_025);
  const attempts: [Promise<unknown>, KVError["code"]][] = [
    [recent.rpush("a", "3", large), "VALUE_TOO_LARGE"],
    [recent.rpush("a", "3", "\ud800"), "INVALID_TEXT"],
    [recent.rpush(long, "3"), "KEY_TOO_LARGE"],
    [recent.lset("a", 0, large), "VALUE_TOO_LARGE"],
    [recent.linsert("a", "before", "1", large), "VALUE_TOO_LARGE"],
    [recent.lmove("a", long, "left", "left"), "KEY_TOO_LARGE"],
    [recent.lset("a", 2, "x"), "OUT_OF_RANGE"],
    [recent.lset("a", -3, "x"), "OUT_OF_RANGE"],
    [recent.lset("none", 0, "x"), "NO_SUCH_KEY"],
    [recent.lpop("a", -1), "OUT_OF_RANGE"],
    [recent.lpos("a", "1", { rank: 0 }), "OUT_OF_RANGE"],
    [recent.lpos("a", "1", { maxlen: -1 }), "OUT_OF_RANGE"],
    [recent.lindex("a", 0.5), "INVALID_ARGUMENT"],
    [recent.lrange("a", Number.NaN, 1), "INVALID_ARGUMENT"],
    [recent.rpush("a"), "INVALID_ARGUMENT"],
    // @ts-expect-error Values are text.
    [recent.rpush("a", 3), "INVALID_VALUE"],
    // @ts-expect-error There is no such end.
    [recent.lmove("a", "b", "left", "top"), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such place.
    [recent.linsert("a", "inside", "1", "x"), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such option.
    [recent.lpos("a", "1", { from: 1 }), "INVALID_ARGUMENT"],
  ];
  for (const [attempt, code] of attempts) await expect(attempt).rejects.toMatchObject(failure(code));
  expect(await recent.lrange("a", 0, -1)).toEqual(["1", "2"]);
  expect(await recent.keys("*")).toEqual(["a"]);
  const whole = "\0".repeat(1_900_000);
  expect(await recent.rpush("a", whole, "é", "")).toBe(5);
  expect(await recent.lindex("a", 2)).toBe(whole);
});

test("values of a type: equal ones are found whatever the order of their members", async () => {
  using db = open(stores);
  const { profiles } = db.kv;
  const ann: Profile = { name: "ann", tags: ["a"] };
  await profiles.rpush("a", ann, { tags: [], name: "bob" });
  expect(await profiles.lpos("a", { tags: ["a"], name: "ann" })).toBe(0);
  const first: Profile | null = await profiles.lpop("a");
  expect(first).toEqual(ann);
  const rest: Profile[] | null = await profiles.rpop("a", 5);
  expect(rest).toEqual([{ name: "bob", tags: [] }]);
  // @ts-expect-error Values are profiles.
  await expect(profiles.rpush("a", undefined)).rejects.toMatchObject(failure("INVALID_VALUE"));
  // @ts-expect-error A list has no such command.
  expect(profiles.sadd).toBeUndefined();
  const [length, all] = await db.kv.multi((tx) => [
    tx.profiles.rpush("b", ann),
    tx.profiles.lrange("b", 0, -1),
  ]);
  expect([length satisfies number, all satisfies Profile[]]).toEqual([1, [ann]]);
});

/** A list of plain JavaScript with the commands that change one. */
type Change = (model: string[]) => { readonly command: string; readonly args: readonly unknown[] };

const name = fc.constantFrom("a", "b", "c");
const position = fc.integer({ min: -400, max: 400 });

const push: fc.Arbitrary<Change> = fc
  .tuple(fc.boolean(), fc.array(name, { minLength: 1, maxLength: 20 }))
  .map(([left, values]) => (model) => {
    if (left) model.unshift(...values.toReversed());
    else model.push(...values);
    return { command: left ? "lpush" : "rpush", args: ["k", values] };
  });

const pop: fc.Arbitrary<Change> = fc.tuple(fc.boolean(), fc.nat(9)).map(([left, count]) => (model) => {
  model.splice(left ? 0 : Math.max(model.length - count, 0), count);
  return { command: left ? "lpop" : "rpop", args: ["k", count] };
});

const insert: fc.Arbitrary<Change> = fc
  .tuple(fc.boolean(), name, name)
  .map(([before, pivot, value]) => (model) => {
    const at = model.indexOf(pivot);
    if (at >= 0) model.splice(before ? at : at + 1, 0, value);
    return { command: "linsert", args: ["k", before ? "before" : "after", pivot, value] };
  });

const remove: fc.Arbitrary<Change> = fc
  .tuple(fc.integer({ min: -3, max: 3 }), name)
  .map(([count, value]) => (model) => {
    const found = model.flatMap((item, index) => (item === value ? [index] : []));
    const chosen = count === 0 ? found : count > 0 ? found.slice(0, count) : found.slice(count);
    for (const index of chosen.toReversed()) model.splice(index, 1);
    return { command: "lrem", args: ["k", count, value] };
  });

const trim: fc.Arbitrary<Change> = fc.tuple(fc.nat(3), fc.nat(3)).map(([start, end]) => (model) => {
  const kept = model.slice(start, Math.max(model.length - end, 0));
  model.splice(0, model.length, ...kept);
  return { command: "ltrim", args: ["k", start, -1 - end] };
});

const rotate: fc.Arbitrary<Change> = fc.boolean().map((left) => (model) => {
  const value = left ? model.shift() : model.pop();
  if (value !== undefined && left) model.push(value);
  else if (value !== undefined) model.unshift(value);
  return { command: "lmove", args: left ? ["k", "k", "left", "right"] : ["k", "k", "right", "left"] };
});

const changes = fc.array(fc.oneof(push, pop, insert, remove, trim, rotate), { minLength: 1, maxLength: 30 });

test("indexes are right whatever pushes, pops, insertions and removals a list has been through", () => {
  fc.assert(
    fc.property(
      fc.nat(300),
      changes,
      fc.array(fc.tuple(position, position, name), { maxLength: 5 }),
      (size, steps, reads) => {
        const { run } = engineOf("recent");
        const model = Array.from({ length: size }, (_, i) => `v${i}`);
        if (size > 0) run("rpush", "k", model);
        for (const step of steps) {
          const { command, args } = step(model);
          run(command, ...args);
          expect(run("llen", "k")).toBe(model.length);
          for (const [from, to, value] of reads) {
            const start = from < 0 ? Math.max(from + model.length, 0) : from;
            const stop = to < 0 ? to + model.length : to;
            expect(run("lrange", "k", from, to)).toEqual(model.slice(start, Math.max(stop + 1, 0)));
            const all = model.flatMap((item, index) => (item === value ? [index] : []));
            expect(run("lpos", "k", value, { count: 0 })).toEqual(all);
          }
        }
        expect(run("lrange", "k", 0, -1)).toEqual(model);
      },
    ),
    { numRuns: 150 },
  );
});

test("insertions at one place go on when no number is left between its neighbours", () => {
  const { run } = engineOf("recent");
  run("rpush", "k", ["a", "z"]);
  for (let i = 0; i < 200; i++)
    run("linsert", "k", i % 2 === 0 ? "before" : "after", i === 0 ? "z" : `${i - 1}`, `${i}`);
  const model = ["a", "z"];
  for (let i = 0; i < 200; i++) {
    const at = model.indexOf(i === 0 ? "z" : `${i - 1}`);
    model.splice(i % 2 === 0 ? at : at + 1, 0, `${i}`);
  }
  expect(run("lrange", "k", 0, -1)).toEqual(model);
});

test("contract 6.8: an index in the middle of 100,000 values is a seek, and a push or pop costs two statements", () => {
  const { run, sql, database } = engineOf("recent");
  const values = Array.from({ length: 100_000 }, (_, i) => String(i));
  run("rpush", "k", values);
  sql.cost();
  expect(run("lindex", "k", 50_000)).toBe("50000");
  expect(run("lrange", "k", 50_000, 50_002)).toEqual(["50000", "50001", "50002"]);
  run("lset", "k", 49_999, "x");
  const { texts } = sql.cost();
  expect(texts.filter((text) => text.includes("OFFSET"))).toEqual([]);
  for (const text of texts) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array(parameters(text)).fill(1));
    for (const { detail } of plan) expect(detail).not.toMatch(/SCAN kv_/);
  }
  const each = (command: string, ...args: unknown[]) => {
    run(command, ...args);
    return sql.cost().statements;
  };
  expect(each("lpush", "k", ["a"])).toBe(2);
  expect(each("rpop", "k")).toBe(2);
  expect(each("lindex", "k", 0)).toBe(1);
  expect(each("lrange", "k", -10, -1)).toBe(1);
  expect(each("llen", "k")).toBe(0);
  // A hole makes the list walk from the nearer end, until it is popped or trimmed away.
  run("lrem", "k", 1, "99990");
  sql.cost();
  expect(run("lindex", "k", 50_001)).toBe("50000");
  expect(sql.cost().texts.at(-1)).toContain("OFFSET");
  run("rpop", "k", 20);
  sql.cost();
  expect(run("lindex", "k", 50_001)).toBe("50000");
  expect(sql.cost().texts.at(-1)).not.toContain("OFFSET");
});

const parameters = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/\?(\d)/g)].map(([, n]) => Number(n))) || text.split("?").length - 1;

function engineOf(store: keyof typeof stores) {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const engine = new Engine(sql, stores, { now: () => start, schedule: () => {} });
  const run = (command: string, ...args: readonly unknown[]): unknown => {
    const [reply] = engine.run({ atomic: false, commands: [{ store, command, args }] }).replies;
    if (reply?.ok !== true) throw new Error(reply?.error.message);
    return reply.value;
  };
  return { run, sql, database };
}
