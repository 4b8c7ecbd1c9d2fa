import { env } from "cloudflare:workers";
import { poke } from "covara/runtime/live";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { hurry } from "./hurry.ts";
import { head, sql } from "./log.ts";
import { connected, follow, leaveAll, type Stream, short } from "./stream.ts";

let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  [ann, bob] = await Promise.all([addUser(), addUser()]);
});
beforeEach(() => () => vi.restoreAllMocks());
afterEach(leaveAll);

const todo = (as: Caller, title = "x") => create("/api/todos", as, { title });

/** The id that a client has after one event. */
async function place(as: Caller, path = "todos/subscribe"): Promise<string> {
  const stream = await connected(path, as);
  await todo(as);
  await stream.expect("added");
  await stream.leave();
  return stream.lastId ?? "";
}

/** Expects that a client that comes back with an id has to read everything, and is told what happens from then on. */
async function expectAnew(stream: Stream, reason: string, as = ann): Promise<void> {
  const connected = await stream.expect("connected");
  const invalidate = await stream.expect("invalidate");
  expect(invalidate.data).toEqual({ seq: expect.any(Number), reason });
  expect(invalidate.data.seq).toBeGreaterThanOrEqual(connected.data.seq);
  // Whoever is cut between the two comes back with the id from before, and is told again.
  expect(invalidate.id).not.toBe(connected.id);
  const row = await todo(as, "after it");
  expect(short(await stream.expect("added"))).toEqual(["added", row.id]);
}

const back = (id: string, as = ann, path = "todos/subscribe"): Promise<Stream> =>
  follow(path, { as, headers: { "Last-Event-ID": id } });

