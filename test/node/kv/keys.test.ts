import { DatabaseSync } from "node:sqlite";
import { counter, string } from "covara/runtime/kv";
import { expect, test } from "vitest";
import { accessor } from "../../../runtime/kv/accessor.ts";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";
import { open, start, stores } from "./stores.ts";

test("contract 6.1: equal keys in two stores never meet, and patterns see one store", async () => {
  using db = open(stores);
  await Promise.all([db.kv.text.set("a", "text"), db.kv.visits.set("a", 7), db.kv.text.set("b", "")]);
  expect(await db.kv.text.get("a")).toBe("text");
  expect(await db.kv.visits.get("a")).toBe(7);
  expect(await db.kv.visits.keys("*")).toEqual(["a"]);
  await db.kv.text.del("a");
  expect(await db.kv.visits.get("a")).toBe(7);
});

test("contract 6.1: data of another structure is WRONGTYPE, and never overwritten", async () => {
  // The same object under a config that declares strings instead.
  const after = { things: string({ prefix: "things", object: "main" }) };
  const database = new DatabaseSync(":memory:");
  const sql = nodeSql(database);
  const options = { now: () => start, schedule: () => {} };
  const old = new Engine(sql, { things: counter({ prefix: "things", object: "main" }) }, options);
  old.run({ atomic: false, commands: [{ store: "things", command: "set", args: ["a", 7] }] });
  const engine = new Engine(sql, after, options);
  const kv = accessor(after)({ getByName: () => ({ run: async (batch) => engine.run(batch) }) });
  const attempts = [
    kv.things.get("a"),
    kv.things.set("a", "x"),
    kv.things.setnx("a", "x"),
    kv.things.append("a", "x"),
    kv.things.getdel("a"),
    kv.things.mset({ b: "1", a: "x" }),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: "WRONGTYPE" });
  await kv.things.set("c", "1");
  await expect(kv.things.rename("c", "a")).rejects.toMatchObject({ code: "WRONGTYPE" });
  await expect(kv.things.copy("c", "a", { replace: true })).rejects.toMatchObject({ code: "WRONGTYPE" });
  expect(await kv.things.exists("b")).toBe(false);
  expect(await kv.things.keys("*")).toEqual(["a", "c"]);
  expect(await kv.things.del("a")).toBe(1);
  expect(await kv.things.set("a", "x")).toBe(true);
});

test("contract 6.7: an expired key is invisible to every command at the very millisecond", async () => {
  using db = open(stores);
  const { text } = db.kv;
  await text.set("a", "1", { px: 100 });
  db.clock.now += 99;
  expect(await text.pttl("a")).toBe(1);
  expect(await text.get("a")).toBe("1");
  db.clock.now += 1;
  expect(await text.get("a")).toBeNull();
  expect(await text.exists("a")).toBe(false);
  expect(await text.keys("*")).toEqual([]);
  expect(await text.scan()).toEqual({ cursor: "0", items: [] });
  expect(await text.ttl("a")).toBe(-2);
  expect(await text.del("a")).toBe(0);
  expect(await text.set("a", "2", { nx: true })).toBe(true);
  expect(await text.ttl("a")).toBe(-1);
});

test("contract 6.7: the sweep deletes what expired, and leaves the rest", async () => {
  const database = new DatabaseSync(":memory:");
  let now = start;
  const asked: number[] = [];
  const engine = new Engine(nodeSql(database), stores, { now: () => now, schedule: (at) => asked.push(at) });
  const set = (key: string, options: object) => ({
    store: "text",
    command: "set",
    args: [key, "x", options],
  });
  engine.run({
    atomic: false,
    commands: [set("short", { px: 50 }), set("long", { px: 90_000 }), set("kept", {})],
  });
  // Some seconds later is soon enough for what nobody sees.
  expect(asked).toEqual([start + 10_000]);
  now += 50;
  expect(engine.sweep()).toBe(start + 90_000);
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  expect([count("kv_keys"), count("kv_string"), count("kv_garbage")]).toEqual([2, 2, 0]);
  now = start + 90_000;
  expect(engine.sweep()).toBeNull();
  expect([count("kv_keys"), count("kv_string")]).toEqual([1, 1]);
});

