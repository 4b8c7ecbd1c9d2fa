/** Batches and upserts: all or nothing, under the same rules as single writes. */
import { uuidv7 } from "covara/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;

beforeAll(async () => {
  ann = await addUser();
  bob = await addUser();
  admin = await addUser("admin");
});

const items = (answer: Answer) => answer.json.items as (Record<string, unknown> & { id: string })[];
const count = async (as: Caller, filter: string): Promise<number> =>
  Number((await call(`/api/todos/count?filter=${encodeURIComponent(filter)}`, { as })).json.count);
const batch = (filter: string): string => `/api/todos/batch?filter=${encodeURIComponent(filter)}`;

describe("contract 3: POST /batch", () => {
  test("creates the rows in the order given, each like a single create", async () => {
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: {
        items: [
          { title: "one" },
          { title: "two", labels: ["a"], estimate: 0.1, done: true },
          { title: "three" },
        ],
      },
    });
    expect(answer.status).toBe(201);
    expect(items(answer).map(({ title }) => title)).toEqual(["one", "two", "three"]);
    expect(items(answer)[1]).toMatchObject({
      labels: ["a"],
      estimate: 0.1,
      done: true,
      ownerId: ann.id,
      version: 1,
    });
    const [first] = items(answer);
    expect((await call(`/api/todos/${first?.id}`, { as: ann })).json).toEqual(first);
  });

  test("creates nothing where one item is wrong, and names it", async () => {
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "good of a bad batch" }, { title: "" }, { titel: "x", title: "y" }] },
    });
    expect(answer.status).toBe(400);
    expect(fieldErrors(answer)).toEqual({ "items[1].title": "too_small", "items[2].titel": "unknown_field" });
    expect(await count(ann, 'title=="good of a bad batch"')).toBe(0);
  });

  test("creates nothing where a reference of one item is wrong", async () => {
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "before a bad reference" }, { title: "x", listId: uuidv7() }] },
    });
    expect(answer.status).toBe(400);
    expect(fieldErrors(answer)).toEqual({ "items[1].listId": "unknown_reference" });
    expect(await count(ann, 'title=="before a bad reference"')).toBe(0);
  });

  test("creates nothing where an id is taken, seen or not", async () => {
    const theirs = await create("/api/todos", bob, { title: "bob's" });
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "before a taken id" }, { id: theirs.id, title: "mine now" }] },
    });
    expect(answer.status).toBe(409);
    expect(answer.json.code).toBe("CONFLICT");
    expect(await count(ann, 'title=="before a taken id"')).toBe(0);
    expect((await call(`/api/todos/${theirs.id}`, { as: bob })).json.title).toBe("bob's");
  });

  test.each([
    ["no body", undefined, 415],
    ["a list", [], 400],
    ["no items", {}, 400],
    ["items of another type", { items: {} }, 400],
    ["an empty list", { items: [] }, 400],
    ["another field", { items: [{ title: "x" }], filter: "*" }, 400],
    ["null as an item", { items: [null] }, 400],
    ["a prototype key", JSON.parse('{"items":[{"title":"x","__proto__":{"ownerId":"y"}}]}'), 400],
  ])("refuses %s", async (_name, json, status) => {
    const answer = await call("/api/todos/batch", {
      as: ann,
      method: "POST",
      ...(json === undefined ? {} : { json }),
    });
    expect(answer.status).toBe(status);
  });

  test("takes 100 items and refuses 101 with a code of its own", async () => {
    const many = (n: number) => ({
      items: Array.from({ length: n }, (_, i) => ({ title: `many ${n} ${i}` })),
    });
    const whole = await call("/api/todos/batch", { as: ann, json: many(100) });
    expect([whole.status, items(whole).length]).toEqual([201, 100]);
    const over = await call("/api/todos/batch", { as: ann, json: many(101) });
    expect([over.status, over.json.code]).toEqual([400, "BATCH_LIMIT_EXCEEDED"]);
    expect(await count(ann, 'title=startswith="many 101"')).toBe(0);
  });

  test("contract 4.2: 401 for nobody, 403 for who may create none, 405 with Allow for other methods", async () => {
    expect((await call("/api/todos/batch", { json: { items: [{ title: "x" }] } })).status).toBe(401);
    const membership = { items: [{ listId: uuidv7(), userId: ann.id }] };
    expect((await call("/api/memberships/batch", { as: ann, json: membership })).status).toBe(403);
    const get = await call("/api/todos/batch", { as: ann });
    expect([get.status, get.headers.get("Allow")]).toEqual([405, "POST, PATCH, DELETE, OPTIONS"]);
  });

  test("an If-Match, which no new row can meet, is 400", async () => {
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "x" }] },
      headers: { "If-Match": '"1"' },
    });
    expect([answer.status, fieldErrors(answer)]).toEqual([400, { "If-Match": "unsupported_header" }]);
  });

  test("a number comes back as it was sent", async () => {
    const numbers = [0.1, 1e21, 5e-324, 1.7976931348623157e308, 123456789.12345679, 0.30000000000000004];
    const answer = await call("/api/todos/batch", {
      as: ann,
      json: { items: numbers.map((estimate) => ({ title: "n", estimate })) },
    });
    expect(items(answer).map(({ estimate }) => estimate)).toEqual(numbers);
  });
});

