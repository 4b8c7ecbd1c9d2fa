/** Hooks around single writes (contract 3.9). */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Caller, call, events, note, person, stored } from "./call.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;
beforeEach(async () => {
  [ann, bob, admin] = [await person(), await person(), await person("admin")];
  await env.DB.prepare("DELETE FROM notes").run();
  await events();
});

const count = async (): Promise<unknown> =>
  (await env.DB.prepare("SELECT count(*) AS n FROM notes").first<{ n: number }>())?.n;

describe("beforeCreate", () => {
  test("sets fields that no request can, hidden ones too, and changes what the request gave", async () => {
    const made = await note(ann, { title: "rename" });
    expect(made).toMatchObject({ title: "renamed", slug: "rename", tags: ["a"], version: 1 });
    expect(made).not.toHaveProperty("code");
    expect(await stored(made.id)).toMatchObject({ code: ann.id, tags: `["a"]`, owner_id: ann.id });
    expect((await call("/notes", { as: ann, json: { title: "x", slug: "y" } })).status).toBe(400);
    expect((await call("/notes", { as: ann, json: { title: "x", code: "y" } })).status).toBe(400);
  });

  test("may throw a problem, which is the answer, and nothing is written", async () => {
    const answer = await call("/notes", { as: ann, json: { title: "refuse" } });
    expect([answer.status, answer.json]).toMatchObject([409, { code: "CONFLICT", detail: "Not this one." }]);
    expect(await count()).toBe(0);
    expect(await events()).toEqual(["before create refuse"]);
  });

  test.each(["fault", "steal id", "unknown", "text", "missing"])(
    "%s is a fault of the server: 500, a clear log, nothing written",
    async (title) => {
      const log = vi.spyOn(console, "error").mockImplementation(() => {});
      const answer = await call("/notes", { as: ann, json: { title } });
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/secret|beforeCreate|slug/);
      expect(log.mock.calls.flat().join()).toMatch(
        {
          fault: /secret cause/,
          "steal id": /beforeCreate of notes gave another id/,
          unknown: /beforeCreate of notes gave the field \\"nothing\\"/,
          text: /beforeCreate of notes gave string instead/,
          missing: /A new row of notes has no slug/,
        }[title] ?? /never/,
      );
      expect(log.mock.calls.flat().join()).toContain(answer.headers.get("X-Request-Id"));
      log.mockRestore();
      expect(await count()).toBe(0);
    },
  );

  test("runs only for those who may create, and only for a body that is valid", async () => {
    expect((await call("/notes", { json: { title: "x" } })).status).toBe(401);
    expect((await call("/notes", { as: ann, json: { title: "" } })).status).toBe(400);
    expect(await events()).toEqual([]);
  });

  test("a row that the caller may not read afterwards is created, and not shown", async () => {
    await env.DB.prepare(
      "INSERT INTO people (id, name) VALUES ('somebody', 'Some') ON CONFLICT DO NOTHING",
    ).run();
    const answer = await call("/notes", { as: ann, json: { title: "give away" } });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await events()).toEqual(["before create give away", "after create give away give-away [] false"]);
  });

  test("does not run again for a request that is replayed under its key", async () => {
    const headers = { "Idempotency-Key": "key-for-hooks" };
    const first = await call("/notes", { as: ann, json: { title: "once" }, headers });
    expect((await events()).length).toBe(2);
    const again = await call("/notes", { as: ann, json: { title: "once" }, headers });
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(await events()).toEqual([]);
    const failing = { "Idempotency-Key": "key-for-failure" };
    expect((await call("/notes", { as: ann, json: { title: "refuse" }, headers: failing })).status).toBe(409);
    expect((await call("/notes", { as: ann, json: { title: "again" }, headers: failing })).status).toBe(201);
  });
});

