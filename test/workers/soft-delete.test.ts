import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, addUser, type Caller, call, create, fieldErrors } from "./api.js";

let ann: Caller;
let bob: Caller;
let eve: Caller;
let admin: Caller;

beforeAll(async () => {
  [ann, bob, eve, admin] = await Promise.all([addUser(), addUser(), addUser(), addUser("admin")]);
});

const remove = (id: string, as: Caller): Promise<Answer> =>
  call(`/api/todos/${id}`, { as, method: "DELETE" });
const restore = (id: string, as?: Caller, headers: Record<string, string> = {}): Promise<Answer> =>
  call(`/api/todos/${id}/restore`, { ...(as === undefined ? {} : { as }), method: "POST", headers });
const itemsOf = (answer: Answer): Record<string, unknown>[] => answer.json.items as Record<string, unknown>[];
const stored = (id: string) =>
  env.DB.prepare("SELECT * FROM todos WHERE id = ?").bind(id).first<Record<string, unknown>>();

/** A todo of Ann's that Bob may read as its assignee. */
async function deleted(title: string, more: object = {}): Promise<{ id: string }> {
  const row = await create("/api/todos", ann, { title, assigneeId: bob.id, ...more });
  expect((await remove(row.id, ann)).status).toBe(204);
  return row;
}

/** Unlike any other text in the table. */
const word = (): string => `w${crypto.randomUUID().replaceAll("-", "")}`;

