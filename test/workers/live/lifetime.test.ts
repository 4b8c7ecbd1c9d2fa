import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { kv } from "../../../generated/kv.ts";
import { addUser, type Caller, call, create } from "../api.ts";
import { hurry } from "./hurry.ts";
import { eventually, sockets, sql } from "./log.ts";
import { connected, follow, leaveAll, Stream, short } from "./stream.ts";

let ann: Caller;
beforeEach(async () => {
  ann = await addUser();
  return () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  };
});
afterEach(leaveAll);

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Writes a hundred rows of a megabyte in all. */
async function flood(as: Caller): Promise<void> {
  const items = Array.from({ length: 100 }, (_, index) => ({ title: `${index}`, notes: "n".repeat(9_000) }));
  expect((await call("/api/todos/batch", { as, json: { items } })).status).toBe(201);
}

describe("contract 5.4: a client that reads too slowly", () => {
  test("is told to read everything, and then of what happens from there on", async () => {
    const stream = await connected("todos/subscribe", ann);
    for (let count = 0; count < 6; count++) await flood(ann);
    await pause(2_000);
    const events = await stream.until("invalidate");
    expect(events.at(-1)?.data.reason).toBe("overflow");
    expect(events.length, "not much was kept for it").toBeLessThan(200);
    const row = await create("/api/todos", ann, { title: "after it" });
    expect(short(await stream.expect("added"))).toEqual(["added", row.id]);
    const again = await connected("todos/subscribe", ann, stream.lastId);
    await create("/api/todos", ann, { title: "and again" });
    expect((await again.expect("added")).data.object).toMatchObject({ title: "and again" });
  });

  test("does not hold up others", async () => {
    const [slow, quick] = [await connected("todos/subscribe", ann), await connected("todos/subscribe", ann)];
    for (let count = 0; count < 3; count++) {
      await flood(ann);
      expect((await quick.take(100)).every(({ event }) => event === "added")).toBe(true);
    }
    await slow.leave();
  });

  test("and one that reads nothing at all has gone", async () => {
    hurry();
    const hub = `todos/=${ann.id}`;
    await connected("todos/subscribe", ann);
    for (let count = 0; count < 6; count++) await flood(ann);
    expect(await sockets(hub)).toBe(1);
    await eventually(async () => (await sockets(hub)) === 0);
  });
});

describe("contract 5.5: a caller who is not who they were", () => {
  test("is asked for often enough", async () => {
    const asked = hurry();
    await connected("todos/subscribe", ann);
    expect(asked.toSorted()).toEqual([15_000, 25_000]);
  });

  test("a session that is revoked ends its streams, and only those", async () => {
    hurry();
    const { token } = await kv(env).authSessions.create(ann.id, {});
    const headers = { Cookie: `__Host-session=${token}` };
    const [ends, aggregate] = [
      await follow("todos/subscribe", { headers }),
      await follow("todos/aggregate/subscribe?count=true", { headers }),
    ];
    const stays = await connected("todos/subscribe", ann);
    await ends.expect("connected");
    await kv(env).authSessions.revokeAll(ann.id);
    expect(await ends.end()).toEqual([]);
    await aggregate.end();
    const row = await create("/api/todos", ann, { title: "x" });
    expect(short(await stays.expect("added"))).toEqual(["added", row.id]);
  });

  test("a user who is deleted, and a token that is taken away, end their streams", async () => {
    hurry();
    const bob = await addUser();
    const streams = [await connected("todos/subscribe", ann), await connected("todos/subscribe", bob)];
    await sql("DELETE FROM users WHERE id = ?", bob.id);
    await sql("UPDATE users SET token_hash = NULL WHERE id = ?", ann.id);
    for (const stream of streams) expect(await stream.end()).toEqual([]);
  });

  test.each([
    ["member", "admin"],
    ["admin", "member"],
  ] as const)("one whose role was %s and is %s comes back, and has to read everything", async (was, is) => {
    hurry();
    const eve = await addUser(was);
    const stream = await connected("todos/subscribe", eve);
    await sql("UPDATE users SET role = ? WHERE id = ?", is, eve.id);
    await stream.end();
    const again = await connected("todos/subscribe", eve, stream.lastId);
    expect((await again.expect("invalidate")).data.reason).toBe("scope");
    const row = await create("/api/todos", ann, { title: "Ann's" });
    const own = await create("/api/todos", eve, { title: "own" });
    const seen = is === "admin" ? [row.id, own.id] : [own.id];
    expect((await again.take(seen.length)).map(short)).toEqual(seen.map((id) => ["added", id]));
  });

  test("what fails while a stream is open ends it, and is logged, without a word to the client", async () => {
    hurry();
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const stream = await connected("todos/subscribe", ann);
    await sql("ALTER TABLE users RENAME TO nobody_knows");
    expect(await stream.end()).toEqual([]);
    await sql("ALTER TABLE nobody_knows RENAME TO users");
    expect(stream.text).not.toContain("no such table");
    expect(String(log.mock.calls[0]?.[0])).toContain("no such table");
  });
});

describe("clients that go while they come", () => {
  test("leave nothing behind, and whoever stays is found again", async () => {
    const hub = `todos/=${ann.id}`;
    const stays = await connected("todos/subscribe", ann);
    for (let count = 0; count < 5; count++) {
      const abort = new AbortController();
      const response = await exports.default.fetch("https://covara.test/api/todos/subscribe?snapshot=true", {
        headers: { Authorization: `Bearer ${ann.token}` },
        signal: abort.signal,
      });
      await new Stream(response, abort, "TodoEvent").leave();
    }
    // Nobody has given a sign of life for long: those who are there come back.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    const row = await create("/api/todos", ann, { title: "x" });
    expect(short(await stays.expect("added"))).toEqual(["added", row.id]);
    await eventually(async () => (await sockets(hub)) === 1);
    const next = await create("/api/todos", ann, { title: "y" });
    expect(short(await stays.expect("added"))).toEqual(["added", next.id]);
  });
});
