/** The emitted Durable Object in workerd: durability, atomicity, expiry and several callers. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accessor } from "covara/runtime/kv";
import { beforeEach, expect, test } from "vitest";
import { kv as generated } from "#stores/kv";
import { kv, main, stores } from "./stores.ts";

/** Rows of the object's tables. */
const rows = (table: string) =>
  runInDurableObject(main(), (_object, { storage }) =>
    Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n),
  );

beforeEach(async () => {
  const { all } = kv();
  for (const store of ["string", "counter", "list", "hash", "set", "sortedSet"] as const) {
    const keys = await all[store].keys("*");
    const [first, ...others] = keys;
    if (first !== undefined) await all[store].del(first, ...others);
  }
});

test("every structure works through the emitted class", async () => {
  const { string, counter, hash, set, list, sortedSet, profiles, cart, recent, rooms } = kv();
  await Promise.all([
    string.set("a", "1"),
    counter.incrby("a", 5),
    hash.hset("a", { x: "1" }),
    set.sadd("a", "m"),
    list.rpush("a", "1", "2"),
    sortedSet.zadd("a", { score: 1.5, member: "m" }),
    profiles.set("ann", { name: "Ann", tags: ["x"] }),
    cart.hset("ann", { sku: "A-1", quantity: 2 }),
    recent.lpush("r", "1", "2", "3", "4"),
    rooms.set("{blue}:topic", "sea"),
  ]);
  expect(
    await Promise.all([
      string.get("a"),
      counter.get("a"),
      hash.hgetall("a"),
      set.smembers("a"),
      list.lrange("a", 0, -1),
      sortedSet.zrange("a", 0, -1, { withScores: true }),
      profiles.get("ann"),
      cart.hgetall("ann"),
      recent.lrange("r", 0, -1),
      rooms.get("{blue}:topic"),
    ]),
  ).toEqual([
    "1",
    5,
    { x: "1" },
    ["m"],
    ["1", "2"],
    [{ member: "m", score: 1.5 }],
    { name: "Ann", tags: ["x"] },
    { sku: "A-1", quantity: 2 },
    ["4", "3", "2"],
    "sea",
  ]);
});

