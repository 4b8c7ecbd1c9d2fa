/** Attempts to read, take or tell what the rules do not let a caller have. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, addUser, type Caller, call, create, fieldErrors, type Options } from "./api.ts";

let ann: Caller;
let bob: Caller;
let eve: Caller;
let admin: Caller;
/** Ann's, which Bob is assigned to and Eve may not see. */
let todo: Row;
/** Ann's, deleted. */
let deleted: Row;
type Row = Record<string, unknown> & { id: string };

beforeAll(async () => {
  [ann, bob, eve, admin] = [await addUser(), await addUser(), await addUser(), await addUser("admin")];
  todo = await create("/api/todos", ann, { title: "zebra", notes: "private", assigneeId: bob.id });
  deleted = await create("/api/todos", ann, { title: "quagga" });
  await call(`/api/todos/${deleted.id}`, { as: ann, method: "DELETE" });
});

const missing = "01890000-0000-7000-8000-000000000000";

/** What an answer tells, but for the id of its request and what the request itself named. */
const told = ({ status, headers, text }: Answer, ...named: readonly string[]): unknown => {
  const shown = named.reduce((rest, name) => rest.replaceAll(name, "…"), text);
  return [
    status,
    shown.replace(/"requestId":"[^"]*"/, ""),
    [...headers].filter(([name]) => name !== "x-request-id").sort(),
  ];
};

/** Sends the same request about something that is there and about something that is not, and expects no difference. */
async function expectNoDifference(
  about: readonly [there: string, notThere: string],
  request: (name: string) => readonly [path: string, options: Options],
): Promise<Answer> {
  const [there, notThere] = about;
  const answer = await call(...request(there));
  expect(told(answer, there)).toEqual(told(await call(...request(notThere)), notThere));
  return answer;
}

