import { DatabaseSync } from "node:sqlite";
import { type HashCommands, hash, json, number, text } from "covara/runtime/kv";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { freeFields } from "../../../runtime/kv/hash/fields.ts";
import { Hashes, hashes } from "../../../runtime/kv/hash/structure.ts";
import { Keyspace } from "../../../runtime/kv/keyspace.ts";
import { StoreKeys } from "../../../runtime/kv/store-keys.ts";
import { countedSql } from "./counted-sql.ts";
import { open } from "./stores.ts";

const stores = {
  plain: hash({ prefix: "plain", object: "main" }),
  counts: hash({ prefix: "counts", object: "main", value: number() }),
  carts: hash({
    prefix: "carts",
    object: "main",
    fields: {
      sku: text(z.string().min(2)),
      quantity: number(z.int().max(10)),
      tags: json<string[]>(z.array(z.string())),
    },
  }),
  recent: hash({ prefix: "recent", object: "main", ttl: 1_000 }),
};

const invalid = { code: "INVALID_ARGUMENT" };

test("fields are set, read, counted and deleted", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  expect(await plain.hset("k", { a: "1", b: "2" })).toBe(2);
  expect(await plain.hset("k", "c", "3")).toBe(1);
  expect(await plain.hset("k", { a: "one", d: "4" })).toBe(1);
  expect(await plain.hset("k", "a", "1")).toBe(0);
  expect(await plain.hset("k", [["e", "5"]])).toBe(1);
  expect(
    await plain.hset(
      "k",
      new Map([
        ["e", "five"],
        ["f", "6"],
      ]),
    ),
  ).toBe(1);
  expect(await plain.hget("k", "e")).toBe("five");
  expect(await plain.hmget("k", "f", "none", "a", "f")).toEqual(["6", null, "1", "6"]);
  expect(await plain.hlen("k")).toBe(6);
  expect((await plain.hkeys("k")).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  expect((await plain.hvals("k")).sort()).toEqual(["1", "2", "3", "4", "6", "five"]);
  expect(await plain.hexists("k", "a")).toBe(true);
  expect(await plain.hexists("k", "A")).toBe(false);
  expect(await plain.hstrlen("k", "e")).toBe(4);
  expect(await plain.hstrlen("k", "none")).toBe(0);
  expect(await plain.hdel("k", "a", "a", "none")).toBe(1);
  expect(await plain.hdel("k", "a")).toBe(0);
  expect(await plain.hdel("k", "b", "c", "d", "e")).toBe(4);
  expect(await plain.hgetall("k")).toEqual({ f: "6" });
  expect(await plain.hdel("k", "f")).toBe(1);
  expect(await plain.exists("k")).toBe(false);
});

test("a key that does not exist reads as nothing", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  expect(await plain.hget("k", "a")).toBeNull();
  expect(await plain.hmget("k", "a", "b")).toEqual([null, null]);
  expect(await plain.hgetall("k")).toBeNull();
  expect(await plain.hkeys("k")).toEqual([]);
  expect(await plain.hvals("k")).toEqual([]);
  expect(await plain.hlen("k")).toBe(0);
  expect(await plain.hdel("k", "a")).toBe(0);
  expect(await plain.hexists("k", "a")).toBe(false);
  expect(await plain.hrandfield("k")).toBeNull();
  expect(await plain.hrandfield("k", 3)).toEqual([]);
  expect(await plain.hrandfield("k", -3, { withValues: true })).toEqual([]);
  expect(await plain.hscan("k")).toEqual({ cursor: "0", items: [] });
  expect(await plain.exists("k")).toBe(false);
});