test("values are validated as the config says", async () => {
  const { cart } = generated(env);
  await expect(cart.hset("ann", { quantity: 0 })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(cart.hset("ann", { quantity: 1.5 })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(cart.hset("bo", { colour: "red" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(await kv().cart.exists("bo")).toBe(false);
});

test("concurrent increments through many stubs lose nothing", async () => {
  const callers = Array.from({ length: 40 }, () =>
    accessor(stores)({ getByName: (name) => env.COVARA_KV.getByName(name) }),
  );
  await Promise.all(
    callers.flatMap((caller) =>
      Array.from({ length: 25 }, (_, index) =>
        index % 2 === 0
          ? caller.counter.incr("hits")
          : caller.multi((tx) => [tx.counter.incr("hits"), tx.list.rpush("log", "x")]),
      ),
    ),
  );
  expect(await kv().counter.get("hits")).toBe(1_000);
  expect(await kv().list.llen("log")).toBe(40 * 12);
});

test("contract 6.10: a function runs inside the object, atomically", async () => {
  const { counter, list } = kv();
  expect(await counter.record("sum", 3)).toBe(3);
  const settled = await Promise.allSettled([
    counter.record("sum", 4),
    counter.record("sum", 5, true),
    counter.record("sum", 6),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(settled[1]).toMatchObject({
    reason: { code: "FUNCTION_FAILED", message: expect.stringContaining("told to fail") },
  });
  expect(await counter.get("sum")).toBe(13);
  expect(await list.lrange("sum", 0, -1)).toEqual(["3", "4", "6"]);
});

test("contract 6.6: a multi that fails leaves no trace, also after a restart", async () => {
  const { all } = kv();
  await all.string.set("kept", "before");
  const failing = all.multi((tx) => [
    tx.string.set("kept", "after"),
    tx.sortedSet.zadd("z", { score: 1, member: "m" }),
    tx.hash.hset("h", { n: "text" }),
    tx.hash.hincrby("h", "n", 1),
  ]);
  await expect(failing).rejects.toMatchObject({ name: "MultiError", index: 3, code: "NOT_AN_INTEGER" });
  await evictDurableObject(main());
  expect(await all.string.get("kept")).toBe("before");
  expect(await all.sortedSet.exists("z")).toBe(false);
  expect(await all.hash.exists("h")).toBe(false);
});

test("what was acknowledged survives an object that is evicted in the middle of everything", async () => {
  const { all } = kv();
  let acknowledged = 0;
  for (let round = 0; round < 12; round++) {
    const writes = Array.from({ length: 10 }, (_, index) =>
      all
        .multi((tx) => [tx.counter.incr("n"), tx.list.rpush("log", `${round}:${index}`)])
        .then(() => acknowledged++),
    );
    if (round % 3 === 0) await Promise.race(writes);
    else await Promise.allSettled(writes);
    await evictDurableObject(main());
    await Promise.allSettled(writes);
    const [count, length] = await all.multi((tx) => [tx.counter.get("n"), tx.list.llen("log")]);
    expect(count).toBe(length);
    expect(length).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(new Set(await all.list.lrange("log", 0, -1)).size).toBe(await all.list.llen("log"));
});

test("ids of keys are never given out twice, whatever restarts", async () => {
  const { hash } = kv();
  for (let round = 0; round < 5; round++) {
    await Promise.all([hash.hset(`k${round}`, { round: String(round) }), hash.hset("gone", { x: "1" })]);
    await hash.del("gone");
    await evictDurableObject(main());
  }
  const all = await Promise.all([0, 1, 2, 3, 4].map((round) => hash.hgetall(`k${round}`)));
  expect(all).toEqual([0, 1, 2, 3, 4].map((round) => ({ round: String(round) })));
});

test("contract 6.7: the alarm sweeps what expired, and members of deleted keys, in chunks", async () => {
  const { all } = kv();
  const members = Array.from({ length: 2_500 }, (_, index) => `m${index}`);
  await all.set.sadd("big", ...(members as [string, ...string[]]));
  await all.string.set("short", "x", { px: 1 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await all.string.get("short")).toBeNull();
  const before = await rows("kv_set");
  await all.set.del("big");
  expect(await rows("kv_set")).toBe(before);
  let alarms = 0;
  // The alarm of the key that expired may come by itself, and take the first chunk.
  while ((await rows("kv_garbage")) > 0) if (await runDurableObjectAlarm(main())) alarms++;
  expect(alarms).toBeGreaterThan(1);
  expect(await rows("kv_set")).toBe(before - members.length);
  expect(await rows("kv_garbage")).toBe(0);
  expect(await rows("kv_keys WHERE key = 'short'")).toBe(0);
});

test("an alarm that waits is not put off by a later one after a restart", async () => {
  const { all } = kv();
  await all.string.set("soon", "x", { px: 60_000 });
  await evictDurableObject(main());
  await all.string.set("late", "x", { px: 86_400_000 });
  const alarm = await runInDurableObject(main(), (_object, { storage }) => storage.getAlarm());
  expect(alarm).not.toBeNull();
  expect((alarm ?? 0) - Date.now()).toBeLessThanOrEqual(60_000);
});

test("contract 6.9: a store that is spread uses all of its objects", async () => {
  const { all } = kv();
  const keys = Array.from({ length: 60 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => all.spread.incr(key)));
  const counts = await Promise.all(
    [0, 1, 2, 3].map((index) =>
      runInDurableObject(env.COVARA_KV.getByName(`spread/4/${index}`), (_object, { storage }) =>
        Number(storage.sql.exec("SELECT count(*) AS n FROM kv_keys").one().n),
      ),
    ),
  );
  expect(counts.every((count) => count > 0)).toBe(true);
  expect(counts.reduce((sum, count) => sum + count)).toBe(60);
  const walked: string[] = [];
  for await (const key of all.spread.scan("0", { count: 8 })) walked.push(key);
  expect(walked.sort()).toEqual([...keys].sort());
});

test("texts with NUL, emoji and all planes come back as they were", async () => {
  const { string, hash, list, set, sortedSet } = kv();
  const odd = ["", "\0", "a\0b", "😀", "\u{10ffff}", "\uffff", "é", "__proto__", "'; DROP TABLE kv_keys; --"];
  for (const text of odd) {
    await string.set(`k${text}`, text);
    await hash.hset(`k${text}`, [[text, text]]);
    await list.rpush(`k${text}`, text);
    await set.sadd(`k${text}`, text);
    await sortedSet.zadd(`k${text}`, { score: 1, member: text });
    expect(await string.get(`k${text}`)).toBe(text);
    expect(await hash.hkeys(`k${text}`)).toEqual([text]);
    expect(await list.lrange(`k${text}`, 0, -1)).toEqual([text]);
    expect(await set.smembers(`k${text}`)).toEqual([text]);
    expect(await sortedSet.zrange(`k${text}`, 0, -1)).toEqual([text]);
  }
});
