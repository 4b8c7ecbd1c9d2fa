/** Contract 3.5: entity tags, conditional requests, and versions that rise whoever makes the change. */
import { env } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  ann = await addUser();
  bob = await addUser();
});

const make = (as = ann) => create("/api/todos", as, { title: "tagged" });
const patch = (id: string, tag: string | undefined, json: unknown = { priority: 1 }, as = ann) =>
  call(`/api/todos/${id}`, {
    as,
    method: "PATCH",
    json,
    ...(tag === undefined ? {} : { headers: { "If-Match": tag } }),
  });

describe("contract 3.5: reading", () => {
  test("every answer with the whole row carries its tag", async () => {
    const answer = await call("/api/todos", { as: ann, json: { title: "x" } });
    const path = `/api/todos/${String(answer.json.id)}`;
    const put = { as: ann, method: "PUT", json: { title: "y" } };
    const tags = [
      answer.headers.get("ETag"),
      (await call(path, { as: ann })).headers.get("ETag"),
      (await patch(String(answer.json.id), undefined)).headers.get("ETag"),
      (await call(path, put)).headers.get("ETag"),
    ];
    expect(tags).toEqual(['"1"', '"1"', '"2"', '"3"']);
  });

  test("the tag is the row's own, whatever is selected, and no field comes along with it", async () => {
    const { id } = await make();
    const answer = await call(`/api/todos/${id}?select=title`, { as: ann });
    expect([answer.headers.get("ETag"), answer.json]).toEqual(['"1"', { title: "tagged" }]);
  });

  test.each([
    ['"1"', 304],
    ['W/"1"', 304],
    ['"7", "1"', 304],
    ["*", 304],
    ['"2"', 200],
    ["1", 200],
    ["nonsense,,", 200],
  ])("If-None-Match: %s is answered with %i", async (header, status) => {
    const { id } = await make();
    const answer = await call(`/api/todos/${id}`, { as: ann, headers: { "If-None-Match": header } });
    expect([answer.status, answer.headers.get("ETag")]).toEqual([status, '"1"']);
    expect(answer.text === "").toBe(status === 304);
  });

  test("304 tells nothing to whoever may not read the row", async () => {
    const { id } = await make();
    const answer = await call(`/api/todos/${id}`, { as: bob, headers: { "If-None-Match": "*" } });
    expect(answer.status).toBe(404);
  });

  test("lists, and resources without a version, have none", async () => {
    expect((await call("/api/todos", { as: ann })).headers.get("ETag")).toBeNull();
    const list = await create("/api/lists", ann, { name: "x" });
    expect((await call(`/api/lists/${list.id}`, { as: ann })).headers.get("ETag")).toBeNull();
  });
});

describe("contract 3.5: writing", () => {
  test.each([['"1"'], ['"9", "1"'], ["*"], [' "1" ']])("If-Match: %s lets the write through", async (tag) => {
    const { id } = await make();
    expect((await patch(id, tag)).status).toBe(200);
  });

  test.each([['"2"'], ['W/"1"'], ['"01"'], ['"1e0"'], ['""'], ['"a", "b"']])(
    "If-Match: %s is 412 with the current tag, and nothing is written",
    async (tag) => {
      const row = await make();
      const answer = await patch(row.id, tag);
      expect([answer.status, answer.json.code, answer.json.currentETag]).toEqual([
        412,
        "PRECONDITION_FAILED",
        '"1"',
      ]);
      expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
    },
  );

  test.each([["1"], ['"1'], ['"1" "2"'], [","]])("If-Match: %s is no list of tags: 400", async (tag) => {
    const { id } = await make();
    const answer = await patch(id, tag);
    expect([answer.status, fieldErrors(answer)]).toEqual([400, { "If-Match": "invalid_header" }]);
  });

  test("PUT and DELETE compare too", async () => {
    const { id } = await make();
    const put = { as: ann, method: "PUT", json: { title: "y" }, headers: { "If-Match": '"2"' } };
    expect((await call(`/api/todos/${id}`, put)).status).toBe(412);
    const remove = { as: ann, method: "DELETE", headers: { "If-Match": '"2"' } };
    const refused = await call(`/api/todos/${id}`, remove);
    expect([refused.status, refused.json.currentETag]).toEqual([412, '"1"']);
    expect((await call(`/api/todos/${id}`, { ...remove, headers: { "If-Match": '"1"' } })).status).toBe(204);
  });

  test("a row that may not be read is 404 and one that may not be changed 403, whatever the tag", async () => {
    const { id } = await make();
    expect((await patch(id, '"9"', { priority: 1 }, bob)).status).toBe(404);
    const admin = await addUser("admin");
    expect((await patch(id, '"9"', { priority: 1 }, admin)).status).toBe(403);
    expect((await patch(uuidv7(), "*")).status).toBe(404);
  });

  test("of many writers with one tag exactly one wins", async () => {
    const { id } = await make();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => patch(id, '"1"', { title: `writer ${n}` })),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect(answers.filter(({ status }) => status === 412).length).toBe(19);
    expect((await call(`/api/todos/${id}`, { as: ann })).json).toEqual(won[0]?.json);
  });

  test("without a version, and for new rows, If-Match is 400", async () => {
    const list = await create("/api/lists", ann, { name: "x" });
    const headers = { "If-Match": "*" };
    const answers = await Promise.all([
      call(`/api/lists/${list.id}`, { as: ann, method: "PATCH", json: { name: "y" }, headers }),
      call(`/api/lists/${list.id}`, { as: ann, method: "PUT", json: { name: "y" }, headers }),
      call(`/api/lists/${list.id}`, { as: ann, method: "DELETE", headers }),
      call("/api/todos", { as: ann, json: { title: "x" }, headers }),
    ]);
    for (const answer of answers) {
      expect([answer.status, fieldErrors(answer)]).toEqual([400, { "If-Match": "unsupported_header" }]);
    }
    expect((await call(`/api/lists/${list.id}`, { as: ann })).json.name).toBe("x");
  });
});

describe("contract 3.5: every change raises the version, whoever makes it", () => {
  const version = async (id: string) => Number((await call(`/api/todos/${id}`, { as: ann })).json.version);

  test("an empty patch is no change", async () => {
    const row = await make();
    expect((await patch(row.id, undefined, {})).json).toEqual(row);
  });

  test("SQL that does not name the version, and SQL that sets it back", async () => {
    const { id } = await make();
    await env.DB.prepare("UPDATE todos SET title = 'by hand' WHERE id = ?").bind(id).run();
    expect(await version(id)).toBe(2);
    await env.DB.prepare("UPDATE todos SET version = 1 WHERE id = ?").bind(id).run();
    expect(await version(id)).toBe(3);
    await env.DB.prepare("UPDATE todos SET version = version + 1 WHERE id = ?").bind(id).run();
    expect(await version(id)).toBe(4);
  });

  test("a foreign key that is set to null", async () => {
    const gone = await addUser();
    const { id } = await create("/api/todos", ann, { title: "x", assigneeId: gone.id });
    await env.DB.prepare("DELETE FROM users WHERE id = ?").bind(gone.id).run();
    expect((await call(`/api/todos/${id}`, { as: ann })).json).toMatchObject({
      assigneeId: null,
      version: 2,
    });
  });

  test("a change through the API raises it by one", async () => {
    const { id } = await make();
    for (let n = 2; n < 5; n++) expect((await patch(id, `"${n - 1}"`)).json.version).toBe(n);
  });
});
