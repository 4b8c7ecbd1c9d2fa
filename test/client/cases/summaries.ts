/** What many rows come to: counts, aggregates and searches. */
import type { Todo } from "../../../generated/client.js";
import { equal, matches, ok, refused } from "../assert.ts";
import { type Cases, enter } from "../world.ts";

export const summaries: Cases = {
  "aggregate gives what is asked for, under the types that it has": async (world) => {
    const { client } = await enter(world);
    await client.todos.createMany([
      { title: "a", estimate: 1.5, priority: 1 },
      { title: "b" },
      { title: "c", done: true, estimate: 2 },
    ]);
    const groups = await client.todos.aggregate({
      groupBy: ["done"],
      count: true,
      sum: ["estimate"],
      max: ["title"],
      filter: "title!=x",
      having: "count>=2,sum.estimate>1",
    });
    const expected: {
      key: Pick<Todo, "done">;
      count: number;
      sum: { estimate: number | null };
      max: { title: string | null };
    }[] = [
      { key: { done: false }, count: 2, sum: { estimate: 1.5 }, max: { title: "b" } },
      { key: { done: true }, count: 1, sum: { estimate: 2 }, max: { title: "c" } },
    ];
    equal(groups, expected satisfies typeof groups);
    equal(
      await client.todos.aggregate({
        avg: ["estimate", "priority"],
        min: ["estimate"],
        where: { done: false },
      }),
      [{ key: {}, avg: { estimate: 1.5, priority: 0.5 }, min: { estimate: 1.5 } }],
    );
  },

  "having takes conditions on what is asked for, or a text": async (world) => {
    const { client } = await enter(world);
    await client.todos.createMany([
      { title: "a", estimate: 1.5 },
      { title: "b" },
      { title: "c", done: true },
    ]);
    const typed = await client.todos.aggregate({
      groupBy: ["done"],
      count: true,
      max: ["createdAt"],
      sum: ["estimate"],
      having: { count: { gte: 2 }, sum: { estimate: { gt: 1 } }, max: { createdAt: { gt: new Date(0) } } },
    });
    equal(
      typed.map(({ key }) => key),
      [{ done: false }],
    );
    equal(await client.todos.aggregate({ avg: ["estimate"], filter: "title==none" }), [
      { key: {}, avg: { estimate: null } },
    ]);
    await refused(client.todos.aggregate({}), { status: 400, code: "VALIDATION_ERROR" });
    await refused(client.todos.aggregate({ count: true, having: "sum.estimate>1" }), {
      ...{ status: 400, code: "FILTER_PARSE_ERROR" },
    });
  },

  "search finds words, best first, with what was found marked and all else escaped": async (world) => {
    const { client } = await enter(world);
    const stranger = world.connect(await world.person());
    await client.todos.createMany([
      { title: "Water the <b>plants</b>", notes: "daily" },
      { title: "Buy plants", done: true },
      { title: "Read", notes: "a book on plants, and on plants only" },
    ]);
    await stranger.todos.create({ title: "plants of somebody else" });
    const found = await client.todos.search("plants", { highlight: true });
    equal(found.total, 3);
    equal(found.items[2]?.title, "Read");
    const water = found.items.findIndex(({ title }) => title.startsWith("Water"));
    equal(found.highlights?.[water]?.title, "Water the &lt;b&gt;<mark>plants</mark>&lt;/b&gt;");
    matches(await client.todos.search("pla", { where: { done: false }, limit: 1, offset: 1 }), {
      ...{ total: 2, items: [{ title: "Read" }] },
    });
    const phrase = await client.todos.search('"on plants only"');
    equal(
      phrase.items.map(({ title }) => title),
      ["Read"],
    );
    equal((await client.todos.search("plants", { filter: "done==true" })).total, 1);
    ok(!("highlights" in phrase), "nothing is marked unless that is asked for");
  },
};
