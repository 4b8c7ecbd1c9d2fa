/** Rows for server code: `db(env)` acts as the server, `db(env).as(user)` for a user. */
import { env } from "cloudflare:workers";
import { type FieldError, Problem } from "covara/runtime";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "#server/db";
import { type Caller, events, note, person, stored } from "./call.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;
beforeEach(async () => {
  [ann, bob, admin] = [await person(), await person(), await person("admin")];
  await env.DB.prepare("DELETE FROM notes").run();
  await events();
});

/** The problem that a call ends with. */
async function problem(
  promise: Promise<unknown>,
): Promise<{ status: number; errors: readonly FieldError[] | undefined }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, errors: error.errors };
    throw error;
  }
  throw new Error("It did not fail");
}

const status = async (promise: Promise<unknown>): Promise<number> => (await problem(promise)).status;
const nowhere = "00000000-0000-4000-8000-000000000000";

describe("as the server", () => {
  test("no rule applies, and nothing is hidden", async () => {
    const { notes } = db(env);
    const made = await notes.create({ title: "Server", ownerId: ann.id, tags: ["t"] });
    expect(made).toMatchObject({
      title: "Server",
      slug: "server",
      code: "server",
      ownerId: ann.id,
      version: 1,
    });
    const changed = await notes.update(made.id, { slug: "own", code: "secret", ownerId: bob.id });
    expect(await status(notes.update(made.id, { ownerId: nowhere }))).toBe(400);
    expect(changed).toMatchObject({ slug: "own", code: "secret", ownerId: bob.id, version: 2 });
    expect(await notes.get(made.id)).toEqual(changed);
    expect(await notes.get(made.id, { select: ["code", "tags"] })).toEqual({ code: "secret", tags: ["t"] });
    expect(await notes.count()).toBe(1);
    expect(await notes.count({ filter: "code==other" })).toBe(0);
    await notes.delete(made.id);
    expect(await status(notes.get(made.id))).toBe(404);
  });

  test("resources that nobody else can write to are written and read", async () => {
    const { events: all } = db(env);
    await all.createMany([
      { what: "b", requestId: "1" },
      { what: "a", requestId: "2" },
    ]);
    const page = await all.list({ orderBy: ["what"], limit: 1, select: ["what"] });
    expect([page.items, page.hasMore]).toEqual([[{ what: "a" }], true]);
    const next = await all.list({ orderBy: ["what"], limit: 1, select: ["what"], cursor: page.nextCursor });
    expect([next.items, next.hasMore, next.nextCursor]).toEqual([[{ what: "b" }], false, null]);
    expect(await all.createMany([])).toEqual([]);
  });

  test("values are validated", async () => {
    const { notes, events: all } = db(env);
    const fields = async (promise: Promise<unknown>) =>
      (await problem(promise)).errors?.map(({ field, code }) => `${field} ${code}`);
    expect(await fields(notes.create({ title: "", ownerId: ann.id }))).toEqual(["title too_small"]);
    expect(await fields(notes.create({ title: "a\0", ownerId: ann.id }))).toEqual(["title invalid_text"]);
    const odd = { title: "x", ownerId: ann.id, version: 3 };
    expect(await fields(notes.create(odd))).toEqual(["version unknown_field"]);
    const items = [{ what: "x", requestId: "1" }, JSON.parse(`{"what":1,"requestId":"2"}`)];
    expect(await fields(all.createMany(items))).toEqual(["items[1].what invalid_type"]);
    expect(await fields(notes.create({ title: "x", ownerId: nowhere }))).toEqual([
      "ownerId unknown_reference",
    ]);
    expect(await fields(notes.create({ title: "x", ownerId: ann.id, folderId: nowhere }))).toEqual([
      "folderId unknown_reference",
    ]);
    expect(await notes.count()).toBe(0);
  });

  test("hooks and guards run, and know that it is the server", async () => {
    const { notes } = db(env, { requestId: "from-a-procedure", waitUntil: () => {} });
    const made = await notes.create({ title: "one", ownerId: ann.id });
    await notes.update(made.id, { title: "two" });
    expect(await status(notes.create({ title: "refuse", ownerId: ann.id }))).toBe(409);
    expect(await status(notes.create({ title: "admin x", ownerId: ann.id }))).toBe(403);
    await notes.update(made.id, { locked: true });
    expect(await status(notes.delete(made.id))).toBe(403);
    const { results } = await env.DB.prepare("SELECT DISTINCT request_id AS id FROM events").all();
    expect(results).toEqual([{ id: "from-a-procedure" }]);
    expect(await stored(made.id)).toMatchObject({ code: "server!", slug: "one+two" });
  });

  test("an error after the write is logged under the request, and the write stays", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { notes } = db(env, { requestId: "late-server", waitUntil: () => {} });
    const { id } = await notes.create({ title: "late fault", ownerId: ann.id });
    expect(log.mock.calls.flat().join()).toMatch(/"requestId":"late-server".*too late/);
    log.mockRestore();
    expect(await stored(id)).not.toBeNull();
  });

  test("a version is compared where it is given", async () => {
    const { notes } = db(env);
    const { id } = await notes.create({ title: "one", ownerId: ann.id });
    expect((await notes.update(id, { tags: ["a"] }, { version: 1 })).version).toBe(2);
    expect(await status(notes.update(id, { tags: [] }, { version: 1 }))).toBe(412);
    expect(await status(notes.delete(id, { version: 1 }))).toBe(412);
    await notes.delete(id, { version: 2 });
  });

  test("soft delete stays soft, and deleted rows are gone for the server too", async () => {
    const { folders } = db(env);
    const { id } = await folders.create({ name: `server-${ann.id}`, secret: "s" });
    expect(await folders.get(id)).toEqual({ id, name: `server-${ann.id}`, secret: "s" });
    await folders.delete(id);
    expect(await status(folders.get(id))).toBe(404);
    expect(await status(folders.delete(id))).toBe(404);
    expect(await status(db(env).notes.create({ title: "x", ownerId: ann.id, folderId: id }))).toBe(400);
    const kept = await env.DB.prepare("SELECT deleted_at FROM folders WHERE id = ?").bind(id).first();
    expect(kept?.deleted_at).toMatch(/Z$/);
  });

  test("misspelt options are refused", async () => {
    const { notes } = db(env);
    expect(await status(notes.list({ filter: "nothing==1" }))).toBe(400);
    expect(await status(notes.list({ filter: "" }))).toBe(400);
    expect(await status(notes.list({ limit: 0 }))).toBe(400);
    expect(await status(notes.list({ cursor: "x" }))).toBe(400);
    expect(await status(notes.get("no-id"))).toBe(404);
  });
});