describe("contract 3.8: deleting", () => {
  test("keeps the row, as one change of it, and answers 204 once", async () => {
    const row = await create("/api/todos", ann, { title: "x" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await remove(row.id, ann)).status).toBe(204);
    const kept = await stored(row.id);
    expect(kept).toMatchObject({ title: "x", version: 2 });
    expect(String(kept?.deleted_at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(String(kept?.updated_at) > String(row.updatedAt)).toBe(true);
    const again = await remove(row.id, ann);
    expect([again.status, again.json.code]).toEqual([404, "NOT_FOUND"]);
    expect(await stored(row.id)).toEqual(kept);
  });

  test("takes the delete rule, and the version that If-Match names", async () => {
    const row = await create("/api/todos", ann, { title: "x", assigneeId: bob.id });
    expect((await remove(row.id, bob)).status).toBe(403);
    expect((await remove(row.id, eve)).status).toBe(404);
    const stale = await call(`/api/todos/${row.id}`, {
      as: ann,
      method: "DELETE",
      headers: { "If-Match": '"7"' },
    });
    expect(stale.status).toBe(412);
    expect((await stored(row.id))?.deleted_at).toBeNull();
    const fresh = { as: ann, method: "DELETE", headers: { "If-Match": '"1"' } };
    expect((await call(`/api/todos/${row.id}`, fresh)).status).toBe(204);
    // What is gone has no version to be compared.
    expect((await call(`/api/todos/${row.id}`, fresh)).status).toBe(404);
  });

  test("cascades to nothing", async () => {
    const row = await create("/api/todos", ann, { title: "x" });
    const comment = await create("/api/comments", ann, { body: "hi", todoId: row.id });
    await remove(row.id, ann);
    expect((await call(`/api/comments/${comment.id}`, { as: ann })).json).toEqual(comment);
  });

  test("in a batch marks the rows too, and does not count those that are marked", async () => {
    const title = word();
    const rows = [await deleted(title), await create("/api/todos", ann, { title })];
    const path = `/api/todos/batch?filter=title==${title}`;
    const batch = await call(path, { as: ann, method: "DELETE" });
    expect([batch.status, batch.json]).toEqual([200, { count: 1 }]);
    for (const { id } of rows) expect(await stored(id)).toMatchObject({ title, version: 2 });
    expect((await call(path, { as: ann, method: "DELETE" })).json).toEqual({ count: 0 });
  });
});

describe("contract 3.8: a deleted row does not exist", () => {
  test("for any read", async () => {
    const title = word();
    const gone = await deleted(title);
    const kept = await create("/api/todos", ann, { title, assigneeId: bob.id });
    const comment = await create("/api/comments", ann, { body: "x", todoId: kept.id });
    const filter = `filter=title==${title}`;
    for (const as of [ann, bob, admin]) {
      expect((await call(`/api/todos/${gone.id}`, { as })).status).toBe(404);
      expect((await call(`/api/todos/${gone.id}?withDeleted=false`, { as })).status).toBe(404);
      for (const more of ["", "&withDeleted=false"]) {
        const list = await call(`/api/todos?${filter}&totalCount=true${more}`, { as });
        expect([itemsOf(list).map(({ id }) => id), list.json.totalCount]).toEqual([[kept.id], 1]);
        expect(Object.keys(itemsOf(list)[0] ?? {})).not.toContain("deletedAt");
        expect((await call(`/api/todos/count?${filter}${more}`, { as })).json).toEqual({ count: 1 });
      }
      const sums = await call(`/api/todos/aggregate?count=true&${filter}`, { as });
      expect(JSON.stringify(sums.json.groups)).toContain(`"count":1`);
    }
    // Relations that lead to a row which is deleted then.
    const included = `/api/comments/${comment.id}?include=todo`;
    expect((await call(included, { as: ann })).json.todo).toMatchObject({ id: kept.id });
    await remove(kept.id, ann);
    expect((await call(included, { as: ann })).json.todo).toBeNull();
  });

  test("for any write", async () => {
    const title = word();
    const { id } = await deleted(title);
    const before = await stored(id);
    for (const as of [ann, bob, admin]) {
      expect((await call(`/api/todos/${id}`, { as, method: "PATCH", json: { done: true } })).status).toBe(
        404,
      );
      expect((await call(`/api/todos/${id}`, { as, method: "PUT", json: { title } })).status).toBe(404);
      const referring = await call("/api/comments", { as, json: { body: "x", todoId: id } });
      expect([referring.status, fieldErrors(referring)]).toEqual([400, { todoId: "unknown_reference" }]);
      const batch = await call(`/api/todos/batch?filter=title==${title}`, {
        as,
        method: "PATCH",
        json: { done: true },
      });
      expect([batch.status, batch.json]).toEqual([200, { count: 0 }]);
    }
    expect(await stored(id)).toEqual(before);
  });

  test("but its id stays taken", async () => {
    const { id } = await deleted("x");
    const again = await call("/api/todos", { as: ann, json: { id, title: "y" } });
    expect([again.status, again.json.code]).toEqual([409, "CONFLICT"]);
    const upsert = await call("/api/todos/batch/upsert", { as: ann, json: { items: [{ id, title: "y" }] } });
    expect([upsert.status, upsert.json.code]).toEqual([409, "CONFLICT"]);
    expect((await stored(id))?.title).toBe("x");
  });

  test("and nothing tells that there is a mark", async () => {
    const { id } = await create("/api/todos", ann, { title: "x" });
    for (const query of ["select=deletedAt", "orderBy=deletedAt", "filter=deletedAt==null"]) {
      for (const more of ["", "&withDeleted=false"]) {
        expect((await call(`/api/todos?${query}${more}`, { as: ann })).status, query).toBe(400);
      }
    }
    expect((await call("/api/todos/aggregate?count=true&groupBy=deletedAt", { as: ann })).status).toBe(400);
    const deletedAt = new Date().toISOString();
    const bodies: [string, string, object][] = [
      ["PATCH", `/api/todos/${id}`, { deletedAt }],
      ["PUT", `/api/todos/${id}`, { title: "x", deletedAt }],
      ["POST", "/api/todos", { title: "x", deletedAt }],
    ];
    for (const [method, path, json] of bodies) {
      const answer = await call(path, { as: ann, method, json });
      expect([answer.status, Object.keys(fieldErrors(answer))]).toEqual([400, ["deletedAt"]]);
    }
  });
});

describe("contract 3.8, 4.1: withDeleted", () => {
  test("is 401 for nobody, shows others no more than before, and shows deleted rows to owner and admin", async () => {
    const title = word();
    const gone = await deleted(title);
    const kept = await create("/api/todos", ann, { title, assigneeId: bob.id });
    const query = `filter=title==${title}&withDeleted=true`;
    for (const path of [`/api/todos?${query}`, `/api/todos/count?${query}`]) {
      expect((await call(path)).status).toBe(401);
    }
    expect((await call(`/api/todos/${gone.id}?withDeleted=true`)).status).toBe(401);
    const counts: [Caller, number][] = [
      [ann, 2],
      [admin, 2],
      // Bob may read both, but not as deleted ones; Eve none.
      [bob, 1],
      [eve, 0],
    ];
    for (const [as, count] of counts) {
      const list = await call(`/api/todos?${query}&orderBy=createdAt&totalCount=true`, { as });
      expect([list.status, itemsOf(list).length, list.json.totalCount]).toEqual([200, count, count]);
      expect((await call(`/api/todos/count?${query}`, { as })).json).toEqual({ count });
      expect((await call(`/api/todos/${gone.id}?withDeleted=true`, { as })).status).toBe(
        count === 2 ? 200 : 404,
      );
      const times = Object.fromEntries(itemsOf(list).map(({ id, deletedAt }) => [id, deletedAt]));
      if (count === 2) expect(times[gone.id]).toBe((await stored(gone.id))?.deleted_at);
      if (count > 0) expect(times[kept.id]).toBeNull();
    }
    const row = await call(`/api/todos/${gone.id}?withDeleted=true`, { as: ann });
    expect([row.json.id, typeof row.json.deletedAt, row.headers.get("ETag")]).toEqual([
      gone.id,
      "string",
      '"2"',
    ]);
  });

  test("lets rows be selected, filtered and ordered by deletedAt", async () => {
    const title = word();
    const first = await deleted(title);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await deleted(title);
    const kept = await create("/api/todos", ann, { title });
    const idsOf = async (query: string): Promise<unknown[]> => {
      const answer = await call(`/api/todos?withDeleted=true&select=id&${query}`, { as: ann });
      expect(answer.status).toBe(200);
      return itemsOf(answer).map((item) => item.id);
    };
    const own = `title==${title}`;
    expect(await idsOf(`filter=${own}&orderBy=deletedAt`)).toEqual([first.id, second.id, kept.id]);
    expect(await idsOf(`filter=${own}&orderBy=-deletedAt`)).toEqual([second.id, first.id, kept.id]);
    expect(await idsOf(`filter=${own};deletedAt==null`)).toEqual([kept.id]);
    expect(await idsOf(`filter=${own};deletedAt!=null&orderBy=deletedAt`)).toEqual([first.id, second.id]);
    const time = (await stored(second.id))?.deleted_at;
    expect(await idsOf(`filter=${own};deletedAt>=${time}`)).toEqual([second.id]);
    const some = await call(`/api/todos?withDeleted=true&select=deletedAt&filter=id==${first.id}`, {
      as: ann,
    });
    expect(itemsOf(some).map((item) => Object.keys(item))).toEqual([["deletedAt"]]);
  });

  test("has cursors of its own, which walk deleted rows too", async () => {
    const title = word();
    const rows = [await deleted(title), await create("/api/todos", ann, { title }), await deleted(title)];
    const list = (query: string): Promise<Answer> =>
      call(`/api/todos?filter=title==${title}&limit=1&${query}`, { as: ann });
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = await list(`withDeleted=true${cursor}`);
      seen.push(...itemsOf(page).map(({ id }) => id));
      cursor = page.json.nextCursor === null ? "" : `&cursor=${page.json.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(rows.map(({ id }) => id).sort());
    const { nextCursor } = (await list("withDeleted=true")).json;
    for (const query of ["", "withDeleted=false&"]) {
      const other = await list(`${query}cursor=${nextCursor}`);
      expect([other.status, other.json.code]).toEqual([400, "CURSOR_INVALID"]);
    }
    // And the other way round: a cursor of the list without deleted rows.
    const kept = await create("/api/todos", ann, { title });
    const plain = (await list("")).json.nextCursor;
    expect(plain).not.toBeNull();
    expect((await list(`withDeleted=true&cursor=${plain}`)).json.code).toBe("CURSOR_INVALID");
    await remove(kept.id, ann);
  });

  test("takes true or false, once, and belongs to resources and reads that have it", async () => {
    for (const query of ["withDeleted=yes", "withDeleted=", "withDeleted", "withDeleted=TRUE"]) {
      for (const path of ["/api/todos", "/api/todos/count"]) {
        const answer = await call(`${path}?${query}`, { as: ann });
        expect([answer.status, answer.json.code], query).toEqual([400, "VALIDATION_ERROR"]);
      }
    }
    const twice = await call("/api/todos?withDeleted=true&withDeleted=true", { as: ann });
    expect(fieldErrors(twice)).toEqual({ withDeleted: "duplicate_parameter" });
    const { id } = await create("/api/lists", ann, { name: "L" });
    for (const path of [
      "/api/comments?",
      "/api/comments/count?",
      `/api/lists/${id}?`,
      "/api/todos/aggregate?count=true&",
    ]) {
      const answer = await call(`${path}withDeleted=true`, { as: ann });
      expect([answer.status, answer.json.code], path).toEqual([400, "UNKNOWN_PARAMETER"]);
    }
    const todo = await create("/api/todos", ann, { title: "x" });
    const writes: [string, string][] = [
      ["DELETE", `/api/todos/${todo.id}`],
      ["DELETE", `/api/todos/batch?filter=id==${todo.id}`],
      ["POST", `/api/todos/${todo.id}/restore`],
    ];
    for (const [method, path] of writes) {
      const join = path.includes("?") ? "&" : "?";
      const answer = await call(`${path}${join}withDeleted=true`, { as: ann, method });
      expect([answer.status, answer.json.code], path).toEqual([400, "UNKNOWN_PARAMETER"]);
    }
  });
});

describe("contract 3.8: restore", () => {
  test("brings the row back as one change of it", async () => {
    const row = await create("/api/todos", ann, { title: "x", assigneeId: bob.id });
    await remove(row.id, ann);
    const answer = await restore(row.id, ann);
    expect([answer.status, answer.headers.get("ETag")]).toEqual([200, '"3"']);
    const { updatedAt, ...others } = row;
    expect(answer.json).toMatchObject({ ...others, version: 3 });
    expect(Object.keys(answer.json)).toEqual(Object.keys(row));
    expect(String(answer.json.updatedAt) >= String(updatedAt)).toBe(true);
    expect((await call(`/api/todos/${row.id}`, { as: bob })).json).toEqual(answer.json);
    expect((await stored(row.id))?.deleted_at).toBeNull();
    // It is not deleted any more.
    expect((await restore(row.id, ann)).status).toBe(404);
    expect((await stored(row.id))?.version).toBe(3);
  });

  test("takes who sees the deleted row, and may delete it", async () => {
    const { id } = await deleted("x");
    const before = await stored(id);
    expect((await restore(id)).status).toBe(401);
    // The assignee may read the row, but not once it is deleted; the admin sees it, and may not delete it.
    for (const [as, status, code] of [
      [bob, 404, "NOT_FOUND"],
      [eve, 404, "NOT_FOUND"],
      [admin, 403, "FORBIDDEN"],
    ] as const) {
      const answer = await restore(id, as);
      expect([answer.status, answer.json.code]).toEqual([status, code]);
    }
    expect(await stored(id)).toEqual(before);
    for (const other of [crypto.randomUUID(), "x", `${id}0`]) {
      expect((await restore(other, ann)).status).toBe(404);
    }
    expect((await restore(id.toUpperCase(), ann)).status).toBe(200);
  });

  test("compares the version that If-Match names", async () => {
    const { id } = await deleted("x");
    expect((await restore(id, ann, { "If-Match": '"1"' })).status).toBe(412);
    expect((await stored(id))?.deleted_at).not.toBeNull();
    expect((await restore(id, ann, { "If-Match": '"2"' })).status).toBe(200);
  });

  test("is a POST", async () => {
    const { id } = await deleted("x");
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const answer = await call(`/api/todos/${id}/restore`, { as: ann, method });
      expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "POST, OPTIONS"]);
    }
    const options = await call(`/api/todos/${id}/restore`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("Allow")]).toEqual([204, "POST, OPTIONS"]);
    const other = await call(`/api/comments/${id}/restore`, { as: ann, method: "POST" });
    expect(other.status).toBe(404);
  });

  test("of racing restores one finds the row deleted", async () => {
    const { id } = await deleted("x");
    const answers = await Promise.all(Array.from({ length: 5 }, () => restore(id, ann)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect((await stored(id))?.version).toBe(3);
  });
});
