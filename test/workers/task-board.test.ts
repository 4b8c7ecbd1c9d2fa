/** Hooks, procedures and server code of the reference application. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../generated/app.js";
import { addUser, call, create } from "./api.ts";

test("addresses are kept in lower case by a hook (contract 3.9)", async () => {
  const admin = await addUser("admin");
  const email = `Mixed.${admin.id}@Example.com`;
  const made = await create("/api/users", admin, { email, name: "Mixed" });
  expect(made.email).toBe(email.toLowerCase());
  const again = await call("/api/users", { as: admin, json: { email: email.toUpperCase(), name: "Same" } });
  expect(again.status).toBe(409);
  const changed = await call(`/api/users/${made.id}`, {
    as: admin,
    method: "PATCH",
    json: { email: `OTHER.${email}` },
  });
  expect(changed.json.email).toBe(`other.${email.toLowerCase()}`);
});

describe("procedures of todos", () => {
  test("complete ticks a todo off under the caller's own rules", async () => {
    const [ann, bob] = [await addUser(), await addUser()];
    const { id } = await create("/api/todos", ann, { title: "One", assigneeId: bob.id });
    const done = await call(`/api/todos/${id}/complete`, { as: bob, json: { note: "Easy" } });
    expect([done.status, done.json]).toEqual([200, { done: true, points: 1 }]);
    const todo = await call(`/api/todos/${id}?include=comments(select:body,authorId)`, { as: ann });
    expect(todo.json).toMatchObject({ done: true, comments: [{ body: "Easy", authorId: bob.id }] });
    const again = await call(`/api/todos/${id}/complete`, { as: ann, json: {} });
    expect(again.json).toEqual({ done: true, points: 1 });
    const stranger = await call(`/api/todos/${id}/complete`, { as: await addUser(), json: {} });
    const admin = await call(`/api/todos/${id}/complete`, { as: await addUser("admin"), json: {} });
    expect([stranger.status, admin.status]).toEqual([404, 403]);
  });

  test("archiveDone takes away what is done, for admins", async () => {
    const [ann, admin] = [await addUser(), await addUser("admin")];
    const open = await create("/api/todos", ann, { title: "Open" });
    const done = await create("/api/todos", ann, { title: "Done", done: true });
    expect((await call("/api/todos/rpc/archive-done", { as: ann, method: "POST" })).status).toBe(403);
    const answer = await call("/api/todos/rpc/archive-done", { as: admin, method: "POST" });
    expect([answer.status, Number(answer.json.count) >= 1]).toEqual([200, true]);
    expect((await call(`/api/todos/${done.id}`, { as: ann })).status).toBe(404);
    expect((await call(`/api/todos/${open.id}`, { as: ann })).status).toBe(200);
  });
});

describe("the sign-in of the demo, where anybody may be anybody", () => {
  /** The statuses of its routes, with a variable of the Worker set. */
  const ask = async (more: object): Promise<number[]> => {
    const bindings = { ...env, ...more };
    const { id } = await addUser();
    const email = await env.DB.prepare("SELECT email FROM users WHERE id = ?").bind(id).first("email");
    const signIn = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email }),
    };
    const answers = [
      await app.request("/api/people", {}, bindings),
      await app.request("/api/sign-in", signIn, bindings),
      await app.request("/api/sign-out", { method: "POST" }, bindings),
      await app.request("/api/me", {}, bindings),
    ];
    return answers.map(({ status }) => status);
  };

  test("is there only where DEMO_SIGN_IN is on", async () => {
    expect(await ask({ DEMO_SIGN_IN: "on" })).toEqual([200, 200, 204, 200]);
    for (const value of ["off", "", "ON", "true", "1", true, 1, null]) {
      expect([value, await ask({ DEMO_SIGN_IN: value })]).toEqual([value, [404, 404, 204, 200]]);
    }
    expect(await ask({})).toEqual([404, 404, 204, 200]);
  });

  test("is bound by no config", () => {
    expect(env).not.toHaveProperty("DEMO_SIGN_IN");
  });
});