describe("beforeUpdate", () => {
  test("gets the patch and the row as it is, with hidden fields, and may set more", async () => {
    const { id } = await note(ann, { title: "first" });
    await events();
    const answer = await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { title: "second" } });
    expect(answer.json).toMatchObject({ title: "second", slug: "first+second", version: 2 });
    expect(answer.headers.get("ETag")).toBe('"2"');
    expect(await stored(id)).toMatchObject({ code: `${ann.id}!` });
    expect(await events()).toEqual(["before update first true", "after update second false 2"]);
    const tags = await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { tags: ["t"] } });
    expect(tags.json).toMatchObject({ slug: "first+second", tags: ["t"], version: 3 });
    const put = await call(`/notes/${id}`, { as: ann, method: "PUT", json: { title: "third" } });
    expect(put.json).toMatchObject({ slug: "first+second+third", tags: [], version: 4 });
  });

  test("may refuse, and nothing is written", async () => {
    const { id } = await note(ann, { title: "first" });
    const answer = await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { title: "refuse" } });
    expect([answer.status, answer.json.detail]).toEqual([409, "Not so."]);
    expect(await stored(id)).toMatchObject({ title: "first", version: 1 });
  });

  test("cannot change the version", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { id } = await note(ann, { title: "first" });
    expect(
      (await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { title: "version" } })).status,
    ).toBe(500);
    expect(log.mock.calls.flat().join()).toMatch(/beforeUpdate of notes gave another version/);
    log.mockRestore();
    expect(await stored(id)).toMatchObject({ version: 1 });
  });

  test("runs only for a row that the caller may read and change, in the version that it names", async () => {
    const { id } = await note(ann, { title: "first" });
    await events();
    const patch = (as: Caller | undefined, headers = {}) =>
      call(`/notes/${id}`, { ...(as && { as }), method: "PATCH", json: { title: "second" }, headers });
    expect((await patch(undefined)).status).toBe(401);
    expect((await patch(bob)).status).toBe(404);
    expect((await call(`/notes/${crypto.randomUUID()}`, { as: ann, method: "PATCH", json: {} })).status).toBe(
      404,
    );
    expect((await call("/notes/no-id", { as: ann, method: "PATCH", json: {} })).status).toBe(404);
    const stale = await patch(ann, { "If-Match": '"7"' });
    expect([stale.status, stale.json.currentETag, stale.headers.get("ETag")]).toEqual([412, '"1"', '"1"']);
    expect(await events()).toEqual([]);
    expect((await patch(admin, { "If-Match": '"1"' })).status).toBe(200);
  });

  test("of two writers with the same version one wins", async () => {
    const { id } = await note(ann, { title: "first" });
    const patch = (title: string) =>
      call(`/notes/${id}`, { as: ann, method: "PATCH", json: { title }, headers: { "If-Match": '"1"' } });
    const statuses = (await Promise.all([patch("a"), patch("b"), patch("c")])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412, 412]);
  });
});

describe("beforeDelete and afterDelete", () => {
  test("get the row as it was", async () => {
    const { id } = await note(ann, { title: "first" });
    await events();
    expect((await call(`/notes/${id}`, { as: ann, method: "DELETE" })).status).toBe(204);
    expect(await events()).toEqual([`before delete first ${ann.id}`, "after delete first"]);
    expect(await stored(id)).toBeNull();
  });

  test("may refuse, and run only where the rule allows", async () => {
    const { id } = await note(ann, { title: "keep" });
    expect((await call(`/notes/${id}`, { as: ann, method: "DELETE" })).status).toBe(409);
    expect(await stored(id)).not.toBeNull();
    await events();
    expect((await call(`/notes/${id}`, { as: admin, method: "DELETE" })).status).toBe(403);
    expect((await call(`/notes/${id}`, { as: bob, method: "DELETE" })).status).toBe(404);
    expect(await events()).toEqual([]);
  });

  test("of a resource with soft delete", async () => {
    const folder = await call("/folders", { as: admin, json: { name: `f-${admin.id}` } });
    expect((await call(`/folders/${folder.json.id}`, { as: admin, method: "DELETE" })).status).toBe(204);
    expect(await events()).toEqual([`after delete folder f-${admin.id}`]);
    expect((await call(`/folders/${folder.json.id}`, { as: admin, method: "DELETE" })).status).toBe(404);
    expect(await events()).toEqual([]);
  });
});

