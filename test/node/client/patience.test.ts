/** How long calls wait, when they are repeated, and what idempotency keys and tokens have to do with it. */
import { describe, expect, test } from "vitest";
import { CovaraError, CovaraNetworkError, CovaraTimeoutError } from "../../../runtime/client/index.ts";
import { createClient } from "../../types/fixtures/client/taskboard/client.ts";
import { type Answer, failure, json, problem, type Received, serve } from "./server.ts";

const id = "0190b5a4-6c1d-7000-8000-00000000000a";
const page = { items: [], nextCursor: null, hasMore: false };
const todo = { id, title: "Ship", version: 3 };

/** Answers one request after the other; the last answer is that of all further ones. Null breaks the connection. */
async function answering(...answers: (Answer | null)[]): Promise<{ url: string; received: Received[] }> {
  const left = [...answers];
  return serve(() => (left.length > 1 ? left.shift() : left[0]) ?? null);
}

describe("repetitions", () => {
  test.for([429, 502, 503, 504])("a read is repeated after %i, and gives what comes then", async (status) => {
    const { url, received } = await answering(problem(status, "X"), problem(status, "X"), json(page));
    expect(await createClient({ baseUrl: url }).todos.list()).toEqual(page);
    expect(received).toHaveLength(3);
  });

  test("a read is repeated after a broken connection, and fails as the last attempt did", async () => {
    const { url, received } = await answering(null, problem(503, "BUSY"), null);
    expect(await failure(createClient({ baseUrl: url }).todos.get(id))).toBeInstanceOf(CovaraNetworkError);
    expect(received).toHaveLength(3);
  });

  test.for([400, 401, 403, 404, 409, 412, 500])("nothing is repeated after %i", async (status) => {
    const { url, received } = await answering(problem(status, "X"));
    const { todos } = createClient({ baseUrl: url });
    expect(await failure(todos.list())).toMatchObject({ status });
    expect(await failure(todos.create({ title: "x" }))).toMatchObject({ status });
    expect(received).toHaveLength(2);
  });

  test("retries says how often, for the client and for a call", async () => {
    const { url, received } = await answering(problem(503, "BUSY"));
    const { todos } = createClient({ baseUrl: url, retries: 0 });
    await failure(todos.list());
    expect(received).toHaveLength(1);
    await failure(todos.list({ retries: 1 }));
    expect(received).toHaveLength(3);
  });

  test("Retry-After is waited for, and given where it is too long", async () => {
    const busy = (after: string): Answer => ({
      ...problem(429, "RATE_LIMIT_EXCEEDED"),
      headers: { "Retry-After": after },
    });
    const { url } = await answering(busy("1"), json(page));
    const start = performance.now();
    await createClient({ baseUrl: url }).todos.list();
    // Timers may fire a little early by this clock.
    expect(performance.now() - start).toBeGreaterThan(990);

    for (const [after, seconds] of [
      ["3600", 3600],
      [new Date(Date.now() + 600_000).toUTCString(), expect.closeTo(600, -1)],
      ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
      ["soon", null],
    ] as const) {
      const late = await answering(busy(after));
      const error = await failure(
        createClient({ baseUrl: late.url, retries: seconds === 3600 ? 2 : 0 }).todos.list(),
      );
      expect(error).toMatchObject({ status: 429, retryAfter: seconds });
      expect(late.received).toHaveLength(1);
    }
  });
});

describe("contract 3.7: idempotency keys", () => {
  const keysOf = (received: readonly Received[]) => received.map(({ headers }) => headers["idempotency-key"]);

  test("each write of a known caller has a key, which its repetitions share", async () => {
    const { url, received } = await answering(null, problem(503, "BUSY"), json(todo, 201), json(todo, 201));
    const { todos } = createClient({ baseUrl: url });
    expect(await todos.create({ title: "Ship" })).toEqual(todo);
    await todos.create({ title: "Ship" });
    const [first, second, third, other] = keysOf(received);
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
    expect(new Set(received.map(({ body }) => body))).toEqual(new Set(['{"title":"Ship"}']));
  });

  test("every write has one, and no read", async () => {
    const { url, received } = await serve(({ url: path, method }) =>
      path.includes("batch") && method !== "POST"
        ? json({ count: 1 })
        : json({ ...todo, ...page, count: 0, groups: [] }),
    );
    const { todos, drafts, reviews } = createClient({ baseUrl: url });
    await todos.list();
    await todos.get(id);
    await todos.count();
    await todos.aggregate({ count: true });
    await reviews.search("x");
    expect(keysOf(received.splice(0))).toEqual(Array(5).fill(undefined));
    await todos.createMany([]);
    await reviews.upsertMany([]);
    await todos.update(id, {});
    await todos.replace(id, { title: "x" });
    await todos.updateMany({ where: "all", data: {} });
    await todos.delete(id);
    await todos.deleteMany({ where: "all" });
    await drafts.restore(id);
    const keys = keysOf(received);
    expect(keys.every((key) => typeof key === "string")).toBe(true);
    expect(new Set(keys).size).toBe(8);
  });

  test("one of the caller's own is taken", async () => {
    const { url, received } = await answering(json(todo));
    await createClient({ baseUrl: url }).todos.update(id, { done: true }, { idempotencyKey: "form-0001" });
    expect(keysOf(received)).toEqual(["form-0001"]);
  });

  test("where anybody may write, there is none unless it is given, and no repetition without it", async () => {
    const { url, received } = await answering(problem(503, "BUSY"));
    const { feedback } = createClient({ baseUrl: url, retries: 1 });
    await failure(feedback.create({ text: "x" }));
    expect(keysOf(received.splice(0))).toEqual([undefined]);
    await failure(feedback.create({ text: "x" }, { idempotencyKey: "feedback-1" }));
    expect(keysOf(received)).toEqual(["feedback-1", "feedback-1"]);
  });
});

