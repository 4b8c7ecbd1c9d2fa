/** Procedures: routes of their own, under their own rules (contract 3 and 4.1). */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createClient } from "#server/client";
import { type Caller, call, events, note, person } from "./call.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;
beforeEach(async () => {
  [ann, bob, admin] = [await person(), await person(), await person("admin")];
  await env.DB.prepare("DELETE FROM notes").run();
  await events();
});

const at = "2026-11-21T10:00:00+01:00";

describe("a procedure of a row", () => {
  test("takes and gives what it declares", async () => {
    const { id } = await note(ann, { title: "mine" });
    await events();
    const answer = await call(`/notes/${id}/publish`, { as: ann, json: { at } });
    expect([answer.status, answer.json]).toEqual([
      200,
      { slug: "mine", at: "2026-11-21T09:00:00.000Z", reason: null },
    ]);
    expect(await events()).toEqual([`publish mine ${ann.id} true`]);
    const upper = await call(`/notes/${id.toUpperCase()}/publish`, { as: ann, json: { at, reason: "why" } });
    expect(upper.json).toMatchObject({ reason: "why" });
  });

  test("gives nothing where it declares nothing", async () => {
    const { id } = await note(ann, { title: "mine" });
    const answer = await call(`/notes/${id}/touch`, { as: admin, method: "POST" });
    expect([answer.status, answer.text]).toEqual([204, ""]);
  });

  test.each([
    // rule of `publish`: owner; of `touch`: admin; of `reveal`: either. The note may be read by its owner and admins.
    ["publish", { nobody: 401, stranger: 404, owner: 200, admin: 403 }],
    ["touch", { nobody: 401, stranger: 404, owner: 403, admin: 204 }],
    ["reveal", { nobody: 401, stranger: 404, owner: 200, admin: 200 }],
    ["closed", { nobody: 404, stranger: 404, owner: 404, admin: 404 }],
  ])("%s is held to its rule, and to the read rule before it", async (name, expected) => {
    const { id } = await note(ann, { title: "mine" });
    await events();
    const input = name === "publish" ? { json: { at } } : { method: "POST" };
    const status = async (as?: Caller) =>
      (await call(`/notes/${id}/${name}`, { ...(as && { as }), ...input })).status;
    expect({
      nobody: await status(),
      stranger: await status(bob),
      owner: await status(ann),
      admin: await status(admin),
    }).toEqual(expected);
    const ran = Object.values(expected).filter((one) => one < 300).length;
    expect((await events()).length).toBe(name === "publish" || name === "touch" ? ran : 0);
  });

  test("a row that is not there is 404, as is anything that is no id", async () => {
    for (const id of [crypto.randomUUID(), "rpc", "x", "%00"]) {
      expect([id, (await call(`/notes/${id}/reveal`, { as: admin, method: "POST" })).status]).toEqual([
        id,
        404,
      ]);
    }
  });

  test("the rule comes before the body", async () => {
    const { id } = await note(ann, { title: "mine" });
    expect((await call(`/notes/${id}/publish`, { as: bob, json: { at: "never" } })).status).toBe(404);
    expect((await call(`/notes/${id}/publish`, { as: admin, json: { at: "never" } })).status).toBe(403);
  });
});

describe("what a procedure is sent", () => {
  test("is validated", async () => {
    const { id } = await note(ann, { title: "mine" });
    const fields = async (json: unknown) => {
      const answer = await call(`/notes/${id}/publish`, { as: ann, json });
      const errors = answer.json.errors as { field: string; code: string }[] | undefined;
      return [answer.status, errors?.map(({ field, code }) => `${field} ${code}`)];
    };
    expect(await fields({})).toEqual([400, ["at invalid_type"]]);
    expect(await fields({ at, more: 1 })).toEqual([400, ["more unknown_field"]]);
    expect(await fields({ at: "soon", reason: "longer than ten" })).toEqual([
      400,
      ["at invalid_format", "reason too_big"],
    ]);
    expect(await fields([])).toEqual([400, [" invalid_type"]]);
    expect(await fields({ at, reason: "a\0" })).toEqual([400, ["reason invalid_text"]]);
    const text = await call(`/notes/${id}/publish`, {
      as: ann,
      body: "{}",
      headers: { "Content-Type": "text/plain" },
    });
    expect(text.status).toBe(415);
  });

  test("is no body where it takes none", async () => {
    const { id } = await note(ann, { title: "mine" });
    for (const body of ["{}", " ", "x"]) {
      const answer = await call(`/notes/${id}/reveal`, { as: ann, body });
      expect([answer.status, answer.json.errors]).toMatchObject([400, [{ code: "unexpected_body" }]]);
    }
    expect((await call(`/notes/${id}/reveal`, { as: ann, method: "POST", body: "" })).status).toBe(200);
  });

  test("is no key, no version and no parameter", async () => {
    const { id } = await note(ann, { title: "mine" });
    for (const path of [`/notes/${id}/reveal`, "/notes/rpc/ping"]) {
      const refused = async (query: string, headers: Record<string, string>) => {
        const answer = await call(path + query, { as: ann, method: "POST", headers });
        return [answer.status, answer.json.code];
      };
      expect(await refused("", { "Idempotency-Key": "12345678" })).toEqual([400, "VALIDATION_ERROR"]);
      expect(await refused("", { "If-Match": '"1"' })).toEqual([400, "VALIDATION_ERROR"]);
      expect(await refused("?filter=*", {})).toEqual([400, "UNKNOWN_PARAMETER"]);
    }
    expect(await events()).toEqual(["before create mine", expect.stringContaining("after create mine")]);
  });

  test("has to be sent with POST", async () => {
    const { id } = await note(ann, { title: "mine" });
    for (const path of [`/notes/${id}/reveal`, "/notes/rpc/ping"]) {
      for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
        const answer = await call(path, { as: ann, method });
        expect([method, answer.status, answer.headers.get("Allow")]).toEqual([method, 405, "POST, OPTIONS"]);
      }
      expect((await call(path, { method: "OPTIONS" })).headers.get("Allow")).toBe("POST, OPTIONS");
    }
  });
});