describe("contract 3: PATCH /batch?filter=", () => {
  test("changes the rows that meet the filter and raises their versions", async () => {
    const tag = uuidv7();
    for (const n of [1, 2, 3]) await create("/api/todos", ann, { title: `${tag} ${n}`, priority: n });
    const answer = await call(batch(`title=startswith="${tag}";priority>=2`), {
      as: ann,
      method: "PATCH",
      json: { done: true },
    });
    expect([answer.status, answer.json]).toEqual([200, { count: 2 }]);
    const { json } = await call(`/api/todos?orderBy=priority&filter=title=startswith="${tag}"`, { as: ann });
    const rows = json.items as Record<string, unknown>[];
    expect(rows.map(({ done, version }) => [done, version])).toEqual([
      [false, 1],
      [true, 2],
      [true, 2],
    ]);
  });

  test("skips rows that the caller may not change, also with filter=*", async () => {
    const mine = await addUser();
    const theirs = await create("/api/todos", bob, { title: "not yours", priority: 1 });
    await create("/api/todos", mine, { title: "yours" });
    const answer = await call("/api/todos/batch?filter=*", {
      as: mine,
      method: "PATCH",
      json: { priority: 3 },
    });
    expect(answer.json).toEqual({ count: 1 });
    expect((await call(`/api/todos/${theirs.id}`, { as: bob })).json.priority).toBe(1);
  });

  test("a row that leaves the rule undoes the whole change with 403", async () => {
    const tag = uuidv7();
    const own = await create("/api/todos", ann, { title: `${tag} own`, assigneeId: bob.id });
    const assigned = await create("/api/todos", bob, { title: `${tag} assigned`, assigneeId: ann.id });
    // Ann may change both. Without an assignee the second would not be hers to change any more.
    const answer = await call(batch(`title=startswith="${tag}"`), {
      as: ann,
      method: "PATCH",
      json: { assigneeId: null },
    });
    expect([answer.status, answer.json.code]).toEqual([403, "FORBIDDEN"]);
    expect((await call(`/api/todos/${own.id}`, { as: ann })).json.assigneeId).toBe(bob.id);
    expect((await call(`/api/todos/${assigned.id}`, { as: bob })).json.assigneeId).toBe(ann.id);
  });

  test("more rows than the limit are 400, and none is changed", async () => {
    const many = await addUser();
    const rows = Array.from({ length: 60 }, (_, i) => ({ title: `limit ${i}` }));
    for (let i = 0; i < 2; i++) await call("/api/todos/batch", { as: many, json: { items: rows } });
    const answer = await call("/api/todos/batch?filter=*", {
      as: many,
      method: "PATCH",
      json: { done: true },
    });
    expect([answer.status, answer.json.code]).toEqual([400, "BATCH_LIMIT_EXCEEDED"]);
    const gone = await call("/api/todos/batch?filter=*", { as: many, method: "DELETE" });
    expect([gone.status, gone.json.code]).toEqual([400, "BATCH_LIMIT_EXCEEDED"]);
    expect(await count(many, "done==true")).toBe(0);
    expect(await count(many, "done==false")).toBe(120);
  });

  test.each([
    ["no filter", "/api/todos/batch", "VALIDATION_ERROR"],
    ["an empty one", "/api/todos/batch?filter=", "FILTER_PARSE_ERROR"],
    ["a misspelt parameter", "/api/todos/batch?filtre=done==true", "UNKNOWN_PARAMETER"],
    ["two of them", "/api/todos/batch?filter=done==true&filter=*", "VALIDATION_ERROR"],
    ["a star with something behind it", "/api/todos/batch?filter=*;done==true", "FILTER_PARSE_ERROR"],
    ["a hidden field", "/api/users/batch?filter=tokenHash==x", "FILTER_PARSE_ERROR"],
  ])("refuses %s, for deleting as well", async (_name, path, code) => {
    const patch = await call(path, { as: admin, method: "PATCH", json: { priority: 1 } });
    expect([patch.status, patch.json.code]).toEqual([400, code]);
    if (path.includes("users")) return;
    const remove = await call(path, { as: ann, method: "DELETE" });
    expect([remove.status, remove.json.code]).toEqual([400, code]);
  });

  test("If-Match is 400", async () => {
    for (const method of ["PATCH", "DELETE"]) {
      const answer = await call("/api/todos/batch?filter=*", {
        as: ann,
        method,
        ...(method === "PATCH" ? { json: { done: true } } : {}),
        headers: { "If-Match": "*" },
      });
      expect(answer.status).toBe(400);
    }
  });

  test("an empty patch counts rows and changes none", async () => {
    const row = await create("/api/todos", ann, { title: "as it was" });
    const answer = await call(batch(`id=="${row.id}"`), { as: ann, method: "PATCH", json: {} });
    expect(answer.json).toEqual({ count: 1 });
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
  });
});