test("of a field that is given twice, the last value counts", async () => {
  using db = open(stores);
  const pairs = [
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ] as const;
  expect(await db.kv.plain.hset("k", pairs)).toBe(2);
  expect(await db.kv.plain.hset("l", "a", "0")).toBe(1);
  expect(await db.kv.plain.hset("l", pairs)).toBe(1);
  for (const key of ["k", "l"]) expect(await db.kv.plain.hgetall(key)).toEqual({ a: "3", b: "2" });
  expect(await db.kv.plain.hlen("l")).toBe(2);
});

test("hsetnx sets what is not there", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  expect(await plain.hsetnx("k", "a", "1")).toBe(true);
  expect(await plain.hsetnx("k", "a", "2")).toBe(false);
  expect(await plain.hsetnx("k", "b", "2")).toBe(true);
  expect(await plain.hgetall("k")).toEqual({ a: "1", b: "2" });
  expect(await plain.hlen("k")).toBe(2);
});

test("contract 6.2: names such as __proto__ are ordinary data", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "\0", "é", "\u{1f600}"];
  await plain.hset(
    "k",
    names.map((name) => [name, `value of ${name}`] as const),
  );
  const all = await plain.hgetall("k");
  expect(Object.keys(all ?? {}).sort()).toEqual([...names].sort());
  expect(Object.getOwnPropertyDescriptor(all, "__proto__")?.value).toBe("value of __proto__");
  expect(Object.getPrototypeOf(all)).toBe(Object.prototype);
  expect(await plain.hget("k", "__proto__")).toBe("value of __proto__");
  expect(await plain.hmget("k", ...(names as [string]))).toEqual(names.map((name) => `value of ${name}`));
  expect(await plain.hset("k", JSON.parse('{"__proto__": "again", "constructor": "too"}'))).toBe(0);
  expect(await plain.hmget("k", "constructor", "__proto__")).toEqual(["too", "again"]);
  expect(await plain.hdel("k", ...(names as [string]))).toBe(names.length);
});

test("declared fields have their types, and hgetall their order", async () => {
  using db = open(stores);
  const { carts } = db.kv;
  await carts.hset("k", "tags", ["x"]);
  await carts.hset("k", [
    ["quantity", 2],
    ["sku", "ab"],
  ]);
  const all = await carts.hgetall("k");
  expectTypeOf(all).toEqualTypeOf<Partial<{ sku: string; quantity: number; tags: string[] }> | null>();
  expect(JSON.stringify(all)).toBe('{"sku":"ab","quantity":2,"tags":["x"]}');
  const quantity = await carts.hget("k", "quantity");
  expectTypeOf(quantity).toEqualTypeOf<number | null>();
  expect(quantity).toBe(2);
  const both = await carts.hmget("k", "quantity", "sku");
  expectTypeOf(both).toEqualTypeOf<[number | null, string | null]>();
  expect(both).toEqual([2, "ab"]);
  expect(await carts.hkeys("k")).toEqual(["sku", "quantity", "tags"]);
  expect(await carts.hvals("k")).toEqual(["ab", 2, ["x"]]);
  expect(await carts.hset("k", { quantity: 3 })).toBe(0);
  expect(await carts.hstrlen("k", "tags")).toBe(5);
  const [one] = await carts.hrandfield("k", 1, { withValues: true });
  if (one?.field === "quantity") expectTypeOf(one.value).toEqualTypeOf<number>();
  const items = (await carts.hscan("k")).items.sort((a, b) => (a.field < b.field ? -1 : 1));
  expect(items).toEqual([
    { field: "quantity", value: 3 },
    { field: "sku", value: "ab" },
    { field: "tags", value: ["x"] },
  ]);
});

interface Cart {
  sku: string;
  quantity: number;
  tags: string[];
}

