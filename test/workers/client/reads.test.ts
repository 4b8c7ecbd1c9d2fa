import { beforeAll, describe, expect, test } from "vitest";
import type { Client, Todo, TodoCreate, TodoOrderBy } from "../../../generated/client.js";
import { addUser } from "../api.ts";
import { connect, failure } from "./connect.ts";

let ann: Client;
let bob: Client;
let annId: string;
let bobId: string;
beforeAll(async () => {
  const [first, second] = [await addUser(), await addUser()];
  [ann, bob, annId, bobId] = [connect(first), connect(second), first.id, second.id];
});

describe("contract 7: the generated client against the generated Worker", () => {
  test("a row is made, read, changed, replaced, counted and deleted", async () => {
    const made = await ann.todos.create({
      title: "Ship",
      labels: ["a", "b'c"],
      dueAt: "2026-01-01T01:00:00+01:00",
    });
    expect(made).toMatchObject({
      title: "Ship",
      labels: ["a", "b'c"],
      dueAt: "2026-01-01T00:00:00.000Z",
      ownerId: annId,
      version: 1,
    });
    expect(await ann.todos.get(made.id)).toEqual(made);
    expect(await ann.todos.get(made.id, { select: ["id", "title"] })).toEqual({ id: made.id, title: "Ship" });
    expect(await ann.todos.update(made.id, { done: true })).toMatchObject({
      title: "Ship",
      done: true,
      version: 2,
    });
    expect(await ann.todos.replace(made.id, { title: "Shipped" })).toMatchObject({
      title: "Shipped",
      done: false,
      labels: [],
      dueAt: null,
      version: 3,
    });
    expect(await ann.todos.count()).toBe(1);
    await ann.todos.delete(made.id);
    expect(await ann.todos.count()).toBe(0);
  });

  test("aggregate gives what is asked for, under the types that it has (contract 3)", async () => {
    const caller = connect(await addUser());
    for (const [title, done, estimate] of [
      ["a", false, 1.5],
      ["b", false, null],
      ["c", true, 2],
    ] as const)
      await caller.todos.create({ title, done, estimate });
    const groups = await caller.todos.aggregate({
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
    expect(groups).toEqual(expected satisfies typeof groups);
    const typed = await caller.todos.aggregate({
      groupBy: ["done"],
      count: true,
      max: ["createdAt"],
      sum: ["estimate"],
      having: { count: { gte: 2 }, sum: { estimate: { gt: 1 } }, max: { createdAt: { gt: new Date(0) } } },
    });
    expect(typed.map(({ key }) => key)).toEqual([{ done: false }]);
    expect(await caller.todos.aggregate({ avg: ["estimate"], filter: "title==none" })).toEqual([
      { key: {}, avg: { estimate: null } },
    ]);
    const nothing = await failure(caller.todos.aggregate({}));
    expect([nothing.status, nothing.code]).toEqual([400, "VALIDATION_ERROR"]);
    const having = await failure(caller.todos.aggregate({ count: true, having: "sum.estimate>1" }));
    expect([having.status, having.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
  });

  test("list, paginate and count take a filter (contract 3.3)", async () => {
    const caller = connect(await addUser());
    for (const [title, priority] of [
      ['say "hi" \\o/', 1],
      ["a", 2],
      ["b", 2],
      ["c", 0],
    ] as const)
      await caller.todos.create({ title, priority });
    const filter = "priority>=1;createdAt>2020-01-01T00:00:00+01:00";
    const titles: string[] = [];
    for await (const row of caller.todos.paginate({ filter, limit: 1, orderBy: ["-title"] }))
      titles.push(row.title);
    expect(titles).toEqual(['say "hi" \\o/', "b", "a"]);
    const exact = 'title=="say \\"hi\\" \\\\o/"';
    const { items } = await caller.todos.list({ filter: exact, select: ["priority"] });
    expect(items).toEqual([{ priority: 1 }]);
    expect(await caller.todos.count({ filter })).toBe(3);
    const error = await failure(caller.todos.count({ filter: "" }));
    expect([error.status, error.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
  });

  test("list, paginate and get follow relations (contract 3.4)", async () => {
    const [owner, other] = [await addUser(), await addUser()];
    const [mine, theirs] = [connect(owner), connect(other)];
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
    expect(page.items).toEqual([
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
    expect(one).toMatchObject({ id: todo.id, list: { id: list.id }, assignee: { id: other.id } });
    const bodies: unknown[] = [];
    for await (const row of mine.comments.paginate({ limit: 1, include: { todo: { select: ["title"] } } }))
      if (row.todoId === todo.id) bodies.push([row.body, row.todo?.title]);
    expect(bodies).toHaveLength(3);
    const refused = await failure(mine.todos.list({ include: { comments: { limit: 0 } } }));
    expect(refused.problem.errors).toMatchObject([{ field: "include", code: "invalid_value" }]);
    await mine.lists.delete(list.id);
  });

  test("paginate visits every row once in any order that the types allow, nulls and ties included", async () => {
    const inputs: TodoCreate[] = [
      null,
      "2026-03-01T00:00:00Z",
      null,
      "2026-01-01T00:00:00Z",
      "2026-03-01T00:00:00Z",
    ].map((dueAt, index) => ({ title: `t${index % 2}`, priority: index % 3, dueAt, estimate: index / 2 }));
    for (const input of inputs) await bob.todos.create(input);
    const all = (await bob.todos.list({ limit: 100 })).items;
    expect(all).toHaveLength(inputs.length);
    const ids = (rows: readonly Pick<Todo, "id">[]): string[] => rows.map(({ id }) => id).sort();

    const fields = Object.keys(all[0] ?? {}).filter((name) => name !== "labels") as TodoOrderBy[];
    for (const field of fields) {
      for (const order of [field, `-${field}` as TodoOrderBy]) {
        const rows: Pick<Todo, "id">[] = [];
        for await (const row of bob.todos.paginate({ orderBy: [order], limit: 2, select: ["id"] }))
          rows.push(row);
        expect(ids(rows), order).toEqual(ids(all));
      }
    }
    const due: (string | null)[] = [];
    for await (const row of bob.todos.paginate({ orderBy: ["-dueAt"], limit: 2 })) due.push(row.dueAt);
    expect(due).toEqual([
      "2026-03-01T00:00:00.000Z",
      "2026-03-01T00:00:00.000Z",
      "2026-01-01T00:00:00.000Z",
      null,
      null,
    ]);
  });

  test("a page tells of the next one and of the total", async () => {
    const first = await bob.todos.list({ orderBy: ["-priority"], limit: 3, totalCount: true });
    expect(first).toMatchObject({ hasMore: true, totalCount: 5, nextCursor: expect.any(String) });
    const second = await bob.todos.list({ orderBy: ["-priority"], limit: 3, cursor: first.nextCursor });
    expect(second).toMatchObject({ hasMore: false, nextCursor: null });
    expect(second.items).toHaveLength(2);
    expect(await failure(bob.todos.list({ orderBy: ["priority"], cursor: first.nextCursor }))).toMatchObject({
      status: 400,
      code: "CURSOR_INVALID",
    });
  });

  test("refusals arrive as errors with their problem (contract 2.1, 4.2)", async () => {
    const todo = await ann.todos.create({ title: "Mine", assigneeId: bobId });
    expect(await failure(bob.todos.delete(todo.id))).toMatchObject({ status: 403, code: "FORBIDDEN" });
    const secret = await ann.todos.create({ title: "Secret" });
    for (const call of [
      () => bob.todos.get(secret.id),
      () => bob.todos.update(secret.id, {}),
      () => bob.todos.delete(secret.id),
    ]) {
      expect(await failure(call())).toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
    expect(await failure(connect().todos.list())).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
    const invalid = await failure(ann.todos.create({ title: "", priority: 9 }));
    expect(invalid).toMatchObject({ status: 400, code: "VALIDATION_ERROR" });
    expect(invalid.problem.errors?.map(({ field }) => field).sort()).toEqual(["priority", "title"]);
    expect(invalid.problem.requestId).toMatch(/^[\w-]{1,64}$/);
    expect(await failure(ann.todos.list({ select: [] }))).toMatchObject({ status: 400 });
    expect(await failure(ann.todos.list({ limit: 0 }))).toMatchObject({ status: 400 });
    const taken = await failure(ann.todos.create({ id: todo.id, title: "Again" }));
    expect(taken).toMatchObject({ status: 409, code: "CONFLICT" });
  });

  test("an assignee may change a row, but not lose sight of it: no write of todos answers null", async () => {
    const todo = await ann.todos.create({ title: "Ours", assigneeId: bobId });
    expect(await bob.todos.update(todo.id, { done: true })).toMatchObject({ id: todo.id, done: true });
    expect(await failure(bob.todos.update(todo.id, { assigneeId: null }))).toMatchObject({ status: 403 });
  });

  test("every resource answers its reads", async () => {
    const { users, lists, memberships, todos, comments } = ann;
    const { totalCount } = await users.list({ totalCount: true });
    expect(totalCount).toBe(await users.count());
    expect(await lists.list()).toMatchObject({ items: [] });
    expect(await memberships.list()).toMatchObject({ items: [] });
    expect(await comments.count()).toBe(0);
    expect((await todos.list()).items).toHaveLength(await todos.count());
  });
});
