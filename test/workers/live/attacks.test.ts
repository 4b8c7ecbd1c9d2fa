import { env } from "cloudflare:workers";
import { poke } from "covara/runtime/live";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create } from "../api.ts";
import { sql } from "./log.ts";
import { connected, follow, leaveAll, short } from "./stream.ts";

let ann: Caller;
let bob: Caller;
let eve: Caller;
beforeEach(async () => {
  [ann, bob, eve] = await Promise.all([addUser(), addUser(), addUser()]);
});
afterEach(leaveAll);

const secret = "what only Ann knows";
const escaped = (text: string): string => encodeURIComponent(text);

describe("a stream tells its caller nothing of others' rows", () => {
  test.each([
    () => "",
    () => `filter=${escaped(`ownerId==${ann.id}`)}`,
    () => `filter=${escaped(`assigneeId==${ann.id}`)}`,
    () => `filter=${escaped(`title=like="%Ann%"`)}`,
    () => `filter=${escaped(`id!=${eve.id},id==${eve.id}`)}`,
    () => "snapshot=true",
    () => `snapshot=true&filter=${escaped(`ownerId==${ann.id}`)}&select=id`,
  ])("whatever is asked for: %#", async (query) => {
    const before = await create("/api/todos", ann, { title: secret });
    const [stream, all] = [
      await connected(`todos/subscribe?${query()}`, eve),
      await connected("todos/subscribe", eve),
    ];
    const reading = stream.end().catch((error: unknown) => expect(String(error)).toContain("cancelled"));
    const row = await create("/api/todos", ann, { title: secret });
    await call(`/api/todos/${row.id}`, { as: ann, method: "PATCH", json: { assigneeId: bob.id } });
    await call(`/api/todos/${row.id}`, {
      as: ann,
      method: "PATCH",
      json: { assigneeId: null, notes: secret },
    });
    await call(`/api/todos/${row.id}`, { as: ann, method: "DELETE" });
    await call(`/api/todos/${row.id}/restore`, { as: ann, method: "POST" });
    await sql("UPDATE todos SET title = title || '!' WHERE owner_id = ?", ann.id);
    await sql("DELETE FROM todos WHERE owner_id = ?", ann.id);
    await poke(env);
    // What is written last is told last, to both.
    await create("/api/todos", eve, { title: "own" });
    await all.expect("added");
    await stream.leave();
    await reading;
    for (const text of [before.id, row.id, secret]) expect(stream.text).not.toContain(text);
  });

  test("a row that was taken away is removed, and what becomes of it is not told", async () => {
    const stream = await connected("todos/subscribe", eve);
    const row = await create("/api/todos", ann, { title: "x", assigneeId: eve.id });
    await call(`/api/todos/${row.id}`, {
      as: ann,
      method: "PATCH",
      json: { assigneeId: bob.id, notes: secret },
    });
    await call(`/api/todos/${row.id}`, { as: bob, method: "PATCH", json: { notes: `${secret}!` } });
    const own = await create("/api/todos", eve, { title: "own" });
    expect((await stream.take(3)).map(short)).toEqual([
      ["added", row.id],
      ["removed", row.id],
      ["added", own.id],
    ]);
    expect(stream.text).not.toContain(secret);
  });

  test("an id that is made of another's place gives what one's own rule gives", async () => {
    const theirs = await connected("todos/subscribe", ann);
    const hidden = [];
    for (let count = 0; count < 3; count++)
      hidden.push((await create("/api/todos", ann, { title: secret })).id);
    const first = await theirs.expect("added");
    const own = await connected("todos/subscribe", eve);
    const mine = await create("/api/todos", eve, { title: "own" });
    const [tag] = (first.id ?? "").split("-");
    const forged = (own.lastId ?? "").replace(/^\w+/, tag ?? "").replace(/\.\d+$/, `.${first.data.seq}`);
    const stream = await connected("todos/subscribe", eve, forged);
    expect(short(await stream.expect("added"))).toEqual(["added", mine.id]);
    for (const text of [...hidden, secret]) expect(stream.text).not.toContain(text);
  });

  test.each(["deletedAt==null", "deletedAt!=null", "tokenHash==x", "owner_id==x", "$large==1"])(
    "a filter cannot ask for what is hidden: %s",
    async (filter) => {
      const answer = await call(`/api/todos/subscribe?filter=${escaped(filter)}`, { as: eve });
      expect([answer.status, answer.json.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
    },
  );

  test.each(["deletedAt", "tokenHash", "title,deletedAt", "*"])("nor can select: %s", async (select) => {
    expect((await call(`/api/todos/subscribe?select=${escaped(select)}`, { as: eve })).status).toBe(400);
  });

  test.each(["users", "memberships"])("%s are not live, and have no stream", async (resource) => {
    const answer = await call(`/api/${resource}/subscribe`, { as: eve });
    expect(answer.status).toBe(404);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s is not offered", async (method) => {
    const answer = await call("/api/todos/subscribe", { as: eve, method });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
});

test("texts of rows cannot be taken for events", async () => {
  const stream = await connected("todos/subscribe", ann);
  const title = "x\n\nid: 0-0-0.999999\nevent: invalidate\ndata: {}\r\n\r\n\u2028\u2029: y";
  const row = await create("/api/todos", ann, { title });
  const added = await stream.expect("added");
  expect(added.data).toMatchObject({ objectId: row.id, object: { title } });
  const next = await create("/api/todos", ann, { title: "next" });
  expect(short(await stream.expect("added"))).toEqual(["added", next.id]);
});

test("the objects behind streams are reached by no request", async () => {
  for (const path of ["/pump", "/hub", "/todos/*", "/api/live", "/api/live/pump", "/sockets"]) {
    expect((await call(path, { as: ann })).status).toBe(404);
  }
});

test("a page of another site is not let in", async () => {
  const headers = { Origin: "https://elsewhere.example", "Sec-Fetch-Site": "cross-site" };
  const stream = await follow("todos/subscribe", { as: ann, headers });
  expect(stream.response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  expect(stream.response.headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
});
