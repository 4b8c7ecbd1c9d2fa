/** Streams of events: as a loop, and with callbacks. */
import { equal, matches, ok, refused, until } from "../assert.ts";
import { breakable } from "../network.ts";
import { type Cases, enter } from "../world.ts";

export const subscriptions: Cases = {
  "changes are iterated over as they happen, and leaving the loop ends the stream": async (world) => {
    const { me, client } = await enter(world);
    const other = world.connect(me);
    const first = await other.todos.create({ title: "first" });
    const seen: string[] = [];
    for await (const event of client.todos.subscribe({ where: { done: false }, snapshot: true })) {
      seen.push(event.type);
      if (event.type === "existing") equal(event.object, first);
      if (event.type === "synced") await other.todos.update(first.id, { title: "second" });
      if (event.type === "changed") {
        equal(event.object.title, "second");
        await other.todos.update(first.id, { done: true });
      }
      if (event.type === "removed") {
        equal(event.objectId, first.id);
        break;
      }
    }
    equal(seen, ["connected", "existing", "synced", "changed", "removed"]);
  },

  "callbacks are told of events and states, of a selection": async (world) => {
    const { me, client } = await enter(world);
    const events: unknown[] = [];
    const states: string[] = [];
    const close = client.todos.subscribe(
      { select: ["title"] },
      { onEvent: (event) => events.push(event), onState: (state) => states.push(state) },
    );
    world.atEnd(close);
    await until(() => ok(states.includes("live"), "it is live"));
    const { id } = await world.connect(me).todos.create({ title: "a" });
    await until(() => equal(events.length, 2));
    matches(events[1], { type: "added", objectId: id });
    equal(Reflect.get(Object(events[1]), "object"), { title: "a" });
    close();
    equal(states, ["connecting", "live", "closed"]);
  },

  "two people are told what concerns them, and of nothing else": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me), world.connect(other)];
    const events: { type: string; title: string | null }[] = [];
    let isLive = false;
    const close = theirs.todos.subscribe(
      {},
      {
        onEvent: (event) =>
          events.push({ type: event.type, title: "object" in event ? event.object.title : null }),
        onState: (state) => {
          isLive = state === "live";
        },
      },
    );
    world.atEnd(close);
    await until(() => ok(isLive, "it is live"));
    await mine.todos.create({ title: "secret" });
    const todo = await mine.todos.create({ title: "shared", assigneeId: other.id });
    await mine.todos.update(todo.id, { title: "renamed" });
    await mine.todos.update(todo.id, { assigneeId: null });
    await mine.todos.update(todo.id, { title: "secret again" });
    await theirs.todos.create({ title: "their own" });
    await until(() => equal(events.at(-1), { type: "added", title: "their own" }));
    equal(events.slice(1, -1), [
      { type: "added", title: "shared" },
      { type: "changed", title: "renamed" },
      { type: "removed", title: null },
    ]);
  },

  "aggregates are told at first and when they differ": async (world) => {
    const { me, client } = await enter(world);
    const other = world.connect(me);
    await other.todos.create({ title: "a", priority: 1 });
    const counts: (readonly number[])[] = [];
    for await (const event of client.todos.subscribeAggregate({ groupBy: ["priority"], count: true })) {
      if (event.type !== "aggregate") continue;
      counts.push(event.groups.map(({ key, count }) => key.priority * 10 + count));
      if (counts.length === 2) break;
      await other.todos.create({ title: "b", priority: 2 });
    }
    equal(counts, [[11], [11, 21]]);
  },

  "a subscription that the server refuses ends with the error": async (world) => {
    const { client } = await enter(world);
    const read = async (): Promise<string> => {
      for await (const event of world.connect(null).todos.subscribe()) return event.type;
      return "nothing";
    };
    await refused(read(), { status: 401 });
    const errors: unknown[] = [];
    const states: string[] = [];
    client.todos.subscribe(
      { filter: "nothing==1" },
      { onError: (error) => errors.push(error), onState: (state) => states.push(state) },
    );
    await until(() => matches(errors, [{ status: 400, code: "FILTER_PARSE_ERROR" }]));
    equal(states, ["connecting", "closed"]);
  },

  "a signal ends it": async (world) => {
    const { client } = await enter(world);
    const controller = new AbortController();
    const seen: string[] = [];
    const reason = new Error("The user left");
    const read = async (): Promise<void> => {
      for await (const { type } of client.todos.subscribe({ snapshot: true, signal: controller.signal })) {
        seen.push(type);
        if (type === "synced") controller.abort(reason);
      }
    };
    const ended = await read().then(
      () => null,
      (error: unknown) => error,
    );
    ok(ended === null || ended === reason, "it ends with the reason at most");
    equal(seen, ["connected", "synced"]);
  },

  "a stream that is cut goes on where it was: nothing is missing, and nothing comes twice": async (world) => {
    const { me } = await enter(world);
    const other = world.connect(me);
    const { fetch, cut, opened } = breakable(world);
    const titles: string[] = [];
    const types: string[] = [];
    const close = world.connect(me, { fetch }).todos.subscribe(
      { snapshot: true },
      {
        onEvent: (event) => {
          types.push(event.type);
          if (event.type === "added") titles.push(event.object.title);
        },
      },
    );
    world.atEnd(close);
    await until(() => equal(types.at(-1), "synced"));
    await other.todos.create({ title: "before" });
    await until(() => equal(titles, ["before"]));
    cut();
    await other.todos.create({ title: "meanwhile" });
    await until(() => equal(titles, ["before", "meanwhile"]));
    await other.todos.create({ title: "after" });
    await until(() => equal(titles, ["before", "meanwhile", "after"]));
    equal(opened(), 2);
    equal(types.includes("invalidate"), false);
  },
};
