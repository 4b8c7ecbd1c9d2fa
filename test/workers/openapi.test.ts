import { describe, expect, test } from "vitest";
import ownRoutes from "../../demo/routes.js";
import { app } from "../../generated/app.js";
import document from "../../generated/openapi.json" with { type: "json" };
import { Agreement } from "../openapi/agreement.ts";
import { Description } from "../openapi/description.ts";
import { describedRoutes, servedRoutes } from "../openapi/routes.ts";
import { addUser, call, create, type Options } from "./api.ts";

describe("contract 2: GET /openapi.json", () => {
  test("is the document, with the headers of any answer", async () => {
    const answer = await call("/openapi.json");
    expect([answer.status, answer.json]).toEqual([200, document]);
    expect(answer.headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const head = await call("/openapi.json", { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    const refused = await call("/openapi.json", { method: "POST" });
    expect([refused.status, refused.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect((await call("/api/openapi.json")).status).toBe(404);
  });

  test("describes the routes that the Worker has, and no others", () => {
    const own = servedRoutes(ownRoutes.routes.map(({ method, path }) => ({ method, path: `/api${path}` })));
    expect(own).toContain("GET /api/board/cart");
    const served = servedRoutes(app.routes).filter((route) => !own.includes(route));
    expect(served).toEqual(describedRoutes(document));
    expect(served).toContain("POST /api/todos/{id}/restore");
    expect(document.info.description).toContain("further routes of its own");
  });

  test("has examples of parameters that the Worker takes", async () => {
    const description = new Description(document);
    const as = await addUser("admin");
    let count = 0;
    for (const { template, methods } of description.paths) {
      const { parameters = [], responses = {} } = methods.get ?? {};
      if (template.includes("{") || !template.startsWith("/api/")) continue;
      // A stream does not end.
      const method = responses[200]?.content?.["text/event-stream"] === undefined ? "GET" : "HEAD";
      const all = parameters.map((parameter) => description.resolve(parameter));
      const asked = all
        .filter(
          ({ required, name }) => required === true || (template.includes("/aggregate") && name === "count"),
        )
        .map(({ name, example }) => [name, String(example)] as const);
      for (const { name, example, examples = {}, schema } of all) {
        const standard = asked.some(([key]) => key === name) ? undefined : schema.default;
        const own = [example, standard, ...Object.values(examples).map(({ value }) => value)];
        const items = schema.items as { readonly enum: readonly string[] } | undefined;
        for (const value of [...own, ...(items?.enum ?? [])].filter((one) => one !== undefined)) {
          const query = new URLSearchParams([
            ...asked.filter(([key]) => key !== name),
            [name, String(value)],
          ]);
          if (String(value).includes("deletedAt")) query.set("withDeleted", "true");
          const { status, text } = await call(`${template}?${query}`, { as, method });
          expect([template, name, value, status, text]).toEqual([template, name, value, 200, text]);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(200);
  });

  test("says of no refusal that the Worker does not give", async () => {
    const description = new Description(document);
    const admin = await addUser("admin");
    const list = await create("/api/lists", admin, { name: "List" });
    const todo = await create("/api/todos", admin, { title: "Todo", listId: list.id });
    const comment = await create("/api/comments", admin, { body: "Comment", todoId: todo.id });
    const membership = await create("/api/memberships", admin, { listId: list.id, userId: admin.id });
    const ids: Record<string, string> = {
      users: admin.id,
      ...{ lists: list.id, todos: todo.id, comments: comment.id, memberships: membership.id },
    };
    /** The examples name rows that are there. */
    const real = (body: unknown): string =>
      description.paths.reduce((text, { template, methods }) => {
        const sample = methods.get?.parameters?.find(({ in: place }) => place === "path")?.example;
        return text.replaceAll(String(sample), ids[template.split("/")[2] ?? ""] ?? "");
      }, JSON.stringify(body));
    /** What makes the Worker give a status, whatever the operation. */
    const provocations: Record<string, Options & { readonly query?: string; readonly id?: string }> = {
      400: { as: admin, query: "nonsense=1" },
      401: {},
      403: { as: admin, headers: { "Sec-Fetch-Site": "cross-site" } },
      404: { as: admin, id: crypto.randomUUID() },
      413: { as: admin, body: JSON.stringify("x".repeat(1_048_576)) },
      415: { as: admin, body: "{}", headers: { "Content-Type": "text/plain" } },
    };
    let count = 0;
    for (const { template, methods } of description.paths) {
      const [, , resource = ""] = template.split("/");
      for (const [method, { operationId, requestBody, parameters = [], responses }] of Object.entries(
        methods,
      )) {
        const filter = parameters.some(
          (parameter) => description.resolve(parameter).required === true && template.endsWith("/batch"),
        );
        const schema = requestBody?.content["application/json"]?.schema;
        const [example = {}] =
          (schema && (description.resolve(schema as object) as { examples?: unknown[] }).examples) ?? [];
        for (const [status, { query = "", id, ...options }] of Object.entries(provocations)) {
          if (!(status in responses)) continue;
          const path = template.replace("{id}", id ?? ids[resource] ?? "");
          const body = schema === undefined || options.body !== undefined ? {} : { body: real(example) };
          const answer = await call(`${path}?${filter ? "filter=id==x&" : ""}${query}`, {
            method: method.toUpperCase(),
            ...options,
            ...body,
            headers: {
              ...(schema === undefined ? {} : { "Content-Type": "application/json" }),
              ...(template.endsWith("/ws") ? { Upgrade: "websocket" } : {}),
              ...options.headers,
            },
          });
          expect([operationId, status, String(answer.status), answer.text]).toEqual([
            operationId,
            status,
            status,
            answer.text,
          ]);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(200);
  });

  test("a request or an answer that is not as described is noticed", () => {
    const id = "01980000-0000-7000-8000-000000000000";
    const agreement = new Agreement(document);
    const headers = new Headers({ Authorization: "Bearer x" });
    const found = (method: string, path: string, status: number, json: unknown, body?: string): string =>
      agreement
        .check({
          ...{ method, path, headers, body },
          answer: {
            status,
            headers: new Headers({ "Content-Type": "application/json", "X-Request-Id": "1" }),
            text: JSON.stringify(json),
          },
        })
        .join("; ");
    const page = { items: [], nextCursor: null, hasMore: false };
    expect(found("GET", "/api/todos", 200, page)).toBe("");
    expect(found("GET", "/api/todos?limit=0", 200, page)).toContain("limit is not valid");
    expect(found("GET", "/api/todos?orderBy=secret", 200, page)).toContain("orderBy is not valid");
    expect(found("GET", "/api/todos?filtr=x", 200, page)).toContain("there is no parameter filtr");
    expect(found("GET", "/api/todos", 418, page)).toContain("418, which is not described");
    expect(found("GET", "/api/todos", 200, { ...page, more: 1 })).toContain("more");
    expect(found("GET", "/api/todos", 200, { ...page, items: [{ tokenHash: "x" }] })).toContain("tokenHash");
    expect(found("GET", "/api/todos", 200, { items: [] })).toContain("hasMore");
    expect(found("GET", `/api/todos/${id.slice(1)}`, 200, {})).toContain("id is not valid");
    expect(found("PATCH", "/api/todos/batch", 200, { count: 1 }, "{}")).toContain("filter is missing");
    const creates = (input: object) => found("POST", "/api/comments", 400, {}, JSON.stringify(input));
    expect(creates({})).toContain("answers 400 as application/json");
    expect(found("POST", "/api/memberships", 201, {}, '{"listId":1}')).toContain("its body is not valid");
    expect(found("DELETE", "/api/todos", 204, undefined)).toContain("instead of 405");
  });
});
