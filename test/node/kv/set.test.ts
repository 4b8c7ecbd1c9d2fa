import { DatabaseSync } from "node:sqlite";
import { json, number, set, text } from "covara/runtime/kv";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { Hashes, hashes } from "../../../runtime/kv/hash/structure.ts";
import { Keyspace } from "../../../runtime/kv/keyspace.ts";
import { Sets, sets } from "../../../runtime/kv/set/structure.ts";
import { StoreKeys } from "../../../runtime/kv/store-keys.ts";
import { countedSql } from "./counted-sql.ts";
import { open } from "./stores.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

const stores = {
  tags: set({ prefix: "tags", object: "main" }),
  ids: set({ prefix: "ids", object: "main", member: number() }),
  points: set({ prefix: "points", object: "main", member: json<Point>() }),
  short: set({ prefix: "short", object: "main", member: text(z.string().max(3)) }),
  recent: set({ prefix: "recent", object: "main", ttl: 1_000 }),
  spread: set({ prefix: "spread", object: "spread", shards: 4 }),
};

const invalid = { code: "INVALID_ARGUMENT" };
const sorted = (members: readonly string[]): string[] => [...members].sort();

test("members are added, looked up, counted and removed", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  expect(await tags.sadd("k", "a")).toBe(1);
  expect(await tags.sadd("k", "a")).toBe(0);
  expect(await tags.sadd("k", "a", "b", "b", "c")).toBe(2);
  expect(await tags.scard("k")).toBe(3);
  expect(sorted(await tags.smembers("k"))).toEqual(["a", "b", "c"]);
  expect(await tags.sismember("k", "a")).toBe(true);
  expect(await tags.sismember("k", "A")).toBe(false);
  expect(await tags.smismember("k", "c", "x", "c", "a")).toEqual([true, false, true, true]);
  expect(await tags.smismember("k", "x")).toEqual([false]);
  expect(await tags.srem("k", "a", "a", "x")).toBe(1);
  expect(await tags.srem("k", "a")).toBe(0);
  expect(await tags.scard("k")).toBe(2);
  expect(await tags.srem("k", "c", "b")).toBe(2);
  expect(await tags.exists("k")).toBe(false);
});

test("a key that does not exist is an empty set", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  expect(await tags.smembers("k")).toEqual([]);
  expect(await tags.scard("k")).toBe(0);
  expect(await tags.srem("k", "a")).toBe(0);
  expect(await tags.sismember("k", "a")).toBe(false);
  expect(await tags.smismember("k", "a", "b")).toEqual([false, false]);
  expect(await tags.spop("k")).toBeNull();
  expect(await tags.spop("k", 2)).toEqual([]);
  expect(await tags.srandmember("k")).toBeNull();
  expect(await tags.srandmember("k", -2)).toEqual([]);
  expect(await tags.smove("k", "l", "a")).toBe(false);
  expect(await tags.sscan("k")).toEqual({ cursor: "0", items: [] });
  expect(await tags.keys("*")).toEqual([]);
});

test("members have the store's type", async () => {
  using db = open(stores);
  const { ids, points, short } = db.kv;
  await ids.sadd("k", 1, 2, -0, 0);
  const all = await ids.smembers("k");
  expectTypeOf(all).toEqualTypeOf<number[]>();
  expect(all.sort()).toEqual([0, 1, 2]);
  expect(await ids.sismember("k", 1)).toBe(true);
  expectTypeOf(await ids.spop("k")).toEqualTypeOf<number | null>();
  expectTypeOf(await ids.srandmember("k", 2)).toEqualTypeOf<number[]>();
  expect(await points.sadd("k", { x: 1, y: 2 })).toBe(1);
  expect(await points.sadd("k", { y: 2, x: 1 })).toBe(0);
  expect(await points.smembers("k")).toEqual([{ x: 1, y: 2 }]);
  await expect(short.sadd("k", "abc", "abcd")).rejects.toMatchObject({ code: "INVALID_VALUE" });
  // @ts-expect-error a number is needed
  await expect(ids.sadd("k", 3, "4")).rejects.toMatchObject({ code: "INVALID_VALUE" });
  // @ts-expect-error a point is needed
  await points.sadd("l", { x: 1 });
  expect(await short.exists("k")).toBe(false);
  expect(await ids.sismember("k", 3)).toBe(false);
});

