/** Hooks run for each row: in batches and in nested creates too (contract 3.9). */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { type Caller, call, events, note, person, stored } from "./call.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;
beforeEach(async () => {
  [ann, bob, admin] = [await person(), await person(), await person("admin")];
  await env.DB.prepare("DELETE FROM notes").run();
  await events();
});

const titles = async (): Promise<unknown[]> =>
  (await env.DB.prepare("SELECT title, slug, version FROM notes ORDER BY id").raw()).map((row) =>
    row.join(" "),
  );

describe("POST /batch", () => {
  test("runs the hooks of each row", async () => {
    const answer = await call("/notes/batch", {
      as: ann,
      json: { items: [{ title: "A" }, { title: "rename" }] },
    });
    expect([answer.status, answer.json.items]).toMatchObject([
      201,
      [
        { title: "A", slug: "a" },
        { title: "renamed", slug: "rename" },
      ],
    ]);
    expect((await events()).sort()).toEqual([
      "after create A a [] false",
      `after create renamed rename ["a"] false`,
      "before create A",
      "before create rename",
    ]);
  });

  test("is refused as a whole by a hook, and by a guard", async () => {
    for (const [title, status] of [
      ["refuse", 409],
      ["admin x", 403],
    ] as const) {
      const items = [{ title: "A" }, { title }];
      expect((await call("/notes/batch", { as: ann, json: { items } })).status).toBe(status);
    }
    expect(await titles()).toEqual([]);
    expect((await events()).filter((what) => what.startsWith("after"))).toEqual([]);
  });
});

describe("PATCH /batch", () => {
  const patch = (as: Caller, filter: string, json: object, headers = {}) =>
    call(`/notes/batch?filter=${encodeURIComponent(filter)}`, { as, method: "PATCH", json, headers });

  test("changes each row by what its hook gives", async () => {
    for (const title of ["one", "two", "three"]) await note(ann, { title });
    await note(bob, { title: "other" });
    await events();
    const answer = await patch(ann, "title!=three", { title: "new" });
    expect([answer.status, answer.json]).toEqual([200, { count: 2 }]);
    expect(await titles()).toEqual(["new one+new 2", "new two+new 2", "three three 1", "other other 1"]);
    expect((await events()).sort()).toEqual([
      "after update new false 2",
      "after update new false 2",
      "before update one true",
      "before update two true",
    ]);
  });

  test("skips rows that the guard refuses", async () => {
    await note(ann, { title: "open" });
    await note(ann, { title: "shut", locked: true });
    expect((await patch(ann, "*", { tags: ["x"] })).json).toEqual({ count: 1 });
    expect(await titles()).toEqual(["open open 2", "shut shut 1"]);
  });

  test("leaves out what was locked while a hook ran", async () => {
    await note(ann, { title: "one" });
    expect((await patch(ann, "*", { title: "lock" })).json).toEqual({ count: 0 });
    expect(await titles()).toEqual(["one one 2"]);
  });

  test("is refused as a whole by a hook", async () => {
    await note(ann, { title: "one" });
    await note(ann, { title: "two" });
    expect((await patch(ann, "*", { title: "refuse" })).status).toBe(409);
    expect(await titles()).toEqual(["one one 1", "two two 1"]);
  });

  test("of no row is none, and its references are looked at all the same", async () => {
    expect((await patch(ann, "title==none", { title: "new" })).json).toEqual({ count: 0 });
    const missing = await patch(ann, "title==none", { folderId: crypto.randomUUID() });
    expect([missing.status, missing.json.errors]).toMatchObject([400, [{ field: "folderId" }]]);
    expect(await events()).toEqual([]);
  });

  test("of more rows than the limit is refused before any hook runs", async () => {
    const folder = await call("/folders", { as: admin, json: { name: `many-${ann.id}` } });
    const numbers = JSON.stringify(Array.from({ length: 101 }, (_, index) => 100_000_000_000 + index));
    await env.DB.prepare(
      "INSERT INTO notes (id, title, slug, code, tags, locked, folder_id, owner_id, updated_at, version) SELECT '00000000-0000-4000-8000-' || value, 'n', 'n', 'c', '[]', 0, ?2, ?1, '2026-01-01T00:00:00.000Z', 1 FROM json_each(?3)",
    )
      .bind(ann.id, folder.json.id, numbers)
      .run();
    const answer = await patch(ann, "*", { title: "new" });
    expect([answer.status, answer.json.code]).toEqual([400, "BATCH_LIMIT_EXCEEDED"]);
    expect(await events()).toEqual([]);
  });

  test("is replayed under its key with its count", async () => {
    await note(ann, { title: "one" });
    await note(ann, { title: "two", tags: ["x"] });
    const headers = { "Idempotency-Key": "batch-of-hooks" };
    const first = await patch(ann, "*", { title: "new" }, headers);
    expect([first.status, first.json]).toEqual([200, { count: 2 }]);
    await events();
    const again = await patch(ann, "*", { title: "new" }, headers);
    expect([again.status, again.json, again.headers.get("Idempotency-Replayed")]).toEqual([
      200,
      { count: 2 },
      "true",
    ]);
    expect(await events()).toEqual([]);
  });
});

