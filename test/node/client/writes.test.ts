import { describe, expect, test } from "vitest";
import type { Selection } from "../../../runtime/client/index.ts";
import { createClient, type TodoWhere } from "../../types/fixtures/client/taskboard/client.ts";
import { failure, json, type Received, serve } from "./server.ts";

const id = "0190b5a4-6c1d-7000-8000-00000000000a";
const todo = { id, title: "Ship", version: 3 };

const lines = (received: readonly Received[]): string[] =>
  received.map(({ method, url, body }) => `${method} ${url}${body === "" ? "" : ` ${body}`}`);

describe("batches (contract 3)", () => {
  test("many are made, in one request, and given in their order", async () => {
    const { url, received } = await serve(() => json({ items: [todo, null] }, 201));
    const { todos, reviews } = createClient({ baseUrl: url });
    expect(await todos.createMany([{ title: "a" }, { title: "b" }])).toEqual([todo, null]);
    expect(await reviews.upsertMany([{ id, text: "c" }])).toEqual([todo, null]);
    expect(lines(received)).toEqual([
      'POST /api/todos/batch {"items":[{"title":"a"},{"title":"b"}]}',
      `POST /api/reviews/batch/upsert {"items":[{"id":"${id}","text":"c"}]}`,
    ]);
  });

  test("of those that nobody may read there is null for each", async () => {
    const { url } = await serve(() => ({ status: 204 }));
    const { feedback, reviews } = createClient({ baseUrl: url });
    expect(await feedback.createMany([{ text: "a" }, { text: "b" }])).toEqual([null, null]);
    expect(await reviews.upsertMany([{ id, text: "a" }])).toEqual([null]);
  });

  test("those that conditions mean are changed and deleted", async () => {
    const { url, received } = await serve(() => json({ count: 2 }));
    const { todos } = createClient({ baseUrl: url });
    expect(await todos.updateMany({ where: { done: true, title: "a&b" }, data: { priority: 1 } })).toBe(2);
    expect(await todos.deleteMany({ where: { priority: { in: [] } } })).toBe(2);
    await todos.updateMany({ where: "all", data: { done: true } });
    await todos.deleteMany({ filter: "done==true" });
    await todos.deleteMany({ filter: "*" });
    // Refused by the server.
    await todos.deleteMany({ filter: "" });
    expect(lines(received)).toEqual([
      'PATCH /api/todos/batch?filter=done%3D%3Dtrue%3Btitle%3D%3D%22a%26b%22 {"priority":1}',
      "DELETE /api/todos/batch?filter=priority%3Din%3D()",
      'PATCH /api/todos/batch?filter=* {"done":true}',
      "DELETE /api/todos/batch?filter=done%3D%3Dtrue",
      "DELETE /api/todos/batch?filter=*",
      "DELETE /api/todos/batch?filter=",
    ]);
  });

  test("conditions that turn out to be none never mean every row", async () => {
    const { url, received } = await serve(() => json({ count: 2 }));
    const { todos } = createClient({ baseUrl: url });
    const wanted: { done?: boolean | undefined } = {};
    for (const given of [
      {},
      { where: {} },
      { where: undefined },
      { where: { done: {} } },
      { where: { and: [] } },
      { where: { or: [{ done: true }, {}] } },
      { where: { done: wanted.done } },
      { filter: undefined },
    ]) {
      const selection = given as unknown as Selection<TodoWhere>;
      expect(await failure(todos.deleteMany(selection))).toBeInstanceOf(TypeError);
      expect(await failure(todos.updateMany({ ...selection, data: { done: true } }))).toBeInstanceOf(
        TypeError,
      );
    }
    expect(received).toEqual([]);
  });
});

describe("ifMatch (contract 3.5)", () => {
  test("a row, a number or any", async () => {
    const { url, received } = await serve(({ method }) =>
      method === "DELETE" ? { status: 204 } : json(todo),
    );
    const { todos, logs } = createClient({ baseUrl: url });
    await todos.update(id, { done: true }, { ifMatch: todo });
    await todos.replace(id, { title: "x" }, { ifMatch: 7 });
    await todos.delete(id, { ifMatch: "*" });
    await todos.delete(id, { ifMatch: undefined });
    await logs.delete(id, { ifMatch: { revision: 2 } });
    expect(received.map(({ headers }) => headers["if-match"])).toEqual(['"3"', '"7"', "*", undefined, '"2"']);
  });

  test("a row that was read without its version names none", async () => {
    const { url, received } = await serve(() => json(todo));
    const { todos } = createClient({ baseUrl: url });
    const row = { id, title: "x" } as unknown as typeof todo;
    const error = await failure(todos.update(id, { done: true }, { ifMatch: row }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("its version is undefined");
    expect(received).toEqual([]);
  });
});