test("texts of all kinds are members", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  const members = [
    "",
    "\0",
    "a\0b",
    "__proto__",
    "é",
    "e\u0301",
    "\u{1f600}",
    '"',
    "\\",
    "1",
    "01",
    "null",
  ] as const;
  expect(await tags.sadd("many", ...members)).toBe(members.length);
  for (const member of members) expect(await tags.sadd("one", member)).toBe(1);
  expect(await tags.sunion("many", "one")).toHaveLength(members.length);
  expect(await tags.smismember("one", ...members)).toEqual(members.map(() => true));
  expect(sorted(await tags.smembers("many"))).toEqual(sorted(members));
  expect(await tags.srem("many", ...members)).toBe(members.length);
});

test("spop removes what it gives", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  const letters = ["a", "b", "c", "d", "e"] as const;
  await tags.sadd("k", ...letters);
  const one = await tags.spop("k");
  expect(letters).toContain(one);
  const two = await tags.spop("k", 2);
  expect(await tags.spop("k", 0)).toEqual([]);
  expect(await tags.scard("k")).toBe(2);
  expect(sorted([...(await tags.smembers("k")), ...two, one ?? ""])).toEqual(letters);
  const rest = await tags.spop("k", 10);
  expect(sorted([...rest, ...two, one ?? ""])).toEqual(letters);
  expect(await tags.exists("k")).toBe(false);
  await tags.sadd("k", "x");
  expect(await tags.spop("k")).toBe("x");
  expect(await tags.exists("k")).toBe(false);
  await expect(tags.spop("k", -1)).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
  await expect(tags.spop("k", 0.5)).rejects.toMatchObject(invalid);
});

test("spop and srandmember work on large sets too", async () => {
  using db = open(stores);
  const { ids } = db.kv;
  const all = Array.from({ length: 1_000 }, (_, i) => i);
  await ids.sadd("k", ...(all as [number]));
  const ten = await ids.srandmember("k", 10);
  expect(new Set(ten).size).toBe(10);
  expect(await ids.scard("k")).toBe(1_000);
  const popped = await ids.spop("k", 10);
  popped.push(...(await ids.spop("k", 500)));
  for (let left = 490; left > 0; left--) popped.push((await ids.spop("k")) ?? -1);
  expect(popped.sort((a, b) => a - b)).toEqual(all);
  expect(await ids.exists("k")).toBe(false);
});

test("srandmember gives different members, or with a negative count members that may repeat", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  await tags.sadd("k", "a", "b", "c");
  expect(["a", "b", "c"]).toContain(await tags.srandmember("k"));
  expect(await tags.srandmember("k", 0)).toEqual([]);
  expect(new Set(await tags.srandmember("k", 2)).size).toBe(2);
  expect(sorted(await tags.srandmember("k", 9))).toEqual(["a", "b", "c"]);
  const many = await tags.srandmember("k", -100);
  expect(many).toHaveLength(100);
  expect(sorted([...new Set(many)])).toEqual(["a", "b", "c"]);
  expect(await tags.srandmember("k", -1)).toHaveLength(1);
  expect(await tags.scard("k")).toBe(3);
  await expect(tags.srandmember("k", -1_000_001)).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
  await expect(tags.srandmember("k", Number.NaN)).rejects.toMatchObject(invalid);
});

test("smove moves a member, also to itself and to where it already is", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  await tags.sadd("k", "a", "b", "c");
  await tags.sadd("l", "b");
  expect(await tags.smove("k", "l", "a")).toBe(true);
  expect(await tags.smove("k", "l", "b")).toBe(true);
  expect(await tags.smove("k", "l", "x")).toBe(false);
  expect(await tags.smove("k", "k", "c")).toBe(true);
  expect(await tags.smove("k", "k", "x")).toBe(false);
  expect(await tags.smembers("k")).toEqual(["c"]);
  expect(sorted(await tags.smembers("l"))).toEqual(["a", "b"]);
  expect(await tags.scard("l")).toBe(2);
  expect(await tags.smove("k", "new", "c")).toBe(true);
  expect(await tags.exists("k")).toBe(false);
  expect(await tags.smembers("new")).toEqual(["c"]);
});

