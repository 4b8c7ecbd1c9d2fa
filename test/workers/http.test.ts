import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
beforeAll(async () => {
  ann = await addUser();
});

describe("contract 2: HTTP in general", () => {
  test("health and readiness live outside the base path", async () => {
    const health = await call("/healthz");
    expect([health.status, health.json]).toEqual([200, { status: "ok" }]);
    expect((await call("/readyz")).status).toBe(200);
    expect((await call("/api/healthz")).status).toBe(404);
  });

  test("an unknown route is 404, a known one with a wrong method 405 with Allow", async () => {
    const missing = await call("/api/nothing", { as: ann });
    expect([missing.status, missing.json.code]).toEqual([404, "NOT_FOUND"]);
    for (const [path, method, allowed] of [
      ["/api/todos", "DELETE", "GET, HEAD, POST, OPTIONS"],
      ["/api/todos", "PUT", "GET, HEAD, POST, OPTIONS"],
      ["/api/todos/count", "POST", "GET, HEAD, OPTIONS"],
      ["/api/todos/count", "PATCH", "GET, HEAD, OPTIONS"],
      [`/api/todos/${ann.id}`, "POST", "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"],
      // `users` names no delete rule and `memberships` no update rule: those operations have no route.
      [`/api/users/${ann.id}`, "DELETE", "GET, HEAD, PATCH, PUT, OPTIONS"],
      [`/api/memberships/${ann.id}`, "PATCH", "GET, HEAD, DELETE, OPTIONS"],
      ["/healthz", "POST", "GET, HEAD, OPTIONS"],
    ] as const) {
      const answer = await call(path, { method, as: ann });
      expect([path, method, answer.status, answer.json.code]).toEqual([
        path,
        method,
        405,
        "METHOD_NOT_ALLOWED",
      ]);
      expect(answer.headers.get("Allow")).toBe(allowed);
    }
  });

  test("HEAD answers like GET without a body, OPTIONS with the methods", async () => {
    const todo = await create("/api/todos", ann, { title: "Head" });
    const head = await call(`/api/todos/${todo.id}`, { method: "HEAD", as: ann });
    expect([head.status, head.text]).toEqual([200, ""]);
    const options = await call("/api/todos", { method: "OPTIONS" });
    expect([options.status, options.headers.get("Allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  });

  test("request ids are echoed where well formed and made otherwise", async () => {
    const given = await call("/healthz", { headers: { "X-Request-Id": "trace_1-a" } });
    expect(given.headers.get("X-Request-Id")).toBe("trace_1-a");
    for (const bad of ["a b", "x".repeat(65), "<script>"]) {
      const answer = await call("/healthz", { headers: { "X-Request-Id": bad } });
      expect(answer.headers.get("X-Request-Id")).toMatch(/^[\w-]{1,64}$/);
    }
    const problem = await call("/api/nothing", { headers: { "X-Request-Id": "abc" } });
    expect(problem.json.requestId).toBe("abc");
  });

  test("every response carries security headers, identified ones are private", async () => {
    for (const path of ["/healthz", "/api/todos", "/api/nothing", "/nothing"]) {
      const { headers } = await call(path);
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Strict-Transport-Security")).toContain("max-age=");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
      expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
    }
    const list = await call("/api/todos", { as: ann });
    expect(list.headers.get("Cache-Control")).toBe("private, no-cache");
    expect(list.headers.get("Vary")).toBe("Cookie, Authorization");
    expect((await call("/api/todos")).headers.get("Cache-Control")).toBe("private, no-cache");
    expect((await call("/healthz")).headers.get("Cache-Control")).toBeNull();
  });

  test("a body of another type is 415, a large one 413, a broken one 400", async () => {
    const path = "/api/todos";
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonp",
      "application/json; charset=utf-16",
      undefined,
    ]) {
      const headers: Record<string, string> = type === undefined ? {} : { "Content-Type": type };
      const body = new TextEncoder().encode(`{"title":"x"}`);
      const answer = await call(path, { as: ann, method: "POST", body, headers });
      expect([type, answer.status, answer.json.code]).toEqual([type, 415, "UNSUPPORTED_MEDIA_TYPE"]);
    }
    const charset = { "Content-Type": "application/json; charset=utf-8" };
    expect((await call(path, { as: ann, body: `{"title":"x"}`, headers: charset })).status).toBe(201);

    const large = JSON.stringify({ title: "x", notes: "y".repeat(1024 * 1024) });
    const declared = await call(path, { as: ann, body: large, headers: charset });
    expect([declared.status, declared.json.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    const bytes = new TextEncoder().encode(large);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 65536) controller.enqueue(bytes.slice(at, at + 65536));
        controller.close();
      },
    });
    expect((await call(path, { as: ann, body: stream, headers: charset })).status).toBe(413);

    for (const body of ["", "{", "null", "[]", `"text"`, "1"]) {
      const answer = await call(path, { as: ann, method: "POST", body, headers: charset });
      expect([body, answer.status, answer.json.code]).toEqual([body, 400, "VALIDATION_ERROR"]);
    }
    for (const text of [
      `{"title":"x","labels":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      `${"[".repeat(100_000)}`,
      `${`{"a":`.repeat(200)}1${"}".repeat(200)}`,
    ]) {
      const answer = await call(path, { as: ann, body: text, headers: charset });
      expect([answer.status, fieldErrors(answer)]).toEqual([400, { "": "too_deep" }]);
      expect(answer.json.detail).toMatch(/^The body is nested/);
    }
    const brackets = { title: '[{"'.repeat(60), labels: Array(200).fill("[{") };
    expect((await call(path, { as: ann, json: brackets })).status).toBe(201);
    const many = await call(path, {
      as: ann,
      json: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`x${i}`, 1])),
    });
    expect([many.status, (many.json.errors as unknown[]).length]).toEqual([400, 100]);
    const latin1 = new Uint8Array([0x7b, 0x22, 0x74, 0xff, 0x22, 0x7d]);
    expect((await call(path, { as: ann, body: latin1, headers: charset })).status).toBe(400);
  });

  test("an unknown or repeated query parameter is 400", async () => {
    const todo = await create("/api/todos", ann, { title: "Query" });
    for (const [path, method] of [
      ["/api/todos?fliter=done", "GET"],
      ["/api/todos/count?limit=1", "GET"],
      [`/api/todos/${todo.id}?limit=1`, "GET"],
      ["/api/todos?x=1", "POST"],
      [`/api/todos/${todo.id}?x=1`, "PATCH"],
      [`/api/todos/${todo.id}?x=1`, "PUT"],
      [`/api/todos/${todo.id}?x=1`, "DELETE"],
      ["/api/todos?__proto__=1", "GET"],
    ] as const) {
      const answer = await call(path, {
        as: ann,
        method,
        ...(method === "GET" || method === "DELETE" ? {} : { json: { title: "x" } }),
      });
      expect([path, method, answer.status, answer.json.code]).toEqual([
        path,
        method,
        400,
        "UNKNOWN_PARAMETER",
      ]);
    }
    expect((await call(`/api/todos/${todo.id}`, { as: ann })).status).toBe(200);
    const twice = await call("/api/todos?limit=1&limit=2", { as: ann });
    expect([twice.status, twice.json.code]).toEqual([400, "VALIDATION_ERROR"]);
  });

  test("contract 2.1: errors are problem documents", async () => {
    const answer = await call("/api/todos", {
      as: ann,
      json: { title: "", nonsense: 1 },
      headers: { "X-Request-Id": "r1" },
    });
    expect(answer.headers.get("Content-Type")).toContain("application/problem+json");
    expect(answer.json).toMatchObject({
      type: "/__covara/problems/validation-error",
      status: 400,
      code: "VALIDATION_ERROR",
      requestId: "r1",
      errors: [
        { field: "title", code: "too_small" },
        { field: "nonsense", code: "unknown_field" },
      ],
    });
    expect(Object.keys(answer.json).sort()).toEqual([
      "code",
      "detail",
      "errors",
      "requestId",
      "status",
      "title",
      "type",
    ]);
  });
});