describe("what a procedure gives", () => {
  test.each([
    ["wrong", /notes\.publish gave something else than it declares\. at: /],
    ["leak", /notes\.publish gave something else than it declares\. code: Is not declared/],
    ["nothing", /notes\.publish gave something else than it declares\. Invalid input/],
    ["fault", /secret cause/],
  ])("%s is a fault of the server, and nothing leaks", async (reason, logged) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { id } = await note(ann, { title: "mine" });
    const answer = await call(`/notes/${id}/publish`, { as: ann, json: { at, reason } });
    expect([answer.status, answer.json.code]).toEqual([500, "INTERNAL_ERROR"]);
    expect(answer.text).not.toMatch(/secret|yesterday|code:|declare|mine/);
    expect(log.mock.calls.flat().join()).toMatch(logged);
    log.mockRestore();
  });

  test("may be a problem", async () => {
    const { id } = await note(ann, { title: "mine" });
    const answer = await call(`/notes/${id}/publish`, { as: ann, json: { at, reason: "refuse" } });
    expect([answer.status, answer.json]).toMatchObject([
      409,
      { code: "CONFLICT", detail: "Published before." },
    ]);
  });
});

describe("a procedure of the resource", () => {
  test.each([
    ["sum-up", { nobody: 401, member: 403, admin: 200 }],
    ["ping", { nobody: 401, member: 204, admin: 204 }],
    ["who-am-i", { nobody: 200, member: 200, admin: 200 }],
    ["only-server", { nobody: 404, member: 404, admin: 404 }],
    ["sumUp", { nobody: 404, member: 404, admin: 404 }],
  ])("%s is held to its rule", async (segment, expected) => {
    const input = segment === "sum-up" ? { json: { factor: 2 } } : { method: "POST" };
    const status = async (as?: Caller) =>
      (await call(`/notes/rpc/${segment}`, { ...(as && { as }), ...input })).status;
    expect({ nobody: await status(), member: await status(ann), admin: await status(admin) }).toEqual(
      expected,
    );
  });

  test("knows the caller, the bindings and the request", async () => {
    await note(ann, { title: "one" });
    await note(bob, { title: "two" });
    const sum = await call("/notes/rpc/sum-up", { as: admin, json: { factor: 3 } });
    expect(sum.json).toEqual({ total: 6 });
    expect((await call("/notes/rpc/who-am-i", { method: "POST" })).json).toEqual({ id: null });
    expect((await call("/notes/rpc/who-am-i", { as: ann, method: "POST" })).json).toEqual({ id: ann.id });
    await events();
    await call("/notes/rpc/ping", { as: ann, method: "POST" });
    await vi.waitFor(async () => expect(await events()).toEqual(["ping"]));
  });
});

test("the client calls them by name", async () => {
  const { exports } = await import("cloudflare:workers");
  const client = (as: Caller) =>
    createClient({
      baseUrl: "https://covara.test",
      headers: { "X-Test-User": `${as.id} ${as.role}` },
      fetch: (url, options) => exports.default.fetch(url, options),
    });
  const { id } = await note(ann, { title: "mine" });
  expect(await client(ann).notes.publish(id, { at })).toEqual({
    slug: "mine",
    at: "2026-11-21T09:00:00.000Z",
    reason: null,
  });
  expect(await client(ann).notes.reveal(id)).toEqual({ slug: "revealed" });
  expect(await client(admin).notes.touch(id)).toBeNull();
  expect(await client(admin).notes.rpc.sumUp({ factor: 5 })).toEqual({ total: 5 });
  expect(await client(ann).notes.rpc.whoAmI()).toEqual({ id: ann.id });
  await expect(client(bob).notes.reveal(id)).rejects.toMatchObject({ status: 404 });
  await expect(client(bob).notes.reveal("../x")).rejects.toMatchObject({ status: 404 });
  await expect(client(bob).notes.rpc.sumUp({ factor: 1 })).rejects.toMatchObject({ status: 403 });
});
