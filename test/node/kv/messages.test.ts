/** What does not fit into one message, or cannot travel in one. */
import { list, set, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { expect, test } from "vitest";

const stores = {
  texts: string({ prefix: "texts", object: "main" }),
  tags: set({ prefix: "tags", object: "main" }),
  recent: list({ prefix: "recent", object: "main" }),
};

/** A reply, or the code of its error. */
const shown = (reply: PromiseSettledResult<unknown>): unknown =>
  reply.status === "fulfilled" ? reply.value : reply.reason.code;

const megabyte = "x".repeat(1_000_000);

test("commands whose replies do not fit into one message are all answered, in their order", async () => {
  using db = openKV(stores);
  await Promise.all(
    Array.from({ length: 12 }, (_, index) => db.kv.texts.set(`k${index}`, `${index}${megabyte}`)),
  );
  const reads = Array.from({ length: 12 }, (_, index) => db.kv.texts.getdel(`k${index}`));
  const values = await Promise.all(reads);
  expect(values.map((value) => value?.slice(0, 3))).toEqual(
    reads.map((_, index) => `${index}xxx`.slice(0, 3)),
  );
  expect(await db.kv.texts.keys("*")).toEqual([]);
});

test("a reply that fits into no message fails by itself, and is undone", async () => {
  using db = openKV(stores);
  for (let index = 0; index < 34; index++) await db.kv.recent.rpush("long", megabyte);
  const replies = await Promise.allSettled([
    db.kv.texts.set("a", "1"),
    db.kv.recent.lpop("long", 34),
    db.kv.recent.lrange("long", 0, -1),
    db.kv.texts.get("a"),
  ]);
  expect(replies.map(shown)).toEqual([true, "VALUE_TOO_LARGE", "VALUE_TOO_LARGE", "1"]);
  expect(await db.kv.recent.llen("long")).toBe(34);
  await expect(
    db.kv.multi((tx) => [tx.recent.lpop("long", 17), tx.recent.lpop("long", 17)]),
  ).rejects.toMatchObject({
    index: 1,
    cause: { code: "VALUE_TOO_LARGE" },
  });
  expect(await db.kv.recent.llen("long")).toBe(34);
});

test("arguments that fit into no message are refused before they are sent", async () => {
  using db = openKV(stores);
  const members = Array.from({ length: 2_000 }, (_, index) => `${index}`.padEnd(16_000, "x"));
  await expect(db.kv.tags.sadd("a", ...members)).rejects.toMatchObject({
    code: "VALUE_TOO_LARGE",
    message: expect.stringMatching(/^tags\.sadd: .* 32\d{6} bytes/),
  });
  await expect(
    db.kv.multi((tx) => [
      tx.tags.sadd("a", ...members.slice(1_000)),
      tx.tags.sadd("a", ...members.slice(0, 1_000)),
    ]),
  ).rejects.toMatchObject({ code: "VALUE_TOO_LARGE" });
  expect(await db.kv.tags.exists("a")).toBe(false);
});

test("arguments that cannot travel fail their own command only", async () => {
  using db = openKV(stores);
  class Index {}
  const loop: { ex: number; self?: object } = { ex: 1 };
  loop.self = loop;
  const replies = await Promise.allSettled([
    db.kv.recent.lrange("a", Symbol("0") as never, 1),
    db.kv.recent.lrange("a", (() => 0) as never, 1),
    db.kv.recent.lrange("a", new Index() as never, 1),
    db.kv.texts.set("a", "1", loop),
    db.kv.texts.set("a", "2"),
  ]);
  expect(replies.map(shown)).toEqual([...Array.from({ length: 4 }, () => "INVALID_ARGUMENT"), true]);
});