test("intersection, union and difference", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  await tags.sadd("a", "1", "2", "3", "4");
  await tags.sadd("b", "3", "4", "5");
  await tags.sadd("c", "4", "5", "6");
  expect(sorted(await tags.sinter("a", "b"))).toEqual(["3", "4"]);
  expect(await tags.sinter("a", "b", "c")).toEqual(["4"]);
  expect(await tags.sinter("a", "none", "b")).toEqual([]);
  expect(await tags.sinter("none")).toEqual([]);
  expect(sorted(await tags.sinter("b"))).toEqual(["3", "4", "5"]);
  expect(sorted(await tags.sinter("b", "b"))).toEqual(["3", "4", "5"]);
  expect(sorted(await tags.sunion("a", "b", "none", "c"))).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(sorted(await tags.sunion("b"))).toEqual(["3", "4", "5"]);
  expect(sorted(await tags.sunion("b", "b"))).toEqual(["3", "4", "5"]);
  expect(await tags.sunion("none", "none2")).toEqual([]);
  expect(sorted(await tags.sdiff("a", "b"))).toEqual(["1", "2"]);
  expect(sorted(await tags.sdiff("a", "none", "c"))).toEqual(["1", "2", "3"]);
  expect(await tags.sdiff("a", "b", "a")).toEqual([]);
  expect(await tags.sdiff("none", "a")).toEqual([]);
  expect(sorted(await tags.sdiff("b"))).toEqual(["3", "4", "5"]);
});

test("sintercard counts, up to its limit", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  await tags.sadd("a", "1", "2", "3", "4");
  await tags.sadd("b", "2", "3", "4", "5");
  expect(await tags.sintercard(["a", "b"])).toBe(3);
  expect(await tags.sintercard(["a"])).toBe(4);
  expect(await tags.sintercard(["a", "b"], { limit: 2 })).toBe(2);
  expect(await tags.sintercard(["a", "b"], { limit: 9 })).toBe(3);
  expect(await tags.sintercard(["a", "b"], { limit: 0 })).toBe(3);
  expect(await tags.sintercard(["a", "none"])).toBe(0);
  await expect(tags.sintercard(["a"], { limit: -1 })).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
  // @ts-expect-error there is no such option
  await expect(tags.sintercard(["a"], { count: 1 })).rejects.toMatchObject(invalid);
  for (const keys of [[], "a", undefined, null, 7, [1]])
    await expect(tags.sintercard(keys as never)).rejects.toMatchObject(invalid);
});

test("results are stored in place of what was there, which may be a source", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  await tags.sadd("a", "1", "2", "3", "4");
  await tags.sadd("b", "3", "4", "5");
  await tags.sadd("old", "x", "y");
  await tags.expire("old", 100);
  expect(await tags.sinterstore("old", "a", "b")).toBe(2);
  expect(sorted(await tags.smembers("old"))).toEqual(["3", "4"]);
  expect(await tags.scard("old")).toBe(2);
  expect(await tags.ttl("old")).toBe(-1);
  expect(await tags.sunionstore("a", "a", "b")).toBe(5);
  expect(sorted(await tags.smembers("a"))).toEqual(["1", "2", "3", "4", "5"]);
  expect(await tags.sdiffstore("b", "a", "b")).toBe(2);
  expect(sorted(await tags.smembers("b"))).toEqual(["1", "2"]);
  expect(await tags.sinterstore("b", "b", "b")).toBe(2);
  expect(await tags.sadd("b", "9")).toBe(1);
  expect(await tags.scard("b")).toBe(3);
  expect(await tags.sunionstore("new", "b", "none")).toBe(3);
  expect(await tags.sdiffstore("a", "a", "a")).toBe(0);
  expect(await tags.exists("a")).toBe(false);
  expect(await tags.sinterstore("new", "b", "none")).toBe(0);
  expect(await tags.exists("new")).toBe(false);
  expect(await tags.sunionstore("never", "none")).toBe(0);
  expect(await tags.sdiffstore("never", "none", "b")).toBe(0);
  expect(sorted(await tags.keys("*"))).toEqual(["b", "old"]);
});

