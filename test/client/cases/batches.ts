/** Writes of many rows. */
import { equal, matches, refused } from "../assert.ts";
import { type Cases, enter } from "../world.ts";

export const batches: Cases = {
  "rows are made, upserted, changed and deleted, by conditions": async (world) => {
    const { client } = await enter(world);
    const made = await client.todos.createMany([{ title: "a" }, { title: 'b"' }, { title: "c", done: true }]);
    equal(
      made.map(({ title }) => title),
      ["a", 'b"', "c"],
    );
    const [first] = made;
    const id = crypto.randomUUID();
    const upserted = await client.todos.upsertMany([
      { id: first?.id ?? "", title: "a2" },
      { id, title: "d" },
    ]);
    matches(upserted, [
      { id: first?.id, title: "a2", version: 2 },
      { id, title: "d", version: 1 },
    ]);
    equal(await client.todos.updateMany({ where: { title: { in: ['b"', "d"] } }, data: { priority: 3 } }), 2);
    equal(await client.todos.count({ where: { priority: 3 } }), 2);
    equal(await client.todos.deleteMany({ where: { done: true } }), 1);
    equal(await client.todos.deleteMany({ filter: "priority==3" }), 2);
    equal(await client.todos.deleteMany({ where: "all" }), 1);
    equal(await client.todos.count(), 0);
  },

  "they are all or nothing, and name what is wrong": async (world) => {
    const { client } = await enter(world);
    await refused(client.todos.createMany([{ title: "a" }, { title: "" }]), {
      ...{ status: 400, errors: [{ field: "items[1].title" }] },
    });
    equal(await client.todos.count(), 0);
    const many = Array.from({ length: 101 }, (_, index) => ({ title: `${index}` }));
    await refused(client.todos.createMany(many), { code: "BATCH_LIMIT_EXCEEDED" });
    equal((await client.todos.createMany(many.slice(1))).length, 100);
  },

  "they touch the rows that the caller may write, and no others": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [client, theirs] = [world.connect(me), world.connect(other)];
    await client.todos.createMany([{ title: "a", assigneeId: other.id }, { title: "a" }]);
    await theirs.todos.create({ title: "a" });
    equal(await theirs.todos.updateMany({ where: { title: "a" }, data: { title: "b" } }), 2);
    equal(await client.todos.count({ where: { title: "b" } }), 1);
    equal(await theirs.todos.deleteMany({ where: "all" }), 1);
    equal(await client.todos.count(), 2);
  },
};
