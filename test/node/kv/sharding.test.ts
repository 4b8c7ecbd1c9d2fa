import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { counter, type Functions, reshard, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { afterEach, expect, test } from "vitest";
import { accessor } from "../../../runtime/kv/accessor.ts";
import { objectOf, slotOf, tagOf } from "../../../runtime/kv/placement.ts";

const folders: string[] = [];
function folder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "covara-kv-"));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) fs.rmSync(made, { recursive: true, force: true });
});

const sharded = {
  cart: string({ prefix: "cart", object: "cart", shards: 4 }),
  sums: counter({ prefix: "sums", object: "cart", shards: 4 }),
  plain: string({ prefix: "plain", object: "main" }),
  rooms: string({ prefix: "rooms", object: "rooms", shardBy: "tag" }),
};

test("contract 6.9: slots are those of a Redis Cluster", () => {
  // From CLUSTER KEYSLOT of Redis 7, and the specification's example of CRC16 ("123456789" gives 0x31C3).
  expect(slotOf("123456789")).toBe(0x31c3 % 16_384);
  expect(slotOf("somekey")).toBe(11_058);
  expect(slotOf(tagOf("foo{hash_tag}"))).toBe(2_515);
  expect(
    ["{user}.a", "a{user}b", "foo{}{bar}", "foo{{bar}}zap", "foo{bar}{zap}", "foo{bar"].map(tagOf),
  ).toEqual(["user", "user", "foo{}{bar}", "{bar", "bar", "foo{bar"]);
});

test("contract 6.9: keys spread over all objects, those of one tag stay together", () => {
  const { options } = sharded.cart;
  const objects = new Set(Array.from({ length: 200 }, (_, index) => objectOf(options, `user:${index}`)));
  expect([...objects].sort()).toEqual(["cart/4/0", "cart/4/1", "cart/4/2", "cart/4/3"]);
  expect(objectOf(options, "{ann}:cart")).toBe(objectOf(options, "{ann}:wishes"));
});

/** Two keys of different objects. */
const apart = ["user:1", "user:3"] as const;

test("contract 6.9: keys of different objects in one command are CROSSSLOT before anything runs", async () => {
  using db = openKV(sharded);
  expect(new Set(apart.map((key) => objectOf(sharded.cart.options, key))).size).toBe(2);
  const [a, b] = apart;
  const attempts = [
    db.kv.cart.mset([
      [a, "1"],
      [b, "2"],
    ]),
    db.kv.cart.del(a, b),
    db.kv.cart.rename(a, b),
    db.kv.multi((tx) => [tx.cart.set(a, "1"), tx.cart.set(b, "2")]),
    db.kv.multi((tx) => [tx.cart.set(a, "1"), tx.plain.set(a, "2")]),
    db.kv.multi((tx) => [tx.cart.keys("*")]),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: "CROSSSLOT" });
  expect(await db.kv.cart.keys("*")).toEqual([]);
});

test("contract 6.9: a common tag allows them, also for several stores", async () => {
  using db = openKV(sharded);
  await db.kv.cart.mset([
    ["{ann}:a", "1"],
    ["{ann}:b", "2"],
  ]);
  expect(await db.kv.cart.mget("{ann}:a", "{ann}:b")).toEqual(["1", "2"]);
  expect(await db.kv.multi((tx) => [tx.cart.get("{ann}:a"), tx.sums.incr("{ann}")])).toEqual(["1", 1]);
});

test("contract 6.9: scan and keys walk all objects", async () => {
  using db = openKV(sharded);
  const keys = Array.from({ length: 300 }, (_, index) => `user:${index}`);
  await Promise.all(keys.map((key) => db.kv.cart.set(key, key)));
  expect((await db.kv.cart.keys("user:*")).sort()).toEqual([...keys].sort());
  const seen: string[] = [];
  for await (const key of db.kv.cart.scan("0", { count: 7 })) seen.push(key);
  expect(seen.sort()).toEqual([...keys].sort());
  let cursor = "0";
  const paged: string[] = [];
  do {
    const page = await db.kv.cart.scan(cursor, { match: "user:1*", count: 50 });
    paged.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== "0");
  expect(paged.sort()).toEqual(keys.filter((key) => key.startsWith("user:1")).sort());
  await expect(db.kv.cart.scan("9>x")).rejects.toMatchObject({ code: "INVALID_CURSOR" });
});

test("contract 6.9: with shardBy, each tag has an object of its own, which a pattern must name", async () => {
  using db = openKV(sharded);
  await db.kv.rooms.mset([
    ["{blue}:topic", "sea"],
    ["{blue}:owner", "ann"],
  ]);
  await db.kv.rooms.set("{red}:topic", "fire");
  expect((await db.kv.rooms.keys("{blue}:*")).sort()).toEqual(["{blue}:owner", "{blue}:topic"]);
  await expect(db.kv.rooms.keys("*")).rejects.toMatchObject({ code: "CROSSSLOT" });
  await expect(db.kv.rooms.scan()).rejects.toMatchObject({ code: "CROSSSLOT" });
});

