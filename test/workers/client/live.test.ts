import { exports } from "cloudflare:workers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Client, Todo } from "../../../generated/client.js";
import { addUser, type Caller } from "../api.ts";
import { connect, failure } from "./connect.ts";

let ann: Caller;
let client: Client;
/** The same caller at another place. */
let other: Client;
beforeEach(async () => {
  ann = await addUser();
  client = connect(ann);
  other = connect(ann);
});

/** Waits until something holds. */
const until = (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 30_000, interval: 20 });

describe("contract 5: subscriptions of the client against the Worker", () => {
  test("changes are iterated over as they happen, and leaving the loop ends the stream", async () => {
    const first = await other.todos.create({ title: "first" });
    const seen: string[] = [];
    for await (const event of client.todos.subscribe({ where: { done: false }, snapshot: true })) {
      seen.push(event.type);
      if (event.type === "existing") expect(event.object).toEqual(first);
      if (event.type === "synced") await other.todos.update(first.id, { title: "second" });
      if (event.type === "changed") {
        expect(event.object.title).toBe("second");
        await other.todos.update(first.id, { done: true });
      }
      if (event.type === "removed") {
        expect(event.objectId).toBe(first.id);
        break;
      }
    }
    expect(seen).toEqual(["connected", "existing", "synced", "changed", "removed"]);
  });

  test("callbacks are told of events and states, of a selection", async () => {
    const events: unknown[] = [];
    const states: string[] = [];
    const close = client.todos.subscribe(
      { select: ["title"] },
      { onEvent: (event) => events.push(event), onState: (state) => states.push(state) },
    );
    await until(() => expect(states).toContain("live"));
    const { id } = await other.todos.create({ title: "a" });
    await until(() => expect(events).toHaveLength(2));
    expect(events[1]).toMatchObject({ type: "added", objectId: id, object: { title: "a" } });
    close();
    expect(states).toEqual(["connecting", "live", "closed"]);
  });

  test("aggregates are told at first and when they differ", async () => {
    await other.todos.create({ title: "a", priority: 1 });
    const counts: (readonly number[])[] = [];
    for await (const event of client.todos.subscribeAggregate({ groupBy: ["priority"], count: true })) {
      if (event.type !== "aggregate") continue;
      counts.push(event.groups.map(({ key, count }) => key.priority * 10 + count));
      if (counts.length === 2) break;
      await other.todos.create({ title: "b", priority: 2 });
    }
    expect(counts).toEqual([[11], [11, 21]]);
  });

  test("a subscription that the server refuses ends with the error", async () => {
    const stranger = connect();
    const read = async (): Promise<void> => {
      for await (const _event of stranger.todos.subscribe()) expect.unreachable();
    };
    expect(await failure(read())).toMatchObject({ status: 401 });
    const errors: unknown[] = [];
    client.todos.subscribe({ filter: "nothing==1" }, { onError: (error) => errors.push(error) });
    await until(() => expect(errors).toMatchObject([{ status: 400, code: "FILTER_PARSE_ERROR" }]));
  });
});

