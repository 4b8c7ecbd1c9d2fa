import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let ann: Caller;
let bob: Caller;
beforeAll(async () => {
  ann = await addUser();
  bob = await addUser();
});

describe("contract 3: one resource", () => {
  test("create answers 201 with the row, its Location and its defaults", async () => {
    const answer = await call("/api/todos", { as: ann, json: { title: "Ship" } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Location")).toBe(`/api/todos/${answer.json.id}`);
    expect(answer.json).toEqual({
      id: expect.stringMatching(uuid),
      title: "Ship",
      notes: null,
      done: false,
      priority: 0,
      estimate: null,
      labels: [],
      ownerId: ann.id,
      assigneeId: null,
      listId: null,
      dueAt: null,
      createdAt: expect.stringMatching(isoTime),
      updatedAt: answer.json.createdAt,
      version: 1,
    });
    const read = await call(`/api/todos/${answer.json.id}`, { as: ann });
    expect([read.status, read.json]).toEqual([200, answer.json]);
  });

  test("every kind of value comes back as it was sent", async () => {
    const values = {
      title: "  naïve 👩‍🚀 \"quoted\" 'single' ; -- % \\ \u2028  ",
      notes: "",
      done: true,
      priority: 3,
      estimate: 0.1,
      labels: ["a", "b'c"],
      dueAt: "2026-02-28T23:30:00.000Z",
    };
    const row = await create("/api/todos", ann, values);
    expect(row).toMatchObject(values);
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toMatchObject(values);
  });

  test("JSON that is not of the declared type is 400 at its place", async () => {
    for (const [labels, place] of [
      [["a", 1], "labels[1]"],
      [{ 0: "a" }, "labels"],
      ["a", "labels"],
      [[["a"]], "labels[0]"],
    ] as const) {
      const answer = await call("/api/todos", { as: ann, json: { title: "x", labels } });
      expect([answer.status, Object.keys(fieldErrors(answer))]).toEqual([400, [place]]);
    }
  });

  test("timestamps take any offset and come back in UTC", async () => {
    const row = await create("/api/todos", ann, { title: "t", dueAt: "2026-01-01T01:30:00+02:00" });
    expect(row.dueAt).toBe("2025-12-31T23:30:00.000Z");
    for (const bad of [
      "2026-01-01T00:00:00",
      "2026-01-01",
      "2026-02-30T00:00:00Z",
      "0000-01-01T00:00:00+01:00",
      "yesterday",
      0,
    ]) {
      const answer = await call("/api/todos", { as: ann, json: { title: "t", dueAt: bad } });
      expect([bad, answer.status, Object.keys(fieldErrors(answer))]).toEqual([bad, 400, ["dueAt"]]);
    }
  });

  test("PATCH changes only the fields given, and bumps updatedAt and version", async () => {
    const row = await create("/api/todos", ann, { title: "Before", priority: 2 });
    const answer = await call(`/api/todos/${row.id}`, { as: ann, method: "PATCH", json: { done: true } });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ...row, done: true, version: 2, updatedAt: answer.json.updatedAt });
    expect(String(answer.json.updatedAt) >= String(row.updatedAt)).toBe(true);
    const nothing = await call(`/api/todos/${row.id}`, { as: ann, method: "PATCH", json: {} });
    expect([nothing.status, nothing.json]).toEqual([200, answer.json]);
    const cleared = await call(`/api/todos/${row.id}`, { as: ann, method: "PATCH", json: { notes: null } });
    expect(cleared.json.notes).toBeNull();
  });

  test("PUT resets what is left out and needs what is required", async () => {
    const row = await create("/api/todos", ann, {
      title: "Before",
      priority: 2,
      notes: "n",
      labels: ["x"],
      done: true,
    });
    const put = (json: unknown) => call(`/api/todos/${row.id}`, { as: ann, method: "PUT", json });
    const answer = await put({ id: row.id, title: "After" });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      title: "After",
      priority: 0,
      notes: null,
      labels: [],
      done: false,
      version: 2,
    });
    expect(answer.json.createdAt).toBe(row.createdAt);
    expect(fieldErrors(await put({}))).toEqual({ title: "invalid_type" });
    const other = await put({ id: ann.id, title: "x" });
    expect([other.status, fieldErrors(other)]).toEqual([400, { id: "id_mismatch" }]);
  });

  test("DELETE answers 204, and the row is gone", async () => {
    const row = await create("/api/todos", ann, { title: "Gone" });
    expect((await call(`/api/todos/${row.id}`, { as: ann, method: "DELETE" })).status).toBe(204);
    for (const method of ["GET", "DELETE"]) {
      expect((await call(`/api/todos/${row.id}`, { as: ann, method })).status).toBe(404);
    }
  });

  test("count counts what the caller may read", async () => {
    const caller = await addUser();
    await create("/api/todos", caller, { title: "1" });
    await create("/api/todos", caller, { title: "2" });
    expect((await call("/api/todos/count", { as: caller })).json).toEqual({ count: 2 });
  });
});