describe("for a user", () => {
  const as = (user: Caller | null) => db(env).as(user);

  test("the rules of the routes apply", async () => {
    const { id } = await note(ann, { title: "mine" });
    expect(await as(ann).notes.get(id)).toMatchObject({ id, title: "mine" });
    expect(await as(ann).notes.get(id)).not.toHaveProperty("code");
    expect(await as(ann).notes.get(id)).not.toHaveProperty("$version");
    expect(await status(as(bob).notes.get(id))).toBe(404);
    expect(await status(as(null).notes.get(id))).toBe(401);
    expect(await as(bob).notes.count()).toBe(0);
    expect((await as(admin).notes.list()).items).toHaveLength(1);
    expect(await status(as(bob).notes.update(id, { title: "x" }))).toBe(404);
    expect(await status(as(bob).notes.delete(id))).toBe(404);
    expect(await status(as(admin).notes.delete(id))).toBe(403);
    expect(await status(as(ann).folders.create({ name: "x" }))).toBe(403);
    await as(ann).notes.delete(id);
  });

  test("rows belong to the user, and masks hold", async () => {
    const made = await as(ann).notes.create({ title: "Mine" });
    expect(made).toMatchObject({ ownerId: ann.id, slug: "mine" });
    expect(await stored(made.id)).toMatchObject({ code: ann.id });
    expect(await status(as(null).notes.create({ title: "x" }))).toBe(401);
    const hidden = { title: "x", code: "c" };
    expect(await status(as(ann).notes.create(hidden))).toBe(400);
    expect(await status(as(ann).notes.list({ filter: "code==x" }))).toBe(400);
    const many = await as(bob).notes.createMany([{ title: "a" }, { title: "b" }]);
    expect(many.map(({ ownerId }) => ownerId)).toEqual([bob.id, bob.id]);
    expect(await status(as(bob).notes.createMany([{ title: "a" }, { title: "refuse" }]))).toBe(409);
    expect(await as(admin).notes.count()).toBe(3);
  });

  test("a cursor is good only for whom it was made", async () => {
    await as(ann).notes.createMany([{ title: "a" }, { title: "b" }]);
    const page = await as(ann).notes.list({ limit: 1 });
    expect((await as(ann).notes.list({ limit: 1, cursor: page.nextCursor })).items).toHaveLength(1);
    expect(await status(as(bob).notes.list({ limit: 1, cursor: page.nextCursor }))).toBe(400);
    expect(await status(db(env).notes.list({ limit: 1, cursor: page.nextCursor }))).toBe(400);
  });

  test("only what the rules offer is there", async () => {
    const user = as(ann);
    expect(user).not.toHaveProperty("events");
    // @ts-expect-error nobody may delete comments
    await expect(user.comments.delete(nowhere)).rejects.toThrow("Nobody may delete rows of comments");
    // @ts-expect-error nobody may change people
    await expect(user.people.update(nowhere, {})).rejects.toThrow("Nobody may change rows of people");
  });
});
