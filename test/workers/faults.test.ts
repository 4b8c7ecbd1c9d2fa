/** A write that fails anywhere in its batch has changed nothing: each statement of each write fails in turn. */
import { env } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { app } from "../../generated/app.js";
import { addUser, type Caller, create } from "./api.ts";

/** A database whose batches fail at one statement, which aborts them. Whatever else is sent goes through. */
function failing(at: number, seen: { statements: number }): D1Database {
  return new Proxy(env.DB, {
    get(db, name) {
      if (name !== "batch") {
        const value: unknown = Reflect.get(db, name, db);
        return typeof value === "function" ? value.bind(db) : value;
      }
      return (statements: D1PreparedStatement[]) => {
        seen.statements = statements.length;
        const fault = db.prepare("INSERT INTO _covara_guard (code) VALUES ('FAULT')");
        return db.batch(statements.toSpliced(at, at < statements.length ? 1 : 0, fault));
      };
    },
  });
}

/** Everything that the database holds. */
async function dump(): Promise<string> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name NOT LIKE '%fts%' AND name NOT LIKE 'd1_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  ).all<{ name: string }>();
  const rows = await env.DB.batch(tables.map(({ name }) => env.DB.prepare(`SELECT * FROM [${name}]`)));
  return JSON.stringify(tables.map(({ name }, index) => [name, rows[index]?.results]));
}

let ann: Caller;
let list: { id: string };
let todo: { id: string };

beforeAll(async () => {
  ann = await addUser();
  list = await create("/api/lists", ann, { name: "l" });
  todo = await create("/api/todos", ann, { title: "t", assigneeId: ann.id });
});

interface Write {
  readonly method: string;
  readonly path: () => string;
  readonly json?: () => unknown;
}

const writes: Record<string, Write> = {
  "a create with a reference": {
    method: "POST",
    path: () => "/api/todos",
    json: () => ({ title: "x", listId: list.id }),
  },
  "a nested create": {
    method: "POST",
    path: () => "/api/todos",
    json: () => ({ title: "x", list: { name: "y" }, comments: [{ body: "a" }, { body: "b" }] }),
  },
  "a batch of creates": {
    method: "POST",
    path: () => "/api/todos/batch",
    json: () => ({ items: [{ title: "x", listId: list.id }, { title: "y" }] }),
  },
  "an upsert that creates and changes": {
    method: "POST",
    path: () => "/api/todos/batch/upsert",
    json: () => ({
      items: [
        { id: uuidv7(), title: "new" },
        { id: todo.id, title: "changed" },
      ],
    }),
  },
  "a change": {
    method: "PATCH",
    path: () => `/api/todos/${todo.id}`,
    json: () => ({ title: "changed", listId: list.id }),
  },
  "a change by filter": {
    method: "PATCH",
    path: () => `/api/todos/batch?filter=ownerId==${ann.id}`,
    json: () => ({ priority: 3 }),
  },
  "a deletion": { method: "DELETE", path: () => `/api/todos/${todo.id}` },
  "a deletion by filter": { method: "DELETE", path: () => `/api/todos/batch?filter=ownerId==${ann.id}` },
};

describe.each(Object.entries(writes))("%s", (_name, { method, path, json }) => {
  test.each([["without a key"], ["with an Idempotency-Key"]])("%s", async (how) => {
    const send = (db: D1Database) =>
      app.fetch(
        new Request(`https://covara.test${path()}`, {
          method,
          headers: {
            Authorization: `Bearer ${ann.token}`,
            ...(how.startsWith("with an") ? { "Idempotency-Key": `key-${uuidv7()}` } : {}),
            ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(json === undefined ? {} : { body: JSON.stringify(json()) }),
        }),
        { ...env, DB: db },
      );
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const before = await dump();
    const seen = { statements: 0 };
    let at = 0;
    do {
      const answer = await send(failing(at, seen));
      expect([at, answer.status]).toEqual([at, 500]);
      expect(await dump()).toBe(before);
      at += 1;
    } while (at <= seen.statements);
    expect(at).toBeGreaterThan(2);
    log.mockRestore();
  });
});

test("and the same writes go through where nothing fails", async () => {
  for (const { method, path, json } of Object.values(writes)) {
    const before = await dump();
    const answer = await app.fetch(
      new Request(`https://covara.test${path()}`, {
        method,
        headers: { Authorization: `Bearer ${ann.token}`, "Content-Type": "application/json" },
        ...(json === undefined ? {} : { body: JSON.stringify(json()) }),
      }),
      env,
    );
    expect(answer.ok).toBe(true);
    expect(await dump()).not.toBe(before);
    if (method === "DELETE") todo = await create("/api/todos", ann, { title: "t", assigneeId: ann.id });
  }
});
