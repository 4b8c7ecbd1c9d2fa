/** Live lists: `live()`. */
import type { LiveStore } from "covara/client";
import type { Todo } from "../../../generated/client.js";
import { equal, matches, ok, refused, until } from "../assert.ts";
import { breakable } from "../network.ts";
import { type Cases, enter, type Fetch, type World } from "../world.ts";

/** Opens a list, and waits until it has its rows. */
async function open<List extends LiveStore<unknown>>(world: World, list: List): Promise<List> {
  world.atEnd(() => list.close());
  list.subscribe(() => undefined);
  await until(() => equal(list.getSnapshot().status, "live"));
  return list;
}

const titlesOf = (list: LiveStore<Pick<Todo, "title">>): string[] =>
  list.getSnapshot().items.map(({ title }) => title);

/** A way to the server on which writes wait until they are let through. */
function held(world: World): { fetch: Fetch; release: () => void } {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fetch: Fetch = async (url, init) => {
    if (init.method !== "GET") await released;
    return world.fetch(url, init);
  };
  return { fetch, release };
}

export const lists: Cases = {
  "a list begins with the rows that are there, and follows the writes of others, in order": async (world) => {
    const { me, client } = await enter(world);
    const other = world.connect(me);
    await other.todos.createMany([
      { title: "b", priority: 1 },
      { title: "a", priority: 2 },
      { title: "hidden", done: true },
    ]);
    const list = client.todos.live({ where: { done: false }, orderBy: ["-priority", "title"] });
    world.atEnd(list.close);
    list.subscribe(() => undefined);
    matches(list.getSnapshot(), { status: "loading", items: [], hasMore: false, error: null });
    await until(() => equal(list.getSnapshot().status, "live"));
    equal(titlesOf(list), ["a", "b"]);
    const third = await other.todos.create({ title: "c", priority: 3 });
    await until(() => equal(titlesOf(list), ["c", "a", "b"]));
    await other.todos.update(third.id, { priority: 0 });
    await until(() => equal(titlesOf(list), ["a", "b", "c"]));
    await other.todos.update(third.id, { done: true });
    await until(() => equal(titlesOf(list), ["a", "b"]));
    await other.todos.deleteMany({ where: { title: "a" } });
    await until(() => equal(titlesOf(list), ["b"]));
    const page = await other.todos.list({ where: { done: false } });
    equal(list.getSnapshot().items, page.items);
  },

  "its own writes show at once, and stay as the server has them": async (world) => {
    const { me, client } = await enter(world);
    const other = world.connect(me);
    await other.todos.createMany([
      { title: "a", priority: 2 },
      { title: "c", priority: 0 },
    ]);
    const list = await open(
      world,
      client.todos.live({ where: { done: false }, orderBy: ["-priority", "title"] }),
    );
    const created = list.create({ title: "mine", priority: 1 }, { ownerId: me.id });
    equal(titlesOf(list), ["a", "mine", "c"]);
    const [mine] = list.getSnapshot().pending;
    const row = await created;
    equal(row.id, mine);
    await until(() => equal(list.getSnapshot().items[1], row));
    equal(list.getSnapshot().pending.size, 0);

    const updated = list.update(row.id, { priority: 3 });
    equal(titlesOf(list), ["mine", "a", "c"]);
    equal((await updated).version, 2);
    const [first, , last] = list.getSnapshot().items;
    const done = list.update(last?.id ?? "", { done: true });
    const deleted = list.delete(first?.id ?? "");
    equal(titlesOf(list), ["a"]);
    await Promise.all([done, deleted]);
    await until(() => matches(list.getSnapshot(), { status: "live", error: null }));
    const page = await other.todos.list({ where: { done: false } });
    equal(list.getSnapshot().items, page.items);
    equal(titlesOf(list), ["a"]);
  },

  "a write that is refused is shown, taken back, and told to whoever waits for it": async (world) => {
    const { me, client } = await enter(world);
    const { id } = await client.todos.create({ title: "a" });
    const errors: unknown[] = [];
    const { fetch, release } = held(world);
    const slow = world.connect(me, { fetch });
    const list = await open(world, slow.todos.live({ onError: (error) => errors.push(error) }));
    const renamed = list.update(id, { title: "" });
    const created = list.create({ title: "x".repeat(201) }, { ownerId: me.id });
    equal(titlesOf(list).sort(), ["", "x".repeat(201)]);
    equal([list.getSnapshot().pending.size, errors.length], [2, 0]);
    release();
    await refused(renamed, { status: 400, errors: [{ field: "title" }] });
    await refused(created, { status: 400, errors: [{ field: "title" }] });
    equal(titlesOf(list), ["a"]);
    equal([list.getSnapshot().pending.size, errors.length], [0, 2]);
    const theirs = world.connect(await world.person());
    await refused(theirs.todos.live().delete(id), { status: 404 });
    equal(await client.todos.count(), 1);
  },

  "a deletion that is refused brings the row back": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me), world.connect(other)];
    await mine.todos.create({ title: "a", assigneeId: other.id });
    const list = await open(world, theirs.todos.live());
    const deleted = list.delete(list.getSnapshot().items[0]?.id ?? "");
    equal(titlesOf(list), []);
    await refused(deleted, { status: 403 });
    equal(titlesOf(list), ["a"]);
    equal(list.getSnapshot().status, "live");
  },

  "where the server chooses the id, a row is shown once, and under its own id in the end": async (world) => {
    const { me, client } = await enter(world);
    const list = client.lists.live({ select: ["name"], where: { ownerId: me.id } });
    const seen: string[] = [];
    list.subscribe(() => {
      const { items } = list.getSnapshot();
      seen.push(items.map(({ name }) => name).join(" "));
    });
    await open(world, list);
    const created = list.create({ name: "Home" }, { ownerId: me.id });
    const guess = list.getSnapshot().items[0];
    equal(guess?.name, "Home");
    const renamed = list.update(guess?.id ?? "", { name: "House" });
    const { id } = await created;
    matches(await renamed, { id, name: "House" });
    await until(() => equal(list.getSnapshot().pending.size, 0));
    matches(list.getSnapshot().items, [{ id, name: "House" }]);
    equal(
      seen.filter((names) => names.includes(" ")),
      [],
    );
  },

  "a list shows a window, more of it when asked, and nothing of what others may not read": async (world) => {
    const { client } = await enter(world);
    await client.todos.createMany(Array.from({ length: 5 }, (_, index) => ({ title: `${index}` })));
    const list = await open(world, client.todos.live({ orderBy: ["title"], limit: 2, select: ["title"] }));
    equal(titlesOf(list), ["0", "1"]);
    equal(list.getSnapshot().hasMore, true);
    list.loadMore();
    list.loadMore();
    equal(titlesOf(list), ["0", "1", "2", "3", "4"]);
    equal(list.getSnapshot().hasMore, false);
    const theirs = await open(world, world.connect(await world.person()).todos.live());
    equal(theirs.getSnapshot().items, []);
  },

  "two clients see each other's writes": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const mine = await open(world, world.connect(me).todos.live());
    const theirs = await open(world, world.connect(other).todos.live());
    const todo = await mine.create({ title: "a", assigneeId: other.id }, { ownerId: me.id });
    await until(() => equal(titlesOf(theirs), ["a"]));
    await theirs.update(todo.id, { title: "by them", done: true });
    await until(() => equal(titlesOf(mine), ["by them"]));
    const last = mine.update(todo.id, { title: "by me" });
    await until(() => equal(titlesOf(theirs), ["by me"]));
    const row = await last;
    await until(() => equal([mine.getSnapshot().items, theirs.getSnapshot().items], [[row], [row]]));
    await mine.update(todo.id, { assigneeId: null });
    await until(() => equal(titlesOf(theirs), []));
    equal(titlesOf(mine), ["by me"]);
  },

  "a stream that is cut comes back, and the list has what happened meanwhile": async (world) => {
    const { me, client } = await enter(world);
    const { fetch, cut, opened } = breakable(world);
    const list = await open(world, world.connect(me, { fetch }).todos.live({ orderBy: ["title"] }));
    const statuses: string[] = [];
    list.subscribe(() => statuses.push(list.getSnapshot().status));
    cut();
    const made = await client.todos.createMany([{ title: "a" }, { title: "b" }]);
    await until(() => equal(list.getSnapshot().items, made));
    ok(statuses.includes("connecting"), "it was connecting");
    equal(list.getSnapshot().status, "live");
    equal(opened(), 2);
  },

  "writes without a connection are taken back": async (world) => {
    const { me, client } = await enter(world);
    await client.todos.create({ title: "a" });
    let isBroken = false;
    const list = await open(
      world,
      world
        .connect(me, {
          retries: 0,
          fetch: async (url, init) => {
            if (isBroken) throw new TypeError("The network broke");
            return world.fetch(url, init);
          },
        })
        .todos.live({ onError: () => undefined }),
    );
    isBroken = true;
    const write = list.update(list.getSnapshot().items[0]?.id ?? "", { title: "b" });
    equal(titlesOf(list), ["b"]);
    const name = await write.then(
      () => "written",
      (error: Error) => error.name,
    );
    equal([name, ...titlesOf(list)], ["CovaraNetworkError", "a"]);
  },

  "refetch reads all rows anew, and close ends it for good": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const { fetch, opened } = breakable(world);
    const list = await open(world, world.connect(me, { fetch }).todos.live());
    list.refetch();
    equal(list.getSnapshot().items, [todo]);
    await until(() => equal([opened(), list.getSnapshot().status], [2, "live"]));
    equal(list.getSnapshot().items, [todo]);
    list.close();
    matches(list.getSnapshot(), { status: "closed", items: [todo] });
  },

  "a list of nobody who is known ends with the refusal": async (world) => {
    const list = world.connect(null).todos.live();
    world.atEnd(list.close);
    list.subscribe(() => undefined);
    await until(() => matches(list.getSnapshot(), { status: "closed", error: { status: 401 } }));
  },
};
