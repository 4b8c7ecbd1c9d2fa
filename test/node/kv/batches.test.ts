import { counter, KVError, MultiError, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { expect, expectTypeOf, test } from "vitest";
import { accessor } from "../../../runtime/kv/accessor.ts";
import type { Batch, BatchReply } from "../../../runtime/kv/engine.ts";
import { open, stores } from "./stores.ts";

test("contract 6.6: multi replies a tuple of its commands' types", async () => {
  using db = open(stores);
  const replies = await db.kv.multi((tx) => [
    tx.visits.incr("home"),
    tx.text.set("a", "1"),
    tx.text.mget("a", "b"),
    tx.profiles.set("ann", { name: "Ann", tags: [] }),
    tx.profiles.get("ann"),
  ]);
  expectTypeOf(replies).toEqualTypeOf<
    [number, boolean, (string | null)[], boolean, import("./stores.ts").Profile | null]
  >();
  expect(replies).toEqual([1, true, ["1", null], true, { name: "Ann", tags: [] }]);
});

test("contract 6.6: a multi that fails at its k-th command leaves no trace, for every k", async () => {
  for (let k = 0; k < 5; k++) {
    using db = open(stores);
    await db.kv.text.set("kept", "before");
    await db.kv.visits.set("full", 2 ** 53 - 1);
    const failed = db.kv.multi((tx) =>
      [
        () => tx.visits.incr("n"),
        () => tx.text.set("kept", "after"),
        () => tx.text.rename("kept", "moved"),
        () => tx.visits.incr("m"),
        () => tx.text.set("kept", "again"),
      ].map((command, index) => (index === k ? tx.visits.incr("full") : command())),
    );
    const error = await failed.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MultiError);
    expect(error).toMatchObject({ index: k, code: "NOT_AN_INTEGER", cause: expect.any(KVError) });
    expect(await db.kv.visits.keys("*")).toEqual(["full"]);
    expect(await db.kv.text.keys("*")).toEqual(["kept"]);
    expect(await db.kv.text.get("kept")).toBe("before");
    // Ids that the rollback took back are given out again, to one key each.
    await db.kv.multi((tx) => [tx.visits.incr("after"), tx.text.set("new", "value")]);
    expect(await db.kv.text.mget("kept", "new")).toEqual(["before", "value"]);
    expect(await db.kv.visits.get("after")).toBe(1);
  }
});

test("a command that was queued but not returned is an error, not lost", async () => {
  using db = open(stores);
  const forgotten = db.kv.multi((tx) => {
    tx.visits.incr("lost");
    return [tx.visits.incr("n")];
  });
  await expect(forgotten).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(await db.kv.visits.keys("*")).toEqual([]);
});

test("an empty multi and an empty pipeline do nothing", async () => {
  using db = open(stores);
  expect(await db.kv.multi(() => [])).toEqual([]);
  expect(await db.kv.pipeline(() => [])).toEqual([]);
});

test("contract 6.6: a pipeline gives each command's result or error", async () => {
  using db = open(stores);
  const [first, second, third] = await db.kv.pipeline((p) => [
    p.visits.incr("n"),
    p.visits.incrby("n", 2 ** 53 - 1),
    p.visits.incr("n"),
  ]);
  expect(first).toEqual({ ok: true, value: 1 });
  expect(second).toMatchObject({ ok: false, error: { code: "NOT_AN_INTEGER" } });
  expect(third).toEqual({ ok: true, value: 2 });
});

/** Counts the messages that reach the objects. */
function counted(definitions: typeof stores) {
  const messages: { readonly object: string; readonly batch: Batch }[] = [];
  const reply = (batch: Batch): BatchReply => ({
    replies: batch.commands.map(() => ({ ok: true, value: 0 })),
  });
  const binding = {
    getByName: (object: string) => ({
      run: async (batch: Batch) => {
        messages.push({ object, batch });
        return reply(batch);
      },
    }),
  };
  return { kv: () => accessor(definitions)(binding), messages };
}