test("commands can be named by the type of the fields", async () => {
  using db = open(stores);
  const carts: HashCommands<Cart, "promise"> = db.kv.carts;
  const plain: HashCommands<Record<string, string>, "promise"> = db.kv.plain;
  expectTypeOf<Awaited<ReturnType<typeof carts.hgetall>>>().toEqualTypeOf<Partial<Cart> | null>();
  await carts.hset("k", { sku: "ab", quantity: 1 });
  expect(await carts.hincrby("k", "quantity", 1)).toBe(2);
  const name: string = "any";
  expect(await plain.hset("k", name, "1")).toBe(1);
  expect(await plain.hset("k", { [name]: "2" })).toBe(0);
  // @ts-expect-error the value of a pair has its field's type
  await expect(carts.hset("k", [["quantity", "2"]])).rejects.toMatchObject({ code: "INVALID_VALUE" });
  // @ts-expect-error values come with a count only
  await expect(carts.hrandfield("k", undefined, { withValues: true })).rejects.toMatchObject(invalid);
  // @ts-expect-error texts cannot be added to
  await expect(carts.hincrbyfloat("k", "tags", 1)).rejects.toMatchObject({ code: "INVALID_VALUE" });
});

test("what a field's type does not allow is refused before anything is written", async () => {
  using db = open(stores);
  const { carts, counts } = db.kv;
  await expect(carts.hset("k", { sku: "ab", quantity: 11 })).rejects.toMatchObject({
    code: "INVALID_VALUE",
    message: expect.stringContaining('"quantity"'),
  });
  // @ts-expect-error a number is needed
  await expect(carts.hset("k", "quantity", "1")).rejects.toMatchObject({ code: "INVALID_VALUE" });
  // @ts-expect-error undefined is no value
  await expect(carts.hset("k", { quantity: undefined })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(counts.hset("k", "a", Number.NaN)).rejects.toMatchObject({ code: "INVALID_VALUE" });
  expect(await carts.exists("k")).toBe(false);
});

test("other fields than the declared ones are refused by every command", async () => {
  using db = open(stores);
  const { carts } = db.kv;
  const attempts = [
    // @ts-expect-error not declared
    carts.hset("k", "size", 1),
    // @ts-expect-error not declared
    carts.hset("k", { sku: "ab", size: 1 }),
    // @ts-expect-error not declared
    carts.hset("k", [["size", 1]]),
    // @ts-expect-error not declared
    carts.hsetnx("k", "size", 1),
    // @ts-expect-error not declared
    carts.hget("k", "size"),
    // @ts-expect-error not declared
    carts.hmget("k", "sku", "size"),
    // @ts-expect-error not declared
    carts.hdel("k", "size"),
    // @ts-expect-error not declared
    carts.hexists("k", "toString"),
    // @ts-expect-error not declared
    carts.hstrlen("k", "__proto__"),
    // @ts-expect-error not declared
    carts.hincrby("k", "size", 1),
    // @ts-expect-error not declared
    carts.hincrbyfloat("k", "constructor", 1),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject(invalid);
  expect(await carts.exists("k")).toBe(false);
});

test("fields that an earlier config declared are kept, but not seen", async () => {
  const declare = <F extends Record<string, ReturnType<typeof text>>>(fields: F) =>
    hash({ prefix: "things", object: "main", fields });
  const before = { old: declare({ a: text(), b: text() }), things: declare({ b: text(), c: text() }) };
  using db = open(before);
  const { old, things } = db.kv;
  await old.hset("k", { a: "1", b: "2" });
  expect(await things.hgetall("k")).toEqual({ b: "2" });
  expect(await things.hkeys("k")).toEqual(["b"]);
  expect(await things.hvals("k")).toEqual(["2"]);
  expect(await things.hlen("k")).toBe(1);
  expect(await things.hrandfield("k", -20)).toEqual(Array.from({ length: 20 }, () => "b"));
  expect(await things.hrandfield("k")).toBe("b");
  expect(await things.hrandfield("k", 9, { withValues: true })).toEqual([{ field: "b", value: "2" }]);
  expect((await things.hscan("k")).items).toEqual([{ field: "b", value: "2" }]);
  expect(await things.hdel("k", "b")).toBe(1);
  expect(await things.hgetall("k")).toEqual({});
  expect(await things.hrandfield("k")).toBeNull();
  expect(await things.hrandfield("k", -2)).toEqual([]);
});

test("contract 6.3: hincrby adds whole numbers and refuses to leave ±(2^53 − 1)", async () => {
  using db = open(stores);
  const { counts, plain } = db.kv;
  expect(await counts.hincrby("k", "a", 5)).toBe(5);
  expect(await counts.hincrby("k", "a", -7)).toBe(-2);
  expect(await counts.hincrby("k", "b", 0)).toBe(0);
  expect(await counts.hgetall("k")).toEqual({ a: -2, b: 0 });
  expect(await counts.hlen("k")).toBe(2);
  expect(await counts.hincrby("k", "max", Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  await expect(counts.hincrby("k", "max", 1)).rejects.toMatchObject({ code: "NOT_AN_INTEGER" });
  await expect(counts.hincrby("k", "a", 2 ** 53)).rejects.toMatchObject(invalid);
  await expect(counts.hincrby("k", "a", 0.5)).rejects.toMatchObject(invalid);
  await expect(counts.hincrby("k", "a", Number.NaN)).rejects.toMatchObject(invalid);
  expect(await counts.hget("k", "max")).toBe(Number.MAX_SAFE_INTEGER);
  expect(await plain.hset("k", "n", "10")).toBe(1);
  expect(await plain.hincrby("k", "n", 1)).toBe(11);
  for (const held of ["", " 1", "1 ", "+1", "01", "-0", "1.0", "1e3", "0x1", "ten", "9007199254740992"]) {
    await plain.hset("k", "n", held);
    await expect(plain.hincrby("k", "n", 1)).rejects.toMatchObject({ code: "NOT_AN_INTEGER" });
    expect(await plain.hget("k", "n")).toBe(held);
  }
});

test("contract 6.3: hincrbyfloat adds IEEE doubles", async () => {
  using db = open(stores);
  const { counts, plain } = db.kv;
  expect(await counts.hincrbyfloat("k", "a", 0.1)).toBe(0.1);
  expect(await counts.hincrbyfloat("k", "a", 0.2)).toBe(0.1 + 0.2);
  expect(await counts.hincrbyfloat("k", "b", 1e300)).toBe(1e300);
  expect(Object.is(await counts.hincrbyfloat("k", "c", -0), 0)).toBe(true);
  expect(await plain.hincrbyfloat("p", "z", -0)).toBe(0);
  expect(await plain.hget("p", "z")).toBe("0");
  await expect(counts.hincrbyfloat("k", "a", Number.POSITIVE_INFINITY)).rejects.toMatchObject(invalid);
  await counts.hset("k", "big", Number.MAX_VALUE);
  await expect(counts.hincrbyfloat("k", "big", Number.MAX_VALUE)).rejects.toMatchObject({
    code: "NOT_A_FLOAT",
  });
  for (const held of ["", " 1", "1 ", "0x1", "ten", "Infinity", "1e999", "."]) {
    await plain.hset("k", "n", held);
    await expect(plain.hincrbyfloat("k", "n", 1)).rejects.toMatchObject({ code: "NOT_A_FLOAT" });
  }
  await plain.hset("k", { a: "5.0e3", b: ".5", c: "-1." });
  expect(await plain.hincrbyfloat("k", "a", 200)).toBe(5200);
  expect(await plain.hincrbyfloat("k", "b", 1)).toBe(1.5);
  expect(await plain.hincrbyfloat("k", "c", 1)).toBe(0);
  expect(await plain.hmget("k", "a", "b", "c")).toEqual(["5200", "1.5", "0"]);
});

test("a declared field's type holds for sums", async () => {
  using db = open(stores);
  const { carts } = db.kv;
  expect(await carts.hincrby("k", "quantity", 10)).toBe(10);
  await expect(carts.hincrby("k", "quantity", 1)).rejects.toMatchObject({
    code: "INVALID_VALUE",
    message: expect.stringContaining('"quantity"'),
  });
  await expect(carts.hincrbyfloat("k", "quantity", -0.5)).rejects.toMatchObject({ code: "INVALID_VALUE" });
  expect(await carts.hget("k", "quantity")).toBe(10);
  await expect(carts.hincrby("new", "quantity", 11)).rejects.toMatchObject({ code: "INVALID_VALUE" });
  expect(await carts.exists("new")).toBe(false);
  // @ts-expect-error a text is no number
  await expect(carts.hincrby("k", "sku", 1)).rejects.toMatchObject({ code: "INVALID_VALUE" });
});

test("hrandfield gives different fields, or with a negative count fields that may repeat", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  await plain.hset("k", { a: "1", b: "2", c: "3" });
  expect(["a", "b", "c"]).toContain(await plain.hrandfield("k"));
  expect(new Set(await plain.hrandfield("k", 2)).size).toBe(2);
  expect((await plain.hrandfield("k", 10)).sort()).toEqual(["a", "b", "c"]);
  expect(await plain.hrandfield("k", 0)).toEqual([]);
  const many = await plain.hrandfield("k", -200);
  expect(many).toHaveLength(200);
  expect([...new Set(many)].sort()).toEqual(["a", "b", "c"]);
  const pairs = await plain.hrandfield("k", -100, { withValues: true });
  expect(pairs).toHaveLength(100);
  for (const { field, value } of pairs) expect({ a: "1", b: "2", c: "3" }[field]).toBe(value);
  await expect(plain.hrandfield("k", 1.5)).rejects.toMatchObject(invalid);
  await expect(plain.hrandfield("k", -1_000_001)).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
  // @ts-expect-error there is no such option
  await expect(plain.hrandfield("k", 1, { withvalues: true })).rejects.toMatchObject(invalid);
});

test("hscan gives every field that is there throughout exactly once", async () => {
  using db = open(stores);
  const { counts } = db.kv;
  await counts.hset("k", Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, i])));
  const seen: string[] = [];
  let [cursor, pages] = ["0", 0];
  do {
    const page = await counts.hscan("k", cursor, { count: 20 });
    seen.push(...page.items.map(({ field }) => field));
    cursor = page.cursor;
    // Others come and go, among them the field that the cursor stands at.
    await counts.hset("k", `new${pages}`, 0);
    await counts.hdel("k", `f${400 + pages}`);
    pages++;
  } while (cursor !== "0");
  const throughout = seen.filter((field) => /^f[123]?\d?\d$/.test(field));
  expect(throughout.sort()).toEqual(Array.from({ length: 400 }, (_, i) => `f${i}`).sort());
  expect(new Set(seen).size).toBe(seen.length);
  expect(pages).toBeGreaterThan(20);
});