test("set algebra agrees with JavaScript's sets", async () => {
  using db = open(stores);
  const { ids } = db.kv;
  const names = ["a", "b", "c", "d"] as const;
  // Sizes on both sides of where picks and deletions change their ways.
  for (const [round, size] of [3, 40, 90, 400].entries()) {
    const model = names.map((_, i) => {
      const members = Array.from({ length: size }, (_, n) => (n * 7 + i * 3 + round) % Math.ceil(size * 1.2));
      return new Set([1, ...members.filter((n) => n % (i + 5) !== 0)]);
    });
    for (const [i, name] of names.entries()) {
      await ids.del(name);
      await ids.sadd(name, ...([...(model[i] ?? [])] as [number]));
    }
    const all = [...new Set(model.flatMap((members) => [...members]))];
    const [first, ...others] = model;
    const inter = new Set(all.filter((n) => model.every((members) => members.has(n))));
    const union = new Set(all);
    const diff = new Set(all.filter((n) => first?.has(n) && !others.some((members) => members.has(n))));
    expect(new Set(await ids.sinter(...names))).toEqual(inter);
    expect(new Set(await ids.sunion(...names))).toEqual(union);
    expect(new Set(await ids.sdiff(...names))).toEqual(diff);
    expect(await ids.sintercard(names)).toBe(inter.size);
    expect(await ids.sinterstore("x", ...names)).toBe(inter.size);
    expect(await ids.sunionstore("y", ...names)).toBe(union.size);
    expect(await ids.sdiffstore("z", ...names)).toBe(diff.size);
    for (const [key, expected] of Object.entries({ x: inter, y: union, z: diff })) {
      expect(new Set(await ids.smembers(key))).toEqual(expected);
      expect(await ids.scard(key)).toBe(expected.size);
    }
  }
});

test("sscan gives every member that is there throughout exactly once", async () => {
  using db = open(stores);
  const { ids } = db.kv;
  await ids.sadd("k", ...(Array.from({ length: 500 }, (_, i) => i) as [number]));
  const seen: number[] = [];
  let [cursor, pages] = ["0", 0];
  do {
    const page = await ids.sscan("k", cursor, { count: 30 });
    seen.push(...page.items);
    cursor = page.cursor;
    await ids.sadd("k", 1_000 + pages);
    await ids.srem("k", 400 + pages);
    pages++;
  } while (cursor !== "0");
  expect(new Set(seen).size).toBe(seen.length);
  const throughout = seen.filter((member) => member < 400).sort((a, b) => a - b);
  expect(throughout).toEqual(Array.from({ length: 400 }, (_, i) => i));
  const matching: number[] = [];
  for await (const member of ids.sscan("k", "0", { match: "1?" })) matching.push(member);
  expect(matching.sort()).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  await expect(ids.sscan("k", "next")).rejects.toMatchObject({ code: "INVALID_CURSOR" });
});

test("a scan passes members whose hashes collide", () => {
  const { sql, commands } = raw();
  commands.sadd("k", ["x"]);
  for (let i = 0; i < 25; i++) sql.run("INSERT INTO kv_set VALUES (1, 5, ?)", `m${i}`);
  const seen: string[] = [];
  let cursor = "0";
  for (let pages = 0; pages < 10; pages++) {
    const page = commands.sscan("k", cursor, { count: 4 });
    expect(page.items.length).toBeLessThanOrEqual(4);
    seen.push(...page.items);
    cursor = page.cursor;
    if (cursor === "0") break;
  }
  expect(cursor).toBe("0");
  expect(new Set(seen).size).toBe(26);
  expect(seen).toHaveLength(26);
});

test("contract 6.5: limits are checked before anything is written", async () => {
  using db = open(stores);
  const { tags } = db.kv;
  const longest = "é".repeat(8_192);
  expect(await tags.sadd("k", longest, "\0".repeat(16_384), "a")).toBe(3);
  expect(await tags.sismember("k", longest)).toBe(true);
  await tags.del("k");
  await expect(tags.sadd("k", "a", `${longest}x`)).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  await expect(tags.sadd("k", "a", "\ud800")).rejects.toMatchObject({ code: "INVALID_TEXT" });
  await expect(tags.sadd("k".repeat(1025), "a")).rejects.toMatchObject({ code: "KEY_TOO_LARGE" });
  await expect(tags.sadd("k", "a", 1 as never)).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(tags.sadd("k")).rejects.toMatchObject(invalid);
  await expect(tags.srem("k")).rejects.toMatchObject(invalid);
  await expect(tags.sunion()).rejects.toMatchObject(invalid);
  await expect(tags.sunionstore("k")).rejects.toMatchObject(invalid);
  expect(await tags.keys("*")).toEqual([]);
  // Too much for one text of JSON.
  const fitting = Array.from({ length: 300 }, (_, i) => String(i).padEnd(8_000, "\0")) as unknown as [string];
  expect(await tags.sadd("k", ...fitting)).toBe(300);
  expect(await tags.smismember("k", ...fitting)).toEqual(fitting.map(() => true));
  expect(await tags.srem("k", ...fitting)).toBe(300);
});

