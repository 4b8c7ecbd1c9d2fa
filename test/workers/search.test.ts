import { env, exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../generated/client.js";
import { type Answer, addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;
beforeAll(async () => {
  [ann, bob, admin] = [await addUser(), await addUser(), await addUser("admin")];
});
beforeEach(async () => {
  await env.DB.exec("DELETE FROM todos");
});

const add = (title: string, more: Record<string, unknown> = {}, as: Caller = ann) =>
  create("/api/todos", as, { title, ...more });

const path = (q: string, more: Record<string, string> = {}) =>
  `/api/todos/search?${new URLSearchParams({ q, ...more })}`;

const search = (q: string, more: Record<string, string> = {}, as: Caller = ann): Promise<Answer> =>
  call(path(q, more), { as });

/** The titles of what is found, best first. */
async function titles(q: string, more: Record<string, string> = {}, as: Caller = ann): Promise<unknown[]> {
  const { status, json, text } = await search(q, more, as);
  expect([status, text]).toEqual([200, expect.anything()]);
  return (json.items as { title: string }[]).map(({ title }) => title);
}

/** The index of todos holds what their table holds, and is sound in itself. */
async function expectInStep(): Promise<void> {
  await env.DB.prepare(`INSERT INTO "todos.search" ("todos.search") VALUES ('integrity-check')`).run();
  const indexed = await env.DB.prepare(
    `SELECT s.row_id AS id, title, notes FROM "todos.search" AS s JOIN "todos.search_rows" AS r ON r.number = s.rowid AND r.row_id = s.row_id ORDER BY 1`,
  ).all();
  const stored = await env.DB.prepare("SELECT id, title, notes FROM todos ORDER BY 1").all();
  expect(indexed.results).toEqual(stored.results);
  const numbers = await env.DB.prepare(`SELECT count(*) AS count FROM "todos.search_rows"`).first();
  expect(numbers?.count).toBe(stored.results.length);
}

describe("what is found (contract 3)", () => {
  test("rows as the list shows them, with the number of all", async () => {
    const made = await add("Ship the release", { notes: "before noon", labels: ["x"], done: true });
    await add("Call the printer");
    const { status, json, headers } = await search("release");
    expect(status).toBe(200);
    expect(json).toEqual({ items: [made], total: 1 });
    expect(headers.get("Cache-Control")).toBe("private, no-cache");
    expect((await call(path("release"), { as: ann, method: "HEAD" })).status).toBe(200);
    const post = await call("/api/todos/search", { as: ann, method: "POST", json: {} });
    expect([post.status, post.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  test("all words, in any order and field, the last one perhaps unfinished", async () => {
    await add("Ship the release", { notes: "crate and all" });
    await add("Shipping crates");
    expect(await titles("release ship")).toEqual(["Ship the release"]);
    expect(await titles("ship crate")).toEqual(["Ship the release"]);
    expect(await titles("ship* crate")).toHaveLength(2);
    expect(await titles("ship")).toHaveLength(2);
    expect(await titles("ship*")).toHaveLength(2);
    expect(await titles(`"ship"`)).toEqual(["Ship the release"]);
    expect(await titles("ship r")).toEqual(["Ship the release"]);
    expect(await titles("ship nothing")).toEqual([]);
  });

  test("phrases in quotes, straight or curly, closed or not", async () => {
    await add("the quick brown fox");
    await add("brown and quick");
    for (const q of [`"quick brown"`, `“quick brown”`, `the "quick brown`, `"quick bro"*`, "quick-brown"]) {
      expect([q, await titles(q)]).toEqual([q, ["the quick brown fox"]]);
    }
    expect(await titles(`"quick bro"`)).toEqual([]);
    expect(await titles("quick brown")).toHaveLength(2);
  });

  test("letters without case and diacritics; numbers; other scripts as runs of letters", async () => {
    await add("Crème brûlée für Élodie, 2026-11");
    await add("日本語のテスト と 東京");
    await add("Привет, МИР");
    await add("हिन्दी पाठ");
    expect(await titles("creme BRULEE elodie")).toHaveLength(1);
    expect(await titles("CRÈME fur")).toHaveLength(1);
    expect(await titles("2026")).toHaveLength(1);
    expect(await titles("привет мир")).toHaveLength(1);
    expect(await titles("हिन्दी")).toHaveLength(1);
    // Without spaces there is one long word, found by its beginning only.
    expect(await titles("日本")).toHaveLength(1);
    expect(await titles("東京")).toHaveLength(1);
    expect(await titles("テスト")).toHaveLength(0);
  });

  test("ranked by how well the weighted fields match, then by id", async () => {
    await add("Something else", { notes: "plan plan" });
    await add("Another long title in which the word plan is one of many others, far from the start of it");
    const first = await add("plan");
    const second = await add("plan");
    const { json } = await search("plan");
    const items = json.items as { id: string; title: string }[];
    expect(items.slice(0, 2).map(({ id }) => id)).toEqual([first.id, second.id].sort());
    expect(items.at(-1)?.title).toBe("Something else");
  });

  test("a page of them: limit and offset", async () => {
    for (let i = 0; i < 5; i += 1) await add(`same ${i}`);
    const seen: unknown[] = [];
    for (const offset of ["0", "2", "4", "6"]) {
      const { json } = await search("same", { limit: "2", offset });
      expect(json.total).toBe(5);
      seen.push(...(json.items as unknown[]).map((item) => (item as { title: string }).title));
    }
    expect(seen).toEqual(["same 0", "same 1", "same 2", "same 3", "same 4"]);
    expect((await search("same", { limit: "1000" })).json.items).toHaveLength(5);
  });

  test("of what a filter leaves", async () => {
    await add("same one", { priority: 1 });
    await add("same two", { priority: 2, notes: "n" });
    await add("same three", { priority: 3 });
    const { json } = await search("same", { filter: "priority>=2", limit: "1" });
    expect(json).toMatchObject({ total: 2, items: [{}] });
    expect(await titles("same", { filter: "notes==null" })).toHaveLength(2);
    expect(await titles("same", { filter: "title=contains=two,priority==3" })).toHaveLength(2);
    expect((await search("same", { filter: "nope==1" })).status).toBe(400);
    expect((await search("same", { filter: "" })).status).toBe(400);
  });
});

describe("highlights (contract 3, 4.4)", () => {
  test("each item's fields that matched, escaped, with marks", async () => {
    await add(`<b>"Ship" & go</b>`, { notes: "nothing here" });
    await add("Other", { notes: `it's a ship <script>alert(1)</script>` });
    const { json } = await search("ship", { highlight: "true" });
    expect((json.items as { title: string }[]).map(({ title }) => title)).toEqual([
      `<b>"Ship" & go</b>`,
      "Other",
    ]);
    expect(json.highlights).toEqual([
      { title: "&lt;b&gt;&quot;<mark>Ship</mark>&quot; &amp; go&lt;/b&gt;" },
      { notes: "it&#39;s a <mark>ship</mark> &lt;script&gt;alert(1)&lt;/script&gt;" },
    ]);
    expect((await search("ship", { highlight: "false" })).json).not.toHaveProperty("highlights");
    expect((await search("none", { highlight: "true" })).json).toEqual({
      items: [],
      total: 0,
      highlights: [],
    });
  });

  test("of a long text an excerpt around the hit", async () => {
    const filler = Array.from({ length: 200 }, (_, i) => `word${i}`).join(" ");
    await add("Long", { notes: `${filler} needle ${filler}` });
    const [highlight] = (await search("needle", { highlight: "true" })).json.highlights as {
      notes: string;
    }[];
    expect(highlight?.notes).toMatch(/^….*<mark>needle<\/mark>.*…$/);
    expect(highlight?.notes.length).toBeLessThan(400);
  });

  test("a text cannot forge a mark", async () => {
    await add("<mark>x</mark> \u0001ship\u0002 &lt;mark&gt;");
    const { json } = await search("ship", { highlight: "true" });
    expect(json.highlights).toEqual([
      { title: "&lt;mark&gt;x&lt;/mark&gt; \u0001<mark>ship</mark>\u0002 &amp;lt;mark&amp;gt;" },
    ]);
  });
});

test("the client searches, typed by the fields that are searched (contract 7)", async () => {
  const client = createClient({
    baseUrl: "https://covara.test",
    fetch: (url, options) => exports.default.fetch(url, options),
    headers: () => ({ Authorization: `Bearer ${ann.token}` }),
  });
  for (const n of [1, 2, 3]) await add(`client & "${n}"`, { priority: n });
  const found = await client.todos.search('"client"', {
    filter: "priority>=2",
    limit: 1,
    offset: 1,
    highlight: true,
  });
  expect([found.total, found.items.map(({ priority }) => priority)]).toEqual([2, [3]]);
  expect(found.highlights?.[0]?.title).toBe("<mark>client</mark> &amp; &quot;3&quot;");
  expect(await client.todos.search("nothing")).toEqual({ items: [], total: 0 });
  await expect(client.todos.search("")).rejects.toMatchObject({ status: 400, code: "VALIDATION_ERROR" });
});

describe("who finds what (contract 4.2)", () => {
  test("rows that one may not read count nowhere", async () => {
    const mine = await add("shared word mine");
    const theirs = await add("shared word theirs", {}, bob);
    for (let i = 0; i < 3; i += 1) await add("shared shared shared", {}, bob);
    expect((await search("shared")).json).toEqual({ items: [mine], total: 1 });
    expect((await search("shared", { offset: "1" })).json).toEqual({ items: [], total: 1 });
    expect((await search("theirs")).json).toEqual({ items: [], total: 0 });
    expect((await search("shared", { filter: `id=="${theirs.id}"` })).json).toEqual({ items: [], total: 0 });
    expect((await search("shared", { limit: "2" }, bob)).json.total).toBe(4);
    expect((await search("shared", {}, admin)).json.total).toBe(5);
    expect((await search("theirs", { highlight: "true" })).json.highlights).toEqual([]);
    expect((await call(path("shared"))).status).toBe(401);
    await call(`/api/todos/${theirs.id}`, { as: bob, method: "PATCH", json: { assigneeId: ann.id } });
    expect((await search("shared")).json.total).toBe(2);
  });

  test("a resource that declares no search has no such route", async () => {
    expect((await call("/api/lists/search", { as: ann })).status).toBe(404);
  });

  test("deleted rows are not found, and restored ones are again (contract 3.8)", async () => {
    const { id } = await add("gone for now");
    expect((await call(`/api/todos/${id}`, { as: ann, method: "DELETE" })).status).toBe(204);
    expect((await search("gone")).json).toEqual({ items: [], total: 0 });
    expect((await search("gone", {}, admin)).json).toEqual({ items: [], total: 0 });
    expect((await search("gone", { withDeleted: "true" })).json.code).toBe("UNKNOWN_PARAMETER");
    const restored = await call(`/api/todos/${id}/restore`, { as: ann, method: "POST" });
    expect(restored.status).toBe(200);
    expect(await titles("gone")).toEqual(["gone for now"]);
  });
});

describe("the index follows the rows", () => {
  test("whatever the API does to them", async () => {
    const list = await create("/api/lists", ann, { name: "L" });
    const { id } = await add("first words", { listId: list.id });
    await expectInStep();
    await call(`/api/todos/${id}`, { as: ann, method: "PATCH", json: { title: "second text" } });
    await expectInStep();
    expect(await titles("first")).toEqual([]);
    expect(await titles("second")).toEqual(["second text"]);
    await call(`/api/todos/${id}`, {
      as: ann,
      method: "PUT",
      json: { title: "third", notes: "more", listId: list.id },
    });
    await call(`/api/todos/${id}`, { as: ann, method: "PATCH", json: { done: true } });
    await expectInStep();
    expect(await titles("more")).toEqual(["third"]);
    await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "batch a" }, { title: "batch b" }] },
    });
    await call("/api/todos/batch?filter=title=startswith=batch", {
      as: ann,
      method: "PATCH",
      json: { notes: "batched" },
    });
    await expectInStep();
    expect(await titles("batched")).toHaveLength(2);
    await call("/api/todos/batch?filter=title==%22batch a%22", { as: ann, method: "DELETE" });
    await expectInStep();
    expect(await titles("batched")).toEqual(["batch b"]);
    // The row is refused, and so is its entry.
    expect((await call("/api/todos", { as: ann, json: { title: "refused", listId: id } })).status).toBe(400);
    await expectInStep();
    expect((await call(`/api/lists/${list.id}`, { as: ann, method: "DELETE" })).status).toBe(204);
    expect(await titles("third")).toEqual([]);
    await expectInStep();
  });

  test("whatever SQL does to them, in cascades too", async () => {
    const list = await create("/api/lists", ann, { name: "L" });
    for (let i = 0; i < 3; i += 1) await add(`sql ${i}`, { listId: list.id });
    const kept = await add("kept");
    for (const statement of [
      "UPDATE todos SET title = title || ' changed', notes = 'n' WHERE title LIKE 'sql%'",
      "UPDATE todos SET notes = NULL, done = 1",
      `INSERT OR REPLACE INTO todos SELECT * FROM todos WHERE id = '${kept.id}'`,
      `DELETE FROM lists WHERE id = '${list.id}'`,
    ]) {
      await env.DB.exec(statement);
      await expectInStep();
    }
    expect(await titles("sql")).toEqual([]);
    expect(await titles("kept")).toEqual(["kept"]);
  });

  test("a column beside it changes without a write to the index", async () => {
    const { id } = await add("untouched");
    const before = await env.DB.prepare(
      `SELECT count(*) AS count, max(id) AS last FROM "todos.search_data"`,
    ).first();
    const update = await env.DB.prepare("UPDATE todos SET done = 1 WHERE id = ?").bind(id).run();
    expect(
      await env.DB.prepare(`SELECT count(*) AS count, max(id) AS last FROM "todos.search_data"`).first(),
    ).toEqual(before);
    expect(update.meta.rows_written).toBeLessThan(6);
  });
});

describe("what a request may say (contract 2, 3)", () => {
  const codes = async (query: string) => {
    const answer = await call(`/api/todos/search${query}`, { as: ann });
    return [answer.status, answer.json.code, fieldErrors(answer)];
  };

  test.each([
    ["", "q", "required"],
    ["?q=", "q", "no_word"],
    ["?q=%20%20", "q", "no_word"],
    ["?q=*", "q", "no_word"],
    ["?q=%22%22", "q", "no_word"],
    ["?q=-%20!%20%3F", "q", "no_word"],
    ["?q=%F0%9F%98%80", "q", "no_word"],
    ["?q=a%00b", "q", "invalid_text"],
    [`?q=${"a".repeat(257)}`, "q", "too_big"],
    [`?q=${"%F0%A0%80%80".repeat(257)}`, "q", "too_big"],
    [`?q=${"a%20".repeat(17)}`, "q", "too_big"],
    [`?q=${"a-".repeat(17)}`, "q", "too_big"],
    ["?q=a&q=b", "q", "duplicate_parameter"],
    ["?q=a&limit=0", "limit", "invalid_value"],
    ["?q=a&limit=x", "limit", "invalid_value"],
    ["?q=a&offset=-1", "offset", "invalid_value"],
    ["?q=a&offset=1.5", "offset", "invalid_value"],
    ["?q=a&offset=", "offset", "invalid_value"],
    ["?q=a&offset=10001", "offset", "invalid_value"],
    ["?q=a&highlight=yes", "highlight", "invalid_value"],
  ])("400 for %s", async (query, field, code) => {
    expect(await codes(query)).toEqual([400, "VALIDATION_ERROR", { [field]: code }]);
  });

  test.each(["select=id", "cursor=x", "Q=a", "orderBy=id"])("400 for the unknown %s", async (parameter) => {
    expect((await codes(`?q=a&${parameter}`)).slice(0, 2)).toEqual([400, "UNKNOWN_PARAMETER"]);
  });

  test("the ends of what is allowed", async () => {
    await add("a".repeat(200));
    expect((await search("a".repeat(256))).status).toBe(200);
    expect((await search("𠀀".repeat(256))).status).toBe(200);
    expect((await search("a ".repeat(16))).json.total).toBe(0);
    expect((await search("a", { offset: "10000" })).json).toEqual({ items: [], total: 1 });
  });

  /** What FTS5 would take for syntax is a word, or nothing. */
  test.each([
    ["ship AND NOT release", 0],
    ["ship OR nothing", 0],
    ["NOT ship", 0],
    ["ship NOT release", 0],
    ["NEAR(ship release)", 0],
    ["NEAR(ship release, 2)", 0],
    ["title:ship", 0],
    ["notes : ship", 0],
    ["{title notes}: ship", 0],
    ["-title:ship", 0],
    ["^ship", 1],
    ["^the", 1],
    ["ship + release", 1],
    ["+ship -release", 1],
    ["(ship", 1],
    ["ship)", 1],
    [`ship"`, 1],
    [`"ship`, 1],
    [`"ship" "release"`, 1],
    [`"" ship`, 1],
    [`""ship""`, 1],
    [`ship""release`, 1],
    ["'ship'", 1],
    ["ship; DROP TABLE todos --", 0],
    ["ship' OR '1'='1", 0],
    ["ship**", 1],
    ["*ship", 1],
    ["* ship *", 1],
    ["sh*p", 0],
    ["sh%", 1],
    ["sh_p", 0],
    ["ship\\", 1],
    ["ship\u0001release", 0],
    ["ship \u{1F6A2} release", 1],
    ["ship\u202E release", 1],
    // A letter that the tokenizer takes for none.
    ["\u{19B0} ship", 1],
    ["\u{19B0}", 0],
    ["\u0301ship", 1],
    ["row_id", 0],
    ["rank", 0],
    ["*reads", 0],
  ])("%s is plain words", async (q, total) => {
    await add("The ship", { notes: "release" });
    const { status, json } = await search(q, { highlight: "true" });
    expect([q, status, json.total]).toEqual([q, 200, total]);
  });

  test("lone surrogates and broken escapes arrive as text, and long ones are refused", async () => {
    expect((await call("/api/todos/search?q=%ED%A0%80", { as: ann })).status).toBe(400);
    expect((await call("/api/todos/search?q=a%ED%A0%80", { as: ann })).status).toBe(200);
    expect((await call("/api/todos/search?q=%", { as: ann })).status).toBe(400);
    expect((await call(`/api/todos/search?q=${"x".repeat(10_000)}`, { as: ann })).status).toBe(400);
    expect((await call(`/api/todos/search?q=${"%22".repeat(200)}`, { as: ann })).status).toBe(400);
  });
});
