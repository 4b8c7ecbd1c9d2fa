import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

type Row = Record<string, unknown> & { id: string };

let ann: Caller;
let bob: Caller;
let admin: Caller;
let list: Row;
let other: Row;
let shared: Row;
let secret: Row;
/** Comments on `shared` in the order in which they were made. */
const comments: Row[] = [];
beforeAll(async () => {
  [ann, bob, admin] = [await addUser(), await addUser(), await addUser("admin")];
  list = await create("/api/lists", ann, { name: "Ours" });
  other = await create("/api/lists", ann, { name: "Empty" });
  for (const member of [ann, bob])
    await create("/api/memberships", admin, { listId: list.id, userId: member.id });
  shared = await create("/api/todos", ann, { title: "Shared", listId: list.id, assigneeId: bob.id });
  secret = await create("/api/todos", ann, { title: "Secret", listId: list.id });
  for (const [by, body] of [
    [ann, "one"],
    [bob, "two"],
    [ann, "three"],
    [bob, "four"],
  ] as const)
    comments.push(await create("/api/comments", by, { todoId: shared.id, body }));
  const reply = (parent: Row | undefined, body: string, by: Caller) =>
    create("/api/comments", by, { todoId: secret.id, parentId: parent?.id, body });
  comments.push(await reply(comments[0], "reply", ann), await reply(comments[0], "another", ann));
  comments.push(await reply(comments[4], "reply to the reply", ann));
});

const read = async (path: string, as: Caller): Promise<Row> => {
  const answer = await call(path, { as });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json as Row;
};

const include = (text: string): string => `include=${encodeURIComponent(text)}`;
const bodies = (rows: unknown): unknown[] => (rows as Row[]).map(({ body }) => body);

