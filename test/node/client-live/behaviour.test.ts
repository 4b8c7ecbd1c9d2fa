import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dated } from "../../../runtime/client/dates.ts";
import type { RowFields } from "../../../runtime/client/live/fields.ts";
import type { AnyLiveOptions } from "../../../runtime/client/live/live.ts";
import { type AnyLiveStore, liveStore } from "../../../runtime/client/live/store.ts";
import type { ApiRequest, Send } from "../../../runtime/client/transport.ts";
import { World } from "./world.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fields: RowFields = {
  fields: ["id", "title", "done", "priority", "version"],
  ...{ defaults: { done: false, priority: 0 }, times: [], createdAt: [], updatedAt: [] },
  ...{ version: "version", isIdChosen: true },
};

interface Opened {
  readonly world: World;
  readonly store: AnyLiveStore;
  readonly requests: ApiRequest[];
}

/** A list of a server, over a network that works. @param refuse Which writes the server refuses. */
function open(
  options: AnyLiveOptions = {},
  more: Partial<RowFields> = {},
  refuse: (request: ApiRequest) => boolean = () => false,
): Opened {
  const world = new World(() => 0.5, { isVersioned: true, isIdChosen: true, matches: () => true });
  world.isRough = false;
  const requests: ApiRequest[] = [];
  const send: Send = Object.assign(
    async <Answer>(request: ApiRequest): Promise<Answer> => {
      requests.push(request);
      if (!refuse(request)) return world.send<Answer>(request);
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error("refused");
    },
    { url: world.send.url, open: world.send.open },
  );
  const writes = { create: send, update: send, delete: send };
  return {
    world,
    store: liveStore({ ...fields, ...more, send, path: "/api/items", writes }, options),
    requests,
  };
}