describe("DELETE /batch", () => {
  const remove = (as: Caller, filter: string, headers = {}) =>
    call(`/notes/batch?filter=${encodeURIComponent(filter)}`, { as, method: "DELETE", headers });

  test("runs the hooks of each row", async () => {
    for (const title of ["one", "two"]) await note(ann, { title });
    await note(ann, { title: "shut", locked: true });
    await events();
    const headers = { "Idempotency-Key": "delete-of-hooks" };
    expect((await remove(ann, "*", headers)).json).toEqual({ count: 2 });
    expect((await events()).sort()).toEqual([
      "after delete one",
      "after delete two",
      `before delete one ${ann.id}`,
      `before delete two ${ann.id}`,
    ]);
    expect(await titles()).toEqual(["shut shut 1"]);
    expect((await remove(ann, "*", headers)).json).toEqual({ count: 2 });
  });

  test("is refused as a whole by a hook", async () => {
    await note(ann, { title: "one" });
    await note(ann, { title: "keep" });
    expect((await remove(ann, "*")).status).toBe(409);
    expect((await titles()).length).toBe(2);
  });
});

describe("POST /batch/upsert", () => {
  const upsert = (as: Caller, items: readonly object[]) =>
    call("/notes/batch/upsert", { as, json: { items } });

  test("runs the hooks of a create for rows that are new, and of a change for the others", async () => {
    const { id } = await note(ann, { title: "old" });
    await events();
    const fresh = crypto.randomUUID();
    const answer = await upsert(ann, [
      { id: fresh, title: "Fresh" },
      { id, title: "newer" },
    ]);
    expect([answer.status, answer.json.items]).toMatchObject([
      200,
      [
        { id: fresh, slug: "fresh", version: 1 },
        { id, slug: "old+newer", version: 2 },
      ],
    ]);
    expect((await events()).sort()).toEqual([
      "after create Fresh fresh [] false",
      "after update newer false 2",
      "before create Fresh",
      "before update old true",
    ]);
  });

  test("runs no hook of a row that the caller may not change", async () => {
    const { id } = await note(ann, { title: "old" });
    const shut = await note(ann, { title: "shut", locked: true });
    await events();
    expect((await upsert(bob, [{ id, title: "mine" }])).status).toBe(409);
    expect((await upsert(ann, [{ id: shut.id, title: "mine" }])).status).toBe(403);
    expect(await events()).toEqual([]);
    expect((await upsert(ann, [{ id, title: "refuse" }])).status).toBe(409);
    expect((await upsert(ann, [{ id: crypto.randomUUID(), title: "admin x" }])).status).toBe(403);
    expect(await titles()).toEqual(["old old 1", "shut shut 1"]);
  });

  test("may close what its guard looks at", async () => {
    const { id } = await note(ann, { title: "old" });
    expect((await upsert(ann, [{ id, title: "old", locked: true }])).status).toBe(200);
    expect(await stored(id)).toMatchObject({ locked: 1 });
  });
});

describe("a nested create", () => {
  test("runs the hooks of every resource in it", async () => {
    const answer = await call("/notes", {
      as: ann,
      json: { title: "With", comments: [{ body: " a " }, { body: "b " }] },
    });
    expect([answer.status, answer.json]).toMatchObject([
      201,
      { slug: "with", comments: [{ body: "a" }, { body: "b" }] },
    ]);
    expect(await events()).toEqual(["before create With", "after create With with [] false"]);
  });

  test("is refused as a whole", async () => {
    const answer = await call("/notes", { as: ann, json: { title: "refuse", comments: [{ body: "a" }] } });
    expect(answer.status).toBe(409);
    const rows = await env.DB.prepare("SELECT count(*) AS n FROM comments").first<{ n: number }>();
    expect(rows?.n).toBe(0);
  });
});

test("a write that others came before is made anew, hooks included", async () => {
  const { id } = await note(ann, { title: "old" });
  await events();
  const patch = (title: string) =>
    call("/notes/batch?filter=title==old", { as: ann, method: "PATCH", json: { title } });
  const answers = await Promise.all([patch("a"), patch("b"), patch("c")]);
  expect(answers.map(({ json }) => json.count).sort()).toEqual([0, 0, 1]);
  expect(await stored(id)).toMatchObject({ version: 2 });
});
