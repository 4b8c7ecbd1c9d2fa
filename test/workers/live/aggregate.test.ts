import { env } from "cloudflare:workers";
import { poke } from "covara/runtime/live";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { evict, sql } from "./log.ts";
import { connected, leaveAll } from "./stream.ts";

let ann: Caller;
let bob: Caller;
beforeEach(async () => {
  [ann, bob] = [await addUser(), await addUser()];
});
afterEach(leaveAll);

const path = "todos/aggregate/subscribe?groupBy=done&count=true&sum=priority";
const query = path.replace("/subscribe", "");

const groupOf = (priority: number) => ({ key: { done: false }, count: 1, sum: { priority } });

describe("contract 5: live aggregates", () => {
  test("come first, and then whenever they differ, as the API gives them", async () => {
    await create("/api/todos", ann, { title: "x", priority: 1 });
    await create("/api/todos", bob, { title: "not Ann's", priority: 3 });
    const stream = await connected(path, ann);
    const first = await stream.expect("aggregate");
    expect(first.data.groups).toEqual((await call(`/api/${query}`, { as: ann })).json.groups);
    const row = await create("/api/todos", ann, { title: "y", priority: 2 });
    const second = await stream.expect("aggregate");
    expect(second.data.groups).toEqual((await call(`/api/${query}`, { as: ann })).json.groups);
    expect(second.data.groups).not.toEqual(first.data.groups);
    expect(second.data.seq).toBeGreaterThan(first.data.seq);
    await call(`/api/todos/${row.id}`, { as: ann, method: "DELETE" });
    expect((await stream.expect("aggregate")).data.groups).toEqual(first.data.groups);
  });

  test("are not told again where nothing is different, or for rows of others", async () => {
    const stream = await connected(path, ann);
    await stream.expect("aggregate");
    const mine = await create("/api/todos", ann, { title: "x", priority: 1 });
    const before = await stream.expect("aggregate");
    await create("/api/todos", bob, { title: "not Ann's", priority: 3 });
    await call(`/api/todos/${mine.id}`, { as: ann, method: "PATCH", json: { title: "same sum" } });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await call(`/api/todos/${mine.id}`, { as: ann, method: "PATCH", json: { priority: 2 } });
    const after = await stream.expect("aggregate");
    expect([before, after].map(({ data }) => data.groups)).toEqual([[groupOf(1)], [groupOf(2)]]);
  });

  test("are read once a second at most, however much is written, and end with the latest", async () => {
    const stream = await connected(path, ann);
    await stream.expect("aggregate");
    const begun = Date.now();
    for (let count = 0; count < 40; count++) await create("/api/todos", ann, { title: "x", priority: 1 });
    const wanted = (await call(`/api/${query}`, { as: ann })).json.groups;
    let told = 0;
    for (;;) {
      told += 1;
      const { data } = await stream.expect("aggregate");
      if (JSON.stringify(data.groups) === JSON.stringify(wanted)) break;
    }
    expect(told).toBeLessThanOrEqual(Math.ceil((Date.now() - begun) / 1_000) + 1);
  });

  test("go on after their hub has crashed", async () => {
    const stream = await connected(path, ann);
    await stream.expect("aggregate");
    await evict(`todos/=${ann.id}`, "close");
    await create("/api/todos", ann, { title: "x", priority: 3 });
    expect((await stream.expect("aggregate")).data.groups).toEqual([groupOf(3)]);
    await sql("UPDATE todos SET priority = 0 WHERE owner_id = ?", ann.id);
    await poke(env);
    expect((await stream.expect("aggregate")).data.groups).toEqual([groupOf(0)]);
  });

  test.each([["sum=title"], ["groupBy=nope&count=true"], ["count=true&snapshot=true"]])(
    "%s is refused",
    async (bad) => {
      expect((await call(`/api/todos/aggregate/subscribe?${bad}`, { as: ann })).status).toBe(400);
    },
  );
});