describe("contract 3.1: values", () => {
  test("unknown, read-only and hidden fields are 400 and named", async () => {
    const admin = await addUser("admin");
    const answer = await call("/api/users", {
      as: admin,
      json: {
        email: "x@example.com",
        name: "x",
        role: "admin",
        tokenHash: "x",
        id: ann.id,
        createdAt: "x",
        nope: 1,
      },
    });
    expect(answer.status).toBe(400);
    expect(Object.keys(fieldErrors(answer)).sort()).toEqual(["createdAt", "id", "nope", "role", "tokenHash"]);
    const owner = await call("/api/todos", { as: ann, json: { title: "x", ownerId: bob.id } });
    expect(fieldErrors(owner)).toEqual({ ownerId: "unknown_field" });
    const proto = await call("/api/todos", {
      as: ann,
      body: `{"title":"x","__proto__":{"done":true},"constructor":1}`,
      headers: { "Content-Type": "application/json" },
    });
    expect([proto.status, Object.keys(fieldErrors(proto)).sort()]).toEqual([
      400,
      ["__proto__", "constructor"],
    ]);
  });

  test("types are not coerced, and null is only for optional fields", async () => {
    for (const [field, value] of [
      ["title", 5],
      ["title", null],
      ["title", "x".repeat(201)],
      ["done", "true"],
      ["done", 1],
      ["done", null],
      ["priority", "1"],
      ["priority", 1.5],
      ["priority", 4],
      ["priority", -1],
      ["estimate", "1"],
      ["estimate", -0.5],
      ["listId", "not-a-uuid"],
      ["labels", null],
    ] as const) {
      const answer = await call("/api/todos", { as: ann, json: { title: "x", [field]: value } });
      expect([field, value, answer.status, Object.keys(fieldErrors(answer))]).toEqual([
        field,
        value,
        400,
        [field],
      ]);
    }
    const unsafe = await call("/api/todos", {
      as: ann,
      body: `{"title":"x","estimate":1e999}`,
      headers: { "Content-Type": "application/json" },
    });
    expect(unsafe.status).toBe(400);
  });

  test("NUL and lone surrogates are 400, wherever they are", async () => {
    for (const body of [
      `{"title":"a\\u0000b"}`,
      `{"title":"\\ud800"}`,
      `{"title":"x","labels":["\\uDC00"]}`,
      `{"title":"x","labels":["a\\u0000"]}`,
    ]) {
      const answer = await call("/api/todos", {
        as: ann,
        body,
        headers: { "Content-Type": "application/json" },
      });
      expect([body, answer.status, Object.values(fieldErrors(answer))]).toEqual([
        body,
        400,
        ["invalid_text"],
      ]);
    }
    const pair = await call("/api/todos", {
      as: ann,
      body: `{"title":"\\ud83d\\ude00"}`,
      headers: { "Content-Type": "application/json" },
    });
    expect([pair.status, pair.json.title]).toEqual([201, "😀"]);
  });

  test("a client may choose the id only where declared, and a taken one is 409 whoever has it", async () => {
    const id = crypto.randomUUID();
    const row = await create("/api/todos", ann, { id: id.toUpperCase(), title: "mine" });
    expect(row.id).toBe(id);
    for (const as of [ann, bob]) {
      const again = await call("/api/todos", { as, json: { id, title: "again" } });
      expect([again.status, again.json.code]).toEqual([409, "CONFLICT"]);
    }
    const bad = await call("/api/todos", { as: ann, json: { id: "1", title: "x" } });
    expect(Object.keys(fieldErrors(bad))).toEqual(["id"]);
    const list = await call("/api/lists", { as: ann, json: { id, name: "x" } });
    expect(fieldErrors(list)).toEqual({ id: "unknown_field" });
  });

  test("a value that is taken is 409 and named", async () => {
    const admin = await addUser("admin");
    await create("/api/users", admin, { email: "taken@example.com", name: "First" });
    const again = await call("/api/users", {
      as: admin,
      json: { email: "taken@example.com", name: "Second" },
    });
    expect([again.status, again.json.code, fieldErrors(again)]).toEqual([
      409,
      "CONFLICT",
      { email: "taken" },
    ]);
  });

  test("malformed ids are 404 and nothing else", async () => {
    for (const id of [
      "1",
      "%22",
      "'",
      "%3B",
      "%25",
      "%00",
      "x".repeat(10_000),
      "%F0%9F%98%80",
      "%E0%A4%A",
      "..%2f",
      "' OR 1=1 --",
      "null",
      `${ann.id}x`,
    ]) {
      for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
        const json = method === "PATCH" || method === "PUT" ? { json: { title: "x" } } : {};
        const answer = await call(`/api/todos/${id}`, { as: ann, method, ...json });
        expect([id.slice(0, 20), method, answer.status]).toEqual([id.slice(0, 20), method, 404]);
      }
    }
  });

  test("text that looks like SQL is stored as text", async () => {
    const title = `'); DROP TABLE "todos"; --`;
    const row = await create("/api/todos", ann, { title });
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json.title).toBe(title);
    expect(await env.DB.prepare(`SELECT count(*) AS n FROM "todos"`).first("n")).toBeGreaterThan(0);
  });
});
