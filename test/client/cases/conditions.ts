/** `where`, against the database: each family of operators, and every place where conditions can stand. */
import type { Client, TodoWhere } from "../../../generated/client.js";
import { equal, isText, refused } from "../assert.ts";
import { type Cases, enter, type World } from "../world.ts";

const titles = ["plain", 'say "hi"', "back\\slash", "a);done==true", "5", "null", "Ä ü 😀", "100%", "x,y;z"];

/** Somebody with a todo of each title, and what finds them. */
async function furnished(
  world: World,
): Promise<{ client: Client; found: (where: TodoWhere) => Promise<string[]> }> {
  const { client } = await enter(world);
  await client.todos.createMany(
    titles.map((title, index) => ({
      title,
      priority: index % 4,
      done: index % 2 === 0,
      notes: index < 5 ? null : title,
      estimate: index === 0 ? null : index / 4,
      dueAt: index === 0 ? null : `2026-01-0${index}T00:00:00Z`,
    })),
  );
  const found = async (where: TodoWhere): Promise<string[]> =>
    (await client.todos.list({ where, limit: 100, select: ["title"] })).items
      .map(({ title }) => title)
      .sort();
  return { client, found };
}

export const conditions: Cases = {
  "every text finds itself and nothing else": async (world) => {
    const { found } = await furnished(world);
    for (const title of titles) {
      equal(await found({ title }), [title]);
      const all = { in: [title, "none"], contains: title, startsWith: title, endsWith: title };
      equal(await found({ title: all }), [title]);
      equal(await found({ notes: title }), titles.indexOf(title) < 5 ? [] : [title]);
    }
  },

  "texts: equality, order, parts, patterns, lengths, and each of them for a to z and A to Z alike": async (
    world,
  ) => {
    const { found } = await furnished(world);
    const others = (...without: string[]): string[] =>
      titles.filter((each) => !without.includes(each)).sort();
    equal(await found({ title: { ne: "5" } }), others("5"));
    equal(await found({ title: { notIn: ["5", "plain"] } }), others("5", "plain"));
    equal(await found({ title: { gt: "plain", lte: "x" } }), ['say "hi"']);
    equal(await found({ title: { between: ["null", "plain"] } }), ["null", "plain"]);
    equal(await found({ title: { notBetween: ["100%", "x,y;z"] } }), ["Ä ü 😀"]);
    equal(await found({ title: { like: "100\\%" } }), ["100%"]);
    equal(await found({ title: { like: "_lai%" } }), ["plain"]);
    equal(await found({ title: { length: 1 } }), ["5"]);
    equal(await found({ title: { minLength: 5, maxLength: 5 } }), ["plain", "x,y;z", "Ä ü 😀"].sort());
    equal(await found({ title: { iEq: "PLAIN" } }), ["plain"]);
    equal(await found({ title: { iNe: "PLAIN", contains: "l", maxLength: 5 } }), ["null"]);
    equal(await found({ title: { iContains: "K\\S" } }), ["back\\slash"]);
    equal(await found({ title: { iStartsWith: "SAY", iEndsWith: 'HI"' } }), ['say "hi"']);
    equal(await found({ title: { iLike: "%SLASH" } }), ["back\\slash"]);
    equal(await found({ notes: { isEmpty: true } }), titles.slice(0, 5).sort());
    equal(await found({ notes: { isNull: false } }), titles.slice(5).sort());
  },

  "numbers, moments, true and false, and what is null": async (world) => {
    const { found } = await furnished(world);
    equal(await found({ priority: { gte: 2 }, done: true }), ["back\\slash", "Ä ü 😀"].sort());
    equal(await found({ priority: { in: [3], lt: 4 } }), ["a);done==true", "100%"].sort());
    equal(await found({ estimate: null }), ["plain"]);
    equal(await found({ estimate: { between: [0.25, 0.5] } }), ["back\\slash", 'say "hi"'].sort());
    equal(await found({ estimate: { notBetween: [0, 1.75] } }), ["plain", "x,y;z"]);
    equal(
      await found({ dueAt: { lt: new Date("2026-01-03"), isNull: false } }),
      ["back\\slash", 'say "hi"'].sort(),
    );
    equal(await found({ dueAt: { gte: "2026-01-08" } }), ["x,y;z"]);
    equal(await found({ dueAt: "2026-01-04T01:00:00+01:00" }), ["5"]);
    equal(
      await found({ createdAt: { gt: new Date(0) }, done: { ne: true }, priority: 1 }),
      ['say "hi"', "null"].sort(),
    );
    equal(await found({ notes: { isEmpty: true }, version: { lte: 1 }, priority: 0 }), ["5", "plain"]);
  },

  "enums and references": async (world) => {
    const { me, client } = await enter(world);
    const other = await world.person();
    const [red, blue] = await client.lists.createMany([
      { name: "a", color: "red" },
      { name: "b", color: "blue" },
    ]);
    const mine = { ownerId: me.id };
    const colors = async (where: object): Promise<string[]> =>
      (await client.lists.list({ where: { ...mine, ...where } })).items.map(({ color }) => color).sort();
    equal(await colors({ color: "red" }), ["red"]);
    equal(await colors({ color: { notIn: ["red", "amber"] } }), ["blue"]);
    equal(await colors({ color: { ne: "green" }, id: { in: [red?.id ?? "", blue?.id ?? ""] } }), [
      "blue",
      "red",
    ]);
    await client.todos.createMany([{ title: "a", assigneeId: other.id }, { title: "b" }]);
    equal(await client.todos.count({ where: { assigneeId: other.id } }), 1);
    equal(await client.todos.count({ where: { assigneeId: { ne: other.id } } }), 1);
    equal(await client.todos.count({ where: { assigneeId: null, ownerId: me.id } }), 1);
  },

  "conditions are joined by and, or and not": async (world) => {
    const { found } = await furnished(world);
    equal(
      await found({ or: [{ title: "5" }, { not: { priority: { lt: 3 } } }] }),
      ["5", "100%", "a);done==true"].sort(),
    );
    equal(
      await found({
        and: [{ done: true }, { or: [{ priority: 0 }, { priority: 2 }] }, { not: { notes: null } }],
      }),
      ["x,y;z", "Ä ü 😀"],
    );
    equal(await found({ or: [] }), []);
    equal(await found({ title: { in: [] } }), []);
    equal(await found({ and: [] }), [...titles].sort());
    equal(await found({}), [...titles].sort());
  },

  "they mean the same wherever they can stand": async (world) => {
    const { client } = await furnished(world);
    const where: TodoWhere = { title: { in: ['say "hi"', "a);done==true"] } };
    equal(await client.todos.count({ where }), 2);
    equal(await client.todos.count({ where, filter: "priority==1,priority==2" }), 1);
    equal(await client.todos.aggregate({ where, count: true }), [{ key: {}, count: 2 }]);
    const rows: string[] = [];
    for await (const { title } of client.todos.paginate({ where, limit: 1, orderBy: ["title"] }))
      rows.push(title);
    equal(rows, ["a);done==true", 'say "hi"']);
    const hits = await client.todos.search("hi", { where: { title: { contains: '"' } } });
    equal(
      hits.items.map(({ title }) => title),
      ['say "hi"'],
    );
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
    equal(shown.todos, [{ title: "a);done==true" }, { title: 'say "hi"' }]);
    equal(shown.owner, null);
  },

  "deleted rows are asked for by when they were deleted": async (world) => {
    const { client } = await enter(world);
    const [gone] = await client.todos.createMany([{ title: "gone" }, { title: "here" }]);
    await client.todos.delete(gone?.id ?? "");
    const deleted = { not: { deletedAt: null } };
    const { items } = await client.todos.list({
      withDeleted: true,
      where: deleted,
      select: ["title", "deletedAt"],
    });
    equal([items.length, items[0]?.title, isText(items[0]?.deletedAt)], [1, "gone", true]);
    equal(await client.todos.count({ withDeleted: true, where: { or: [deleted, { title: "here" }] } }), 2);
    equal(await client.todos.count(), 1);
  },

  "what the server cannot take is its error, with the place": async (world) => {
    const { client } = await enter(world);
    await refused(client.todos.list({ where: { title: "x".repeat(5_000) } }), {
      ...{ status: 400, code: "FILTER_PARSE_ERROR", errors: [{ field: "filter" }] },
    });
    const unknown = { titel: "x" } as TodoWhere;
    await refused(client.todos.list({ where: unknown }), { code: "FILTER_PARSE_ERROR" });
  },
};