describe("contract 3: DELETE /batch?filter=", () => {
  test("deletes the rows that meet the filter and that the caller may delete", async () => {
    const tag = uuidv7();
    for (const n of [1, 2, 3]) await create("/api/todos", ann, { title: `${tag} ${n}`, priority: n });
    // Ann reads it, being the assignee, and may not delete it.
    await create("/api/todos", bob, { title: `${tag} bob`, assigneeId: ann.id });
    const answer = await call(batch(`title=startswith="${tag}";priority<3`), { as: ann, method: "DELETE" });
    expect([answer.status, answer.json]).toEqual([200, { count: 2 }]);
    expect(await count(ann, `title=startswith="${tag}"`)).toBe(2);
  });

  test("deletes nothing where one of the rows cannot go", async () => {
    const owner = await addUser();
    const [free] = [await create("/api/lists", owner, { name: "free" })];
    const answer = await call("/api/lists/batch?filter=*", { as: owner, method: "DELETE" });
    expect(answer.json).toEqual({ count: 1 });
    expect((await call(`/api/lists/${free?.id}`, { as: owner })).status).toBe(404);
  });
});

describe("contract 3: POST /batch/upsert", () => {
  const upsert = (as: Caller, rows: readonly unknown[]) =>
    call("/api/todos/batch/upsert", { as, json: { items: rows } });

  test("creates what is not there and changes only the fields that are named of what is", async () => {
    const there = await create("/api/todos", ann, { title: "old", priority: 2, labels: ["kept"] });
    const id = uuidv7();
    const answer = await upsert(ann, [
      { id, title: "new" },
      { id: there.id, title: "changed" },
    ]);
    expect(answer.status).toBe(200);
    expect(items(answer).map((row) => row.id)).toEqual([id, there.id]);
    expect(items(answer)[0]).toMatchObject({ title: "new", priority: 0, ownerId: ann.id, version: 1 });
    expect(items(answer)[1]).toMatchObject({ title: "changed", priority: 2, labels: ["kept"], version: 2 });
    expect((await call(`/api/todos/${there.id}`, { as: ann })).json).toEqual(items(answer)[1]);
  });

  test("contract 4.3: a row that the caller may not see is not taken over: 409, and nothing happens", async () => {
    const theirs = await create("/api/todos", bob, { title: "bob's own" });
    const id = uuidv7();
    const answer = await upsert(ann, [
      { id, title: "new" },
      { id: theirs.id, title: "ann's now" },
    ]);
    expect([answer.status, answer.json.code]).toEqual([409, "CONFLICT"]);
    expect((await call(`/api/todos/${id}`, { as: ann })).status).toBe(404);
    expect((await call(`/api/todos/${theirs.id}`, { as: bob })).json).toMatchObject({
      title: "bob's own",
      ownerId: bob.id,
    });
  });

  test("contract 4.3: a row that the caller may see and not change is 403", async () => {
    const theirs = await create("/api/todos", bob, { title: "bob's own" });
    const answer = await upsert(admin, [{ id: theirs.id, title: "the admin's" }]);
    expect([answer.status, answer.json.code]).toEqual([403, "FORBIDDEN"]);
  });

  test("contract 4.3: a change that takes the row out of the rule is 403, and nothing happens", async () => {
    const assigned = await create("/api/todos", bob, { title: "for ann", assigneeId: ann.id });
    const id = uuidv7();
    const answer = await upsert(ann, [
      { id: assigned.id, title: "x", assigneeId: null },
      { id, title: "new" },
    ]);
    expect(answer.status).toBe(403);
    expect((await call(`/api/todos/${id}`, { as: ann })).status).toBe(404);
    expect((await call(`/api/todos/${assigned.id}`, { as: bob })).json.assigneeId).toBe(ann.id);
  });

  test("an item without id, or with the same as another, is 400", async () => {
    const id = uuidv7();
    const answers = await Promise.all([
      upsert(ann, [{ title: "x" }]),
      upsert(ann, [
        { id, title: "x" },
        { id: id.toUpperCase(), title: "y" },
      ]),
      upsert(ann, [{ id: "nonsense", title: "x" }]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(fieldErrors(answers[1] as Answer)).toEqual({ "items[1].id": "duplicate_id" });
  });

  test("an item that names nothing but its required fields changes those alone", async () => {
    const there = await create("/api/todos", ann, { title: "same", priority: 3 });
    const answer = await upsert(ann, [{ id: there.id, title: "other" }]);
    expect(items(answer)[0]).toMatchObject({ title: "other", priority: 3, version: 2 });
  });

  test("a wrong reference is named by its item", async () => {
    const there = await create("/api/todos", ann, { title: "same" });
    const answer = await upsert(ann, [
      { id: uuidv7(), title: "a" },
      { id: there.id, title: "b", listId: uuidv7() },
    ]);
    expect(fieldErrors(answer)).toEqual({ "items[1].listId": "unknown_reference" });
  });

  test("of racing upserts of one new id one creates and the others change it", async () => {
    const id = uuidv7();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => upsert(ann, [{ id, title: `racer ${n}` }])),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const versions = answers.map((answer) => Number(items(answer)[0]?.version)).toSorted((a, b) => a - b);
    expect(versions).toEqual(answers.map((_, index) => index + 1));
  });

  test("is offered only where clients choose ids", async () => {
    const answer = await call("/api/lists/batch/upsert", { as: ann, json: { items: [] } });
    expect(answer.status).toBe(404);
    expect((await call("/api/todos/batch/upsert", { as: ann })).status).toBe(405);
  });
});
