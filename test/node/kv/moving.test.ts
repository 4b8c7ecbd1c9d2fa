/** What can come between while keys move to other objects. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { hash, list, set, sortedSet, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StoreOptions } from "../../../runtime/kv/definition.ts";
import type { HandOver } from "../../../runtime/kv/hand-over.ts";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "covara-kv-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const four = { object: "cart", shards: 4 };
const nine = { object: "cart", shards: 9 };

test("keys find their way back, and there once more", async () => {
  const placements = [
    { ...four },
    { ...nine, movedFrom: four },
    { ...four, movedFrom: nine },
    { ...nine, movedFrom: four },
  ];
  const keys = Array.from({ length: 40 }, (_, index) => `user:${index}`);
  for (const [round, placement] of placements.entries()) {
    using db = openKV({ cart: string({ prefix: "cart", ...placement }) }, { folder });
    const found = await Promise.all(keys.map((key) => db.kv.cart.get(key)));
    expect(found).toEqual(keys.map(() => (round === 0 ? null : `round ${round - 1}`)));
    await Promise.all(keys.map((key) => db.kv.cart.set(key, `round ${round}`)));
  }
});

test("a key that is swept at its old place meanwhile takes no members of others along", async () => {
  let now = 1_000_000;
  const clock = { folder, now: () => now };
  const members = Array.from({ length: 6_000 }, (_, index) => `m${index}`);
  {
    using db = openKV({ tags: set({ prefix: "tags", object: "main" }) }, clock);
    await db.kv.tags.sadd("a", ...members);
    await db.kv.tags.pexpire("a", 1_000);
    await db.kv.tags.sadd("b", ...members);
  }
  const moved = { tags: set({ prefix: "tags", object: "tags", shards: 1, movedFrom: { object: "main" } }) };
  using db = openKV(moved, clock);
  const source = db.binding.getByName("main") as unknown as {
    handOver(request: HandOver): Promise<unknown>;
    sweep(): void;
  };
  const { handOver } = source;
  source.handOver = async (request) => {
    const reply = await handOver.call(source, request);
    // After the first part of the members, the old object's alarm goes off.
    if (request.type === "members" && now < 1_002_000) {
      now += 2_000;
      for (let sweeps = 0; sweeps < 3; sweeps++) source.sweep();
    }
    return reply;
  };
  expect(await db.kv.tags.exists("a")).toBe(false);
  expect((await db.kv.tags.smembers("b")).sort()).toEqual([...members].sort());
});

test("a function finds the keys of other stores that move, and what it writes there stays", async () => {
  const spread = { object: "user", shards: 2 };
  {
    using db = openKV({ wishes: set({ prefix: "wishes", object: "main" }) }, { folder });
    await db.kv.wishes.sadd("ann", "tent");
  }
  const wishes = set({ prefix: "wishes", ...spread, movedFrom: { object: "main" } });
  const cart = string({
    prefix: "cart",
    ...spread,
    functions: {
      wish: (tx: { wishes: { sadd(key: string, member: string): number } }, user: string, what: string) =>
        tx.wishes.sadd(user, what),
    },
  });
  using db = openKV({ wishes, cart }, { folder });
  const call = db.kv.cart as unknown as { wish(user: string, what: string): Promise<number> };
  expect(await call.wish("ann", "tent")).toBe(0);
  expect(await call.wish("ann", "stove")).toBe(1);
  expect((await db.kv.wishes.smembers("ann")).sort()).toEqual(["stove", "tent"]);
});

test("members of every structure arrive, whatever they are", async () => {
  const stores = (placement: StoreOptions) => ({
    strings: string({ ...placement, prefix: "strings" }),
    lists: list({ ...placement, prefix: "lists" }),
    hashes: hash({ ...placement, prefix: "hashes" }),
    scores: sortedSet({ ...placement, prefix: "scores" }),
  });
  const texts = ["", "\0", "-9", "!", "x".repeat(1_000_000), "😀"];
  const entries = texts.map((value, index) => [`k${index}`, value] as const);
  {
    using db = openKV(stores({ prefix: "", object: "main" }), { folder });
    await db.kv.strings.mset(entries);
    for (let round = 0; round < 10; round++) await db.kv.lists.rpush("a", ...texts);
    await db.kv.hashes.hset("a", entries);
    await db.kv.scores.zadd("a", [
      { score: Number.NEGATIVE_INFINITY, member: "" },
      { score: Number.POSITIVE_INFINITY, member: "\0" },
    ]);
  }
  using db = openKV(stores({ prefix: "", object: "all", shards: 1, movedFrom: { object: "main" } }), {
    folder,
  });
  for (const [key, value] of entries) expect(await db.kv.strings.get(key)).toBe(value);
  expect(await db.kv.lists.lrange("a", 0, -1)).toEqual(Array.from({ length: 10 }, () => texts).flat());
  expect(await db.kv.hashes.hgetall("a")).toEqual(Object.fromEntries(entries));
  expect(await db.kv.scores.zrange("a", 0, -1, { withScores: true })).toEqual([
    { score: Number.NEGATIVE_INFINITY, member: "" },
    { score: Number.POSITIVE_INFINITY, member: "\0" },
  ]);
});

test("a move that takes more messages than one call may send is finished by the next ones", async () => {
  const keys = Array.from({ length: 5_500 }, (_, index) => `k${index}`);
  {
    using db = openKV({ cart: string({ prefix: "cart", object: "main" }) }, { folder });
    await Promise.all(keys.map((key) => db.kv.cart.set(key, key)));
  }
  const moved = {
    cart: string({ prefix: "cart", object: "cart", shards: 1, movedFrom: { object: "main" } }),
  };
  let found: string | null = null;
  let calls = 0;
  for (let attempt = 0; attempt < 10 && found === null; attempt++) {
    using db = openKV(moved, { folder });
    const main = db.binding.getByName("main") as unknown as { handOver(request: HandOver): Promise<object> };
    const handOver = main.handOver.bind(main);
    let left = 6;
    main.handOver = (request) => {
      calls++;
      return left-- > 0 ? handOver(request) : Promise.reject(new Error("Too many subrequests."));
    };
    found = await db.kv.cart.get("k5").catch(() => null);
  }
  expect(found).toBe("k5");
  expect(calls).toBeGreaterThan(12);
  using db = openKV(moved, { folder });
  expect((await db.kv.cart.keys("*")).sort()).toEqual([...keys].sort());
  expect(await db.kv.cart.get("k5499")).toBe("k5499");
});