describe("contract 3.4: rows with what they lead to", () => {
  test("belongsTo gives the row or null, as its own route gives it", async () => {
    const todo = await read(`/api/todos/${shared.id}?include=owner,assignee,list`, bob);
    const { owner, assignee, list: its, ...rest } = todo;
    expect(rest).toEqual(await read(`/api/todos/${shared.id}`, bob));
    expect(owner).toEqual(await read(`/api/users/${ann.id}`, bob));
    expect(assignee).toEqual(await read(`/api/users/${bob.id}`, bob));
    expect(its).toEqual(list);
    const alone = await read(`/api/todos/${secret.id}?include=assignee,owner(select:id)`, ann);
    expect(alone).toMatchObject({ assignee: null, owner: { id: ann.id } });
  });

  test("hasMany gives rows in order, to a limit for each parent, and an empty array for none", async () => {
    const query = include("comments(limit:2;orderBy:-createdAt;select:body)");
    const { items } = await read(`/api/todos?orderBy=title&select=title&${query}`, ann);
    const [first, second] = items as Row[];
    expect(first).toEqual({ title: "Secret", comments: expect.any(Array) });
    expect(bodies(first?.comments)).toEqual(["reply to the reply", "another"]);
    expect(second).toEqual({ title: "Shared", comments: [{ body: "four" }, { body: "three" }] });
    const empty = await read(`/api/lists/${other.id}?include=todos,members`, ann);
    expect(empty).toEqual({ ...other, todos: [], members: [] });
  });

  test("a self relation, three deep, merged into one tree", async () => {
    const paths = "comments(limit:1).replies(orderBy:body).replies(select:body),comments.author(select:name)";
    const todo = await read(`/api/todos/${shared.id}?${include(paths)}`, ann);
    expect(todo.comments).toEqual([
      {
        ...comments[0],
        author: { name: expect.any(String) },
        replies: [
          { ...comments[5], replies: [] },
          { ...comments[4], replies: [{ body: "reply to the reply" }] },
        ],
      },
    ]);
  });

  test("manyToMany gives the rows at the other end, each once", async () => {
    await create("/api/memberships", admin, { listId: other.id, userId: bob.id });
    await create("/api/memberships", admin, { listId: other.id, userId: bob.id });
    const query = include("members(select:id;orderBy:-id)");
    const { items } = await read(`/api/lists?orderBy=-name&select=name&${query}`, ann);
    expect(items).toEqual([
      { name: "Ours", members: [{ id: bob.id }, { id: ann.id }] },
      { name: "Empty", members: [{ id: bob.id }] },
    ]);
    await env.DB.prepare("DELETE FROM memberships WHERE list_id = ?").bind(other.id).run();
    const limited = await read(`/api/lists/${list.id}?${include("members(limit:1;orderBy:-id)")}`, ann);
    expect(limited.members).toEqual([await read(`/api/users/${bob.id}`, ann)]);
  });

  test("a filter picks among the rows of each parent, before the limit", async () => {
    const query = include(
      `comments(limit:1;filter:authorId=="${bob.id}",body=="three;limit:9";orderBy:-body)`,
    );
    const todo = await read(`/api/todos/${shared.id}?${query}`, ann);
    expect(bodies(todo.comments)).toEqual(["two"]);
    const none = include('owner(filter:name=="nobody")');
    expect(await read(`/api/todos/${shared.id}?${none}`, ann)).toMatchObject({ owner: null });
  });

  test("a filter as large and as deep as filters may be", async () => {
    const terms = Array.from({ length: 9 }, (_, index) => `body!=${index}`);
    const deep = (level: number): string =>
      level === 0
        ? "body==three"
        : `not(${level % 2 === 0 ? [...terms, deep(level - 1)].join(";") : [...terms, deep(level - 1)].join(",")})`;
    const query = include(`comments(filter:${deep(10)};orderBy:-body).replies(filter:${deep(10)})`);
    const plain = await call(`/api/comments?filter=${encodeURIComponent(deep(10))}`, { as: ann });
    expect(plain.status).toBe(200);
    const answer = await call(`/api/todos/${shared.id}?${query}`, { as: ann });
    expect([answer.status, answer.text]).toEqual([200, answer.text]);
  });

  test("keys that are not selected lead on, and do not show", async () => {
    const paths =
      "owner(select:name),comments(select:body;limit:1).todo(select:title),list(select:name).todos(select:done;limit:1)";
    const todo = await read(`/api/todos/${shared.id}?select=title&${include(paths)}`, ann);
    expect(todo).toEqual({
      title: "Shared",
      owner: { name: expect.any(String) },
      comments: [{ body: "one", todo: { title: "Shared" } }],
      list: { name: "Ours", todos: [{ done: false }] },
    });
  });

  test("a page with include has the cursor of the page without", async () => {
    const plain = await read("/api/comments?limit=2&orderBy=-body", ann);
    const full = await read(
      `/api/comments?limit=2&orderBy=-body&select=id&${include("author(select:id)")}`,
      ann,
    );
    expect(full.nextCursor).toBe(plain.nextCursor);
    const next = await read(
      `/api/comments?limit=2&orderBy=-body&include=todo&cursor=${String(full.nextCursor)}`,
      ann,
    );
    expect(bodies(next.items)).toEqual(["reply to the reply", "reply"]);
  });

  test("no ETag, and no 304, since the other rows have versions of their own", async () => {
    const path = `/api/todos/${shared.id}`;
    const tag = (await call(path, { as: ann })).headers.get("ETag");
    expect(tag).not.toBeNull();
    const headers = { "If-None-Match": tag ?? "" };
    const answer = await call(`${path}?include=owner`, { as: ann, headers });
    expect([answer.status, answer.headers.get("ETag")]).toEqual([200, null]);
    expect(answer.text).not.toContain("$");
  });
});

