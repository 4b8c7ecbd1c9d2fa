/** Contract 3.7: a request with an Idempotency-Key is carried out once. */
import { env } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors, type Options } from "./api.ts";

let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  ann = await addUser();
  bob = await addUser();
});

const keyed = (path: string, key: string, options: Options) =>
  call(path, { as: ann, ...options, headers: { ...options.headers, "Idempotency-Key": key } });
const key = () => `key-${uuidv7()}`;
const count = async (title: string): Promise<number> =>
  Number((await call(`/api/todos/count?filter=title=="${title}"`, { as: ann })).json.count);

describe("contract 3.7: what is sent again", () => {
  test("a create answers as it did, and creates nothing", async () => {
    const k = key();
    const json = { title: k, labels: ["a", { b: 1 }], estimate: 0.1, done: true };
    const first = await keyed("/api/todos", k, { json: { ...json, labels: ["a"] } });
    const again = await keyed("/api/todos", k, { json: { ...json, labels: ["a"] } });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    for (const header of ["Location", "ETag", "Content-Type"]) {
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    }
    expect([first.headers.get("Idempotency-Replayed"), again.headers.get("Idempotency-Replayed")]).toEqual([
      null,
      "true",
    ]);
    expect(await count(k)).toBe(1);
  });

  test("a change, a replacement and a deletion", async () => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    const path = `/api/todos/${id}`;
    const requests: [Options, number][] = [
      [{ method: "PATCH", json: { priority: 2 } }, 200],
      [{ method: "PUT", json: { title: "y" } }, 200],
      [{ method: "DELETE" }, 204],
    ];
    for (const [options, status] of requests) {
      const k = key();
      const first = await keyed(path, k, options);
      const again = await keyed(path, k, options);
      expect([first.status, again.status]).toEqual([status, status]);
      expect(again.text).toBe(first.text);
      expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
      expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    }
  });

  test("the answer is the one of then, whatever has become of the row", async () => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    const k = key();
    const first = await keyed(`/api/todos/${id}`, k, { method: "PATCH", json: { priority: 2 } });
    await call(`/api/todos/${id}`, { as: ann, method: "PATCH", json: { priority: 3 } });
    const again = await keyed(`/api/todos/${id}`, k, { method: "PATCH", json: { priority: 2 } });
    expect(again.json).toEqual(first.json);
    expect((await call(`/api/todos/${id}`, { as: ann })).json.priority).toBe(3);
  });

  test("batches, with their counts and their rows in order", async () => {
    const tag = uuidv7();
    const requests: [string, Options][] = [
      ["/api/todos/batch", { json: { items: [{ title: tag }, { title: tag, priority: 2 }] } }],
      [`/api/todos/batch?filter=title=="${tag}"`, { method: "PATCH", json: { priority: 3 } }],
      ["/api/todos/batch/upsert", { json: { items: [{ id: uuidv7(), title: tag }] } }],
      [`/api/todos/batch?filter=title=="${tag}"`, { method: "DELETE" }],
    ];
    for (const [path, options] of requests) {
      const k = key();
      const first = await keyed(path, k, options);
      const again = await keyed(path, k, options);
      expect(first.status).toBeLessThan(300);
      expect([again.status, again.text, again.headers.get("Idempotency-Replayed")]).toEqual([
        first.status,
        first.text,
        "true",
      ]);
    }
    expect(await count(tag)).toBe(0);
  });

  test("two users may use one key", async () => {
    const k = key();
    const mine = await keyed("/api/todos", k, { json: { title: k } });
    const theirs = await keyed("/api/todos", k, { as: bob, json: { title: k } });
    expect([theirs.status, theirs.headers.get("Idempotency-Replayed")]).toEqual([201, null]);
    expect(theirs.json.id).not.toBe(mine.json.id);
  });
});

describe("contract 3.7: another request under the same key is 409", () => {
  test.each<[string, string, Options]>([
    ["another body", "/api/todos", { json: { title: "other" } }],
    [
      "the same body written otherwise",
      "/api/todos",
      { body: '{ "title":"x"}', headers: { "Content-Type": "application/json" } },
    ],
    ["another path", "/api/lists", { json: { name: "x" } }],
    ["another method", "/api/todos/batch?filter=id==x", { method: "DELETE" }],
  ])("%s", async (_name, path, options) => {
    const k = key();
    await keyed("/api/todos", k, { json: { title: "x" } });
    const answer = await keyed(path, k, options);
    expect([answer.status, answer.json.code]).toEqual([409, "IDEMPOTENCY_MISMATCH"]);
  });

  test("another If-Match", async () => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    const k = key();
    const options: Options = { method: "PATCH", json: { priority: 1 } };
    await keyed(`/api/todos/${id}`, k, { ...options, headers: { "If-Match": '"1"' } });
    expect((await keyed(`/api/todos/${id}`, k, { ...options, headers: { "If-Match": '"2"' } })).status).toBe(
      409,
    );
    const again = await keyed(`/api/todos/${id}`, k, { ...options, headers: { "If-Match": '"1"' } });
    expect([again.status, again.json.version]).toEqual([200, 2]);
  });
});

