import { describe, expect, test, vi } from "vitest";
import type { KnownErrorCode } from "../../../runtime/client/errors.ts";
import { CovaraError, CovaraNetworkError, type ProblemDocument } from "../../../runtime/client/index.ts";
import { Problem, type ProblemCode, problems } from "../../../runtime/http/problem.ts";
import { createClient } from "../../types/fixtures/client/taskboard/client.ts";
import { type Answer, failure, json, problem, serve } from "./server.ts";

const page = { items: [], nextCursor: null, hasMore: false };

describe("options", () => {
  test("baseUrl may have a path and slashes at its end", async () => {
    const { url, received } = await serve(() => json(page));
    for (const baseUrl of [url, `${url}/`, `${url}/sub//`]) await createClient({ baseUrl }).todos.list();
    expect(received.map((request) => request.url)).toEqual(["/api/todos", "/api/todos", "/sub/api/todos"]);
  });

  test("a base URL that is not set is named at once", () => {
    const baseUrl = JSON.parse("{}").url;
    expect(() => createClient({ baseUrl })).toThrow("baseUrl is undefined");
  });

  test("headers are sent; those of a function are asked for anew", async () => {
    const { url, received } = await serve(() => json(page));
    let token = 0;
    await createClient({
      baseUrl: url,
      headers: { Authorization: "Bearer 0", "X-None": undefined },
    }).todos.list();
    const client = createClient({
      baseUrl: url,
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    });
    await client.todos.list();
    await client.todos.list();
    expect(received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer 0",
      "Bearer 1",
      "Bearer 2",
    ]);
    expect(received.map(({ headers }) => headers["x-none"])).toEqual([undefined, undefined, undefined]);
  });

  test("a body is JSON whatever the headers say, and only a body has a content type", async () => {
    const { url, received } = await serve(() => ({ status: 204 }));
    const client = createClient({
      baseUrl: url,
      headers: { "content-type": "text/plain", accept: "text/html" },
    });
    await client.feedback.create({ text: "Grüße" });
    expect(received[0]?.headers).toMatchObject({
      "content-type": "application/json",
      accept: "application/json",
    });
    expect(received[0]?.body).toBe('{"text":"Grüße"}');
    await createClient({ baseUrl: url }).todos.delete("0190b5a4-6c1d-7000-8000-000000000000");
    expect(received[1]?.headers["content-type"]).toBeUndefined();
  });

  test("what headers() throws is passed on: nothing was sent", async () => {
    const { url, received } = await serve(() => json(page));
    const expired = new Error("The session has expired");
    const headers = (): never => {
      throw expired;
    };
    expect(await failure(createClient({ baseUrl: url, headers }).todos.list())).toBe(expired);
    expect(received).toEqual([]);
  });

  test("fetch gets no receiver and only what was asked for", async () => {
    const calls: unknown[][] = [];
    const fetch = function (this: unknown, ...values: unknown[]): Response {
      calls.push([this, ...values]);
      return Response.json(page);
    };
    const { signal } = new AbortController();
    await createClient({ baseUrl: "https://a.example", fetch }).todos.list();
    await createClient({ baseUrl: "", fetch, credentials: "include" }).todos.list({ signal });
    expect(calls.map(([receiver, url]) => [receiver, url])).toEqual([
      [undefined, "https://a.example/api/todos"],
      [undefined, "/api/todos"],
    ]);
    expect(calls.map(([, , options]) => Object.keys(options ?? {}))).toEqual([
      ["method", "headers", "signal"],
      ["method", "headers", "signal", "credentials"],
    ]);
  });

  test("the global fetch is looked up when it is needed", async () => {
    const client = createClient({ baseUrl: "https://a.example" });
    const replaced = vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json(page));
    expect(await client.todos.list()).toEqual(page);
    replaced.mockRestore();
  });
});

