/** Contract 3.6: a row is created together with those around it, in one batch. */
import { uuidv7 } from "covara/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  ann = await addUser();
  bob = await addUser();
});

type Row = Record<string, unknown> & { id: string };
const total = async (path: string, filter: string): Promise<number> =>
  Number((await call(`${path}/count?filter=${encodeURIComponent(filter)}`, { as: ann })).json.count);

describe("contract 3.6: nested create", () => {
  test("creates the parent, the row and its children, and answers with all of them", async () => {
    const answer = await call("/api/todos", {
      as: ann,
      json: {
        title: "with everything",
        list: { name: "made along" },
        comments: [{ body: "first" }, { body: "second" }],
      },
    });
    expect(answer.status).toBe(201);
    const { list, comments, ...row } = answer.json as unknown as Row & { list: Row; comments: Row[] };
    expect(row.listId).toBe(list.id);
    expect(list).toMatchObject({ name: "made along", color: "slate", ownerId: ann.id });
    expect(comments.map(({ body, todoId, authorId }) => [body, todoId, authorId])).toEqual([
      ["first", row.id, ann.id],
      ["second", row.id, ann.id],
    ]);
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(answer.headers.get("Location")).toBe(`/api/todos/${row.id}`);
    expect((await call(`/api/todos/${row.id}`, { as: ann })).json).toEqual(row);
    expect((await call(`/api/lists/${list.id}`, { as: ann })).json).toEqual(list);
    for (const comment of comments) {
      expect((await call(`/api/comments/${comment.id}`, { as: ann })).json).toEqual(comment);
    }
  });

  test("what is left out is not made, and an empty list makes nothing", async () => {
    const plain = await call("/api/todos", { as: ann, json: { title: "plain" } });
    expect([plain.status, "comments" in plain.json, "list" in plain.json]).toEqual([201, false, false]);
    const empty = await call("/api/todos", { as: ann, json: { title: "empty", comments: [] } });
    expect([empty.status, empty.json.comments]).toEqual([201, []]);
  });

  test("one wrong child undoes everything, and is named by its path", async () => {
    const tag = uuidv7();
    const wrong = {
      title: tag,
      list: { name: tag },
      comments: [{ body: "good" }, { body: "", mood: "bad" }],
    };
    const answer = await call("/api/todos", { as: ann, json: wrong });
    expect(answer.status).toBe(400);
    expect(fieldErrors(answer)).toEqual({
      "comments[1].body": "too_small",
      "comments[1].mood": "unknown_field",
    });
    const reference = { ...wrong, comments: [{ body: "good" }, { body: "x", parentId: uuidv7() }] };
    const refused = await call("/api/todos", { as: ann, json: reference });
    expect([refused.status, fieldErrors(refused)]).toEqual([
      400,
      { "comments[1].parentId": "unknown_reference" },
    ]);
    expect(await total("/api/todos", `title=="${tag}"`)).toBe(0);
    expect(await total("/api/lists", `name=="${tag}"`)).toBe(0);
  });

  test("a child cannot be hung elsewhere, nor given to somebody else", async () => {
    const other = await create("/api/todos", ann, { title: "elsewhere" });
    const answer = await call("/api/todos", {
      as: ann,
      json: {
        title: "x",
        comments: [
          { body: "x", todoId: other.id },
          { body: "x", authorId: bob.id },
        ],
      },
    });
    expect(fieldErrors(answer)).toEqual({
      "comments[0].todoId": "unknown_field",
      "comments[1].authorId": "unknown_field",
    });
  });

  test("a parent and its id together are 400", async () => {
    const list = await create("/api/lists", ann, { name: "there" });
    const answer = await call("/api/todos", {
      as: ann,
      json: { title: "x", listId: list.id, list: { name: "new" } },
    });
    expect([answer.status, fieldErrors(answer)]).toEqual([400, { list: "conflicting_fields" }]);
  });

  test("an id that is taken undoes the parent as well", async () => {
    const theirs = await create("/api/todos", bob, { title: "bob's" });
    const tag = uuidv7();
    const answer = await call("/api/todos", {
      as: ann,
      json: { id: theirs.id, title: "x", list: { name: tag } },
    });
    expect(answer.status).toBe(409);
    expect(await total("/api/lists", `name=="${tag}"`)).toBe(0);
  });

  test("relations that only a reference gives, and those from many to many, cannot be embedded", async () => {
    const answer = await call("/api/lists", {
      as: ann,
      json: { name: "x", owner: { name: "y", email: "y@example.com" }, members: [] },
    });
    expect(fieldErrors(answer)).toEqual({ owner: "unknown_field", members: "unknown_field" });
  });

  test("a batch embeds nothing, and neither does a change", async () => {
    const batch = await call("/api/todos/batch", {
      as: ann,
      json: { items: [{ title: "x", comments: [] }] },
    });
    expect(fieldErrors(batch)).toEqual({ "items[0].comments": "unknown_field" });
  });

  test("at most as many children as a batch has items", async () => {
    const comments = Array.from({ length: 101 }, () => ({ body: "x" }));
    const answer = await call("/api/todos", { as: ann, json: { title: "x", comments } });
    expect([answer.status, fieldErrors(answer)]).toEqual([400, { comments: "too_big" }]);
  });

  test("contract 3.7: with a key it is carried out once, and answers alike", async () => {
    const key = `nested-${uuidv7()}`;
    const json = { title: key, list: { name: "l" }, comments: [{ body: "b" }] };
    const send = () => call("/api/todos", { as: ann, json, headers: { "Idempotency-Key": key } });
    const first = await send();
    const again = await send();
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await total("/api/todos", `title=="${key}"`)).toBe(1);
  });
});