test("hscan filters by pattern, and iterates", async () => {
  using db = open(stores);
  const { counts } = db.kv;
  await counts.hset("k", Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i])));
  const found: number[] = [];
  for await (const { value } of counts.hscan("k", "0", { match: "f1?", count: 7 })) found.push(value);
  expect(found.sort()).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  for (const cursor of ["", "x", "-1", "1.5", "4294967296", "1>\ud800"])
    await expect(counts.hscan("k", cursor)).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  await expect(counts.hscan("none", "x")).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  await expect(counts.hscan("k", "0", { count: 0 })).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
});

test("contract 6.5: limits are checked before anything is written", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  const tooLarge = { code: "VALUE_TOO_LARGE" };
  const field = "é".repeat(8_192);
  const value = "€".repeat(633_333);
  expect(await plain.hset("k", { [field]: value })).toBe(1);
  expect(await plain.hget("k", field)).toBe(value);
  expect(await plain.hset("k", { [field]: value, b: `${value}x`, c: "\0".repeat(300_000) })).toBe(2);
  expect(await plain.hget("k", "c")).toBe("\0".repeat(300_000));
  await plain.del("k");
  await expect(plain.hset("k", { a: "1", [`${field}x`]: "1" })).rejects.toMatchObject(tooLarge);
  await expect(plain.hset("k", { a: "1", b: `${value}xx` })).rejects.toMatchObject(tooLarge);
  await expect(plain.hset("k", { a: "1", b: "\ud800" })).rejects.toMatchObject({ code: "INVALID_TEXT" });
  await expect(plain.hset("k", { a: "1", "\udc00": "1" })).rejects.toMatchObject({ code: "INVALID_TEXT" });
  await expect(plain.hset("k".repeat(1025), "a", "1")).rejects.toMatchObject({ code: "KEY_TOO_LARGE" });
  await expect(plain.hsetnx("k", `${field}x`, "1")).rejects.toMatchObject(tooLarge);
  await expect(plain.hincrby("k", `${field}x`, 1)).rejects.toMatchObject(tooLarge);
  for (const entries of [{}, [], null, undefined, "a", 1, [["a"]], [1], [["a", "1", "2"]]])
    await expect(plain.hset("k", entries as never)).rejects.toThrow();
  await expect(plain.hset("k", [["a", 1]] as never)).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(plain.hdel("k")).rejects.toMatchObject(invalid);
  await expect(plain.hmget("k")).rejects.toMatchObject(invalid);
  expect(await plain.keys("*")).toEqual([]);
});

