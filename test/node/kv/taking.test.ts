import { DatabaseSync } from "node:sqlite";
import { type Definitions, json, list, number, set, sortedSet, string } from "covara/runtime/kv";
import { expect, test } from "vitest";
import { accessor } from "../../../runtime/kv/accessor.ts";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";
import { start } from "./stores.ts";

const placement = { object: "main" };

/** What the last release declared: plain texts. */
const before = {
  string: string({ prefix: "string", ...placement }),
  list: list({ prefix: "list", ...placement }),
  set: set({ prefix: "set", ...placement }),
  sortedSet: sortedSet({ prefix: "sortedSet", ...placement }),
};

/** What this one does. */
const after = {
  string: string({ prefix: "string", ...placement, value: json<{ readonly a: number }>() }),
  list: list({ prefix: "list", ...placement, value: number() }),
  set: set({ prefix: "set", ...placement, member: number() }),
  sortedSet: sortedSet({ prefix: "sortedSet", ...placement, member: number() }),
};

test("a value that no longer fits its type is not lost to the command that takes it", async () => {
  const sql = nodeSql(new DatabaseSync(":memory:"));
  const release = <D extends Definitions>(definitions: D) => {
    const engine = new Engine(sql, definitions, { now: () => start, schedule: () => {} });
    return accessor(definitions)({ getByName: () => ({ run: async (batch) => engine.run(batch) }) });
  };
  const old = release(before);
  await Promise.all([
    old.string.set("k", "text"),
    old.list.rpush("k", "text", "text"),
    old.set.sadd("k", "text"),
    old.sortedSet.zadd("k", { score: 1, member: "text" }),
  ]);
  const kv = release(after);
  const attempts = [
    kv.string.getdel("k"),
    kv.string.getset("k", { a: 1 }),
    kv.string.set("k", { a: 1 }, { get: true }),
    kv.list.lpop("k"),
    kv.list.rpop("k", 2),
    kv.set.spop("k"),
    kv.set.spop("k", 1),
    kv.sortedSet.zpopmin("k"),
    kv.sortedSet.zpopmax("k", 1),
  ];
  expect((await Promise.allSettled(attempts)).map(({ status }) => status)).not.toContain("fulfilled");
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: "INVALID_VALUE" });
  const all = kv.multi((tx) => [tx.list.rpush("other", 1), tx.list.lpop("k")]);
  await expect(all).rejects.toMatchObject({ name: "MultiError", index: 1, code: "INVALID_VALUE" });

  expect(await kv.list.exists("other")).toBe(false);
  const again = release(before);
  expect(await again.string.get("k")).toBe("text");
  expect(await again.list.lrange("k", 0, -1)).toEqual(["text", "text"]);
  expect(await again.set.smembers("k")).toEqual(["text"]);
  expect(await again.sortedSet.zrange("k", 0, -1)).toEqual(["text"]);
  // What does not have to be read can still be replaced and deleted.
  expect(await kv.string.set("k", { a: 1 })).toBe(true);
  expect(await kv.list.del("k")).toBe(1);
});
