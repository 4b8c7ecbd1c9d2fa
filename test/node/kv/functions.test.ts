/** Functions of the config that do what they should not. */
import { DatabaseSync } from "node:sqlite";
import { counter, list } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { expect, test } from "vitest";
import type { KVFunction } from "../../../runtime/kv/definition.ts";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";

interface Stores {
  readonly visits: { incr(key: string): number };
  readonly recent: { rpush(key: string, ...values: string[]): number };
}

const declare = (functions: Record<string, KVFunction>) => ({
  visits: counter({ prefix: "visits", object: "main", functions }),
  recent: list({ prefix: "recent", object: "main" }),
});

const call = (db: { readonly kv: object }, name: string): Promise<unknown> =>
  (db.kv as { visits: Record<string, () => Promise<unknown>> }).visits[name]?.() ?? Promise.reject(name);

test("a function that goes on after it returned can no longer write", async () => {
  const later: string[] = [];
  const stores = declare({
    async wait(tx: Stores) {
      tx.visits.incr("before");
      await Promise.resolve();
      try {
        tx.visits.incr("after");
      } catch (error) {
        later.push((error as Error).message);
      }
    },
    keep: (tx: Stores) => {
      queueMicrotask(() => {
        try {
          tx.visits.incr("kept");
        } catch (error) {
          later.push((error as Error).message);
        }
      });
    },
  });
  using db = openKV(stores);
  await expect(call(db, "wait")).rejects.toMatchObject({ code: "FUNCTION_FAILED" });
  await call(db, "keep");
  // Twice for the first: a call that fails after it wrote is undone, and made again by itself.
  const ended = (name: string) => expect.stringContaining(`The function ${name} has ended`);
  expect(later).toEqual([ended("wait"), ended("wait"), ended("keep")]);
  expect(await db.kv.visits.keys("*")).toEqual([]);
});

test("a function that rejects fails its call, and nothing else", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    using db = openKV(declare({ reject: () => Promise.reject(new Error("no")) }));
    await expect(call(db, "reject")).rejects.toMatchObject({ code: "FUNCTION_FAILED" });
    await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(unhandled).toEqual([]);
});

test("a function may only return data, so that its reply can be sent before anything stays written", async () => {
  class Place {}
  const stores = declare({
    place(tx: Stores) {
      tx.visits.incr("a");
      return { place: new Place() };
    },
    date: () => ({ at: new Date(0), names: new Set(["a"]) }),
  });
  using db = openKV(stores);
  await expect(call(db, "place")).rejects.toMatchObject({
    code: "FUNCTION_FAILED",
    message: expect.stringContaining('the class "Place"'),
  });
  expect(await db.kv.visits.get("a")).toBeNull();
  expect(await call(db, "date")).toEqual({ at: new Date(0), names: new Set(["a"]) });
});

test("a function that goes on after a command was written by half keeps nothing of it", () => {
  const sql = nodeSql(new DatabaseSync(":memory:"));
  let isFull = false;
  const failing = {
    ...sql,
    run(statement: string, ...values: (string | number | null)[]) {
      if (isFull && statement.startsWith("UPDATE kv_keys")) throw new Error("database or disk is full");
      sql.run(statement, ...values);
    },
  };
  const stores = declare({
    push(tx: Stores) {
      tx.visits.incr("a");
      try {
        tx.recent.rpush("a", "2");
      } catch {
        return "went on";
      }
      return "pushed";
    },
  });
  const engine = new Engine(failing, stores, { now: () => 0, schedule() {} });
  const run = (store: string, command: string, ...args: unknown[]) =>
    engine.run({ commands: [{ store, command, args }], atomic: false }).replies[0];
  expect(run("visits", "push")).toEqual({ ok: true, value: "pushed" });
  isFull = true;
  expect(run("visits", "push")).toMatchObject({ ok: false, error: { code: "FULL" } });
  isFull = false;
  expect(run("recent", "lrange", "a", 0, -1)).toEqual({ ok: true, value: ["2"] });
  expect(run("visits", "get", "a")).toEqual({ ok: true, value: 1 });
});