test("contract 6.7: a store's time to live starts again with every write", async () => {
  using db = open(stores);
  const { recent } = db.kv;
  const restarts = async (write: () => Promise<unknown>): Promise<void> => {
    db.clock.now += 400;
    await write();
    expect(await recent.pttl("k")).toBe(1_000);
  };
  await recent.hset("k", "a", "1");
  await restarts(() => recent.hset("k", "a", "1"));
  await restarts(() => recent.hset("k", { a: "2", b: "2" }));
  await restarts(() => recent.hsetnx("k", "c", "1"));
  await restarts(() => recent.hincrby("k", "n", 1));
  await restarts(() => recent.hincrbyfloat("k", "n", 1));
  await restarts(() => recent.hdel("k", "a"));
  db.clock.now += 400;
  await recent.hsetnx("k", "c", "1");
  await recent.hdel("k", "none");
  expect(await recent.pttl("k")).toBe(600);
  db.clock.now += 600;
  expect(await recent.hgetall("k")).toBeNull();
  expect(await recent.hset("k", "z", "1")).toBe(1);
  expect(await recent.hgetall("k")).toEqual({ z: "1" });
});

test("expiry, renaming and copying take the fields along", async () => {
  using db = open(stores);
  const { plain } = db.kv;
  await plain.hset("k", { a: "1", b: "2" });
  await plain.pexpire("k", 100);
  await plain.hset("k", "a", "3");
  expect(await plain.pttl("k")).toBe(100);
  await plain.copy("k", "copy");
  await plain.rename("k", "renamed");
  await plain.hset("renamed", "a", "4");
  expect(await plain.hgetall("copy")).toEqual({ a: "3", b: "2" });
  expect(await plain.hgetall("renamed")).toEqual({ a: "4", b: "2" });
  db.clock.now += 100;
  expect(await plain.hgetall("copy")).toBeNull();
});