describe("contract 7: live lists against the Worker", () => {
  test("a list follows the writes of others, in order, and its own show at once", async () => {
    await other.todos.createMany([
      { title: "b", priority: 1 },
      { title: "a", priority: 2 },
      { title: "hidden", done: true },
    ]);
    const list = client.todos.live({ where: { done: false }, orderBy: ["-priority", "title"] });
    onTestFinished(list.close);
    const titles = (): string[] => list.getSnapshot().items.map(({ title }) => title);
    list.subscribe(() => undefined);
    expect(list.getSnapshot()).toMatchObject({ status: "loading", items: [] });
    await until(() => expect(list.getSnapshot().status).toBe("live"));
    expect(titles()).toEqual(["a", "b"]);

    const third = await other.todos.create({ title: "c", priority: 3 });
    await until(() => expect(titles()).toEqual(["c", "a", "b"]));
    await other.todos.update(third.id, { priority: 0 });
    await until(() => expect(titles()).toEqual(["a", "b", "c"]));

    const created = list.create({ title: "mine", priority: 1 }, { ownerId: ann.id });
    expect(titles()).toEqual(["a", "b", "mine", "c"]);
    const [mine] = list.getSnapshot().pending;
    const row = await created;
    expect(row.id).toBe(mine);
    await until(() => expect(list.getSnapshot().items[2]).toEqual(row));
    expect(list.getSnapshot().pending.size).toBe(0);

    const updated = list.update(row.id, { priority: 3 });
    expect(titles()).toEqual(["mine", "a", "b", "c"]);
    expect((await updated).version).toBe(2);
    const done = list.update(third.id, { done: true });
    const deleted = list.delete(row.id);
    expect(titles()).toEqual(["a", "b"]);
    await Promise.all([done, deleted]);
    await until(() => expect(list.getSnapshot()).toMatchObject({ status: "live", error: null }));
    expect(titles()).toEqual(["a", "b"]);
    const page = await other.todos.list({ where: { done: false }, orderBy: ["-priority", "title"] });
    expect(list.getSnapshot().items).toEqual(page.items);
  });

  test("a write that is refused is taken back, and told to whoever waits for it", async () => {
    const { id } = await other.todos.create({ title: "a" });
    const errors: unknown[] = [];
    const list = client.todos.live({ onError: (error) => errors.push(error) });
    onTestFinished(list.close);
    list.subscribe(() => undefined);
    await until(() => expect(list.getSnapshot().status).toBe("live"));
    const renamed = list.update(id, { title: "" });
    expect(list.getSnapshot().items[0]?.title).toBe("");
    expect(await failure(renamed)).toMatchObject({ status: 400, errors: [{ field: "title" }] });
    expect(list.getSnapshot().items[0]?.title).toBe("a");

    const created = list.create({ title: "x".repeat(201) }, { ownerId: ann.id });
    expect(list.getSnapshot().items).toHaveLength(2);
    expect(await failure(created)).toMatchObject({ status: 400 });
    expect(list.getSnapshot().items).toHaveLength(1);
    expect(errors).toHaveLength(2);

    const bob = connect(await addUser());
    expect(await failure(bob.todos.live().delete(id))).toMatchObject({ status: 404 });
  });

  test("where the server chooses the id, a row is shown once, and under its own id in the end", async () => {
    const list = client.lists.live({ select: ["name"] });
    onTestFinished(list.close);
    const seen: string[] = [];
    list.subscribe(() =>
      seen.push(
        list
          .getSnapshot()
          .items.map(({ name }) => name)
          .join(" "),
      ),
    );
    await until(() => expect(list.getSnapshot().status).toBe("live"));
    const count = list.getSnapshot().items.length;
    const created = list.create({ name: "Home" });
    expect(list.getSnapshot().items).toHaveLength(count + 1);
    const guess = list.getSnapshot().items.find(({ name }) => name === "Home");
    const renamed = list.update(guess?.id ?? "", { name: "House" });
    const { id } = await created;
    expect(await renamed).toMatchObject({ id, name: "House" });
    await until(() => expect(list.getSnapshot().pending.size).toBe(0));
    expect(list.getSnapshot().items.filter(({ name }) => name === "House")).toEqual([{ id, name: "House" }]);
    expect(seen.filter((names) => /Ho\w+ .*Ho\w+/.test(names))).toEqual([]);
  });

  test("a list shows a window, more of it when asked, and nothing of what others may not read", async () => {
    await other.todos.createMany(Array.from({ length: 5 }, (_, index) => ({ title: `${index}` })));
    const list = client.todos.live({ orderBy: ["title"], limit: 2, select: ["title"] });
    onTestFinished(list.close);
    list.subscribe(() => undefined);
    await until(() => expect(list.getSnapshot().status).toBe("live"));
    const titles = (): string[] => list.getSnapshot().items.map(({ title }) => title);
    expect(titles()).toEqual(["0", "1"]);
    expect(list.getSnapshot().hasMore).toBe(true);
    list.loadMore();
    list.loadMore();
    expect(titles()).toEqual(["0", "1", "2", "3", "4"]);
    expect(list.getSnapshot().hasMore).toBe(false);

    const bob = connect(await addUser());
    const theirs = bob.todos.live();
    onTestFinished(theirs.close);
    theirs.subscribe(() => undefined);
    await until(() => expect(theirs.getSnapshot().status).toBe("live"));
    expect(theirs.getSnapshot().items).toEqual([]);
  });

  test("a stream that is cut comes back, and the list has what happened meanwhile", async () => {
    const bodies: (ReadableStream<Uint8Array> | null)[] = [];
    let cut: () => void = () => undefined;
    const flaky = connect(ann, {
      fetch: async (url, init) => {
        const response = await exports.default.fetch(url, init);
        if (response.body === null || !url.includes("/subscribe")) return response;
        bodies.push(response.body);
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const controller = new AbortController();
        cut = () => controller.abort(new TypeError("the network broke"));
        response.body.pipeTo(writable, { signal: controller.signal }).catch(() => undefined);
        return new Response(readable, response);
      },
    });
    const list = flaky.todos.live({ orderBy: ["title"] });
    onTestFinished(list.close);
    list.subscribe(() => undefined);
    await until(() => expect(list.getSnapshot().status).toBe("live"));
    const statuses: string[] = [];
    list.subscribe(() => statuses.push(list.getSnapshot().status));
    cut();
    const made: Todo[] = await other.todos.createMany([{ title: "a" }, { title: "b" }]);
    await until(() => expect(list.getSnapshot().items).toEqual(made));
    expect(statuses).toContain("connecting");
    expect(list.getSnapshot().status).toBe("live");
    expect(bodies).toHaveLength(2);
  });
});