test("contract 6.7: a store's time to live starts again with every write that changes the set", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  const restarts = async (key: string, write: () => Promise<unknown>): Promise<void> => {
    db.clock.now += 400;
    await write();
    expect(await recent.pttl(key)).toBe(1_000);
  };
  await recent.sadd("k", "a", "b", "c", "d", "e");
  await restarts("k", () => recent.sadd("k", "f"));
  await restarts("k", () => recent.srem("k", "f"));
  await restarts("k", () => recent.spop("k"));
  await recent.sadd("k", "a", "b", "c", "d", "e");
  await recent.sadd("l", "z");
  await restarts("k", () => recent.smove("k", "l", "a"));
  expect(await recent.pttl("l")).toBe(1_000);
  await restarts("m", () => recent.sunionstore("m", "k", "l"));
  db.clock.now += 400;
  await recent.sadd("m", "b");
  await recent.srem("m", "none");
  expect(await recent.pttl("m")).toBe(600);
  db.clock.now += 600;
  expect(await recent.smembers("m")).toEqual([]);
  expect(await recent.sadd("m", "b")).toBe(1);
  expect(await recent.smembers("m")).toEqual(["b"]);
});

test("contract 6.9: keys of different shards in one command are CROSSSLOT", async () => {
  using db = open(stores);
  const { spread } = db.kv;
  await spread.sadd("{a}1", "x", "y");
  await spread.sadd("{a}2", "y");
  expect(await spread.sinter("{a}1", "{a}2")).toEqual(["y"]);
  expect(await spread.sunionstore("{a}3", "{a}1", "{a}2")).toBe(2);
  const crossing = { code: "CROSSSLOT" };
  await expect(spread.sinter("{a}1", "{b}1")).rejects.toMatchObject(crossing);
  await expect(spread.sintercard(["{a}1", "{b}1"])).rejects.toMatchObject(crossing);
  await expect(spread.sdiffstore("{b}1", "{a}1")).rejects.toMatchObject(crossing);
  await expect(spread.smove("{a}1", "{b}1", "x")).rejects.toMatchObject(crossing);
});

test("sets work inside multi", async () => {
  using db = open(stores);
  const replies = await db.kv.multi((tx) => [
    tx.ids.sadd("k", 1, 2),
    tx.ids.sismember("k", 2),
    tx.ids.spop("none"),
    tx.ids.sinterstore("l", "k"),
  ]);
  expectTypeOf(replies).toEqualTypeOf<[number, boolean, number | null, number]>();
  expect(replies).toEqual([2, true, null, 2]);
});

function raw() {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const space = new Keyspace(sql);
  space.createTables();
  space.prepare(sets);
  return { database, sql, space, commands: new Sets(new StoreKeys(space, sets, "s", null)) };
}

test("contract 6.1: another structure under the key is WRONGTYPE, and never overwritten", () => {
  const { commands, space } = raw();
  space.prepare(hashes);
  const old = new Hashes(new StoreKeys(space, hashes, "s", null), { names: null, check: () => {} });
  old.hset("old", [["a", "1"]]);
  commands.sadd("k", ["a"]);
  const attempts = [
    () => commands.sadd("old", ["a"]),
    () => commands.srem("old", ["a"]),
    () => commands.sismember("old", "a"),
    () => commands.smembers("old"),
    () => commands.scard("old"),
    () => commands.spop("old", undefined),
    () => commands.srandmember("old", undefined),
    () => commands.smove("k", "old", "a"),
    () => commands.smove("none", "old", "a"),
    () => commands.sinter(["none", "old"]),
    () => commands.sunion(["k", "old"]),
    () => commands.sdiff(["k", "old"]),
    () => commands.sinterstore("old", ["k"]),
    () => commands.sunionstore("old", ["none"]),
    () => commands.sscan("old", "0", undefined),
  ];
  for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: "WRONGTYPE" }));
  expect(commands.smembers("k")).toEqual(["a"]);
  expect(old.hgetall("old")).toEqual([["a", "1"]]);
});

const numbered = (count: number, name = "m"): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);