test("an error after the write is logged, and the write stays", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const answer = await call("/notes", {
    as: ann,
    json: { title: "late fault" },
    headers: { "X-Request-Id": "late-request" },
  });
  expect([answer.status, answer.json.title]).toEqual([201, "late fault"]);
  expect(log.mock.calls.flat().join()).toMatch(/"requestId":"late-request".*too late/);
  log.mockRestore();
  expect(await stored(answer.json.id)).not.toBeNull();
});

test("hooks know the request", async () => {
  await call("/notes", { as: ann, json: { title: "x" }, headers: { "X-Request-Id": "known-request" } });
  const { results } = await env.DB.prepare("SELECT DISTINCT request_id AS id FROM events").all<{
    id: string;
  }>();
  expect(results).toEqual([{ id: "known-request" }]);
});

describe("a guard is a condition of the writing statement", () => {
  test("of a create", async () => {
    expect((await call("/notes", { as: ann, json: { title: "admin only" } })).status).toBe(403);
    expect((await call("/notes", { as: admin, json: { title: "admin only" } })).status).toBe(201);
    expect((await call("/notes", { as: admin, json: { title: "guarded" } })).status).toBe(403);
    expect(await count()).toBe(1);
  });

  test("that holds in the write itself, whatever happened while a hook ran", async () => {
    const { id } = await note(ann, { title: "first" });
    const patch = (title: string, headers = {}) =>
      call(`/notes/${id}`, { as: ann, method: "PATCH", json: { title }, headers });
    expect((await patch("change", { "If-Match": '"1"' })).status).toBe(412);
    expect(await stored(id)).toMatchObject({ title: "first", version: 7 });
    expect((await patch("lock")).status).toBe(403);
    expect(await stored(id)).toMatchObject({ title: "first", locked: 1 });
  });

  test("where nothing runs before the write", async () => {
    const { json } = await call("/folders", { as: admin, json: { name: `warm-${ann.id}` } });
    const patch = (name: string) =>
      call(`/folders/${json.id}`, { as: admin, method: "PATCH", json: { name } });
    expect((await patch(`frozen-${ann.id}`)).status).toBe(200);
    expect((await patch(`warm-${ann.id}`)).status).toBe(403);
    expect((await call(`/folders/${json.id}`, { as: ann, method: "PATCH", json: {} })).status).toBe(403);
    expect(
      (await call(`/folders/${crypto.randomUUID()}`, { as: admin, method: "PATCH", json: {} })).status,
    ).toBe(404);
  });

  test("of an update, about the row before it", async () => {
    const { id } = await note(ann, { title: "first" });
    expect((await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { locked: true } })).status).toBe(
      200,
    );
    await events();
    const refused = await call(`/notes/${id}`, { as: ann, method: "PATCH", json: { locked: false } });
    expect([refused.status, refused.json.code]).toEqual([403, "FORBIDDEN"]);
    expect((await call(`/notes/${id}`, { as: bob, method: "PATCH", json: {} })).status).toBe(404);
    expect((await call(`/notes/${id}`, { as: ann, method: "DELETE" })).status).toBe(403);
    expect(await events()).toEqual([]);
    expect(await stored(id)).toMatchObject({ locked: 1, version: 2 });
  });
});

test("functions may be written without the emitted types", async () => {
  const { id } = await note(ann, { title: "first" });
  const comment = await call("/comments", { as: ann, json: { noteId: id, body: "  trimmed " } });
  expect(comment.json).toMatchObject({ body: "trimmed" });
});

test("reads run no hook", async () => {
  const { id } = await note(ann, { title: "first" });
  await events();
  for (const path of ["/notes", `/notes/${id}`, "/notes/count", "/notes/aggregate?count=true"])
    expect((await call(path, { as: ann })).status, path).toBe(200);
  expect(await events()).toEqual([]);
});
