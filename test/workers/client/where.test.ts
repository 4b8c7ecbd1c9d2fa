import { beforeAll, describe, expect, test } from "vitest";
import type { Client, TodoWhere } from "../../../generated/client.js";
import { addUser } from "../api.ts";
import { connect, failure } from "./connect.ts";

const titles = ["plain", 'say "hi"', "back\\slash", "a);done==true", "5", "null", "Ä ü 😀", "100%", "x,y;z"];

let client: Client;
beforeAll(async () => {
  client = connect(await addUser());
  const rows = titles.map((title, index) => ({
    title,
    priority: index % 4,
    done: index % 2 === 0,
    notes: index < 5 ? null : title,
    estimate: index === 0 ? null : index / 4,
    dueAt: index === 0 ? null : `2026-01-0${index}T00:00:00Z`,
  }));
  await client.todos.createMany(rows);
});

const found = async (where: TodoWhere): Promise<string[]> =>
  (await client.todos.list({ where, limit: 100, select: ["title"] })).items.map(({ title }) => title).sort();

describe("contract 7: where, against the Worker and its database", () => {
  test("every text finds itself and nothing else", async () => {
    for (const title of titles) {
      expect(await found({ title })).toEqual([title]);
      expect(
        await found({ title: { in: [title, "none"], contains: title, startsWith: title, endsWith: title } }),
      ).toEqual([title]);
      expect(await found({ notes: title })).toEqual(titles.indexOf(title) < 5 ? [] : [title]);
    }
    expect(await found({ title: { iEq: "PLAIN" } })).toEqual(["plain"]);
    expect(await found({ title: { like: "100\\%" } })).toEqual(["100%"]);
    expect(await found({ title: { length: 1 } })).toEqual(["5"]);
  });

  test("every kind of field", async () => {
    expect(await found({ priority: { gte: 2 }, done: true })).toEqual(["back\\slash", "Ä ü 😀"].sort());
    expect(await found({ estimate: null })).toEqual(["plain"]);
    expect(await found({ estimate: { between: [0.25, 0.5] } })).toEqual(["back\\slash", 'say "hi"'].sort());
    expect(await found({ dueAt: { lt: new Date("2026-01-03"), isNull: false } })).toEqual(
      ["back\\slash", 'say "hi"'].sort(),
    );
    expect(await found({ dueAt: { gte: "2026-01-08" } })).toEqual(["x,y;z"]);
    expect(await found({ notes: { isEmpty: true }, version: { lte: 1 }, priority: 0 })).toEqual([
      "5",
      "plain",
    ]);
    expect(await found({ or: [{ title: "5" }, { not: { priority: { lt: 3 } } }] })).toEqual(
      ["5", "100%", "a);done==true"].sort(),
    );
    expect(await found({ or: [] })).toEqual([]);
    expect(await found({})).toHaveLength(titles.length);
  });

  test("it means the same wherever it can stand", async () => {
    const where: TodoWhere = { title: { in: ['say "hi"', "a);done==true"] } };
    expect(await client.todos.count({ where })).toBe(2);
    expect(await client.todos.count({ where, filter: "priority==1,priority==2" })).toBe(1);
    expect(await client.todos.aggregate({ where, count: true })).toEqual([{ key: {}, count: 2 }]);
    const rows: string[] = [];
    for await (const { title } of client.todos.paginate({ where, limit: 1, orderBy: ["title"] }))
      rows.push(title);
    expect(rows).toEqual(["a);done==true", 'say "hi"']);
    const sizes: number[] = [];
    for await (const { items } of client.todos.paginate({ limit: 4 }).pages()) sizes.push(items.length);
    expect(sizes).toEqual([4, 4, 1]);
    const hits = await client.todos.search("hi", { where: { title: { contains: '"' } } });
    expect(hits.items.map(({ title }) => title)).toEqual(['say "hi"']);

    const list = await client.lists.create({
      name: "Home",
      todos: titles.slice(0, 4).map((title) => ({ title })),
    });
    const shown = await client.lists.get(list.id, {
      include: {
        todos: { where, select: ["title"], orderBy: ["title"] },
        owner: { where: { name: "nobody" } },
      },
    });
    expect(shown.todos).toEqual([{ title: "a);done==true" }, { title: 'say "hi"' }]);
    expect(shown.owner).toBeNull();
  });

  test("deleted rows are asked for by when they were deleted", async () => {
    const caller = connect(await addUser());
    const [gone] = await caller.todos.createMany([{ title: "gone" }, { title: "here" }]);
    await caller.todos.delete(gone?.id ?? "");
    const deleted = { not: { deletedAt: null } };
    const { items } = await caller.todos.list({
      withDeleted: true,
      where: deleted,
      select: ["title", "deletedAt"],
    });
    expect(items).toEqual([{ title: "gone", deletedAt: expect.any(String) }]);
    expect(await caller.todos.count({ withDeleted: true, where: { or: [deleted, { title: "here" }] } })).toBe(
      2,
    );
  });

  test("what the server cannot take is its error, with the place", async () => {
    const where = { title: "x".repeat(5_000) };
    const long = await failure(client.todos.list({ where }));
    expect([long.status, long.code, long.errors[0]?.field]).toEqual([400, "FILTER_PARSE_ERROR", "filter"]);
    const unknown = { titel: "x" } as TodoWhere;
    expect(await failure(client.todos.list({ where: unknown }))).toMatchObject({
      code: "FILTER_PARSE_ERROR",
    });
  });
});