test("contract 6.6: calls of one tick share one message, whoever makes them", async () => {
  const { kv, messages } = counted(stores);
  await Promise.all([kv().visits.incr("a"), kv().visits.incr("b"), kv().text.strlen("c")]);
  expect(messages.map(({ batch }) => batch.commands.length)).toEqual([3]);
  await kv().visits.incr("a");
  expect(messages).toHaveLength(2);
});

test("a multi comes after the calls that were made before it", async () => {
  const { kv, messages } = counted(stores);
  const all = kv();
  await Promise.all([all.visits.incr("a"), all.multi((tx) => [tx.visits.incr("a")]), all.visits.incr("b")]);
  expect(messages.map(({ batch }) => [batch.atomic, batch.commands.length])).toEqual([
    [false, 1],
    [true, 1],
    [false, 1],
  ]);
});

test("commands with much text go in several messages", async () => {
  const { kv, messages } = counted(stores);
  const value = "x".repeat(1_500_000);
  await Promise.all(["a", "b", "c", "d", "e"].map((key) => kv().text.set(key, value)));
  expect(messages.map(({ batch }) => batch.commands.length)).toEqual([2, 2, 1]);
});

test("an object that is overloaded, or cannot be reached, is told apart from a failed command", async () => {
  const failing = (mark: object) =>
    accessor(stores)({
      getByName: () => ({ run: () => Promise.reject(Object.assign(new Error("no"), mark)) }),
    });
  const overloaded = await failing({ overloaded: true })
    .visits.incr("n")
    .catch((error: unknown) => error);
  expect(overloaded).toMatchObject({ code: "OVERLOADED", retryable: false });
  const away = await failing({ retryable: true })
    .visits.incr("n")
    .catch((error: unknown) => error);
  expect(away).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  await expect(failing({}).multi((tx) => [tx.visits.incr("n")])).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
});

/** As emitted for `functions: "./src/votes.kv.ts"`. */
interface Tx {
  readonly votes: { incr(key: string): number; get(key: string): number | null };
  readonly names: { set(key: string, value: string): boolean };
}
const functions = {
  vote(tx: Tx, key: string, name: string): { readonly votes: number } {
    tx.names.set(key, name);
    return { votes: tx.votes.incr(key) };
  },
  fail(tx: Tx, key: string): void {
    tx.votes.incr(key);
    throw new RangeError("too many votes");
  },
  async later(tx: Tx, key: string): Promise<number> {
    return tx.votes.incr(key);
  },
};
const voting = {
  votes: counter({ prefix: "votes", object: "main", functions }),
  names: string({ prefix: "names", object: "main" }),
};

test("contract 6.10: a function runs over all stores of the object, atomically", async () => {
  using db = openKV(voting);
  const votes = db.kv.votes as typeof db.kv.votes & import("covara/runtime/kv").Functions<typeof functions>;
  const reply = await votes.vote("a", "Ann");
  expectTypeOf(reply).toEqualTypeOf<{ readonly votes: number }>();
  expect(reply).toEqual({ votes: 1 });
  expect(await db.kv.names.get("a")).toBe("Ann");
  // In one message with others: the failure undoes its own writes and no others.
  const settled = await Promise.allSettled([votes.vote("a", "Bo"), votes.fail("a"), votes.vote("a", "Cy")]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(settled[1]).toMatchObject({
    reason: { code: "FUNCTION_FAILED", message: expect.stringMatching("too many") },
  });
  expect(await db.kv.votes.get("a")).toBe(3);
  await expect(votes.later("b")).rejects.toMatchObject({ code: "FUNCTION_FAILED" });
  expect(await db.kv.votes.get("b")).toBeNull();
});

test("lists of keys and values can be spread", async () => {
  using db = open(stores);
  const keys: string[] = ["a", "b"];
  await db.kv.text.mset(keys.map((key) => [key, key]));
  expect(await db.kv.text.mget(...keys)).toEqual(["a", "b"]);
  // @ts-expect-error One key is answered with a boolean, several with a number: how many an array has is not known.
  expect(await db.kv.text.exists(...keys)).toBe(2);
  expect(await db.kv.text.del(...keys)).toBe(2);
  await expect(db.kv.text.del(...[])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});