describe("contract 4.2, 4.4: the target's own rules apply at every depth", () => {
  test("rows that the caller may not read are not there, whatever leads to them", async () => {
    const paths = include("todos(select:title;orderBy:title)");
    const titles = async (as: Caller) => (await read(`/api/lists/${list.id}?${paths}`, as)).todos;
    expect(await titles(ann)).toEqual([{ title: "Secret" }, { title: "Shared" }]);
    expect(await titles(bob)).toEqual([{ title: "Shared" }]);
    expect(await titles(admin)).toEqual([{ title: "Secret" }, { title: "Shared" }]);
    expect(await titles(await addUser())).toEqual([]);
    // One of another's, which is not there for bob: as if the reference led nowhere.
    const reply = comments[4]?.id;
    expect(await read(`/api/comments/${reply}?include=todo`, bob)).toMatchObject({ todo: null });
    const deep = include("parent.todo.list.todos");
    expect((await call(`/api/comments/${reply}?${deep}`, { as: bob })).status).toBe(400);
    const found = await read(`/api/comments/${reply}?${include("parent.todo.list,todo.comments")}`, bob);
    expect(found).toMatchObject({
      todo: null,
      parent: { todo: { title: "Shared", list: { name: "Ours" } } },
    });
    const nested = await read(`/api/todos/${shared.id}?${include("list.todos(select:title).comments")}`, bob);
    expect(nested).toMatchObject({ list: { todos: [{ title: "Shared", comments: { length: 4 } }] } });
  });

  test("a limit counts the rows that the caller may read", async () => {
    const own = await addUser();
    for (let index = 0; index < 5; index++) {
      const by = index === 4 ? own : ann;
      await create("/api/todos", by, { title: `t${index}`, listId: other.id });
    }
    const query = include("todos(limit:1;select:title)");
    const found = await read(`/api/lists/${other.id}?${query}`, own);
    expect(found.todos).toEqual([{ title: "t4" }]);
    await env.DB.prepare("DELETE FROM todos WHERE list_id = ?").bind(other.id).run();
  });

  test("hidden fields do not show, and cannot be named", async () => {
    const answer = await call(`/api/lists?${include("owner,members,todos.assignee,todos.comments.author")}`, {
      as: bob,
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(/token/i);
    for (const option of ["select:tokenHash", "select:token_hash", "filter:tokenHash==null"]) {
      const refused = await call(`/api/todos?${include(`owner(${option})`)}`, { as: bob });
      expect([option, refused.status]).toEqual([option, 400]);
      expect(fieldErrors(refused)).toEqual({ include: "unknown_field" });
    }
    const order = await call(`/api/lists?${include("members(orderBy:tokenHash)")}`, { as: bob });
    expect(fieldErrors(order)).toEqual({ include: "unknown_field" });
  });
});

describe("contract 3.4: what is refused", () => {
  const hostile = [
    "",
    "__proto__",
    "constructor",
    "constructor.prototype",
    "toString",
    "owner.__proto__",
    "owner.constructor",
    "tokenHash",
    "owner.todos",
    "comments.nope",
    "memberships",
    "owner;DROP TABLE todos",
    "owner' OR 1=1 --",
    "comments(limit:1 OR 1=1)",
    "comments(limit:-1)",
    "comments(limit:1e9999)",
    "comments(limit:9007199254740993.5)",
    "comments(select:*)",
    "comments(select:id AS x)",
    "comments(select:$parent)",
    "comments(orderBy:id;DROP TABLE todos)",
    "comments(orderBy:(SELECT 1))",
    "comments(orderBy:$key0)",
    "comments(filter:1==1)",
    "comments(filter:id==1 OR 1==1)",
    "comments(filter:id=='1')",
    'comments(filter:id=="1)',
    "comments(where:id==1)",
    "comments(offset:1)",
    "comments(__proto__:1)",
    "comments(limit:1;limit:2)",
    "comments(",
    "comments)",
    "comments(((((",
    "comments(limit:1))",
    ".comments",
    "comments..author",
    "comments.author.",
    ",",
    "comments,,owner",
    "owner(limit:1)",
    "owner(orderBy:name)",
    "comments(limit:1),comments(limit:2)",
    "comments.replies.replies.replies",
    "comments.".repeat(400),
    "(".repeat(4096),
    "comments(filter:(".repeat(200),
    "x".repeat(5000),
    "owner,".repeat(2000),
    "\u0000",
    "owner\u0000",
    "😀",
    "ｏｗｎｅｒ",
    `comments(filter:${"(".repeat(2000)}id==1)`,
    `comments(filter:body=in=(${"1,".repeat(1500)}1)`,
  ];

  test.for(hostile.map((text) => [text.slice(0, 40), text] as const))("%j", async ([, text]) => {
    for (const path of ["/api/todos", `/api/todos/${shared.id}`]) {
      const answer = await call(`${path}?${include(text)}`, { as: ann });
      expect([answer.status, Object.keys(fieldErrors(answer))]).toEqual([400, ["include"]]);
      expect(["VALIDATION_ERROR", "FILTER_PARSE_ERROR"]).toContain(answer.json.code);
    }
  });

  test("twice, beside a misspelt one, raw bytes, and where there is nothing to follow", async () => {
    for (const query of [
      "include=owner&include=list",
      "includes=owner",
      "include[]=owner",
      "Include=owner",
    ]) {
      expect([query, (await call(`/api/todos?${query}`, { as: ann })).status]).toEqual([query, 400]);
    }
    for (const query of ["include=%", "include=%ff", "include=%00", "include=owner%2"]) {
      expect([query, (await call(`/api/todos?${query}`, { as: ann })).status]).toEqual([query, 400]);
    }
    const users = await call("/api/users?include=todos", { as: ann });
    expect([users.status, users.json.code]).toEqual([400, "UNKNOWN_PARAMETER"]);
    for (const path of ["/api/todos/count?include=owner", "/api/todos/aggregate?count=true&include=owner"])
      expect([path, (await call(path, { as: ann })).json.code]).toEqual([path, "UNKNOWN_PARAMETER"]);
    expect((await call("/api/todos?include=owner")).status).toBe(401);
    const missing = `/api/todos/${list.id}?include=owner`;
    expect((await call(missing, { as: ann })).status).toBe(404);
  });

  test("more rows than an answer may hold", async () => {
    const crowd = await addUser();
    const { id } = await create("/api/lists", crowd, { name: "Crowd" });
    const todos = Array.from(
      { length: 60 },
      (_, index) => crypto.randomUUID().slice(0, -2) + String(10 + index),
    );
    const now = new Date().toISOString();
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO todos (id, title, owner_id, list_id, created_at, updated_at) SELECT value, 't', ?2, ?3, ?4, ?4 FROM json_each(?1)",
      ).bind(JSON.stringify(todos), crowd.id, id, now),
      env.DB.prepare(
        "INSERT INTO comments (id, body, todo_id, author_id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101) SELECT substr(todos.id, 1, 32) || printf('%04d', i), 'c', todos.id, ?2, ?3 FROM n CROSS JOIN todos WHERE list_id = ?1",
      ).bind(id, crowd.id, now),
    ]);
    const count = async (text: string) => {
      const answer = await call(`/api/lists/${id}?${include(text)}`, { as: crowd });
      return answer.status === 200 ? 200 : fieldErrors(answer);
    };
    // 60 todos with 100 comments each are 6,060 rows; their authors, although one user, as many again.
    expect(await count("todos(limit:60;select:id).comments(limit:100;select:id)")).toBe(200);
    expect(await count("todos(limit:60).comments(limit:100;select:id).author(select:id)")).toEqual({
      include: "too_big",
    });
    expect(await count("todos(limit:60).comments(limit:60;select:id).author(select:id)")).toBe(200);
    expect(await count("todos(limit:60).list.todos(limit:100;select:id)")).toBe(200);
    expect(await count("todos(limit:60).comments(limit:4;select:id).todo(select:id)")).toBe(200);
    const bomb = await call(`/api/todos?limit=60&${include("list.todos(limit:60).comments(limit:100)")}`, {
      as: crowd,
    });
    expect(bomb.json.detail).toBe(
      "include: This would include more than 10,000 rows: give lower limits, or follow fewer relations.",
    );
  });
});
