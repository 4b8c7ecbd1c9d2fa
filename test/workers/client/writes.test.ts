import { exports } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { type Client, CovaraNetworkError } from "../../../generated/client.js";
import { addUser, type Caller } from "../api.ts";
import { connect, failure } from "./connect.ts";

let ann: Caller;
let client: Client;
beforeEach(async () => {
  ann = await addUser();
  client = connect(ann);
});

describe("contract 7: batches against the Worker", () => {
  test("rows are made, upserted, changed and deleted, by conditions", async () => {
    const made = await client.todos.createMany([{ title: "a" }, { title: 'b"' }, { title: "c", done: true }]);
    expect(made.map(({ title }) => title)).toEqual(["a", 'b"', "c"]);
    const [first] = made;
    const id = crypto.randomUUID();
    const upserted = await client.todos.upsertMany([
      { id: first?.id ?? "", title: "a2" },
      { id, title: "d" },
    ]);
    expect(upserted).toMatchObject([
      { id: first?.id, title: "a2", version: 2 },
      { id, title: "d", version: 1 },
    ]);
    expect(
      await client.todos.updateMany({ where: { title: { in: ['b"', "d"] } }, data: { priority: 3 } }),
    ).toBe(2);
    expect(await client.todos.count({ where: { priority: 3 } })).toBe(2);
    expect(await client.todos.deleteMany({ where: { done: true } })).toBe(1);
    expect(await client.todos.deleteMany({ filter: "priority==3" })).toBe(2);
    expect(await client.todos.deleteMany({ where: "all" })).toBe(1);
    expect(await client.todos.count()).toBe(0);
  });

  test("they are all or nothing, and name what is wrong", async () => {
    const error = await failure(client.todos.createMany([{ title: "a" }, { title: "" }]));
    expect(error).toMatchObject({ status: 400, errors: [{ field: "items[1].title" }] });
    expect(await client.todos.count()).toBe(0);
    const many = Array.from({ length: 101 }, (_, index) => ({ title: `${index}` }));
    expect(await failure(client.todos.createMany(many))).toMatchObject({ code: "BATCH_LIMIT_EXCEEDED" });
  });

  test("rows are made together with those that belong to them (contract 3.6)", async () => {
    const todo = await client.todos.create({
      title: "Move",
      list: { name: "Home" },
      comments: [{ body: "Boxes first" }],
    });
    expect([todo.list?.name, todo.comments?.map(({ body }) => body)]).toEqual(["Home", ["Boxes first"]]);
    const shown = await client.todos.get(todo.id, {
      include: { list: true, comments: { select: ["body"] } },
    });
    expect(shown).toMatchObject({ list: { name: "Home" }, comments: [{ body: "Boxes first" }] });
  });
});

describe("contract 3.5: ifMatch against the Worker", () => {
  test("a row that has changed since is not written", async () => {
    const todo = await client.todos.create({ title: "a" });
    const changed = await client.todos.update(todo.id, { title: "b" }, { ifMatch: todo });
    const stale = await failure(client.todos.update(todo.id, { title: "c" }, { ifMatch: todo }));
    expect(stale).toMatchObject({
      status: 412,
      code: "PRECONDITION_FAILED",
      problem: { currentETag: '"2"' },
    });
    expect(await failure(client.todos.delete(todo.id, { ifMatch: 1 }))).toMatchObject({ status: 412 });
    await client.todos.replace(todo.id, { title: "d" }, { ifMatch: changed });
    await client.todos.delete(todo.id, { ifMatch: "*" });
    const { version } = await client.todos.get(todo.id, { withDeleted: true });
    expect(await failure(client.todos.restore(todo.id, { ifMatch: todo }))).toMatchObject({ status: 412 });
    expect(await client.todos.restore(todo.id, { ifMatch: version })).toMatchObject({ title: "d" });
  });
});