test("a sweep does a bounded amount of work, and asks to be called again until nothing waits", async () => {
  const database = new DatabaseSync(":memory:");
  let now = start;
  const engine = new Engine(nodeSql(database), stores, { now: () => now, schedule: () => {} });
  const commands = Array.from({ length: 2_500 }, (_, index) => ({
    store: "text",
    command: "set",
    args: [`k${index}`, "x", { px: 10 }],
  }));
  engine.run({ atomic: false, commands });
  now += 10;
  let sweeps = 0;
  for (let next: number | null = now; next !== null; sweeps++) {
    expect(next).toBe(now);
    next = engine.sweep();
  }
  expect(sweeps).toBeGreaterThan(2);
  expect(database.prepare("SELECT count(*) AS n FROM kv_string").get()?.n).toBe(0);
});

test("a store's ttl starts again with each write, and not with reads", async () => {
  using db = open({
    timed: string({ prefix: "timed", object: "main", ttl: 1_000 }),
    counted: counter({ prefix: "counted", object: "main", ttl: 1_000 }),
  });
  const { timed, counted } = db.kv;
  await Promise.all([timed.set("a", "1"), counted.incr("a")]);
  db.clock.now += 600;
  await Promise.all([timed.append("a", "2"), counted.get("a")]);
  expect([await timed.pttl("a"), await counted.pttl("a")]).toEqual([1_000, 400]);
  await timed.set("a", "3", { px: 50 });
  expect(await timed.pttl("a")).toBe(50);
  await timed.set("a", "4", { keepttl: true });
  expect(await timed.pttl("a")).toBe(50);
  await timed.persist("a");
  expect(await timed.pttl("a")).toBe(-1);
});

test("a scan gives each key that exists throughout exactly once, while others come and go", async () => {
  using db = open(stores);
  const kept = Array.from({ length: 60 }, (_, index) => `kept:${String(index).padStart(2, "0")}`);
  await Promise.all(kept.map((key) => db.kv.text.set(key, "")));
  const seen: string[] = [];
  let cursor = "0";
  let round = 0;
  do {
    const page = await db.kv.text.scan(cursor, { match: "kept:*", count: 7 });
    seen.push(...page.items);
    cursor = page.cursor;
    round++;
    await db.kv.text.set(`kept:${round}x`, "");
    await db.kv.text.del(`kept:${round - 1}x`);
  } while (cursor !== "0");
  expect(seen.filter((key) => kept.includes(key))).toEqual(kept);
  await expect(db.kv.text.scan("nonsense")).rejects.toMatchObject({ code: "INVALID_CURSOR" });
});

test("contract 6.5: limits hold in bytes of UTF-8, and nothing is written beyond them", async () => {
  using db = open(stores);
  const { text } = db.kv;
  expect(await text.set("é".repeat(512), "1")).toBe(true);
  await expect(text.set("é".repeat(513), "1")).rejects.toMatchObject({ code: "KEY_TOO_LARGE" });
  await text.set("a", "x".repeat(1_900_000));
  await expect(text.set("a", `${"x".repeat(1_899_999)}é`)).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  await expect(text.append("a", "y")).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  await expect(text.setrange("a", 1_900_000, "y")).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  await expect(text.setrange("new", 2 ** 40, "y")).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  await expect(text.mset({ b: "1", [`${"k".repeat(1_025)}`]: "2" })).rejects.toMatchObject({
    code: "KEY_TOO_LARGE",
  });
  await expect(text.set("\ud800", "1")).rejects.toMatchObject({ code: "INVALID_TEXT" });
  await expect(text.set("b", "\udc00")).rejects.toMatchObject({ code: "INVALID_TEXT" });
  await text.set("pair", "😀");
  await expect(text.setrange("pair", 1, "x")).rejects.toMatchObject({ code: "INVALID_TEXT" });
  expect(await text.get("pair")).toBe("😀");
  expect(await text.strlen("a")).toBe(1_900_000);
  expect((await text.keys("*")).sort()).toEqual(["a", "pair", "é".repeat(512)]);
});