const pass = (milliseconds = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const id = "00000000-0000-7000-8000-000000000001";

describe("a live list", () => {
  test("is loading until its rows are there, and is the same object until something changes", async () => {
    const { world, store } = open();
    world.put(id, { title: "a" });
    const before = store.getSnapshot();
    expect(before).toMatchObject({ status: "loading", items: [], hasMore: false });
    const calls = vi.fn();
    store.subscribe(calls);
    await pass();
    const now = store.getSnapshot();
    expect(now).toMatchObject({ status: "live", items: [{ id, title: "a" }] });
    expect(store.getSnapshot()).toBe(now);
    calls.mockClear();
    await pass(20_000);
    expect(calls).not.toHaveBeenCalled();
    world.put(id, { title: "b" });
    await pass();
    expect(calls).toHaveBeenCalledTimes(1);
    store.close();
  });

  test("what happens outside of the window changes nothing that is shown", async () => {
    const { world, store } = open({ limit: 1, orderBy: ["title"] });
    world.put(id, { title: "a" });
    world.put(id.replace(/1$/, "2"), { title: "b" });
    store.subscribe(() => undefined);
    await pass();
    const now = store.getSnapshot();
    expect(now.hasMore).toBe(true);
    world.put(id.replace(/1$/, "3"), { title: "c" });
    await pass();
    expect(store.getSnapshot()).toBe(now);
    store.close();
  });

  test("calls its listeners once for many changes, and no more than once in a frame", async () => {
    const { world, store } = open();
    const calls = vi.fn();
    store.subscribe(calls);
    await pass();
    calls.mockClear();
    for (let count = 0; count < 100; count++) {
      world.put(id, { title: `${count}` });
      await pass(1);
    }
    await pass();
    expect(calls.mock.calls.length).toBeLessThan(12);
    expect(store.getSnapshot().items).toMatchObject([{ title: "99" }]);
    store.close();
  });

  test("a listener that throws is reported, and harms nobody", async () => {
    const { world, store } = open();
    const errors: unknown[] = [];
    store.subscribe(() => {
      throw new Error("mine");
    });
    const calls = vi.fn();
    store.subscribe(calls);
    world.put(id, { title: "a" });
    await expect(pass()).rejects.toThrow("mine");
    errors.push(store.getSnapshot().error);
    expect(calls).toHaveBeenCalled();
    expect(errors).toEqual([null]);
    store.close();
  });

  test("writes behind a refused creation are not sent, and fail alike", async () => {
    const { store, requests } = open({}, {}, ({ method }) => method === "POST");
    const created = store.create({ id, title: "a" });
    const updated = store.update(id, { done: true });
    const deleted = store.delete(id);
    const failures = Promise.allSettled([created, updated, deleted]);
    expect(store.getSnapshot().pending.has(id)).toBe(true);
    await pass();
    for (const outcome of await failures) expect(outcome).toMatchObject({ reason: { message: "refused" } });
    expect(requests.map(({ method }) => method)).toEqual(["POST"]);
    expect(store.getSnapshot()).toMatchObject({ items: [] });
    expect(store.getSnapshot().pending.size).toBe(0);
  });

  test("writes of one row are sent one after the other, and name its version where that is required", async () => {
    const { world, store, requests } = open({}, { isVersionRequired: true });
    world.put(id, { title: "a" });
    store.subscribe(() => undefined);
    await pass();
    const first = store.update(id, { priority: 1 });
    const second = store.update(id, { priority: 2 });
    expect(requests).toHaveLength(1);
    expect(store.getSnapshot().items).toMatchObject([{ priority: 2 }]);
    await pass();
    await Promise.all([first, second]);
    expect(requests.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"']);
    store.close();
  });

  test("a row of which the client does not know everything is shown with the answer", async () => {
    const { store } = open({}, { fields: [...fields.fields, "ownerId"] });
    void store.create({ title: "a" });
    expect(store.getSnapshot().items).toEqual([]);
    void store.create({ title: "b" }, { ownerId: "me" });
    expect(store.getSnapshot().items).toMatchObject([{ title: "b", done: false, ownerId: "me", version: 1 }]);
    await pass();
  });

  test("shows moments as dates where the client does, each row the same until it changes", async () => {
    const at = "2026-01-01T00:00:00.000Z";
    const { world } = open();
    const send = dated(world.send, { "/api/items": { fields: ["at"] } });
    const resource = { ...fields, fields: [...fields.fields, "at"], times: ["at"] };
    const store = liveStore({ ...resource, send, path: "/api/items", writes: {} }, {});
    world.put(id, { title: "a", ...{ at } });
    store.subscribe(() => undefined);
    await pass();
    const [row] = store.getSnapshot().items;
    expect(row).toMatchObject({ at: new Date(at) });
    world.put(id.replace(/1$/, "2"), { title: "b", ...{ at } });
    await pass();
    expect(store.getSnapshot().items[0]).toBe(row);
    store.close();
  });

  test("a date that is none is an error, and no null", () => {
    const { store, requests } = open();
    expect(() => store.update(id, { at: new Date(Number.NaN) })).toThrow("at is Invalid Date");
    expect(requests).toEqual([]);
  });

  test("closes its connection five seconds after its last listener, and opens it for the next", async () => {
    const { world, store } = open();
    const opened = vi.spyOn(world.send, "open");
    const own = liveStore({ ...fields, send: world.send, path: "/api/items", writes: {} }, {});
    own.subscribe(() => undefined)();
    await pass(4_000);
    const stop = own.subscribe(() => undefined);
    await pass(10_000);
    expect(own.getSnapshot().status).toBe("live");
    expect(opened).toHaveBeenCalledTimes(1);
    stop();
    await pass(6_000);
    expect(own.getSnapshot().status).toBe("connecting");
    world.put(id, { title: "a" });
    own.subscribe(() => undefined);
    await pass();
    expect(own.getSnapshot()).toMatchObject({ status: "live", items: [{ title: "a" }] });
    expect(opened).toHaveBeenCalledTimes(2);
    own.close();
    store.close();
  });

  test("ends with an error where there are more rows than it can hold", async () => {
    const { world, store } = open();
    for (let count = 0; count <= 10_000; count++) world.put(`row ${count}`, { title: `${count}` });
    store.subscribe(() => undefined);
    await pass();
    expect(store.getSnapshot()).toMatchObject({ status: "closed", items: [] });
    expect(String(store.getSnapshot().error)).toContain("10000 rows at most");
    expect(() => open({ limit: 0 })).toThrow("limit is 0");
  });
});