test("contract 6.9: after a change of shards every key is found at its new place, with its expiry", async () => {
  const data = folder();
  const keys = Array.from({ length: 2_500 }, (_, index) => `user:${index}`);
  {
    using db = openKV({ cart: string({ prefix: "cart", object: "cart", shards: 4 }) }, { folder: data });
    await Promise.all(keys.map((key) => db.kv.cart.set(key, `of ${key}`)));
    await db.kv.cart.pexpire("user:7", 3_600_000);
    await db.kv.cart.set("", "the empty key");
  }
  const moved = {
    cart: string({
      prefix: "cart",
      object: "cart",
      shards: 9,
      movedFrom: { object: "cart", shards: 4 },
    }),
  };
  using db = openKV(moved, { folder: data });
  // The first commands arrive together, while nothing has moved yet.
  const replies = await Promise.all(keys.map((key) => db.kv.cart.get(key)));
  expect(replies).toEqual(keys.map((key) => `of ${key}`));
  expect(await db.kv.cart.get("")).toBe("the empty key");
  expect(await db.kv.cart.pttl("user:7")).toBeGreaterThan(3_000_000);
  expect(await db.kv.cart.keys("*")).toHaveLength(keys.length + 1);
  // A key that is deleted at its new place does not come back from the old one.
  await db.kv.cart.del("user:1");
  expect(await db.kv.cart.exists("user:1")).toBe(false);
});

test("a Worker of the last release cannot write to keys that have moved", async () => {
  const data = folder();
  const before = { cart: string({ prefix: "cart", object: "main" }) };
  {
    using db = openKV(before, { folder: data });
    await db.kv.cart.set("a", "1");
  }
  const after = {
    cart: string({ prefix: "cart", object: "cart", shards: 2, movedFrom: { object: "main" } }),
  };
  using db = openKV(after, { folder: data });
  const old = accessor(before)(db.binding);
  // Until somebody asks at the new place, both serve the same keys.
  await old.cart.set("b", "2");
  expect(await db.kv.cart.mget("{x}a")).toEqual([null]);
  expect(await db.kv.cart.get("a")).toBe("1");
  expect(await db.kv.cart.get("b")).toBe("2");
  await expect(old.cart.set("a", "lost")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(old.multi((tx) => [tx.cart.set("a", "lost")])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await db.kv.cart.get("a")).toBe("1");
});

test("a move that is cut off goes on where the data is whole", async () => {
  const data = folder();
  const keys = Array.from({ length: 2_200 }, (_, index) => `k${index}`);
  {
    using db = openKV({ cart: string({ prefix: "cart", object: "main" }) }, { folder: data });
    await Promise.all(keys.map((key) => db.kv.cart.set(key, key)));
  }
  const after = {
    cart: string({ prefix: "cart", object: "cart", shards: 1, movedFrom: { object: "main" } }),
  };
  for (const failAt of [1, 2, 3, 4, 5]) {
    using db = openKV(after, { folder: data });
    const main = db.binding.getByName("main") as unknown as { handOver(request: object): Promise<object> };
    const handOver = main.handOver.bind(main);
    let calls = 0;
    main.handOver = (request) =>
      ++calls === failAt ? Promise.reject(new Error("cut off")) : handOver(request);
    await expect(db.kv.cart.get("k0")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  }
  using db = openKV(after, { folder: data });
  await reshard(db.binding, after, "cart");
  expect((await db.kv.cart.keys("*")).sort()).toEqual([...keys].sort());
  expect(await db.kv.cart.mget(...(keys as [string, ...string[]]))).toEqual(keys);
});

/** As a function of the config: adds to a counter under another key. */
const functions = {
  add: (tx: { readonly sums: { incr(key: string): number } }, _key: string, other: string): number =>
    tx.sums.incr(other),
  stray: (tx: { readonly plain: { set(key: string, value: string): boolean } }, key: string): boolean =>
    tx.plain.set(key, "x"),
  all: (
    tx: { readonly sums: { keys(pattern: string): string[] } },
    _key: string,
    pattern: string,
  ): string[] => tx.sums.keys(pattern),
};

test("a function can only reach what its object holds", async () => {
  const definitions = {
    sums: counter({ prefix: "sums", object: "sums", shards: 4, functions }),
    plain: string({ prefix: "plain", object: "main" }),
  };
  using db = openKV(definitions);
  const sums = db.kv.sums as typeof db.kv.sums & Functions<typeof functions>;
  expect(await sums.add("{ann}:a", "{ann}:b")).toBe(1);
  expect(await sums.get("{ann}:b")).toBe(1);
  expect(await sums.all("{ann}", "{ann}*")).toEqual(["{ann}:b"]);
  const [a, b] = apart;
  await expect(sums.add(a, b)).rejects.toMatchObject({ code: "CROSSSLOT" });
  await expect(sums.stray(a)).rejects.toMatchObject({ code: "CROSSSLOT" });
  await expect(sums.all(a, "*")).rejects.toMatchObject({ code: "CROSSSLOT" });
  expect(await sums.keys("*")).toEqual(["{ann}:b"]);
});
