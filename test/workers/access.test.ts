import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;
let eve: Caller;
let admin: Caller;
beforeAll(async () => {
  [ann, bob, eve] = [await addUser(), await addUser(), await addUser()];
  admin = await addUser("admin");
});

const title = (value: string) => ({ json: { title: value } });

describe("contract 4.2: rows outside the read rule", () => {
  test("without an identity where one is needed: 401 on every route", async () => {
    const row = await create("/api/todos", ann, { title: "x" });
    for (const [method, path] of [
      ["GET", "/api/todos"],
      ["GET", "/api/todos/count"],
      ["GET", `/api/todos/${row.id}`],
      ["POST", "/api/todos"],
      ["PATCH", `/api/todos/${row.id}`],
      ["PUT", `/api/todos/${row.id}`],
      ["DELETE", `/api/todos/${row.id}`],
    ] as const) {
      const json = method === "POST" || method === "PATCH" || method === "PUT" ? title("x") : {};
      const answer = await call(path, { method, ...json });
      expect([method, path, answer.status, answer.json.code]).toEqual([method, path, 401, "UNAUTHORIZED"]);
    }
    const wrong = await call("/api/todos", { as: { id: ann.id, token: "wrong-token-0123456789" } });
    expect(wrong.status).toBe(401);
  });

  test("are 404 and not counted or listed; those who may see all see them", async () => {
    const owner = await addUser();
    const row = await create("/api/todos", owner, { title: "secret" });
    for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
      const json = method === "PATCH" || method === "PUT" ? title("taken over") : {};
      const answer = await call(`/api/todos/${row.id}`, { as: eve, method, ...json });
      const missing = await call(`/api/todos/${crypto.randomUUID()}`, { as: eve, method, ...json });
      expect([method, answer.status, answer.json.detail]).toEqual([method, 404, missing.json.detail]);
    }
    expect((await call("/api/todos?totalCount=true", { as: eve })).json).toMatchObject({
      items: [],
      totalCount: 0,
    });
    expect((await call("/api/todos/count", { as: eve })).json).toEqual({ count: 0 });
    expect((await call(`/api/todos/${row.id}`, { as: admin })).json).toEqual(row);
    expect((await call(`/api/todos/${row.id}`, { as: owner })).json).toEqual(row);
  });

  test("readable but not writable is 403", async () => {
    const row = await create("/api/todos", ann, { title: "mine", assigneeId: bob.id });
    expect((await call(`/api/todos/${row.id}`, { as: bob })).status).toBe(200);
    const removed = await call(`/api/todos/${row.id}`, { as: bob, method: "DELETE" });
    expect([removed.status, removed.json.code]).toEqual([403, "FORBIDDEN"]);
    for (const method of ["PATCH", "PUT"]) {
      expect((await call(`/api/todos/${row.id}`, { as: admin, method, ...title("x") })).status).toBe(403);
    }
    const made = await call("/api/users", { as: ann, json: { email: "no@example.com", name: "No" } });
    expect([made.status, made.json.code]).toEqual([403, "FORBIDDEN"]);
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
  });
});

describe("contract 4.3: the rule holds before and after", () => {
  test("a row cannot be given away", async () => {
    const row = await create("/api/todos", ann, { title: "shared", assigneeId: bob.id });
    // Bob may change the row only as its assignee, and would not be that afterwards.
    const away = await call(`/api/todos/${row.id}`, {
      as: bob,
      method: "PATCH",
      json: { title: "y", assigneeId: eve.id },
    });
    expect([away.status, away.json.code]).toEqual([403, "FORBIDDEN"]);
    const put = await call(`/api/todos/${row.id}`, { as: bob, method: "PUT", json: { title: "y" } });
    expect(put.status).toBe(403);
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
    // Ann is its owner before and after.
    const moved = await call(`/api/todos/${row.id}`, {
      as: ann,
      method: "PATCH",
      json: { assigneeId: eve.id },
    });
    expect([moved.status, moved.json.assigneeId]).toEqual([200, eve.id]);
    // A stranger learns nothing more from a change that would break the rule.
    const stranger = await call(`/api/todos/${row.id}`, {
      as: bob,
      method: "PATCH",
      json: { assigneeId: ann.id },
    });
    expect(stranger.status).toBe(404);
  });

  test("the owner and the id cannot be changed", async () => {
    const row = await create("/api/todos", ann, { title: "x" });
    for (const [method, json] of [
      ["PATCH", { ownerId: eve.id }],
      ["PATCH", { id: crypto.randomUUID() }],
      ["PUT", { title: "x", ownerId: eve.id }],
      ["PUT", { title: "x", id: crypto.randomUUID() }],
      ["PATCH", { version: 9 }],
      ["PATCH", { createdAt: "2020-01-01T00:00:00Z" }],
    ] as const) {
      expect((await call(`/api/todos/${row.id}`, { as: ann, method, json })).status).toBe(400);
    }
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
  });

  test("a reference must name a row that the caller may read; otherwise 400, as if it were not there", async () => {
    const todo = await create("/api/todos", ann, { title: "private" });
    const missing = crypto.randomUUID();
    const before = await env.DB.prepare(`SELECT count(*) AS n FROM "comments"`).first("n");
    for (const todoId of [todo.id, missing]) {
      const answer = await call("/api/comments", { as: eve, json: { body: "hi", todoId } });
      expect([answer.status, fieldErrors(answer)]).toEqual([400, { todoId: "unknown_reference" }]);
      expect(answer.text).not.toContain(todoId);
    }
    expect(await env.DB.prepare(`SELECT count(*) AS n FROM "comments"`).first("n")).toBe(before);
    const comment = await create("/api/comments", ann, { body: "hi", todoId: todo.id });
    const reply = await create("/api/comments", ann, { body: "re", todoId: todo.id, parentId: comment.id });
    const moved = await call(`/api/comments/${reply.id}`, {
      as: ann,
      method: "PATCH",
      json: { parentId: missing },
    });
    expect([moved.status, fieldErrors(moved)]).toEqual([400, { parentId: "unknown_reference" }]);
    const cleared = await call(`/api/comments/${reply.id}`, {
      as: ann,
      method: "PATCH",
      json: { parentId: null },
    });
    expect([cleared.status, cleared.json.parentId]).toEqual([200, null]);
  });

  test("deleting a row that others refer to and may not lose is 409", async () => {
    const list = await create("/api/lists", ann, { name: "L" });
    await create("/api/todos", ann, { title: "in list", listId: list.id });
    expect((await call(`/api/lists/${list.id}`, { as: ann, method: "DELETE" })).status).toBe(204);
    await expect(env.DB.prepare(`DELETE FROM "users" WHERE "id" = ?`).bind(ann.id).run()).rejects.toThrow(
      "FOREIGN KEY",
    );
  });
});

describe("contract 4.4: masks", () => {
  test("a hidden field leaves on no path", async () => {
    const answers = [
      await call("/api/users", { as: admin }),
      await call(`/api/users/${admin.id}`, { as: admin }),
      await call("/api/users?select=id&orderBy=name", { as: admin }),
      await call(`/api/users/${admin.id}`, { as: admin, method: "PATCH", json: { name: "Boss" } }),
      await call("/api/users", { as: admin, json: { email: "h@example.com", name: "H" } }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.text).not.toMatch(/token|hash/i);
    }
    expect((await call("/api/users?select=tokenHash", { as: admin })).status).toBe(400);
    expect(
      (await call(`/api/users/${admin.id}`, { as: admin, method: "PATCH", json: { tokenHash: "x" } })).status,
    ).toBe(400);
  });
});