describe("timeouts", () => {
  /** Never answers. */
  const silent = (): Promise<Response> => new Promise(() => undefined);

  test("a call that takes too long is a CovaraTimeoutError, whatever it waits for", async () => {
    const expected = {
      name: "CovaraTimeoutError",
      message: expect.stringContaining("GET /api/todos got no answer within 30 ms"),
    };
    for (const options of [
      { fetch: silent },
      { fetch: () => Response.json(page), headers: () => new Promise<never>(() => undefined) },
      { fetch: () => Response.json(page), token: () => new Promise<never>(() => undefined) },
      {
        fetch: () => new Response(new ReadableStream(), { headers: { "Content-Type": "application/json" } }),
      },
      { fetch: () => new Response("", { status: 503, headers: { "Retry-After": "10" } }) },
    ]) {
      const error = await failure(createClient({ baseUrl: "", timeout: 30, ...options }).todos.list());
      expect(error).toMatchObject(expected);
      expect(error).toBeInstanceOf(CovaraTimeoutError);
      expect(error).toBeInstanceOf(CovaraNetworkError);
    }
  });

  test("the request is aborted with it, and one of a call goes before that of the client", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const client = createClient({
      baseUrl: "",
      timeout: 60_000,
      fetch: (_, { signal }) => {
        signals.push(signal);
        return silent();
      },
    });
    await failure(client.todos.delete(id, { timeout: 10 }));
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test("0 is none", async () => {
    const { url } = await serve(() => json(page));
    expect(await createClient({ baseUrl: url, timeout: 0 }).todos.list()).toEqual(page);
  });

  test("a pause before a repetition ends where the call is aborted", async () => {
    const { url, received } = await answering({ ...problem(503, "BUSY"), headers: { "Retry-After": "5" } });
    const controller = new AbortController();
    const call = failure(createClient({ baseUrl: url }).todos.list({ signal: controller.signal }));
    const reason = new Error("The user left");
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    expect(await call).toBe(reason);
  });
});

describe("tokens", () => {
  /** Takes one token. */
  const guarded = (valid: () => string) =>
    serve(({ headers }) =>
      headers.authorization === `Bearer ${valid()}` ? json(page) : problem(401, "UNAUTHORIZED"),
    );

  test("it is asked for before each request, and none is sent where there is none", async () => {
    const { url, received } = await serve(() => json(page));
    const tokens = ["a", null, undefined, "b"];
    const { todos } = createClient({
      baseUrl: url,
      headers: { "X-App": "1" },
      token: async () => tokens.shift(),
    });
    for (let call = 0; call < 4; call++) await todos.list();
    expect(received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer a",
      undefined,
      undefined,
      "Bearer b",
    ]);
    expect(received.map(({ headers }) => headers["x-app"])).toEqual(["1", "1", "1", "1"]);
  });

  test("one refresh serves all requests that fail at the same time, writes too", async () => {
    let valid = "new";
    const { url, received } = await guarded(() => valid);
    let [token, refreshes] = ["old", 0];
    const { todos } = createClient({
      baseUrl: url,
      token: async ({ refresh }) => {
        if (!refresh) return token;
        refreshes += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        token = valid;
        return token;
      },
    });
    const calls = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? todos.list() : todos.create({ title: "x" }),
    );
    await Promise.all(calls);
    expect(refreshes).toBe(1);
    expect(received).toHaveLength(40);
    // The next time it runs out, there is another.
    valid = "newer";
    await Promise.all([todos.list(), todos.list()]);
    expect(refreshes).toBe(2);
  });

  test("a request that was refused after another one's refresh takes that token", async () => {
    let refreshes = 0;
    let token = "old";
    let answerLate: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answerLate = resolve;
    });
    const refused = () => Response.json({}, { status: 401 });
    const { todos } = createClient({
      baseUrl: "",
      fetch: async (url, { headers }) => {
        if (headers.get("Authorization") === "Bearer new") return Response.json(page);
        if (url.includes("limit=1")) await late;
        return refused();
      },
      token: ({ refresh }) => {
        if (refresh) {
          refreshes += 1;
          token = "new";
        }
        return token;
      },
    });
    const slow = todos.list({ limit: 1 });
    await todos.list();
    answerLate();
    expect(await slow).toEqual(page);
    expect(refreshes).toBe(1);
  });

  test("a refusal stands where there is no other token; what the provider throws is passed on", async () => {
    const { url, received } = await guarded(() => "none that anybody has");
    for (const fresh of ["same", null, undefined]) {
      const token = ({ refresh }: { refresh: boolean }) => (refresh ? fresh : "same");
      const error = await failure(createClient({ baseUrl: url, token }).todos.list());
      expect(error).toBeInstanceOf(CovaraError);
      expect(error).toMatchObject({ status: 401 });
    }
    expect(received).toHaveLength(3);
    // A new one that is refused too is not renewed again.
    let count = 0;
    const rising = () => String(count++);
    expect(await failure(createClient({ baseUrl: url, token: rising }).todos.list())).toMatchObject({
      status: 401,
    });
    expect(received).toHaveLength(5);
    const gone = new Error("The session has ended");
    const throwing = ({ refresh }: { refresh: boolean }): string => {
      if (refresh) throw gone;
      return "old";
    };
    const { todos } = createClient({ baseUrl: url, token: throwing });
    expect(await Promise.all([failure(todos.list()), failure(todos.list())])).toEqual([gone, gone]);
  });
});