describe("contract 3.7: a request that failed has changed nothing and may be sent again", () => {
  test.each<[string, (id: string) => [string, Options], number]>([
    ["a reference", () => ["/api/todos", { json: { title: "x", listId: uuidv7() } }], 400],
    ["an id that is taken", (id) => ["/api/todos", { json: { id, title: "x" } }], 409],
    ["no such row", () => [`/api/todos/${uuidv7()}`, { method: "PATCH", json: { priority: 1 } }], 404],
    [
      "a precondition",
      (id) => [`/api/todos/${id}`, { method: "DELETE", headers: { "If-Match": '"9"' } }],
      412,
    ],
  ])("%s", async (_name, request, status) => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    const k = key();
    const [path, options] = request(id);
    for (let n = 0; n < 2; n++) {
      const answer = await keyed(path, k, options);
      expect([answer.status, answer.headers.get("Idempotency-Replayed")]).toEqual([status, null]);
    }
    const left = await env.DB.prepare("SELECT count(*) AS n FROM _covara_idempotency WHERE id LIKE ?")
      .bind(`%${k.slice(0, 40)}%`)
      .first<{ n: number }>();
    expect(left?.n).toBe(0);
    const other = await keyed("/api/todos", k, { json: { title: k } });
    expect(other.status).toBe(201);
  });
});

describe("contract 3.7: racing", () => {
  test("of many equal requests exactly one is carried out, and all get its answer", async () => {
    const k = key();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => keyed("/api/todos", k, { json: { title: k } })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("Idempotency-Replayed") === null).length).toBe(1);
    expect(await count(k)).toBe(1);
  });

  test("changes that raise a version are carried out once", async () => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    const k = key();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        keyed(`/api/todos/${id}`, k, { method: "PATCH", json: { priority: 2 } }),
      ),
    );
    expect(new Set(answers.map(({ json }) => json.version))).toEqual(new Set([2]));
  });
});

describe("contract 3.7: who may, and with what", () => {
  test.each([["short"], ["x".repeat(256)], ["with a blank"], ["with-ümlaut"]])(
    "the key %j is 400",
    async (k) => {
      const answer = await keyed("/api/todos", k, { json: { title: "x" } });
      expect([answer.status, fieldErrors(answer)]).toEqual([400, { "Idempotency-Key": "invalid_header" }]);
    },
  );

  test("identity comes first: nobody gets a replay", async () => {
    const k = key();
    await keyed("/api/todos", k, { json: { title: "x" } });
    const { status } = await call("/api/todos", { json: { title: "x" }, headers: { "Idempotency-Key": k } });
    expect(status).toBe(401);
  });

  test("a row that the caller may no longer read is not shown again", async () => {
    const { id } = await create("/api/todos", bob, { title: "for ann", assigneeId: ann.id });
    const k = key();
    const options: Options = { method: "PATCH", json: { priority: 1 } };
    expect((await keyed(`/api/todos/${id}`, k, options)).status).toBe(200);
    await call(`/api/todos/${id}`, { as: bob, method: "PATCH", json: { assigneeId: null } });
    const again = await keyed(`/api/todos/${id}`, k, options);
    expect([again.status, again.text]).toEqual([204, ""]);
  });

  test("keys run out after a day, and are removed by later writes", async () => {
    const k = key();
    await keyed("/api/todos", k, { json: { title: k } });
    await env.DB.prepare("UPDATE _covara_idempotency SET created_at = ?")
      .bind(new Date(Date.now() - 24 * 3_600_000 - 1000).toISOString())
      .run();
    const again = await keyed("/api/todos", k, { json: { title: k } });
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, null]);
    expect(await count(k)).toBe(2);
    const left = await env.DB.prepare("SELECT count(*) AS n FROM _covara_idempotency").first<{ n: number }>();
    expect(left?.n).toBe(1);
  });
});