describe("contract 3.7: writes whose answer is lost", () => {
  /** Carries requests out, and loses the first answers. */
  const lossy = (losses: number) => {
    const keys: (string | null)[] = [];
    let lost = 0;
    const caller = connect(ann, {
      fetch: async (url, init) => {
        keys.push(init.headers.get("Idempotency-Key"));
        const response = await exports.default.fetch(url, init);
        if (lost++ >= losses) return response;
        await response.body?.cancel();
        throw new TypeError("The connection broke");
      },
    });
    return { caller, keys };
  };

  test("are carried out once, and answered as if nothing had happened", async () => {
    const { caller, keys } = lossy(1);
    const todo = await caller.todos.create({ title: "once" });
    expect(todo).toMatchObject({ title: "once", version: 1 });
    expect(await client.todos.count()).toBe(1);
    expect(keys).toEqual([keys[0], keys[0]]);
    for (const write of [
      () => caller.todos.update(todo.id, { priority: 1 }, { ifMatch: todo }),
      () => caller.todos.updateMany({ where: { title: "once" }, data: { priority: 2 } }),
      () => caller.todos.createMany([{ title: "twice" }]),
      () => caller.todos.upsertMany([{ id: todo.id, title: "once" }]),
      () => caller.todos.replace(todo.id, { title: "once" }),
      () => caller.todos.delete(todo.id),
      () => caller.todos.restore(todo.id),
      () => caller.todos.deleteMany({ where: "all" }),
    ]) {
      await write();
    }
    expect(new Set(keys).size).toBe(9);
  });

  test("of each kind, whose repetition is the same write", async () => {
    const todo = await client.todos.create({ title: "a" });
    const update = lossy(1);
    expect(await update.caller.todos.update(todo.id, { title: "b" }, { ifMatch: todo })).toMatchObject({
      version: 2,
    });
    const remove = lossy(1);
    await remove.caller.todos.delete(todo.id, { ifMatch: 2 });
    const restore = lossy(1);
    expect(await restore.caller.todos.restore(todo.id)).toMatchObject({ title: "b" });
    const many = lossy(2);
    expect(await many.caller.todos.createMany([{ title: "c" }])).toMatchObject([{ title: "c" }]);
    const removed = lossy(1);
    expect(await removed.caller.todos.deleteMany({ where: "all" })).toBe(2);
  });

  test("procedures take no key, and are not repeated", async () => {
    const todo = await client.todos.create({ title: "a" });
    const { caller, keys } = lossy(1);
    const error = await caller.todos.complete(todo.id, {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CovaraNetworkError);
    expect(keys).toEqual([null]);
    expect(await client.todos.get(todo.id)).toMatchObject({ done: true });
  });

  test("a caller that is not signed in is told so, not that it sent a key", async () => {
    const anonymous = connect();
    const id = crypto.randomUUID();
    for (const call of [
      () => anonymous.todos.create({ title: "x" }),
      () => anonymous.todos.createMany([{ title: "x" }]),
      () => anonymous.todos.upsertMany([{ id, title: "x" }]),
      () => anonymous.todos.update(id, {}),
      () => anonymous.todos.replace(id, { title: "x" }),
      () => anonymous.todos.updateMany({ where: "all", data: {} }),
      () => anonymous.todos.delete(id),
      () => anonymous.todos.deleteMany({ where: "all" }),
      () => anonymous.todos.restore(id),
      () => anonymous.memberships.create({ listId: id, userId: id }),
    ]) {
      expect(await failure(call())).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
    }
  });
});

describe("tokens against the Worker", () => {
  test("one refresh serves all calls that are refused", async () => {
    let [token, refreshes] = ["none", 0];
    const caller = connect(undefined, {
      headers: undefined,
      token: async ({ refresh }) => {
        if (refresh) {
          refreshes += 1;
          token = ann.token;
        }
        return token;
      },
    });
    const [todo] = await Promise.all([
      caller.todos.create({ title: "a" }),
      caller.todos.list(),
      caller.users.list(),
    ]);
    expect(await caller.todos.get(todo.id)).toMatchObject({ ownerId: ann.id });
    expect(refreshes).toBe(1);
  });
});