describe("contract 5.1: coming back", () => {
  test.each(["Last-Event-ID", "resumeFrom"])("%s replays what was missed, in order, once", async (how) => {
    const id = await place(ann);
    const made = [await todo(ann, "1"), await todo(ann, "2")];
    await todo(bob, "not Ann's");
    await call(`/api/todos/${made[0]?.id}`, { as: ann, method: "PATCH", json: { done: true } });
    await call(`/api/todos/${made[1]?.id}`, { as: ann, method: "DELETE" });
    const stream =
      how === "resumeFrom"
        ? await follow(`todos/subscribe?snapshot=true&resumeFrom=${encodeURIComponent(id)}`, { as: ann })
        : await follow("todos/subscribe?snapshot=true", { as: ann, headers: { [how]: id } });
    expect((await stream.expect("connected")).id).toBe(id);
    expect((await stream.take(4)).map(short)).toEqual([
      ["added", made[0]?.id],
      ["added", made[1]?.id],
      ["changed", made[0]?.id],
      ["removed", made[1]?.id],
    ]);
    const next = await todo(ann, "3");
    expect(short(await stream.expect("added"))).toEqual(["added", next.id]);
  });

  test("the id of each event is one to go on from", async () => {
    const stream = await connected("todos/subscribe", ann);
    const ids = [stream.lastId];
    const rows: string[] = [];
    for (let count = 0; count < 4; count++) {
      rows.push((await todo(ann)).id);
      await stream.expect("added");
      ids.push(stream.lastId);
    }
    await stream.leave();
    for (const [index, id] of ids.entries()) {
      const again = await connected("todos/subscribe", ann, id);
      const last = await todo(ann);
      rows.push(last.id);
      const missed = await again.take(rows.length - index);
      expect(missed.map(short)).toEqual(rows.slice(index).map((row) => ["added", row]));
      await again.leave();
    }
  });

  test("a whole burst that was missed is replayed, however long it is", async () => {
    const id = await place(ann);
    const notes = "n".repeat(2_000);
    const items = Array.from({ length: 100 }, (_, index) => ({ title: `${index}`, notes }));
    for (let count = 0; count < 3; count++) await call("/api/todos/batch", { as: ann, json: { items } });
    const stream = await connected("todos/subscribe", ann, id);
    const events = await stream.take(300);
    expect(events.every(({ event }) => event === "added")).toBe(true);
  });

  test("signs of life carry a later id, so that a quiet filter can go on", async () => {
    hurry();
    const filter = encodeURIComponent('title=="never"');
    const stream = await connected(`todos/subscribe?filter=${filter}`, ann);
    const first = stream.lastId ?? "";
    await todo(ann);
    while (stream.lastId === first) expect(await stream.block()).toMatch(/^: keepalive/);
    const later = stream.lastId ?? "";
    expect(Number(later.split(".")[1])).toBeGreaterThanOrEqual(Number(first.split(".")[1]) + 1);
    await stream.leave();
    await sql("DELETE FROM _covara_changes WHERE seq < ?", Number(later.split(".")[1]));
    const again = await connected(`todos/subscribe?filter=${filter}`, ann, later);
    const row = await todo(ann, "never");
    expect(short(await again.expect("added"))).toEqual(["added", row.id]);
    const cut = await back(first, ann, `todos/subscribe?filter=${filter}`);
    await cut.expect("connected");
    expect((await cut.expect("invalidate")).data.reason).toBe("gap");
  });

  test("a place that is cut off is a gap", async () => {
    const id = await place(ann);
    await todo(ann);
    await todo(ann);
    await sql("DELETE FROM _covara_changes WHERE seq <= ?", Number(id.split(".")[1]));
    await expectAnew(await back(id), "gap");
  });

  test("another caller, another filter and another schema are told so", async () => {
    const id = await place(ann);
    await expectAnew(await back(id, bob), "scope", bob);
    await expectAnew(await back(id, ann, "todos/subscribe?filter=priority%3E%3D0"), "scope");
    await expectAnew(await back(id.replace(/-\w+-/, "-0123abcd-")), "schema");
  });

  test.each([
    "x",
    "0",
    ".",
    "1.1",
    "-1.5",
    "0-0-0.0",
    "ffffffff-ffffffff-ffffffff.999999999999999",
    "a".repeat(10_000),
    "' OR 1=1 --",
    "../../etc",
    "ffffffff-a-b.1e3",
    "%00",
    "ffffffff-a-b.0x10",
  ])("an id that nobody gave: %.40s", async (id) => {
    const stream = await back(id);
    await stream.expect("connected");
    expect((await stream.expect("invalidate")).data.reason).toMatch(/^(gap|schema)$/);
  });

  test("an id with a place that does not exist yet, or another tag, is a gap", async () => {
    const id = await place(ann);
    await expectAnew(await back(id.replace(/\.\d+$/, `.${(await head()) + 50}`)), "gap");
    await expectAnew(await back(id.replace(/^\w+/, "00000000")), "gap");
  });

  test("a stream that is open while the database is restored is told so, and goes on", async () => {
    const id = await place(ann);
    const open = await connected("todos/subscribe", ann);
    await todo(ann);
    await open.expect("added");
    const end = await head();
    // A restored database has fewer changes, and writes others under the same numbers.
    await sql("DELETE FROM _covara_changes WHERE seq >= ?", Number(id.split(".")[1]) - 1);
    await sql(
      "UPDATE sqlite_sequence SET seq = ? WHERE name = '_covara_changes'",
      Number(id.split(".")[1]) - 2,
    );
    while ((await head()) < end + 1)
      await sql("UPDATE todos SET title = title || '.' WHERE owner_id = ?", ann.id);
    await poke(env);
    expect((await open.expect("invalidate")).data.reason).toBe("gap");
    const row = await todo(ann);
    expect(short(await open.expect("added"))).toEqual(["added", row.id]);
    await expectAnew(await back(id), "gap");
    const again = await connected("todos/subscribe", ann, open.lastId);
    expect((await again.expect("added")).data.object).toMatchObject({ title: "after it" });
  });
});
