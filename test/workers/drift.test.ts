import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { addUser, type Caller, call, create } from "./api.ts";

let ann: Caller;
let id: string;
beforeAll(async () => {
  ann = await addUser();
  ({ id } = await create("/api/todos", ann, { title: "Before the migration" }));
  // SQLite drops no column that a trigger speaks of.
  const triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'todos'";
  const { results } = await env.DB.prepare(triggers).all<{ name: string }>();
  for (const { name } of results) await env.DB.exec(`DROP TRIGGER "${name}"`);
  await env.DB.exec("ALTER TABLE todos DROP COLUMN estimate");
});

test("a column that the database does not have yet is a failure, never a text in its place", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const path of [
    "/api/todos",
    `/api/todos/${id}`,
    "/api/todos?select=id,estimate",
    "/api/todos?select=id&orderBy=estimate",
  ]) {
    const answer = await call(path, { as: ann, headers: { "X-Request-Id": "drift" } });
    expect([path, answer.status, answer.json.code]).toEqual([path, 500, "INTERNAL_ERROR"]);
    expect(answer.text).not.toMatch(/estimate|column|SQL/);
  }
  expect(log.mock.calls.flat().join()).toMatch(/drift.*no such column: estimate/);
  expect((await call("/api/todos?select=id,title", { as: ann })).status).toBe(200);
});
