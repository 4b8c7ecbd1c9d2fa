import { env } from "cloudflare:workers";
import { poke } from "covara/runtime/live";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { connected, follow, leaveAll, short } from "./stream.ts";

let ann: Caller;
let bob: Caller;
let eve: Caller;
let admin: Caller;

beforeAll(async () => {
  [ann, bob, eve, admin] = await Promise.all([addUser(), addUser(), addUser(), addUser("admin")]);
});
afterEach(leaveAll);

const patch = (id: string, as: Caller, json: object) =>
  call(`/api/todos/${id}`, { as, method: "PATCH", json });
const remove = (path: string, as: Caller) => call(path, { as, method: "DELETE" });
const sql = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();

describe("contract 5: the stream", () => {
  test("has its headers and first bytes at once, and is kept by no cache", async () => {
    const stream = await follow("todos/subscribe", { as: ann });
    expect(stream.response.headers.get("Content-Type")).toBe("text/event-stream");
    expect(stream.response.headers.get("Cache-Control")).toMatch(/no-cache/);
    expect(stream.response.headers.get("Vary")).toContain("Authorization");
    expect(stream.response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(stream.response.headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
    expect(await stream.block()).toBe("retry: 2000");
    const first = await stream.expect("connected");
    expect(first.id).toMatch(/^[\w-]+\.\d+$/);
    expect(first.id?.endsWith(`.${first.data.seq}`)).toBe(true);
  });

  test("tells of a row that comes, changes and goes, as the API shows it", async () => {
    const stream = await connected("todos/subscribe", ann);
    const made = await create("/api/todos", ann, { title: "x", labels: ["a"], estimate: 1.5 });
    const added = await stream.expect("added");
    expect(added.data).toEqual({ seq: added.data.seq, objectId: made.id, object: made });
    const changed = (await patch(made.id, ann, { done: true })).json;
    expect((await stream.expect("changed")).data).toMatchObject({ objectId: made.id, object: changed });
    await remove(`/api/todos/${made.id}`, ann);
    const removed = await stream.expect("removed");
    expect(removed.data).toEqual({ seq: removed.data.seq, objectId: made.id });
  });

  test("with a snapshot it begins with the rows that are there, and then has the id to go on from", async () => {
    const rows = [
      await create("/api/todos", eve, { title: "1", priority: 1 }),
      await create("/api/todos", eve, { title: "2", priority: 2 }),
      await create("/api/todos", eve, { title: "3", priority: 2 }),
    ];
    const stream = await follow(`todos/subscribe?snapshot=true&filter=${encodeURIComponent("priority==2")}`, {
      as: eve,
    });
    const events = await stream.until("synced");
    expect(events.map(short)).toEqual([
      ["connected", undefined],
      ["existing", rows[1]?.id],
      ["existing", rows[2]?.id],
      ["synced", undefined],
    ]);
    expect(events.map(({ id }) => id !== null)).toEqual([false, false, false, true]);
    expect(events[1]?.data).toEqual({ object: rows[1] });
  });

  test("a row comes and goes with the filter, and shows what was selected", async () => {
    const filter = encodeURIComponent('priority>=2,title=="now"');
    const stream = await connected(`todos/subscribe?filter=${filter}&select=title,done`, ann);
    const row = await create("/api/todos", ann, { title: "later" });
    await patch(row.id, ann, { priority: 2 });
    expect((await stream.expect("added")).data.object).toEqual({ title: "later", done: false });
    await patch(row.id, ann, { done: true });
    expect((await stream.expect("changed")).data.object).toMatchObject({ done: true });
    await patch(row.id, ann, { title: "now", priority: 0 });
    await stream.expect("changed");
    await patch(row.id, ann, { title: "never" });
    expect(short(await stream.expect("removed"))).toEqual(["removed", row.id]);
  });

  test("HEAD answers as GET, without a stream", async () => {
    const head = await call("/api/todos/subscribe", { as: ann, method: "HEAD" });
    expect([head.status, head.headers.get("Content-Type"), head.text]).toEqual([
      200,
      "text/event-stream",
      "",
    ]);
  });

  test.each(["/api/todos/subscribe", "/api/todos/aggregate/subscribe"])(
    "nobody, and a token that is unknown, get 401 at %s",
    async (path) => {
      expect((await call(path)).status).toBe(401);
      const headers = { Authorization: "Bearer 0123456789abcdef0123456789abcdef" };
      expect((await call(path, { headers })).status).toBe(401);
    },
  );

  test.each([
    ["filter=%28", "FILTER_PARSE_ERROR"],
    ["filter=nope%3D%3D1", "FILTER_PARSE_ERROR"],
    ["select=nope", "VALIDATION_ERROR"],
    ["snapshot=maybe", "VALIDATION_ERROR"],
    ["snapshot=true&snapshot=true", "VALIDATION_ERROR"],
    ["limit=1", "UNKNOWN_PARAMETER"],
    ["resumefrom=x", "UNKNOWN_PARAMETER"],
  ])("%s is refused", async (query, code) => {
    const answer = await call(`/api/todos/subscribe?${query}`, { as: ann });
    expect([answer.status, answer.json.code]).toEqual([400, code]);
  });
});

describe("contract 5.2: what a subscriber is told", () => {
  test("a row that is given away, or into one's hands, leaves and enters", async () => {
    const [of, admins] = [await connected("todos/subscribe", bob), await connected("todos/subscribe", admin)];
    const row = await create("/api/todos", ann, { title: "x" });
    expect(short(await admins.expect("added"))).toEqual(["added", row.id]);
    await patch(row.id, ann, { title: "y" });
    await admins.expect("changed");
    await patch(row.id, ann, { assigneeId: bob.id });
    expect(short(await of.expect("added"))).toEqual(["added", row.id]);
    await patch(row.id, ann, { assigneeId: null });
    expect(short(await of.expect("removed"))).toEqual(["removed", row.id]);
    expect((await admins.take(2)).map(short)).toEqual([
      ["changed", row.id],
      ["changed", row.id],
    ]);
  });

  test("rows that somebody could never see give them nothing, not even an id", async () => {
    const stream = await connected("todos/subscribe", eve);
    const row = await create("/api/todos", ann, { title: "secret" });
    await patch(row.id, ann, { title: "more secret", assigneeId: bob.id });
    await remove(`/api/todos/${row.id}`, ann);
    const own = await create("/api/todos", eve, { title: "own" });
    expect(short(await stream.expect("added"))).toEqual(["added", own.id]);
    expect(stream.text).not.toContain(row.id);
    expect(stream.text).not.toContain("secret");
  });

  test("hidden fields and the mark of deleted rows are never shown", async () => {
    const stream = await connected("todos/subscribe", ann);
    const row = await create("/api/todos", ann, { title: "x" });
    await remove(`/api/todos/${row.id}`, ann);
    await stream.take(2);
    expect(stream.text).not.toMatch(/deletedAt|deleted_at/);
  });

  test("deleted softly is removed, restored is added, and a row that stays deleted is nothing", async () => {
    const stream = await connected("todos/subscribe", ann);
    const row = await create("/api/todos", ann, { title: "x" });
    await remove(`/api/todos/${row.id}`, ann);
    await sql("UPDATE todos SET title = 'while it is gone' WHERE id = ?", row.id);
    await call(`/api/todos/${row.id}/restore`, { as: ann, method: "POST" });
    expect((await stream.take(3)).map(short)).toEqual([
      ["added", row.id],
      ["removed", row.id],
      ["added", row.id],
    ]);
  });

  test("rows that go with another one are removed", async () => {
    const list = await create("/api/lists", ann, { name: "l" });
    const todos = [
      await create("/api/todos", ann, { title: "1", listId: list.id }),
      await create("/api/todos", ann, { title: "2", listId: list.id }),
    ];
    const comment = await create("/api/comments", ann, { body: "c", todoId: todos[0]?.id });
    const reply = await create("/api/comments", ann, {
      body: "r",
      todoId: todos[0]?.id,
      parentId: comment.id,
    });
    const ofTodos = await connected("todos/subscribe", ann);
    const ofComments = await connected("comments/subscribe", bob);
    await remove(`/api/lists/${list.id}`, ann);
    const removed = (await ofTodos.take(2)).map(short);
    expect(removed.toSorted()).toEqual(todos.map(({ id }) => ["removed", id]).toSorted());
    expect((await ofComments.take(2)).map(short).toSorted()).toEqual(
      [comment, reply].map(({ id }) => ["removed", id]).toSorted(),
    );
  });

  test("each row of a batch is one event", async () => {
    const stream = await connected("todos/subscribe", ann);
    const items = Array.from({ length: 60 }, (_, index) => ({ title: `batch ${index}` }));
    const made = (await call("/api/todos/batch", { as: ann, json: { items } })).json.items as {
      id: string;
    }[];
    expect((await stream.take(60)).map(short)).toEqual(made.map(({ id }) => ["added", id]));
    const filter = encodeURIComponent('title=like="batch%"');
    await call(`/api/todos/batch?filter=${filter}`, { as: ann, method: "PATCH", json: { priority: 3 } });
    const changed = await stream.take(60);
    expect(new Set(changed.map(({ event, data }) => `${event} ${data.objectId}`)).size).toBe(60);
    expect(changed.every(({ data }) => data.object?.priority === 3)).toBe(true);
    await call(`/api/todos/batch?filter=${filter}`, { as: ann, method: "DELETE" });
    expect((await stream.take(60)).every(({ event }) => event === "removed")).toBe(true);
  });

  test("an upsert adds, and then changes", async () => {
    const stream = await connected("todos/subscribe", ann);
    const id = crypto.randomUUID();
    for (const title of ["x", "y"]) {
      const json = { items: [{ id, title }] };
      expect((await call("/api/todos/batch/upsert", { as: ann, json })).status).toBe(200);
    }
    expect((await stream.take(2)).map(short)).toEqual([
      ["added", id],
      ["changed", id],
    ]);
  });

  test("a nested create tells of all its rows", async () => {
    const [todos, comments] = [
      await connected("todos/subscribe", ann),
      await connected("comments/subscribe", ann),
    ];
    const row = await create("/api/todos", ann, { title: "x", comments: [{ body: "1" }, { body: "2" }] });
    expect(short(await todos.expect("added"))).toEqual(["added", row.id]);
    const bodies = (await comments.take(2)).map(({ data }) => data.object?.body);
    expect(bodies.toSorted()).toEqual(["1", "2"]);
  });

  test("computed fields of events are those of the API", async () => {
    const todo = await create("/api/todos", ann, { title: "x" });
    const stream = await connected("comments/subscribe", ann);
    const first = await create("/api/comments", ann, { body: "é".repeat(100), todoId: todo.id });
    const added = await stream.expect("added");
    expect(added.data.object).toEqual(first);
    expect(added.data.object).toMatchObject({ isReply: false, excerpt: "é".repeat(80) });
    const reply = await create("/api/comments", ann, { body: "r", todoId: todo.id, parentId: first.id });
    expect((await stream.expect("added")).data.object).toEqual(reply);
  });

  test("what SQL of one's own writes is told once it is said so", async () => {
    const stream = await connected("todos/subscribe", ann);
    const row = await create("/api/todos", ann, { title: "x" });
    await stream.expect("added");
    await sql("UPDATE todos SET title = 'y', labels = '[\"z\"]' WHERE id = ?", row.id);
    await poke(env);
    expect((await stream.expect("changed")).data.object).toMatchObject({
      title: "y",
      labels: ["z"],
      version: 2,
    });
  });
});