test("hashes work inside multi", async () => {
  using db = open(stores);
  const replies = await db.kv.multi((tx) => [
    tx.carts.hset("k", { sku: "ab" }),
    tx.carts.hincrby("k", "quantity", 2),
    tx.carts.hgetall("k"),
    tx.plain.hscan("none"),
  ]);
  expect(replies).toEqual([1, 2, { sku: "ab", quantity: 2 }, { cursor: "0", items: [] }]);
  expectTypeOf(replies[1]).toEqualTypeOf<number>();
});

function raw() {
  const sql = countedSql(new DatabaseSync(":memory:"));
  const space = new Keyspace(sql);
  space.createTables();
  space.prepare(hashes);
  return { sql, commands: new Hashes(new StoreKeys(space, hashes, "h", null), freeFields(text())) };
}

test("contract 6.8: commands about one field take one or two statements at any size", () => {
  const { sql, commands } = raw();
  const fields = Array.from({ length: 100_000 }, (_, i) => [`f${i}`, String(i)]);
  expect(commands.hset("k", fields)).toBe(100_000);
  expect(sql.cost().statements).toBeLessThan(120);
  const cost = (command: () => unknown) => {
    sql.cost();
    command();
    const { statements, rows } = sql.cost();
    return { statements, rows };
  };
  expect(cost(() => commands.hget("k", "f7"))).toEqual({ statements: 1, rows: 1 });
  expect(cost(() => commands.hlen("k"))).toEqual({ statements: 0, rows: 0 });
  expect(cost(() => commands.hexists("k", "f7"))).toEqual({ statements: 1, rows: 1 });
  expect(cost(() => commands.hset("k", [["f7", "x"]]))).toEqual({ statements: 1, rows: 0 });
  expect(cost(() => commands.hset("k", [["n1", "x"]])).statements).toBe(3);
  expect(cost(() => commands.hsetnx("k", "n2", "x")).statements).toBe(2);
  expect(cost(() => commands.hincrby("k", "f8", 1)).statements).toBe(2);
  expect(cost(() => commands.hdel("k", ["n1"])).statements).toBe(2);
  expect(cost(() => commands.hmget("k", ["f1", "f2", "f3"])).statements).toBe(1);
  expect(cost(() => commands.hscan("k", "0", { count: 10 }))).toEqual({ statements: 1, rows: 11 });
  expect(
    cost(() =>
      commands.hset("new", [
        ["a", "1"],
        ["b", "2"],
      ]),
    ).statements,
  ).toBe(3);
  const random = cost(() => {
    for (let i = 0; i < 500; i++) commands.hrandfield("k", undefined, undefined);
  });
  expect(random.rows / 500).toBeLessThan(20);
});