test("contract 6.8: commands about one member take one or two statements at any size", () => {
  const { sql, commands } = raw();
  expect(commands.sadd("k", numbered(100_000))).toBe(100_000);
  const cost = (command: () => unknown): { statements: number; rows: number } => {
    sql.cost();
    command();
    const { statements, rows } = sql.cost();
    return { statements, rows };
  };
  expect(cost(() => commands.scard("k"))).toEqual({ statements: 0, rows: 0 });
  expect(cost(() => commands.sismember("k", "m7"))).toEqual({ statements: 1, rows: 1 });
  expect(cost(() => commands.smismember("k", ["m7", "m8", "x"]))).toEqual({ statements: 1, rows: 2 });
  expect(cost(() => commands.sadd("k", ["m7"]))).toEqual({ statements: 1, rows: 0 });
  expect(cost(() => commands.sadd("k", ["x"])).statements).toBe(2);
  expect(cost(() => commands.srem("k", ["x"])).statements).toBe(2);
  expect(cost(() => commands.sadd("new", ["a", "b", "c"])).statements).toBe(3);
  expect(cost(() => commands.sscan("k", "0", { count: 10 }))).toEqual({ statements: 1, rows: 11 });
  const picks = cost(() => {
    for (let i = 0; i < 500; i++) commands.srandmember("k", undefined);
  });
  expect(picks.rows / 500).toBeLessThan(20);
  const pops = cost(() => {
    for (let i = 0; i < 500; i++) commands.spop("k", undefined);
  });
  expect(pops.rows / 500).toBeLessThan(20);
  expect(cost(() => commands.spop("k", 100)).rows).toBeLessThan(3_000);
});

test("contract 6.8: algebra goes through the primary key, from the smallest set", () => {
  const { database, sql, commands } = raw();
  commands.sadd("large", numbered(100_000));
  commands.sadd("small", ["m1", "m2", "x"]);
  sql.cost();
  expect(commands.sinter(["large", "small"])).toHaveLength(2);
  const [inter = ""] = sql.cost().texts;
  const plan = database
    .prepare(`EXPLAIN QUERY PLAN ${inter}`)
    .all()
    .map(({ detail }) => String(detail));
  expect(plan).toContain("SEARCH first USING PRIMARY KEY (id=?)");
  expect(plan).toContain("SEARCH kv_set USING PRIMARY KEY (id=? AND pick=? AND member=?)");
  // The statement alone tells what is read: it goes through the set ?1, whose id is that of the smallest.
  const reads: unknown[][] = [];
  const { all } = sql;
  sql.all = (text, ...values) => {
    reads.push([text, ...values]);
    return all(text, ...values);
  };
  const small = database.prepare("SELECT id FROM kv_keys WHERE key = 'small'").get()?.id;
  commands.sinter(["large", "small"]);
  expect(reads).toEqual([[inter, small, expect.any(String)]]);
});

test("contract 6.8: every statement about members goes through the primary key", () => {
  const { database, sql, commands } = raw();
  commands.sadd("a", numbered(300));
  commands.sadd("b", numbered(300, "n"));
  sql.cost();
  commands.sadd("a", ["x"]);
  commands.sadd("a", ["y", "z"]);
  commands.srem("a", ["x"]);
  commands.srem("a", ["y", "z"]);
  commands.smismember("a", ["m1", "m2"]);
  commands.smove("a", "b", "m3");
  commands.sinter(["a", "b"]);
  commands.sunion(["a", "b"]);
  commands.sdiff(["a", "b"]);
  commands.sintercard(["a", "b"], { limit: 3 });
  commands.sinterstore("c", ["a", "b"]);
  commands.sunionstore("c", ["a", "b"]);
  commands.sdiffstore("c", ["a", "b"]);
  commands.spop("a", undefined);
  commands.spop("a", 3);
  commands.srandmember("a", 200);
  commands.sscan("a", "0", undefined);
  commands.smembers("a");
  const texts = new Set(sql.cost().texts.filter((statement) => statement.includes("kv_set")));
  expect(texts.size).toBeGreaterThan(14);
  for (const statement of texts) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
    const steps = plan.map(({ detail }) => String(detail)).filter((detail) => /(kv_set|first)/.test(detail));
    for (const step of steps)
      expect(step).toMatch(/^SEARCH (kv_set|first)( EXISTS)? USING PRIMARY KEY \(id=\?/);
    if (!/json_each\(\?2\)/.test(statement) || statement.startsWith("INSERT")) continue;
    // Lists are looked up one by one, not searched for among all members.
    expect(steps.join()).toContain("(id=? AND pick=? AND member=?)");
  }
});
