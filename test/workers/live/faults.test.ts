import { listDurableObjectIds, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { poke } from "covara/runtime/live";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { eventually, evict, head, object, sockets, sql } from "./log.ts";
import { connected, leaveAll, short } from "./stream.ts";

let ann: Caller;
let admin: Caller;
let hub: string;

beforeAll(async () => {
  [ann, admin] = await Promise.all([addUser(), addUser("admin")]);
  hub = `todos/=${ann.id}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await leaveAll();
});

const todo = (title = "x") => create("/api/todos", ann, { title });

/** A row that is written past the API, as by a Worker that dies before it says so. */
async function untold(title = "untold"): Promise<string> {
  const id = crypto.randomUUID();
  const now = new Date().toISOString();
  await sql(
    "INSERT INTO todos (id, title, owner_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
    ...[id, title, ann.id, now, now],
  );
  return id;
}

describe("contract 5.3: nothing is lost", () => {
  test("a write of which nobody was told is found when the pump looks", async () => {
    const stream = await connected("todos/subscribe", ann);
    const id = await untold();
    expect(await runDurableObjectAlarm(object("pump"))).toBe(true);
    expect(short(await stream.expect("added"))).toEqual(["added", id]);
    expect(await runDurableObjectAlarm(object("pump")), "it goes on looking").toBe(true);
  });

  test("a look at the log that fails is logged, and not the last one", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const stream = await connected("todos/subscribe", ann);
    await sql("ALTER TABLE _covara_changes RENAME TO gone");
    expect(await runDurableObjectAlarm(object("pump"))).toBe(true);
    await sql("ALTER TABLE gone RENAME TO _covara_changes");
    expect(String(log.mock.calls[0]?.[0])).toContain("no such table");
    const id = await untold();
    expect(await runDurableObjectAlarm(object("pump"))).toBe(true);
    expect(short(await stream.expect("added"))).toEqual(["added", id]);
  });

  test("a hub that sleeps keeps its streams, and tells them", async () => {
    const streams = [await connected("todos/subscribe", ann), await connected("todos/subscribe", ann)];
    for (let round = 0; round < 3; round++) {
      await evict(hub);
      expect(await sockets(hub)).toBe(2);
      const row = await todo();
      for (const stream of streams) expect(short(await stream.expect("added"))).toEqual(["added", row.id]);
    }
  });

  test("a pump that is out of memory knows where it was", async () => {
    const stream = await connected("todos/subscribe", ann);
    await evict("pump");
    const first = await todo();
    expect(short(await stream.expect("added"))).toEqual(["added", first.id]);
    await evict("pump");
    const [second, third] = [await untold("1"), await untold("2")];
    expect(await runDurableObjectAlarm(object("pump"))).toBe(true);
    expect((await stream.take(2)).map(short)).toEqual([
      ["added", second],
      ["added", third],
    ]);
  });

  test("streams of a hub that crashed connect again, and miss nothing", async () => {
    const streams = [await connected("todos/subscribe", ann), await connected("todos/subscribe", admin)];
    const first = await todo("1");
    for (const stream of streams) await stream.expect("added");
    await Promise.all([evict(hub, "close"), evict("todos/*", "close")]);
    const second = await untold("while nobody is connected");
    await call(`/api/todos/${first.id}`, { as: ann, method: "DELETE" });
    const third = await todo("3");
    for (const stream of streams) {
      expect((await stream.take(3)).map(short)).toEqual([
        ["added", second],
        ["removed", first.id],
        ["added", third.id],
      ]);
    }
    expect(await sockets(hub)).toBe(1);
    const fourth = await todo("4");
    for (const stream of streams) expect(short(await stream.expect("added"))).toEqual(["added", fourth.id]);
  });

  test("all objects crash at once, over and over, while rows are written", async () => {
    const stream = await connected("todos/subscribe", ann);
    const wanted: string[] = [];
    for (let round = 0; round < 4; round++) {
      wanted.push((await todo()).id);
      await evict("pump").catch(() => undefined);
      wanted.push(await untold());
      await evict(hub, round % 2 === 0 ? "close" : "hibernate").catch(() => undefined);
      wanted.push((await todo()).id);
    }
    await poke(env);
    expect((await stream.take(wanted.length)).map(short)).toEqual(wanted.map((id) => ["added", id]));
  });

  test("a row with long texts in a large batch comes whole", async () => {
    const stream = await connected("todos/subscribe", ann);
    const notes = "\u{1F600}n".repeat(1_500);
    const items = Array.from({ length: 100 }, (_, index) => ({ title: `${index}`, notes }));
    const made = (await call("/api/todos/batch", { as: ann, json: { items } })).json.items as object[];
    expect((await stream.take(100)).map(({ data }) => data.object)).toEqual(made);
    await sql("UPDATE todos SET notes = notes || '!' WHERE owner_id = ? AND notes = ?", ann.id, notes);
    await poke(env);
    const changed = await stream.take(100);
    expect(
      changed.every(({ event, data }) => event === "changed" && data.object?.notes === `${notes}!`),
    ).toBe(true);
  });

  test("a row that is too large for the log is told as such", async () => {
    const stream = await connected("todos/subscribe", ann);
    const others = await connected("todos/subscribe", admin);
    const row = await todo();
    await Promise.all([stream.expect("added"), others.expect("added")]);
    await sql("UPDATE todos SET notes = ? WHERE id = ?", "n".repeat(600_000), row.id);
    await poke(env);
    for (const each of [stream, others]) {
      expect((await each.expect("invalidate")).data).toEqual({ seq: await head(), reason: "overflow" });
    }
    await sql("UPDATE todos SET notes = NULL WHERE id = ?", row.id);
    await poke(env);
    await stream.expect("invalidate");
    const next = await todo();
    expect(short(await stream.expect("added"))).toEqual(["added", next.id]);
  });
});

describe("clients that have gone", () => {
  test("leave no connection behind, and the pump forgets their hub", async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => connected("todos/subscribe", ann)));
    expect(await sockets(hub)).toBe(5);
    await streams[0]?.leave();
    await eventually(async () => (await sockets(hub)) === 4);
    await leaveAll();
    await eventually(async () => (await sockets(hub)) === 0);
    await todo();
    await eventually(async () => !(await runDurableObjectAlarm(object("pump"))));
    expect(
      (await listDurableObjectIds(env.COVARA_LIVE as unknown as DurableObjectNamespace)).length,
    ).toBeGreaterThan(1);
  });
});
