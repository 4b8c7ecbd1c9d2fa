/** Lists, pages, rows and their relations. */
import { CovaraError, type Todo, type TodoCreate, type TodoOrderBy } from "../../../generated/client.js";
import { equal, isText, matches, ok, refused } from "../assert.ts";
import { type Cases, enter } from "../world.ts";

export const reading: Cases = {
  "a list has the rows that the caller may read, with the fields that are selected": async (world) => {
    const { me, client } = await enter(world);
    const other = world.connect(await world.person());
    const [first, second] = await client.todos.createMany([{ title: "a" }, { title: "b", priority: 1 }]);
    await other.todos.create({ title: "theirs" });
    const page = await client.todos.list({ orderBy: ["-priority"] });
    equal(page, { items: [second, first], nextCursor: null, hasMore: false });
    const { items } = await client.todos.list({ select: ["title", "ownerId"], orderBy: ["title"] });
    equal(items, [
      { title: "a", ownerId: me.id },
      { title: "b", ownerId: me.id },
    ]);
    equal(await client.todos.get(first?.id ?? "", { select: ["id", "title"] }), {
      ...{ id: first?.id, title: "a" },
    });
  },

  "a page tells of the next one and of the total": async (world) => {
    const { client } = await enter(world);
    await client.todos.createMany(["a", "b", "c", "d", "e"].map((title) => ({ title })));
    const first = await client.todos.list({ orderBy: ["-title"], limit: 3, totalCount: true });
    matches(first, { hasMore: true, totalCount: 5, nextCursor: isText });
    const second = await client.todos.list({ orderBy: ["-title"], limit: 3, cursor: first.nextCursor });
    matches(second, { hasMore: false, nextCursor: null });
    equal(
      [...first.items, ...second.items].map(({ title }) => title),
      ["e", "d", "c", "b", "a"],
    );
    const elsewhere = client.todos.list({ orderBy: ["title"], cursor: first.nextCursor });
    await refused(elsewhere, { status: 400, code: "CURSOR_INVALID" });
  },

  "paginate visits every row once in any order that the types allow, nulls and ties included": async (
    world,
  ) => {
    const { client } = await enter(world);
    const inputs: TodoCreate[] = [
      null,
      "2026-03-01T00:00:00Z",
      null,
      "2026-01-01T00:00:00Z",
      "2026-03-01T00:00:00Z",
    ].map((dueAt, index) => ({ title: `t${index % 2}`, priority: index % 3, dueAt, estimate: index / 2 }));
    const all = await client.todos.createMany(inputs);
    const ids = (rows: readonly Pick<Todo, "id">[]): string[] => rows.map(({ id }) => id).sort();
    const fields = Object.keys(all[0] ?? {}).filter((name) => name !== "labels") as TodoOrderBy[];
    ok(fields.includes("dueAt"), "dueAt is a field");
    for (const field of fields) {
      for (const order of [field, `-${field}` as TodoOrderBy]) {
        const rows: Pick<Todo, "id">[] = [];
        for await (const row of client.todos.paginate({ orderBy: [order], limit: 3, select: ["id"] }))
          rows.push(row);
        equal(ids(rows), ids(all), order);
      }
    }
    const due: (string | null)[] = [];
    for await (const row of client.todos.paginate({ orderBy: ["-dueAt"], limit: 2 })) due.push(row.dueAt);
    equal(due, [
      "2026-03-01T00:00:00.000Z",
      "2026-03-01T00:00:00.000Z",
      "2026-01-01T00:00:00.000Z",
      null,
      null,
    ]);
  },

  "pages() gives the pages themselves, and leaving the loop asks for no more": async (world) => {
    const { me, client } = await enter(world);
    await client.todos.createMany(["a", "b", "c", "d", "e"].map((title) => ({ title })));
    const sizes: number[] = [];
    for await (const { items } of client.todos.paginate({ limit: 2 }).pages()) sizes.push(items.length);
    equal(sizes, [2, 2, 1]);
    let requests = 0;
    const counting = world.connect(me, {
      fetch: (url, init) => {
        requests += 1;
        return world.fetch(url, init);
      },
    });
    for await (const _row of counting.todos.paginate({ limit: 2 })) break;
    equal(requests, 1);
  },

  "list, paginate and count take the text of a filter": async (world) => {
    const { client } = await enter(world);
    await client.todos.createMany([
      { title: 'say "hi" \\o/', priority: 1 },
      { title: "a", priority: 2 },
      { title: "b", priority: 2 },
      { title: "c", priority: 0 },
    ]);
    const filter = "priority>=1;createdAt>2020-01-01T00:00:00+01:00";
    const titles: string[] = [];
    for await (const row of client.todos.paginate({ filter, limit: 1, orderBy: ["-title"] }))
      titles.push(row.title);
    equal(titles, ['say "hi" \\o/', "b", "a"]);
    const exact = 'title=="say \\"hi\\" \\\\o/"';
    equal((await client.todos.list({ filter: exact, select: ["priority"] })).items, [{ priority: 1 }]);
    equal(await client.todos.count({ filter }), 3);
    const error = await refused(client.todos.count({ filter: "" }), {
      ...{ status: 400, code: "FILTER_PARSE_ERROR" },
    });
    ok(error instanceof CovaraError, "the error is a CovaraError");
  },

  "list, paginate and get follow relations": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me), world.connect(other)];
    const list = await mine.lists.create({ name: 'Say "hi"; limit:1)' });
    const todo = await mine.todos.create({ title: "Ship", listId: list.id, assigneeId: other.id });
    for (const body of ["a;limit:1)", 'b "quoted"', "c"])
      await theirs.comments.create({ todoId: todo.id, body });
    const page = await mine.lists.list({
      filter: `id=="${list.id}"`,
      select: ["name"],
      include: {
        todos: {
          select: ["title"],
          include: {
            comments: {
              limit: 2,
              select: ["body"],
              orderBy: ["-body"],
              filter: 'body=in=("a;limit:1)","b \\"quoted\\"")',
              include: { author: { select: ["id"] } },
            },
            owner: { filter: 'name=="nobody"' },
          },
        },
        members: true,
      },
    });
    equal(page.items, [
      {
        name: 'Say "hi"; limit:1)',
        todos: [
          {
            title: "Ship",
            comments: [
              { body: 'b "quoted"', author: { id: other.id } },
              { body: "a;limit:1)", author: { id: other.id } },
            ],
            owner: null,
          },
        ],
        members: [],
      },
    ]);
    const one = await theirs.todos.get(todo.id, { select: ["id"], include: { list: true, assignee: true } });
    matches(one, { id: todo.id, list: { id: list.id }, assignee: { id: other.id } });
    const bodies: unknown[] = [];
    const include = { todo: { select: ["title"] } } as const;
    for await (const row of mine.comments.paginate({ limit: 1, where: { todoId: todo.id }, include }))
      bodies.push([row.body, row.todo?.title]);
    equal(bodies, [
      ["a;limit:1)", "Ship"],
      ['b "quoted"', "Ship"],
      ["c", "Ship"],
    ]);
    await refused(mine.todos.list({ include: { comments: { limit: 0 } } }), {
      errors: [{ field: "include", code: "invalid_value" }],
    });
  },

  "computed fields are read as others are": async (world) => {
    const { me, client } = await enter(world);
    const todo = await client.todos.create({ title: "a" });
    const parent = await client.comments.create({ todoId: todo.id, body: "x".repeat(100) });
    const reply = await client.comments.create({ todoId: todo.id, body: "b", parentId: parent.id });
    equal([parent.excerpt.length, parent.isReply, reply.isReply], [80, false, true]);
    const { items } = await client.comments.list({ where: { todoId: todo.id, isReply: true } });
    equal(items, [reply]);
    matches(await client.users.get(me.id, { select: ["initials"] }), { initials: isText });
  },

  "every resource answers its reads": async (world) => {
    const { me, client } = await enter(world);
    const { users, lists, memberships, todos, comments } = client;
    const [list, todo] = [await lists.create({ name: "a" }), await todos.create({ title: "a" })];
    const comment = await comments.create({ todoId: todo.id, body: "a" });
    matches(await users.list({ where: { id: me.id } }), { items: [{ email: me.email }] });
    equal(await users.count({ where: { email: me.email } }), 1);
    equal((await lists.list({ where: { ownerId: me.id } })).items, [list]);
    equal(await lists.aggregate({ where: { ownerId: me.id }, count: true }), [{ key: {}, count: 1 }]);
    equal((await memberships.list({ where: { userId: me.id } })).items, []);
    equal(await comments.get(comment.id), comment);
    equal((await todos.list()).items, [todo]);
    equal(await todos.count(), 1);
  },
};
