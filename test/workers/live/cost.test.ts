import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LiveHost, poke } from "covara/runtime/live";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { hurry } from "./hurry.ts";
import { eventually, object, sql } from "./log.ts";
import { connected, leaveAll, type Stream } from "./stream.ts";

let people: Caller[];
beforeEach(async () => {
  people = await Promise.all(Array.from({ length: 4 }, () => addUser()));
  return () => vi.restoreAllMocks();
});
afterEach(leaveAll);

/** Counts the statements that read the log, and the calls of objects, from now on. */
function count() {
  const log = { reads: 0, identities: 0 };
  const prototype = Object.getPrototypeOf(env.DB) as D1Database;
  const original = prototype.prepare;
  vi.spyOn(prototype, "prepare").mockImplementation(function (this: D1Database, text: string) {
    if (/FROM _covara_changes/.test(text)) log.reads += 1;
    if (/FROM "users"/.test(text)) log.identities += 1;
    return original.call(this, text);
  });
  const calls = (["poke", "listen", "receive", "fetch"] as const).map((name) =>
    vi.spyOn(LiveHost.prototype, name),
  );
  return {
    log,
    total: () => calls.reduce((sum, spy) => sum + spy.mock.calls.length, 0),
  };
}

describe("contract 5.6: what live costs", () => {
  test("a burst is read once, however many subscribers and partitions there are", async () => {
    const streams: Stream[] = [];
    for (const each of people) {
      for (let times = 0; times < 5; times++) streams.push(await connected("todos/subscribe", each));
    }
    const [ann] = people;
    if (ann === undefined) throw new Error("nobody is there");
    const rows = await Promise.all(people.map((each) => create("/api/todos", each, { title: "x" })));
    for (const stream of streams) await stream.expect("added");
    await poke(env);
    const { log, total } = count();
    // One statement changes rows of all partitions.
    await sql(`UPDATE todos SET title = 'y' WHERE id IN (${rows.map(({ id }) => `'${id}'`).join(", ")})`);
    expect(log.reads, "nothing is read for the write itself").toBe(0);
    await poke(env);
    for (const stream of streams) await stream.expect("changed");
    expect(log.reads).toBe(1);
    expect(total(), "one call of the pump, and one of each hub").toBe(1 + people.length);
  });

  test("pokes that come while the log is read become one further read", async () => {
    const [ann] = people;
    if (ann === undefined) throw new Error("nobody is there");
    const stream = await connected("todos/subscribe", ann);
    const { log } = count();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => create("/api/todos", ann, { title: `${index}` })),
    );
    await stream.take(30);
    expect(log.reads).toBeLessThanOrEqual(30);
    const before = log.reads;
    await Promise.all(Array.from({ length: 30 }, () => poke(env)));
    expect(log.reads - before).toBeLessThanOrEqual(4);
  });

  test("idle streams call no object and read no log; only who they are is asked", async () => {
    hurry();
    const streams = await Promise.all(people.map((each) => connected("todos/subscribe", each)));
    await poke(env);
    const { log, total } = count();
    for (const stream of streams) {
      for (let beats = 0; beats < 3; beats++) expect(await stream.block()).toBe(": keepalive");
    }
    await eventually(async () => log.identities >= streams.length);
    expect([log.reads, total()]).toEqual([0, 0]);
  });

  test("a hub does not look at all its streams for each that leaves", async () => {
    const [ann] = people;
    if (ann === undefined) throw new Error("nobody is there");
    const hub = `todos/=${ann.id}`;
    await Promise.all(Array.from({ length: 30 }, () => connected("todos/subscribe", ann)));
    let left = 0;
    const original = LiveHost.prototype.closed;
    vi.spyOn(LiveHost.prototype, "closed").mockImplementation(function (this: LiveHost, socket) {
      left += 1;
      return original.call(this, socket);
    });
    const { looks } = await runInDurableObject(object(hub), (_, state) => ({
      looks: vi.spyOn(Object.getPrototypeOf(state) as DurableObjectState, "getWebSockets"),
    }));
    const told = vi.spyOn(LiveHost.prototype, "listen");
    await leaveAll();
    await eventually(async () => told.mock.calls.some(([name, isListening]) => name === hub && !isListening));
    expect(left).toBe(30);
    expect(looks.mock.calls.length).toBeLessThan(5);
  });

  test("a write without subscribers reads no log", async () => {
    const [ann] = people;
    if (ann === undefined) throw new Error("nobody is there");
    await leaveAll();
    await eventually(async () => {
      await create("/api/todos", ann, { title: "x" });
      const { log } = count();
      await call("/api/todos", { as: ann, json: { title: "y" } });
      await poke(env);
      vi.restoreAllMocks();
      return log.reads === 0;
    });
  });
});