const tables = ["users", "lists", "memberships", "todos", "comments"];
const dump = async (): Promise<unknown> =>
  (await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY id`)))).map(
    ({ results }) => results,
  );

/** Expects that nothing in the database changes. */
async function unchanged(attempt: () => Promise<void>): Promise<void> {
  const before = await dump();
  await attempt();
  expect(await dump()).toEqual(before);
}

describe("contract 4.2: a row that one may not read is as one that is not there", () => {
  const writes: readonly (readonly [string, string, Options])[] = [
    ["GET", "", {}],
    ["HEAD", "", {}],
    ["GET", "?select=id", {}],
    ["GET", "?include=comments,owner", {}],
    ["GET", "?withDeleted=true", {}],
    ["GET", "", { headers: { "If-None-Match": "*" } }],
    ["PATCH", "", { json: { title: "x" } }],
    ["PATCH", "", { json: {} }],
    ["PATCH", "", { json: { assigneeId: missing } }],
    ["PATCH", "", { json: { title: "x" }, headers: { "If-Match": '"1"' } }],
    ["PATCH", "", { json: { title: "x" }, headers: { "If-Match": '"99"' } }],
    ["PATCH", "", { json: { title: "x" }, headers: { "If-Match": "*" } }],
    ["PUT", "", { json: { title: "x" } }],
    ["PUT", "", { json: { title: "x" }, headers: { "If-Match": '"99"' } }],
    ["DELETE", "", {}],
    ["DELETE", "", { headers: { "If-Match": '"99"' } }],
    ["POST", "/restore", {}],
    ["POST", "/restore", { headers: { "If-Match": '"99"' } }],
  ];

  test.each(writes)("%s /todos/:id%s %j", async (method, rest, options) => {
    await unchanged(async () => {
      for (const row of [todo, deleted]) {
        await expectNoDifference([row.id, missing], (id) => [
          `/api/todos/${id}${rest}`,
          { ...options, method, as: eve },
        ]);
      }
    });
  });

  test("with an idempotency key too, and neither leaves the key behind", async () => {
    let sent = 0;
    await expectNoDifference([todo.id, missing], (id) => [
      `/api/todos/${id}`,
      {
        as: eve,
        method: "PATCH",
        json: { title: "x" },
        headers: { "Idempotency-Key": `attack-of-eve-${++sent}` },
      },
    ]);
    const kept = await env.DB.prepare("SELECT count(*) AS n FROM _covara_idempotency").first("n");
    expect(kept).toBe(0);
  });

  test.each([
    todoPaths("filter=id==ID"),
    todoPaths("filter=id=in=(ID)"),
    todoPaths("filter=title==zebra;id==ID"),
  ])("counting: %s", async (...paths) => {
    for (const path of paths) {
      await expectNoDifference([todo.id, missing], (id) => [path.replace("ID", id), { as: eve }]);
    }
  });

  test("what other rows hold changes no count, group, total or search", async () => {
    for (const path of [
      "/api/todos?totalCount=true",
      "/api/todos?totalCount=true&filter=notes==private",
      "/api/todos/count?filter=title=startswith=z",
      "/api/todos/aggregate?count=true&min=title&max=title&sum=priority",
      "/api/todos/aggregate?count=true&groupBy=title&having=count>=1",
      "/api/todos/search?q=zebra&highlight=true",
      "/api/todos/search?q=quagga",
    ]) {
      const stranger = await addUser();
      const before = await call(path, { as: stranger });
      const extra = await create("/api/todos", ann, { title: "zebra", notes: "private", priority: 3 });
      expect([path, told(await call(path, { as: stranger }))]).toEqual([path, told(before)]);
      expect(before.text).not.toMatch(/zebra|private/);
      await call(`/api/todos/${extra.id}`, { as: ann, method: "DELETE" });
    }
  });

  test("a batch limit is not reached by the rows of others", async () => {
    const rows = Array.from({ length: 101 }, (_, index) => ({ title: `many ${index}` }));
    await call("/api/todos/batch", { as: ann, json: { items: rows.slice(0, 100) } });
    await call("/api/todos/batch", { as: ann, json: { items: rows.slice(100) } });
    await unchanged(async () => {
      for (const method of ["PATCH", "DELETE"]) {
        const answer = await call("/api/todos/batch?filter=*", {
          as: eve,
          method,
          ...(method === "PATCH" ? { json: { title: "mine" } } : {}),
        });
        expect([answer.status, answer.json]).toEqual([200, { count: 0 }]);
      }
    });
  });

  test("batches that name it skip it, without or with a filter", async () => {
    await unchanged(async () => {
      for (const [method, options] of [
        ["PATCH", { json: { title: "mine" } }],
        ["DELETE", {}],
      ] as const) {
        for (const filter of ["id==ID", "id=in=(ID)", "title==zebra,id==ID"]) {
          const answer = await expectNoDifference([todo.id, missing], (id) => [
            `/api/todos/batch?filter=${encodeURIComponent(filter.replace("ID", id))}`,
            { as: eve, method, ...options },
          ]);
          expect(answer.json).toEqual({ count: 0 });
        }
        for (const query of ["", "?filter=", "?filter", "?Filter=*", "?filter=*&filter=*"]) {
          expect((await call(`/api/todos/batch${query}`, { as: ann, method, ...options })).status).toBe(400);
        }
      }
    });
  });

  test("a cursor of another user is as one that is made up", async () => {
    await create("/api/todos", ann, { title: "one more" });
    const { nextCursor } = (await call("/api/todos?limit=1", { as: ann })).json;
    const stolen = await call(`/api/todos?limit=1&cursor=${String(nextCursor)}`, { as: eve });
    const madeUp = await call("/api/todos?limit=1&cursor=AAAA", { as: eve });
    expect([stolen.status, stolen.json.code]).toEqual([400, "CURSOR_INVALID"]);
    expect(told(stolen)).toEqual(told(madeUp));
  });

  test("an idempotency key of another user replays nothing", async () => {
    const json = { title: "told once" };
    const headers = { "Idempotency-Key": "shared-key-0001" };
    const first = await call("/api/todos", { as: ann, json, headers });
    const theirs = await call("/api/todos", { as: eve, json, headers });
    expect([theirs.status, theirs.headers.get("Idempotency-Replayed")]).toEqual([201, null]);
    expect([theirs.json.ownerId, theirs.json.id === first.json.id]).toEqual([eve.id, false]);
  });
});

/** The reads that take a filter. */
function todoPaths(filter: string): [string, string, string, string] {
  const query = encodeURI(filter);
  return [
    `/api/todos?totalCount=true&${query}`,
    `/api/todos/count?${query}`,
    `/api/todos/aggregate?count=true&${query}`,
    `/api/todos/search?q=zebra&${query}`,
  ];
}

describe("contract 4.3: rows are neither given away nor taken over", () => {
  test("what the server sets cannot be set, however it is sent", async () => {
    await unchanged(async () => {
      for (const field of [
        "ownerId",
        "createdAt",
        "updatedAt",
        "version",
        "deletedAt",
        "deleted_at",
        "owner_id",
      ]) {
        const json = { title: "x", [field]: field.endsWith("d") ? eve.id : "2020-01-01T00:00:00Z" };
        for (const [method, path, body] of [
          ["POST", "/api/todos", json],
          ["POST", "/api/todos/batch", { items: [json] }],
          ["POST", "/api/todos/batch/upsert", { items: [{ id: todo.id, ...json }] }],
          ["POST", "/api/lists", { name: "L", todos: [json] }],
          ["PATCH", `/api/todos/${todo.id}`, json],
          ["PUT", `/api/todos/${todo.id}`, json],
          ["PATCH", "/api/todos/batch?filter=*", json],
        ] as const) {
          const answer = await call(path, { as: ann, method, json: body });
          expect([path, method, field, answer.status]).toEqual([path, method, field, 400]);
          expect(Object.keys(fieldErrors(answer)).join()).toContain(field);
        }
      }
    });
  });

  test("nor can the id, and a role is not taken", async () => {
    await unchanged(async () => {
      for (const [path, method, json] of [
        [`/api/todos/${todo.id}`, "PATCH", { id: missing }],
        [`/api/todos/${todo.id}`, "PUT", { id: missing, title: "x" }],
        ["/api/todos/batch?filter=*", "PATCH", { id: missing }],
        [`/api/users/${ann.id}`, "PATCH", { role: "admin" }],
        [`/api/users/${ann.id}`, "PUT", { role: "admin", name: "A", email: "a@example.com" }],
        ["/api/lists", "POST", { id: missing, name: "L" }],
      ] as const) {
        expect([path, method, (await call(path, { as: ann, method, json })).status]).toEqual([
          path,
          method,
          400,
        ]);
      }
    });
  });

  test("an upsert, a create or an embedded child with the id of another's row, deleted or not, is 409", async () => {
    await unchanged(async () => {
      for (const { id } of [todo, deleted]) {
        const item = { id, title: "mine" };
        for (const [path, json] of [
          ["/api/todos", item],
          ["/api/todos/batch", { items: [{ title: "other" }, item] }],
          ["/api/todos/batch/upsert", { items: [item] }],
          ["/api/todos/batch/upsert", { items: [{ id: crypto.randomUUID(), title: "new" }, item] }],
          ["/api/lists", { name: "L", todos: [item] }],
        ] as const) {
          const answer = await call(path, { as: eve, json });
          expect([path, answer.status, answer.json.code]).toEqual([path, 409, "CONFLICT"]);
          expect(answer.text).not.toMatch(/zebra|quagga|private/);
        }
      }
    });
  });

  test("an upsert does not bring a deleted row back, not for its owner either", async () => {
    await unchanged(async () => {
      const items = [{ id: deleted.id, title: "back" }];
      expect((await call("/api/todos/batch/upsert", { as: ann, json: { items } })).status).toBe(409);
    });
  });

  test("one who may change a row only as its assignee cannot stop being that", async () => {
    await unchanged(async () => {
      for (const [method, path, json] of [
        ["PATCH", `/api/todos/${todo.id}`, { assigneeId: null }],
        ["PATCH", `/api/todos/${todo.id}`, { assigneeId: eve.id }],
        ["PUT", `/api/todos/${todo.id}`, { title: "x" }],
        ["PATCH", "/api/todos/batch?filter=title==zebra", { assigneeId: eve.id }],
        ["POST", "/api/todos/batch/upsert", { items: [{ id: todo.id, title: "x", assigneeId: null }] }],
      ] as const) {
        expect([method, path, (await call(path, { as: bob, method, json })).status]).toEqual([
          method,
          path,
          403,
        ]);
      }
      expect((await call(`/api/todos/${todo.id}`, { as: bob, method: "DELETE" })).status).toBe(403);
      expect((await call(`/api/todos/${todo.id}`, { as: admin, method: "DELETE" })).status).toBe(403);
    });
  });
});

describe("contract 4.3: references", () => {
  /** Each way to set one, with the id that it names. */
  const ways: readonly (readonly [string, (id: string) => readonly [string, Options]])[] = [
    ["a create", (todoId) => ["/api/comments", { json: { body: "hi", todoId } }]],
    ["a batch", (todoId) => ["/api/comments/batch", { json: { items: [{ body: "hi", todoId }] } }]],
    [
      "a child of a child",
      (todoId) => ["/api/comments", { json: { body: "hi", todoId, replies: [{ body: "re", todoId }] } }],
    ],
  ];

  test.each(ways)(
    "%s cannot tell a row that may not be read, or is deleted, from none",
    async (_name, way) => {
      await unchanged(async () => {
        for (const [row, as] of [
          [todo, eve],
          [deleted, eve],
          [deleted, ann],
          [deleted, admin],
        ] as const) {
          const answer = await expectNoDifference([row.id, missing], (id) => {
            const [path, options] = way(id);
            return [path, { ...options, as }];
          });
          expect(answer.status).toBe(400);
        }
      });
    },
  );

  test("a change cannot either, also of one's own row and in a batch", async () => {
    const own = await create("/api/todos", eve, { title: "eve's" });
    const comment = await create("/api/comments", eve, { body: "hi", todoId: own.id });
    await unchanged(async () => {
      for (const path of [`/api/comments/${comment.id}`, `/api/comments/batch?filter=id==${comment.id}`]) {
        const answer = await expectNoDifference([todo.id, missing], (todoId) => [
          path,
          { as: eve, method: "PATCH", json: { todoId } },
        ]);
        expect([path, answer.status]).toEqual([path, 400]);
      }
    });
  });

  test("an embedded child needs the right to create it", async () => {
    await unchanged(async () => {
      // Only admins create users and memberships, and a relation to them cannot be embedded.
      const answer = await call("/api/lists", {
        as: eve,
        json: { name: "L", members: [{ name: "E", email: "e@example.com" }] },
      });
      expect(answer.status).toBe(400);
      expect(
        (await call("/api/memberships", { as: eve, json: { listId: missing, userId: eve.id } })).status,
      ).toBe(403);
    });
  });
});

describe("contract 4.4: a hidden field is one that does not exist", () => {
  const queries = (name: string): string[] => [
    `?select=${name}`,
    `?select=id,${name}`,
    `?orderBy=${name}`,
    `?orderBy=-${name}`,
    `?filter=${name}==x`,
    `?filter=${name}=isnull=true`,
    `?filter=not(${name}==x)`,
    `?include=${name}`,
    `/count?filter=${name}==x`,
    `/aggregate?count=true&groupBy=${name}`,
    `/aggregate?min=${name}`,
    `/aggregate?sum=${name}`,
    `/aggregate?max=name&having=max.${name}==x`,
    `/batch?filter=${name}==x`,
  ];

  test.each(queries("NAME"))("users%s", async (query) => {
    for (const name of ["tokenHash", "token_hash"]) {
      const options: Options = query.startsWith("/batch") ? { method: "PATCH", json: { name: "x" } } : {};
      const answer = await expectNoDifference([name, "x".repeat(name.length)], (field) => [
        `/api/users${query.replace("NAME", field)}`,
        { ...options, as: admin },
      ]);
      expect(answer.status).toBe(400);
    }
  });

  test("in options of an include, in a search, and in bodies", async () => {
    for (const path of [
      "/api/todos?include=owner(select:NAME)",
      "/api/todos?include=owner(filter:NAME==x)",
      "/api/lists?include=members(orderBy:NAME)",
      "/api/todos/search?q=zebra&filter=NAME==x",
    ]) {
      const answer = await expectNoDifference(["tokenHash", "x".repeat(9)], (name) => [
        path.replace("NAME", name),
        { as: admin },
      ]);
      expect([path, answer.status]).toEqual([path, 400]);
    }
    for (const [method, path] of [
      ["POST", "/api/users"],
      ["PATCH", `/api/users/${admin.id}`],
      ["PUT", `/api/users/${admin.id}`],
    ] as const) {
      const answer = await expectNoDifference(["tokenHash", "x".repeat(9)], (name) => [
        path,
        { as: admin, method, json: { name: "N", email: "n@example.com", [name]: "x" } },
      ]);
      expect([method, answer.status]).toEqual([method, 400]);
    }
  });

  test("names that every object has are no fields", async () => {
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "rowid",
      "oid",
      "_rowid_",
    ]) {
      for (const query of queries(encodeURIComponent(name))) {
        if (query.startsWith("/batch")) continue;
        expect([query, (await call(`/api/users${query}`, { as: admin })).status]).toEqual([query, 400]);
      }
    }
  });

  test("no answer about users holds a token's hash", async () => {
    const hashes = await env.DB.prepare("SELECT token_hash FROM users WHERE token_hash IS NOT NULL").all<{
      token_hash: string;
    }>();
    for (const path of [
      "/api/users?limit=100",
      `/api/users/${ann.id}`,
      "/api/users/aggregate?min=name&max=email&count=true",
      "/api/todos?include=owner,assignee,comments.author",
      "/api/lists?include=members,owner",
      "/api/memberships?include=user",
    ]) {
      const { status, text } = await call(path, { as: admin });
      expect([path, status]).toEqual([path, 200]);
      for (const { token_hash } of hashes.results) expect(text).not.toContain(token_hash);
    }
  });
});

describe("contract 4.2: nobody who is signed in", () => {
  test("is told the same of every row and of none", async () => {
    await unchanged(async () => {
      for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
        const json = method === "PATCH" || method === "PUT" ? { json: { title: "x" } } : {};
        const answer = await expectNoDifference([todo.id, missing], (id) => [
          `/api/todos/${id}`,
          { method, ...json },
        ]);
        expect([method, answer.status]).toEqual([method, 401]);
      }
      for (const [method, path, json] of [
        ["POST", "/api/todos/batch", { items: [{ title: "x" }] }],
        ["PATCH", "/api/todos/batch?filter=*", { title: "x" }],
        ["DELETE", "/api/todos/batch?filter=*", undefined],
        ["POST", "/api/todos/batch/upsert", { items: [{ id: todo.id, title: "x" }] }],
        ["GET", "/api/todos/aggregate?count=true", undefined],
        ["GET", "/api/todos/search?q=zebra", undefined],
      ] as const) {
        expect([path, (await call(path, { method, json })).status]).toEqual([path, 401]);
      }
    });
  });
});