describe("errors", () => {
  const call = async (answer: Answer | null): Promise<unknown> => {
    const { url } = await serve(() => answer);
    return failure(createClient({ baseUrl: url }).todos.create({ title: "" }));
  };

  test("a problem document becomes a CovaraError (contract 2.1)", async () => {
    const errors = [{ field: "title", message: "Too short", code: "too_small" }];
    const error = await call(problem(400, "VALIDATION_ERROR", { errors }));
    expect(error).toBeInstanceOf(CovaraError);
    expect(error).toMatchObject({
      name: "CovaraError",
      status: 400,
      code: "VALIDATION_ERROR",
      problem: { detail: "What happened.", requestId: "r1", errors },
      message: "What happened. title: Too short. (POST /api/todos: 400 VALIDATION_ERROR)",
    });
    // With a single error the server has put it into the sentence already.
    const detail = "title: Too short";
    expect(await call(problem(400, "VALIDATION_ERROR", { detail, errors }))).toMatchObject({
      message: "title: Too short (POST /api/todos: 400 VALIDATION_ERROR)",
    });
    expect(await call(problem(409, "CONFLICT"))).toMatchObject({ status: 409, code: "CONFLICT" });
    expect(await call(problem(500, "SOMETHING_NEW"))).toMatchObject({ status: 500, code: "SOMETHING_NEW" });
  });

  test("client and server know the same codes and the same document", async () => {
    const codes: Readonly<Record<Exclude<KnownErrorCode, "UNEXPECTED_RESPONSE">, unknown>> = problems;
    for (const code of Object.keys(codes) as ProblemCode[]) {
      code satisfies KnownErrorCode;
      const document = new Problem(code, "What happened.").toDocument("r1") satisfies ProblemDocument;
      const error = await call(problem(document.status, code, document));
      expect(error).toMatchObject({ status: document.status, code, problem: document });
    }
  });

  test.each<[string, Answer, number]>([
    ["a proxy's page", { status: 502, type: "text/html", body: "<h1>Bad\n  gateway</h1>" }, 502],
    [
      "a page with status 200, as after a redirect to a login",
      { status: 200, type: "text/html", body: "Sign in" },
      200,
    ],
    ["JSON that is no problem document", json({ message: "Limit exceeded" }, 429), 429],
    ["JSON with some names in common", json({ status: 400, code: "bad" }, 400), 400],
    [
      "JSON with errors of another form",
      json({ status: 400, code: "bad", detail: "", errors: { title: "bad" } }, 400),
      400,
    ],
    ["JSON that is null", json(null, 500), 500],
    ["text that is called JSON", { status: 200, body: "<h1>Hello" }, 200],
    ["nothing", { status: 200, body: "" }, 200],
  ])("%s is UNEXPECTED_RESPONSE", async (_, answer, status) => {
    const error = await call(answer);
    expect(error).toBeInstanceOf(CovaraError);
    expect(error).toMatchObject({
      status,
      code: "UNEXPECTED_RESPONSE",
      problem: { type: "about:blank", status },
    });
    expect(String(error)).toContain((answer.body ?? "").replace(/\s+/g, " "));
    expect(String(error)).toContain(answer.type ?? "application/json");
  });

  test("a redirect is named", async () => {
    const { url } = await serve(({ url: path }) =>
      path === "/login"
        ? { type: "text/html", body: "Sign in" }
        : { status: 302, headers: { Location: "/login" } },
    );
    expect(String(await failure(createClient({ baseUrl: url }).todos.list()))).toContain(`${url}/login`);
  });

  test("no answer is a CovaraNetworkError with its cause", async () => {
    const broken = await call(null);
    expect(broken).toBeInstanceOf(CovaraNetworkError);
    expect(broken).not.toBeInstanceOf(CovaraError);
    const { url } = await serve(() => json(page));
    // Node has no page whose origin an empty baseUrl could mean.
    const relative = await failure(createClient({ baseUrl: "" }).todos.list());
    expect(relative).toMatchObject({ name: "CovaraNetworkError", cause: expect.any(TypeError) });
    const fetch = async (target: string): Promise<Response> => {
      const response = await globalThis.fetch(target);
      await response.text();
      return response;
    };
    // A body that breaks off, or cannot be read.
    expect(await failure(createClient({ baseUrl: url, fetch }).todos.list())).toBeInstanceOf(
      CovaraNetworkError,
    );
    expect(String(broken)).toMatch(/^CovaraNetworkError: POST http:.*\/api\/todos got no answer \(.+\)/);
  });

  test("an aborted call fails with the signal's reason, before, during and between pages", async () => {
    const { url, received } = await serve(() => json({ items: [1, 2], nextCursor: "x", hasMore: true }));
    const client = createClient({ baseUrl: url });
    const reason = new Error("The user left");
    expect(await failure(client.todos.list({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(received).toEqual([]);

    const controller = new AbortController();
    const call = failure(
      createClient({
        baseUrl: url,
        fetch: (target, options) => {
          const answer = fetch(target, options);
          controller.abort(reason);
          return answer;
        },
      }).todos.get("0190b5a4-6c1d-7000-8000-000000000000", { signal: controller.signal }),
    );
    expect(await call).toBe(reason);

    const pages = new AbortController();
    const walk = async (): Promise<void> => {
      for await (const _ of client.todos.paginate({ signal: pages.signal })) pages.abort(reason);
    };
    expect(await failure(walk())).toBe(reason);
  });

  test("what cannot become JSON is the caller's mistake, not the network's", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const { url, received } = await serve(() => json(page));
    const { feedback } = createClient({ baseUrl: url });
    expect(await failure(feedback.create({ text: circular as unknown as string }))).toBeInstanceOf(TypeError);
    expect(received).toEqual([]);
  });
});
