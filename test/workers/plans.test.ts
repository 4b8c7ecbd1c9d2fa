/** The plans of the statements that requests run: what they look up, they seek. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { app } from "../../generated/app.js";
import { addUser, type Caller, create } from "./api.ts";

interface Sent {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A database that notes what is sent to it. */
function noting(sent: Sent[]): D1Database {
  return new Proxy(env.DB, {
    get(db, name) {
      if (name === "prepare") {
        return (sql: string) => {
          const statement = db.prepare(sql);
          sent.push({ sql, values: [] });
          return Object.assign(Object.create(statement), {
            bind: (...values: unknown[]) => {
              sent[sent.length - 1] = { sql, values };
              return statement.bind(...values);
            },
            first: () => statement.first(),
            all: () => statement.all(),
          });
        };
      }
      const value: unknown = Reflect.get(db, name, db);
      return typeof value === "function" ? value.bind(db) : value;
    },
  });
}

/** The plans of all statements of a request, but those that tell who is calling. */
async function plans(caller: Caller, method: string, path: string, json?: unknown): Promise<string[]> {
  const sent: Sent[] = [];
  const answer = await app.fetch(
    new Request(`https://covara.test${path}`, {
      method,
      headers: { Authorization: `Bearer ${caller.token}`, "Content-Type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    }),
    { ...env, DB: noting(sent) },
  );
  expect([answer.status, answer.ok], await answer.clone().text()).toEqual([answer.status, true]);
  const own = sent.filter(({ sql }) => !sql.includes("token_hash = ?"));
  expect(own.length).toBeGreaterThan(0);
  const lines = await Promise.all(
    own.map(async ({ sql, values }) => {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>();
      return results.map(({ detail }) => detail);
    }),
  );
  return lines.flat();
}

const scans = (lines: readonly string[]): string[] =>
  lines.filter(
    (line) => /^SCAN (?!json_each|\(subquery|CONSTANT|p\b)/.test(line) && !/VIRTUAL TABLE/.test(line),
  );
const sorts = (lines: readonly string[]): string[] => lines.filter((line) => line.includes("TEMP B-TREE"));

let ann: Caller;
let admin: Caller;
let todo: { id: string };

beforeAll(async () => {
  ann = await addUser();
  admin = await addUser("admin");
  todo = await create("/api/todos", ann, { title: "x", comments: [{ body: "y" }] });
});

describe("contract 3: no statement scans a table where an index leads to the rows", () => {
  test.each<[string, () => [Caller, string, string, unknown?]]>([
    ["get", () => [ann, "GET", `/api/todos/${todo.id}`]],
    ["a list under a rule of two branches", () => [ann, "GET", "/api/todos"]],
    [
      "create",
      () => [ann, "POST", "/api/todos", { title: "x", list: { name: "l" }, comments: [{ body: "y" }] }],
    ],
    [
      "a batch of creates",
      () => [ann, "POST", "/api/todos/batch", { items: [{ title: "x" }, { title: "y" }] }],
    ],
    ["upsert", () => [ann, "POST", "/api/todos/batch/upsert", { items: [{ id: todo.id, title: "z" }] }]],
    ["change", () => [ann, "PATCH", `/api/todos/${todo.id}`, { assigneeId: ann.id }]],
    ["change by filter", () => [ann, "PATCH", `/api/todos/batch?filter=id==${todo.id}`, { priority: 1 }]],
    ["delete by filter", () => [ann, "DELETE", "/api/todos/batch?filter=title==nothing"]],
  ])("%s", async (_name, request) => {
    expect(scans(await plans(...request()))).toEqual([]);
  });

  test("a keyset list over a declared index neither scans past its page nor sorts", async () => {
    const items = Array.from({ length: 30 }, (_, n) => ({ title: `page ${n}` }));
    await plans(ann, "POST", "/api/todos/batch", { items });
    const path = "/api/todos?limit=5&orderBy=ownerId,createdAt";
    const headers = { Authorization: `Bearer ${admin.token}` };
    const first = await app.fetch(new Request(`https://covara.test${path}`, { headers }), env);
    const { nextCursor } = await first.json<{ nextCursor: string }>();
    const lines = await plans(admin, "GET", `${path}&cursor=${nextCursor}`);
    expect(scans(lines)).toEqual([]);
    expect(sorts(lines)).toEqual([]);
    expect(lines.join("\n")).toContain("SEARCH todos USING INDEX todos_owner_id_created_at_idx");
  });

  test("the first page of one walks the index from its start", async () => {
    const lines = await plans(admin, "GET", "/api/todos?limit=5&orderBy=ownerId,createdAt");
    expect(sorts(lines)).toEqual([]);
    expect(scans(lines)).toEqual(["SCAN todos USING INDEX todos_owner_id_created_at_idx"]);
  });
});
