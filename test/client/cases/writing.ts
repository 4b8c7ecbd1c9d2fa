/** Writes of one row, and procedures. */
import { equal, isText, matches, ok, refused } from "../assert.ts";
import { type Cases, enter } from "../world.ts";

export const writing: Cases = {
  "a row is made, read, changed, replaced, counted and deleted": async (world) => {
    const { me, client } = await enter(world);
    const made = await client.todos.create({
      title: "Ship",
      labels: ["a", "b'c"],
      dueAt: "2026-01-01T01:00:00+01:00",
    });
    matches(made, {
      title: "Ship",
      labels: ["a", "b'c"],
      dueAt: "2026-01-01T00:00:00.000Z",
      ownerId: me.id,
      version: 1,
    });
    equal(await client.todos.get(made.id), made);
    matches(await client.todos.update(made.id, { done: true }), { title: "Ship", done: true, version: 2 });
    matches(await client.todos.replace(made.id, { title: "Shipped" }), {
      ...{ title: "Shipped", done: false, labels: [], dueAt: null, version: 3 },
    });
    equal(await client.todos.count(), 1);
    equal(await client.todos.delete(made.id), undefined);
    equal(await client.todos.count(), 0);
  },

  "moments go out as they are given, and come back in UTC": async (world) => {
    const { client } = await enter(world);
    const due = new Date(Date.UTC(2026, 1, 28, 23, 59, 59, 123));
    const before = Date.now();
    const todo = await client.todos.create({ title: "a", dueAt: due.toISOString() });
    equal([todo.dueAt, new Date(todo.dueAt ?? "").getTime()], ["2026-02-28T23:59:59.123Z", due.getTime()]);
    // Clocks of this machine all: what the server noted lies around the request.
    ok(Math.abs(Date.parse(todo.createdAt) - before) < 600_000, "createdAt is of today");
    equal(await client.todos.count({ where: { dueAt: due } }), 1);
    equal(await client.todos.count({ where: { dueAt: { gt: due } } }), 0);
    const moved = await client.todos.update(todo.id, { dueAt: "2026-12-31T22:00:00-05:00" });
    equal(moved.dueAt, "2027-01-01T03:00:00.000Z");
    ok(moved.updatedAt >= todo.updatedAt, "updatedAt moves on");
    equal((await client.todos.update(todo.id, { dueAt: null })).dueAt, null);
    await refused(client.todos.update(todo.id, { dueAt: "2026-12-31T22:00:00" }), {
      ...{ status: 400, errors: [{ field: "dueAt" }] },
    });
  },

  "where clients choose ids, a row has the one that it was given": async (world) => {
    const { client } = await enter(world);
    const id = crypto.randomUUID();
    equal((await client.todos.create({ id, title: "a" })).id, id);
    await refused(client.todos.create({ id, title: "b" }), { status: 409, code: "CONFLICT" });
    equal((await client.todos.get(id)).title, "a");
  },

  "rows are made together with those that belong to them": async (world) => {
    const { client } = await enter(world);
    const todo = await client.todos.create({
      title: "Move",
      list: { name: "Home" },
      comments: [{ body: "Boxes first" }],
    });
    equal([todo.list?.name, todo.comments?.map(({ body }) => body)], ["Home", ["Boxes first"]]);
    const shown = await client.todos.get(todo.id, {
      include: { list: true, comments: { select: ["body"] } },
    });
    matches(shown, { list: { name: "Home" }, comments: [{ body: "Boxes first" }] });
    // All or nothing, and the error names the place.
    const broken = client.todos.create({ title: "Stay", list: { name: "Away" }, comments: [{ body: "" }] });
    await refused(broken, { status: 400, errors: [{ field: "comments[0].body" }] });
    equal(await client.todos.count({ where: { title: "Stay" } }), 0);
  },

  "what was deleted is hidden, and comes back": async (world) => {
    const { client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    await client.todos.delete(todo.id);
    await refused(client.todos.get(todo.id), { status: 404 });
    await refused(client.todos.delete(todo.id), { status: 404 });
    matches(await client.todos.get(todo.id, { withDeleted: true }), { title: "a", deletedAt: isText });
    const restored = await client.todos.restore(todo.id);
    equal([restored.title, restored.version], ["a", 3]);
    equal(await client.todos.get(todo.id), restored);
  },

  "ifMatch keeps a row that has changed since from being written": async (world) => {
    const { client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const changed = await client.todos.update(todo.id, { title: "b" }, { ifMatch: todo });
    await refused(client.todos.update(todo.id, { title: "c" }, { ifMatch: todo }), {
      status: 412,
      code: "PRECONDITION_FAILED",
      problem: { currentETag: '"2"' },
    });
    await refused(client.todos.delete(todo.id, { ifMatch: 1 }), { status: 412 });
    await client.todos.replace(todo.id, { title: "d" }, { ifMatch: changed });
    await client.todos.delete(todo.id, { ifMatch: "*" });
    const { version } = await client.todos.get(todo.id, { withDeleted: true });
    await refused(client.todos.restore(todo.id, { ifMatch: todo }), { status: 412 });
    matches(await client.todos.restore(todo.id, { ifMatch: version }), { title: "d" });
  },

  "of several who write the same version, one does": async (world) => {
    const { client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const writes = [1, 2, 3].map((priority) =>
      client.todos.update(todo.id, { priority }, { ifMatch: todo }).then(
        () => "written",
        (error: unknown) => Reflect.get(Object(error), "code"),
      ),
    );
    equal((await Promise.all(writes)).sort(), ["PRECONDITION_FAILED", "PRECONDITION_FAILED", "written"]);
    equal((await client.todos.get(todo.id)).version, 2);
  },

  "procedures are called with what they take, and give what they declare": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    equal(await client.todos.complete(todo.id, { note: "Done" }), { done: true, points: 1 });
    const shown = await client.todos.get(todo.id, {
      include: { comments: { select: ["body", "authorId"] } },
    });
    matches(shown, { done: true, comments: [{ body: "Done", authorId: me.id }] });
    await refused(client.todos.complete(todo.id, { note: "" }), { status: 400, errors: [{ field: "note" }] });
    await refused(client.todos.rpc.archiveDone(), { status: 403, code: "FORBIDDEN" });
    const admin = world.connect(await world.person("admin"));
    // It takes away a hundred of those that are done, whoever they belong to.
    while ((await admin.todos.rpc.archiveDone()).count > 0);
    equal(await client.todos.count(), 0);
  },

  "an assignee may change a row, but not lose sight of it": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [client, theirs] = [world.connect(me), world.connect(other)];
    const todo = await client.todos.create({ title: "Ours", assigneeId: other.id });
    matches(await theirs.todos.update(todo.id, { done: true }), { id: todo.id, done: true });
    await refused(theirs.todos.update(todo.id, { assigneeId: null }), { status: 403 });
    await refused(theirs.todos.delete(todo.id), { status: 403, code: "FORBIDDEN" });
  },

  "hooks and rules see writes of the client as any others": async (world) => {
    const admin = world.connect(await world.person("admin"));
    const name = crypto.randomUUID();
    const user = await admin.users.create({ email: `${name.toUpperCase()}@Example.com`, name });
    equal([user.email, user.role], [`${name}@example.com`, "member"]);
    await refused(admin.users.create({ email: `${name}@example.com`, name }), { status: 409 });
    const list = await admin.lists.create({ name });
    const membership = await admin.memberships.create({ listId: list.id, userId: user.id });
    equal(membership.canEdit, false);
    const { members } = await admin.lists.get(list.id, { include: { members: { select: ["name"] } } });
    equal(members, [{ name }]);
    await admin.memberships.delete(membership.id);
    equal(await admin.memberships.count({ where: { listId: list.id } }), 0);
  },
};
