/** Writes whose answer is lost, keys, and tokens that run out. */
import { CovaraNetworkError } from "../../../generated/client.js";
import { equal, failure, matches, ok, refused } from "../assert.ts";
import { type Cases, enter, type Person, type World } from "../world.ts";

/** A client whose requests are carried out, and whose first answers are lost. */
function lossy(world: World, person: Person, losses: number) {
  const keys: (string | null)[] = [];
  let lost = 0;
  const client = world.connect(person, {
    fetch: async (url, init) => {
      keys.push(init.headers.get("Idempotency-Key"));
      const response = await world.fetch(url, init);
      if (lost++ >= losses) return response;
      await response.body?.cancel();
      throw new TypeError("The connection broke");
    },
  });
  return { client, keys };
}

export const repetitions: Cases = {
  "a write is carried out once, and answered as if nothing had happened": async (world) => {
    const { me, client } = await enter(world);
    const { client: caller, keys } = lossy(world, me, 1);
    const todo = await caller.todos.create({ title: "once" });
    matches(todo, { title: "once", version: 1 });
    equal(await client.todos.count(), 1);
    equal(keys, [keys[0], keys[0]]);
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
    equal(new Set(keys).size, 9);
  },

  "so is one of each kind, whose repetition is the same write": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const lost = (times: number) => lossy(world, me, times).client.todos;
    matches(await lost(1).update(todo.id, { title: "b" }, { ifMatch: todo }), { version: 2 });
    await lost(1).delete(todo.id, { ifMatch: 2 });
    matches(await lost(1).restore(todo.id), { title: "b" });
    matches(await lost(2).createMany([{ title: "c" }]), [{ title: "c" }]);
    equal(await lost(1).deleteMany({ where: "all" }), 2);
  },

  "a key of one's own is one write, however often it is sent": async (world) => {
    const { client } = await enter(world);
    const other = world.connect(await world.person());
    const idempotencyKey = crypto.randomUUID();
    const [first, second] = await Promise.all([
      client.todos.create({ title: "a" }, { idempotencyKey }),
      client.todos.create({ title: "a" }, { idempotencyKey }),
    ]);
    equal(first, second);
    equal(await client.todos.create({ title: "a" }, { idempotencyKey }), first);
    equal(await client.todos.count(), 1);
    await refused(client.todos.create({ title: "b" }, { idempotencyKey }), {
      ...{ status: 409, code: "IDEMPOTENCY_MISMATCH" },
    });
    // Keys are of a caller: somebody else's is another one.
    matches(await other.todos.create({ title: "b" }, { idempotencyKey }), { title: "b" });
  },

  "procedures take no key, and are not repeated": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const { client: caller, keys } = lossy(world, me, 1);
    const error = await failure(caller.todos.complete(todo.id, {}));
    ok(error instanceof CovaraNetworkError, "it is a CovaraNetworkError");
    equal(keys, [null]);
    matches(await client.todos.get(todo.id), { done: true });
  },

  "reads are repeated, as often as they may be": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const { client: caller, keys } = lossy(world, me, 2);
    equal(await caller.todos.get(todo.id), todo);
    equal(keys, [null, null, null]);
    const impatient = lossy(world, me, 1).client;
    ok((await failure(impatient.todos.list({ retries: 0 }))) instanceof CovaraNetworkError, "it gives up");
  },

  "one new token serves all calls that are refused": async (world) => {
    const me = await world.person();
    let [token, renewals] = ["none-that-is-known", 0];
    const caller = world.connect(null, {
      headers: undefined,
      token: async ({ refresh }) => {
        if (refresh) {
          renewals += 1;
          token = me.token;
        }
        return token;
      },
    });
    const [todo] = await Promise.all([
      caller.todos.create({ title: "a" }),
      caller.todos.list(),
      caller.users.list(),
    ]);
    matches(await caller.todos.get(todo.id), { ownerId: me.id });
    equal(renewals, 1);
  },
};
