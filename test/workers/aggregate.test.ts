import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { aggregateRows } from "../../runtime/query/aggregate/read.ts";
import { anyRow } from "../../runtime/query/scope.ts";
import type { Table } from "../../runtime/query/table.ts";
import { type Answer, addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let bob: Caller;
let admin: Caller;

beforeAll(async () => {
  [ann, bob, admin] = [await addUser(), await addUser(), await addUser("admin")];
  for (const input of [
    { title: "a", priority: 0, done: false, estimate: 0.5, dueAt: "2026-01-01T00:00:00Z" },
    { title: "b", priority: 2, done: false, estimate: 3 },
    { title: "é", priority: 2, done: true, notes: "x" },
    { title: "😀", priority: 3, done: true, estimate: 1.5, dueAt: "2026-01-01T09:30:00+09:00" },
  ]) {
    await create("/api/todos", ann, input);
  }
  await create("/api/todos", bob, { title: "secret of bob", priority: 1, estimate: 100, notes: "not ann's" });
});

const aggregate = (query: Readonly<Record<string, string>>, as: Caller = ann): Promise<Answer> =>
  call(`/api/todos/aggregate?${new URLSearchParams(query)}`, { as });

async function groups(query: Readonly<Record<string, string>>, as: Caller = ann): Promise<unknown> {
  const answer = await aggregate(query, as);
  if (answer.status !== 200) throw new Error(answer.text);
  expect(Object.keys(answer.json)).toEqual(["groups"]);
  return answer.json.groups;
}

describe("contract 3: GET /todos/aggregate", () => {
  test("counts and measures all rows, or each group", async () => {
    expect(await groups({ count: "true", sum: "estimate,priority", max: "title" })).toEqual([
      { key: {}, count: 4, sum: { estimate: 5, priority: 7 }, max: { title: "😀" } },
    ]);
    expect(
      await groups({ groupBy: "done,priority", count: "true", avg: "estimate", min: "title,dueAt" }),
    ).toEqual([
      {
        key: { done: false, priority: 0 },
        count: 1,
        avg: { estimate: 0.5 },
        min: { title: "a", dueAt: "2026-01-01T00:00:00.000Z" },
      },
      { key: { done: false, priority: 2 }, count: 1, avg: { estimate: 3 }, min: { title: "b", dueAt: null } },
      {
        key: { done: true, priority: 2 },
        count: 1,
        avg: { estimate: null },
        min: { title: "é", dueAt: null },
      },
      {
        key: { done: true, priority: 3 },
        count: 1,
        avg: { estimate: 1.5 },
        min: { title: "😀", dueAt: "2026-01-01T00:30:00.000Z" },
      },
    ]);
  });

  test("keys are in order, null last, and no rows give one group or none", async () => {
    expect(await groups({ groupBy: "estimate", count: "true" })).toEqual(
      [0.5, 1.5, 3, null].map((estimate) => ({ key: { estimate }, count: 1 })),
    );
    expect(await groups({ count: "true", sum: "estimate", filter: "title==none" })).toEqual([
      { key: {}, count: 0, sum: { estimate: null } },
    ]);
    expect(await groups({ groupBy: "done", count: "true", filter: "title==none" })).toEqual([]);
  });

  test("filter chooses rows, having chooses groups", async () => {
    const asked = { groupBy: "done", count: "true", sum: "estimate", min: "createdAt" };
    const [no, yes] = (await groups(asked)) as unknown[];
    expect(await groups({ ...asked, having: "sum.estimate>2" })).toEqual([no]);
    expect(await groups({ ...asked, having: "not(sum.estimate>2);count>=2" })).toEqual([yes]);
    expect(await groups({ ...asked, having: 'min.createdAt>="2026-01-01T00:00:00Z"' })).toEqual([no, yes]);
    expect(await groups({ ...asked, having: "min.createdAt<2020-01-01" })).toEqual([]);
    expect(await groups({ ...asked, filter: "priority>=3", having: "count==1" })).toMatchObject([
      { key: { done: true }, count: 1, sum: { estimate: 1.5 } },
    ]);
  });

  test("the route has GET and HEAD", async () => {
    const head = await call("/api/todos/aggregate?count=true", { as: ann, method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const other = await call("/api/todos/aggregate", { as: ann, method });
      expect([other.status, other.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    }
    const answer = await aggregate({ count: "true" });
    expect(answer.headers.get("Cache-Control")).toBe("private, no-cache");
  });
});

describe("contract 4: who sees what in aggregates", () => {
  test("4.2: they are made of the rows that the caller may read", async () => {
    const eve = await addUser();
    const asked = {
      groupBy: "title",
      count: "true",
      sum: "estimate",
      filter: "title=isnull=false,title==null",
    };
    expect(((await groups(asked)) as { key: { title: string } }[]).map(({ key }) => key.title)).toEqual([
      "a",
      "b",
      "é",
      "😀",
    ]);
    expect(await groups(asked, bob)).toEqual([
      { key: { title: "secret of bob" }, count: 1, sum: { estimate: 100 } },
    ]);
    expect(await groups(asked, eve)).toEqual([]);
    expect(await groups({ count: "true", max: "estimate" }, eve)).toEqual([
      { key: {}, count: 0, max: { estimate: null } },
    ]);
    expect(await groups({ count: "true", max: "estimate" }, admin)).toEqual([
      { key: {}, count: 5, max: { estimate: 100 } },
    ]);
    expect(await groups({ groupBy: "ownerId", count: "true", filter: `ownerId==${bob.id}` })).toEqual([]);
    expect(await groups({ groupBy: "ownerId", count: "true", having: "count==1,count!=1" })).toEqual([
      { key: { ownerId: ann.id }, count: 4 },
    ]);
  });

  test("nobody is told anything before signing in", async () => {
    for (const query of ["count=true", "sum=nonsense", ""]) {
      expect((await call(`/api/todos/aggregate?${query}`)).status).toBe(401);
    }
  });

  test.for(["groupBy", "min", "max", "sum", "avg", "filter", "having"])(
    "4.4: in %s, a hidden field is one that does not exist",
    async (parameter) => {
      const texts: Readonly<Record<string, (name: string) => string>> = {
        filter: (name) => `${name}==null`,
        having: (name) => `max.${name}==null`,
      };
      const ask = async (name: string): Promise<unknown[]> => {
        const text = texts[parameter]?.(name) ?? name;
        const query = new URLSearchParams({ count: "true", [parameter]: text });
        const { status, text: body } = await call(`/api/users/aggregate?${query}`, { as: admin });
        return [status, body.replaceAll(name, "x").replace(/"requestId":"[^"]*"/, "")];
      };
      const hidden = await ask("tokenHash");
      expect(hidden[0]).toBe(400);
      expect(hidden).toEqual(await ask("tokenHush"));
    },
  );
});

describe("hostile requests for aggregates", () => {
  const attacks = [
    "",
    ",",
    " ",
    "*",
    "id)",
    "id, (SELECT token_hash FROM users)",
    "id FROM todos; DROP TABLE todos --",
    "' OR 1=1 --",
    '"',
    "[id]",
    "owner_id",
    "rowid",
    "todos.id",
    "sum.estimate",
    "$count",
    "[$count]",
    "__proto__",
    "constructor",
    "toString",
    "labels",
    "id,id",
    "id,",
    "title,".repeat(1000),
    "(".repeat(1000),
    "not(".repeat(1000),
    "a".repeat(5000),
    "\0",
    "\ud800",
    "😀",
    "?1",
    "count(*)",
    "count>(1)",
    "count>=1;__proto__.x==1",
    "max.tokenHash==1",
    "count=in=(SELECT 1)",
    `count=in=(${"1,".repeat(1500)}1)`,
    "count>99999999999999999999",
    "count=like=1%",
  ];
  test.for(["groupBy", "sum", "avg", "min", "max", "filter", "having", "count"])("%s", async (parameter) => {
    for (const text of attacks) {
      const query = { count: "true", [parameter]: text };
      const answer = await aggregate(query);
      // The one that is a filter of groups, and means something.
      if (parameter === "having" && text.startsWith("count=in=(1,")) {
        expect(answer.status).toBe(200);
        continue;
      }
      expect([text, answer.status]).toEqual([text, 400]);
      expect(Object.keys(fieldErrors(answer))).toEqual([parameter]);
      expect(answer.text).not.toMatch(/D1_ERROR|SQLITE|FROM todos\b(?!; DROP)/);
    }
    expect(await groups({ count: "true" })).toEqual([{ key: {}, count: 4 }]);
  });

  test("parameters given twice, and unknown ones", async () => {
    for (const parameter of ["groupBy", "count", "sum", "avg", "min", "max", "filter", "having"]) {
      const answer = await call(`/api/todos/aggregate?${parameter}=true&${parameter}=true`, { as: ann });
      expect([answer.status, fieldErrors(answer)]).toEqual([400, { [parameter]: "duplicate_parameter" }]);
    }
    for (const parameter of ["orderBy", "limit", "select", "cursor", "Count", "group_by", "__proto__"]) {
      const answer = await call(`/api/todos/aggregate?count=true&${parameter}=1`, { as: ann });
      expect([answer.status, answer.json.code]).toEqual([400, "UNKNOWN_PARAMETER"]);
    }
    expect((await aggregate({})).json).toMatchObject({
      status: 400,
      code: "VALIDATION_ERROR",
      detail: "Ask for at least one of count=true, sum, avg, min and max.",
    });
  });
});

describe("on D1", () => {
  const columns: Table["columns"] = {
    ...Object.fromEntries(
      Array.from({ length: 32 }, (_, index) => [
        `n${index}`,
        { sql: "size", kind: "integer", nullable: true },
      ]),
    ),
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`t${index}`, { sql: "word", kind: "text" }]),
    ),
    size: { sql: "size", kind: "integer", nullable: true },
    score: { sql: "score", kind: "number", nullable: true },
  };
  const table: Table = { name: "measured", columns, projection: "id", defaultLimit: 20, maxLimit: 100 };
  const max = Number.MAX_SAFE_INTEGER;

  const answer = (query: Readonly<Record<string, string>>): Promise<unknown> =>
    aggregateRows(env.DB, new Request(`https://x.test/?${new URLSearchParams(query)}`), table, anyRow);

  beforeAll(async () => {
    await env.DB.exec("CREATE TABLE measured (word TEXT NOT NULL, size INTEGER, score REAL) STRICT");
    // 1,100 rows whose sum leaves 64 bits, and whose doubles add up to infinity.
    await env.DB.prepare(
      "INSERT INTO measured SELECT 'big', ?1, ?2 FROM (WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1100) SELECT i FROM n)",
    )
      .bind(max, Number.MAX_VALUE)
      .run();
    await env.DB.prepare(
      "INSERT INTO measured VALUES ('exact', ?1, 1), ('exact', -2, NULL), ('none', NULL, NULL)",
    )
      .bind(max)
      .run();
  });

  test("sums neither fail nor leave JSON", async () => {
    expect(await answer({ groupBy: "t0", sum: "size,score", avg: "score", max: "score" })).toEqual({
      groups: [
        {
          key: { t0: "big" },
          sum: { size: 1100 * max, score: null },
          avg: { score: null },
          max: { score: Number.MAX_VALUE },
        },
        { key: { t0: "exact" }, sum: { size: max - 2, score: 1 }, avg: { score: 1 }, max: { score: 1 } },
        { key: { t0: "none" }, sum: { size: null, score: null }, avg: { score: null }, max: { score: null } },
      ],
    });
  });

  test("the largest request fits in a statement", async () => {
    const numbers = Array.from({ length: 32 }, (_, index) => `n${index}`);
    const terms = (name: string, from: number, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${name}!=${from + index}`);
    const flat = (name: string, mark: string): string => terms(name, 10, 100).join(mark);
    // 100 comparisons, joined in turn by and and or through all ten levels.
    const nested = (name: string): string => {
      let text = terms(name, 10, 10).join(";");
      for (let level = 1; level < 10; level++) {
        const mark = level % 2 === 0 ? ";" : ",";
        text = `not(${text})${mark}${terms(name, 10 * level + 10, 10).join(mark)}`;
      }
      return text;
    };
    for (const spell of [
      (name: string) => flat(name, ";"),
      (name: string) => flat(name, ","),
      (name: string) => `${"not(".repeat(10)}${flat(name, ",")}${")".repeat(10)}`,
      nested,
    ]) {
      const largest = {
        groupBy: Array.from({ length: 8 }, (_, index) => `t${index}`).join(","),
        count: "true",
        sum: numbers.join(","),
        avg: numbers.join(","),
        filter: spell("size"),
        having: spell("sum.n31"),
      };
      const { groups: found } = (await answer(largest)) as { groups: { key: object; sum: object }[] };
      expect(found.map(({ key, sum }) => [Object.keys(key).length, Object.keys(sum).length])).toEqual(
        spell === nested
          ? expect.anything()
          : [
              [8, 32],
              [8, 32],
              [8, 32],
            ],
      );
    }
  });

  test("1,000 groups are answered and 1,001 refused", async () => {
    await env.DB.exec("CREATE TABLE many (word TEXT NOT NULL, size INTEGER, score REAL) STRICT");
    await env.DB.exec(
      "INSERT INTO many SELECT 'x', i, NULL FROM (WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1001) SELECT i FROM n)",
    );
    const ask = (query: Readonly<Record<string, string>>): Promise<{ groups: readonly unknown[] }> =>
      aggregateRows(
        env.DB,
        new Request(`https://x.test/?${new URLSearchParams({ groupBy: "size", count: "true", ...query })}`),
        { ...table, name: "many" },
        anyRow,
      );
    await expect(ask({})).rejects.toMatchObject({ code: "VALIDATION_ERROR", status: 400 });
    expect((await ask({ filter: "size!=500" })).groups).toHaveLength(1000);
    expect((await ask({ max: "size", having: "max.size!=500" })).groups).toHaveLength(1000);
  });
});