test("untyped callers get an error for wrong types and missing arguments, and nothing is written", async () => {
  using db = open(stores);
  const attempts: readonly [store: "text" | "visits", command: string, args: readonly unknown[]][] = [
    ["text", "set", []],
    ["text", "set", ["a"]],
    ["text", "set", ["a", 1]],
    ["text", "set", [1, "a"]],
    ["text", "set", ["a", "b", "EX"]],
    ["text", "set", ["a", "b", { ttl: 3 }]],
    ["text", "set", ["a", "b", { ex: "3" }]],
    ["text", "set", ["a", "b", { ex: Number.NaN }]],
    ["text", "set", ["a", "b", { ex: 1, px: 1 }]],
    ["text", "set", ["a", "b", { nx: 1 }]],
    ["text", "get", []],
    ["text", "get", [null]],
    ["text", "get", ["a", "b"]],
    ["text", "del", []],
    ["text", "del", [["a"]]],
    ["text", "mget", []],
    ["text", "mset", [{}]],
    ["text", "mset", ["ab"]],
    ["text", "mset", [[["a"]]]],
    ["text", "expire", ["a"]],
    ["text", "expire", ["a", 1.5]],
    ["text", "expire", ["a", 1, "NX"]],
    ["text", "setrange", ["a", -1, "x"]],
    ["text", "scan", [7]],
    ["text", "keys", []],
    ["visits", "incrby", ["a", "1"]],
    ["visits", "incrby", ["a", 2 ** 53]],
    ["visits", "set", ["a", Number.NaN]],
    ["visits", "incrbyfloat", ["a", Number.POSITIVE_INFINITY]],
    ["visits", "incr", ["a", 2]],
    ["visits", "set", ["a", "1"]],
  ];
  for (const [store, command, args] of attempts) {
    const call: unknown = Reflect.get(db.kv[store], command);
    if (typeof call !== "function") throw new Error(`no ${command}`);
    const result = (async () => Reflect.apply(call, db.kv[store], args))();
    await expect(result, `${store}.${command}(${JSON.stringify(args)})`).rejects.toMatchObject({
      code: expect.stringMatching(/^(INVALID_|OUT_OF_RANGE)/),
    });
  }
  expect(await db.kv.text.keys("*")).toEqual([]);
  expect(await db.kv.visits.keys("*")).toEqual([]);
});

test("stored data of an older format is carried over; data of a newer one is refused", () => {
  const database = new DatabaseSync(":memory:");
  const sql = nodeSql(database);
  const options = { now: () => start, schedule: () => {} };
  const first = { text: string({ prefix: "text", object: "main" }) };
  const set = { store: "text", command: "set", args: ["a", "kept"] };
  const get = { store: "text", command: "get", args: ["a"] };
  new Engine(sql, first, options).run({ atomic: false, commands: [set] });
  const { structure } = first.text;
  const second = {
    text: {
      ...first.text,
      structure: {
        ...structure,
        formats: [
          ...structure.formats,
          ["ALTER TABLE kv_string ADD COLUMN note TEXT", "UPDATE kv_string SET note = 'seen'"],
        ],
      },
    },
  };
  const upgraded = new Engine(sql, second, options).run({ atomic: false, commands: [get] });
  expect(upgraded.replies).toEqual([{ ok: true, value: "kept" }]);
  expect(database.prepare("SELECT note FROM kv_string").get()?.note).toBe("seen");
  // During a deployment, an object may run the older code once more.
  const older = new Engine(sql, first, options).run({ atomic: false, commands: [get, set] });
  expect(older.replies).toMatchObject([
    { ok: false, error: { code: "VERSION_MISMATCH" } },
    { ok: false, error: { code: "VERSION_MISMATCH" } },
  ]);
});

test("a command that the object's version does not know is a VERSION_MISMATCH", () => {
  const engine = new Engine(nodeSql(new DatabaseSync(":memory:")), stores, {
    now: () => start,
    schedule: () => {},
  });
  for (const [store, command] of [
    ["text", "future"],
    ["future", "get"],
    ["text", "constructor"],
    ["text", "readValue"],
    ["__proto__", "get"],
  ]) {
    const { replies } = engine.run({
      atomic: false,
      commands: [{ store: `${store}`, command: `${command}`, args: ["a"] }],
    });
    expect(replies).toMatchObject([{ ok: false, error: { code: "VERSION_MISMATCH" } }]);
  }
});