test("contract 6.8: every statement about members goes through the primary key", () => {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const space = new Keyspace(sql);
  space.createTables();
  space.prepare(hashes);
  const commands = new Hashes(new StoreKeys(space, hashes, "h", null), freeFields(text()));
  commands.hset(
    "k",
    Array.from({ length: 300 }, (_, i) => [`f${i}`, "1"]),
  );
  sql.cost();
  commands.hset("k", [
    ["f1", "2"],
    ["x", "2"],
  ]);
  commands.hset("k", [["y", "2"]]);
  commands.hsetnx("k", "z", "1");
  commands.hmget("k", ["f1", "f2"]);
  commands.hget("k", "f1");
  commands.hexists("k", "f1");
  commands.hincrby("k", "f1", 1);
  commands.hscan("k", "0", undefined);
  commands.hrandfield("k", 3, { withValues: true });
  commands.hdel("k", ["f1"]);
  commands.hdel("k", ["f2", "f3"]);
  commands.hgetall("k");
  commands.hkeys("k");
  const texts = new Set(sql.cost().texts.filter((statement) => statement.includes("kv_hash")));
  expect(texts.size).toBeGreaterThan(10);
  for (const statement of texts) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
    const steps = plan.map(({ detail }) => String(detail)).filter((detail) => detail.includes("kv_hash"));
    for (const step of steps) expect(step).toMatch(/^SEARCH kv_hash USING PRIMARY KEY \(id=\?/);
    if (!/json_each\(\?2\)/.test(statement) || statement.startsWith("INSERT")) continue;
    // Lists are looked up one by one, not searched for among all fields.
    expect(steps.join()).toContain("(id=? AND pick=? AND field=?)");
  }
});
