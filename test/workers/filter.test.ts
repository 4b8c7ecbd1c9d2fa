import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { filterSql, parseFilter } from "../../runtime/query/filter/index.ts";
import type { Table } from "../../runtime/query/table.ts";
import { type Answer, addUser, type Caller, call, create } from "./api.ts";

let ann: Caller;
let bob: Caller;
let rows: Record<string, unknown>[];

beforeAll(async () => {
  [ann, bob] = [await addUser(), await addUser()];
  rows = [];
  for (const input of [
    { title: "5", priority: 0, done: false, notes: null },
    { title: "5.0", priority: 1, done: true, notes: "" },
    { title: "100% *sure*", priority: 2, done: false, notes: "Ä" },
    {
      title: "Ship it",
      priority: 3,
      done: true,
      notes: "ship",
      estimate: 0.3,
      dueAt: "2026-01-01T00:00:00Z",
    },
    { title: "SHIP IT", priority: 3, done: false, estimate: 1, dueAt: "2026-01-01T09:30:00+09:00" },
    { title: "null", priority: 0, done: false, dueAt: "2025-12-31T23:59:59.999Z" },
  ]) {
    rows.push(await create("/api/todos", ann, input));
  }
  await create("/api/todos", bob, { title: "Ship it", priority: 3, notes: "not ann's" });
});

const list = (filter: string, more = "", as: Caller = ann): Promise<Answer> =>
  call(`/api/todos?filter=${encodeURIComponent(filter)}${more}`, { as });

async function titles(filter: string): Promise<string[]> {
  const answer = await list(filter, "&totalCount=true");
  if (answer.status !== 200) throw new Error(`${filter}: ${answer.text}`);
  const items = answer.json.items as { title: string }[];
  const count = await call(`/api/todos/count?filter=${encodeURIComponent(filter)}`, { as: ann });
  expect([answer.json.totalCount, count.json]).toEqual([items.length, { count: items.length }]);
  return items.map(({ title }) => title);
}

describe("contract 3.3: filters of list and count", () => {
  test.for<[string, string[]]>([
    ["title==5", ["5"]],
    ['title=="5.0"', ["5.0"]],
    ["title!=5;priority<=1", ["5.0", "null"]],
    ['title=="null"', ["null"]],
    ["title==null", []],
    ["notes==null;done==false", ["5", "SHIP IT", "null"]],
    ["notes!=null", ["5.0", "100% *sure*", "Ship it"]],
    ["notes!=ship", ["5", "5.0", "100% *sure*", "SHIP IT", "null"]],
    ["not(notes==ship)", ["5", "5.0", "100% *sure*", "SHIP IT", "null"]],
    ["not(notes>a)", ["5", "5.0", "SHIP IT", "null"]],
    ["notes=isempty=true", ["5", "5.0", "SHIP IT", "null"]],
    ["notes=isnull=false", ["5.0", "100% *sure*", "Ship it"]],
    ["done==true", ["5.0", "Ship it"]],
    ["done!=true", ["5", "100% *sure*", "SHIP IT", "null"]],
    ["priority=in=(1,2)", ["5.0", "100% *sure*"]],
    ["priority=out=(0,3)", ["5.0", "100% *sure*"]],
    ["priority=in=()", []],
    ["priority=between=[1, 2]", ["5.0", "100% *sure*"]],
    ["priority=nbetween=[1,2]", ["5", "Ship it", "SHIP IT", "null"]],
    ["priority=gt=2", ["Ship it", "SHIP IT"]],
    ["estimate==0.3", ["Ship it"]],
    ["estimate<1.0", ["Ship it"]],
    ["estimate==1", ["SHIP IT"]],
    ["title==100", []],
    ["title=contains=%", ["100% *sure*"]],
    ['title=contains="% *"', ["100% *sure*"]],
    ["title=like=%*sure*", ["100% *sure*"]],
    ['title%="100\\\\%%"', ["100% *sure*"]],
    ["title=like=Ship%", ["Ship it"]],
    ["title=ilike=ship%", ["Ship it", "SHIP IT"]],
    ['title=ieq="ship it"', ["Ship it", "SHIP IT"]],
    ['title=ine="ship it";priority==3', []],
    ["title=istartswith=sHIP", ["Ship it", "SHIP IT"]],
    ["title=iendswith=IT", ["Ship it", "SHIP IT"]],
    ["title=endswith=it", ["Ship it"]],
    ["notes=ieq=ä", []],
    ["title=length=1", ["5"]],
    ["notes=maxlength=1", ["5.0", "100% *sure*"]],
    ["dueAt==2026-01-01", ["Ship it"]],
    ["dueAt==2026-01-01T01:00:00+01:00", ["Ship it"]],
    ["dueAt>=2026-01-01T00:00Z", ["Ship it", "SHIP IT"]],
    ['dueAt<"2026-01-01"', ["null"]],
    ["dueAt!=2026-01-01;priority==3", ["SHIP IT"]],
    ["createdAt>2020-01-01 and createdAt<2020-01-02", []],
    ["labels==null", []],
    ["title==5,title==null;done==true", ["5"]],
    ["(title==5 or done==true) && priority>=1", ["5.0", "Ship it"]],
    ["not(not(title==5))", ["5"]],
    ["not(done==true or priority==3)", ["5", "100% *sure*", "null"]],
  ])("%s", async ([filter, expected]) => {
    expect((await titles(filter)).sort()).toEqual([...expected].sort());
  });

  test("an enum takes its members", async () => {
    await create("/api/lists", ann, { name: "Red", color: "red" });
    await create("/api/lists", ann, { name: "Slate" });
    const found = await call('/api/lists?filter=color==red,color=in=(amber,"blue")&select=name', { as: ann });
    expect(found.json.items).toEqual([{ name: "Red" }]);
    for (const filter of ["color==purple", "color=in=(red,purple)", "color!=Red"]) {
      const answer = await call(`/api/lists?filter=${filter}`, { as: ann });
      expect([filter, answer.status, answer.json.code]).toEqual([filter, 400, "FILTER_PARSE_ERROR"]);
      expect(answer.json.detail).toContain('Must be one of "slate", "red"');
    }
  });

  test("an error names the place and what was expected there", async () => {
    const answer = await list("done==false;priority>=high");
    expect(answer.json).toMatchObject({
      status: 400,
      code: "FILTER_PARSE_ERROR",
      type: "/__covara/problems/filter-parse-error",
      detail: 'filter: At character 23: Must be a number, not "high".',
      errors: [
        { field: "filter", message: 'At character 23: Must be a number, not "high"', code: "invalid_value" },
      ],
    });
    for (const route of ["/api/todos/count", "/api/todos"]) {
      const empty = await call(`${route}?filter=`, { as: ann });
      expect([empty.status, empty.json.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
      const twice = await call(`${route}?filter=done==true&filter=done==false`, { as: ann });
      expect([twice.status, twice.json.code]).toEqual([400, "VALIDATION_ERROR"]);
    }
  });

  test("paging with a filter visits every matching row once, in any order", async () => {
    const expected = rows.filter(({ priority }) => priority !== 0).map(({ id }) => id);
    for (const order of ["", "title", "-notes", "dueAt,-title", "-estimate,done"]) {
      for (const limit of [1, 2, 3]) {
        const found: unknown[] = [];
        let cursor = "";
        do {
          const answer = await list(
            "priority!=0",
            `&limit=${limit}&orderBy=${order || "id"}${cursor}&totalCount=true`,
          );
          expect([answer.status, answer.json.totalCount]).toEqual([200, expected.length]);
          found.push(...(answer.json.items as { id: string }[]).map(({ id }) => id));
          cursor = answer.json.nextCursor === null ? "" : `&cursor=${answer.json.nextCursor}`;
        } while (cursor !== "");
        expect(found.toSorted()).toEqual(expected.toSorted());
      }
    }
  });

  test("a cursor is good for its filter only, however that is spelled", async () => {
    const first = await list("done==false;priority!=3", "&limit=1");
    const cursor = `&limit=1&cursor=${first.json.nextCursor}`;
    for (const same of ["done==false and not (priority==3)", "(done == false) && priority != 3.0"]) {
      expect((await list(same, cursor)).status).toBe(200);
    }
    for (const other of ["done==false", "done==false,priority!=3", "done==true;priority!=3"]) {
      const answer = await list(other, cursor);
      expect([other, answer.status, answer.json.code]).toEqual([other, 400, "CURSOR_INVALID"]);
    }
    const without = await call(`/api/todos?limit=1&cursor=${first.json.nextCursor}`, { as: ann });
    expect([without.status, without.json.code]).toEqual([400, "CURSOR_INVALID"]);
    const plain = await call("/api/todos?limit=1", { as: ann });
    expect((await list("done==false", `&limit=1&cursor=${plain.json.nextCursor}`)).status).toBe(400);
  });

  test("contract 4.2: a filter reaches only the rows that the caller may read", async () => {
    const eve = await addUser();
    const admin = await addUser("admin");
    const probe = "title==5,title!=5,id=isnull=false,not(title==5)";
    expect((await list(probe, "&totalCount=true", eve)).json).toMatchObject({ items: [], totalCount: 0 });
    expect((await call(`/api/todos/count?filter=${probe}`, { as: eve })).json).toEqual({ count: 0 });
    const mine = await list(probe, "&limit=100", ann);
    expect((mine.json.items as { id: string }[]).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const others = await list(`ownerId==${bob.id}`, "", ann);
    expect(others.json.items).toEqual([]);
    expect((await list(`ownerId==${bob.id}`, "", admin)).json.items).toMatchObject([{ notes: "not ann's" }]);
    const anonymous = await call("/api/todos?filter=nonsense((", {});
    expect(anonymous.status).toBe(401);
  });

  test("contract 4.4: a hidden field is one that does not exist", async () => {
    const stripped = ({ status, text }: Answer, name: string) => [
      status,
      text.replaceAll(name, "x").replace(/"requestId":"[^"]*"/, ""),
    ];
    for (const operation of ["==a", "=isnull=true", "=startswith=a", " zzz", "", "=in=(1"]) {
      const hidden = await call(`/api/users?filter=tokenHash${operation}`, { as: ann });
      const missing = await call(`/api/users?filter=tokenHush${operation}`, { as: ann });
      expect(hidden.status).toBe(400);
      expect(stripped(hidden, "tokenHash")).toEqual(stripped(missing, "tokenHush"));
    }
    for (const name of [
      "token_hash",
      "owner_id",
      "rowid",
      "__proto__",
      "constructor",
      "hasOwnProperty",
      "toString",
    ]) {
      const answer = await call(`/api/todos?filter=${name}==1`, { as: ann });
      expect([name, answer.status, answer.json.code]).toEqual([name, 400, "FILTER_PARSE_ERROR"]);
      expect(answer.json.detail).toContain("There is no field");
    }
  });
});

describe("hostile filters", () => {
  const attacks = [
    "' OR 1=1 --",
    "title=='x' OR 1==1",
    "title==x);DROP TABLE todos",
    "1==1",
    "id==id)",
    "title==(SELECT token_hash FROM users)",
    "(((((((((((title==5)))))))))))",
    `${"not(".repeat(11)}title==5${")".repeat(11)}`,
    "(".repeat(4096),
    "not(".repeat(1024),
    "title==5;".repeat(455),
    Array.from({ length: 101 }, () => "done==true").join(","),
    `title=="${"x".repeat(4090)}`,
    `title=="${"x".repeat(5000)}"`,
    `title=in=(${"1,".repeat(2500)}1)`,
    "a".repeat(4096),
    "title==\u0000\0",
    "title==a\0b",
    'title=="\\n"',
    'title=="\\u0041"',
    "title=like=\\",
    `title=like=${"%a".repeat(26)}`,
    `title=ilike=${"é".repeat(26)}`,
    "priority==9007199254740992",
    "priority==1e999",
    "priority==0x10",
    "priority==NaN",
    'priority=="1"',
    "estimate==1e999",
    "estimate==Infinity",
    "done==1",
    'done=="true"',
    "dueAt==2026-02-30",
    "dueAt==2026-01-01T00:00:00",
    "dueAt==2026-01-01T00:00:00 01:00",
    "dueAt==0000-01-01T00:00:00+23:00",
    "dueAt==now",
    "labels==[]",
    "labels=contains=a",
    "priority=contains=1",
    "done>false",
    "title=length=-1",
    "title=length=x",
    "title=isnull=yes",
    "title=isnull=",
    "title=between=(1,2)",
    "title=in=[1,2]",
    "title=in=(1,null)",
    "title>null",
    "title=regex=.*",
    "title=~a",
    "title=a",
    "title",
    "*",
    ";",
    "title==5;;done==true",
    "title==5 done==true",
    "title==5)",
    "(title==5",
    "not title==5",
    "not()",
    "()",
    "title==5 AND done==true",
    "title==O'Brien",
    "__proto__==null",
    "title.length==1",
    "todos.title==1",
    "title==$[0]',\"",
  ];
  test.for(attacks.map((filter) => [JSON.stringify(filter.slice(0, 60)), filter] as const))(
    "%s",
    async ([, filter]) => {
      for (const path of ["/api/todos", "/api/todos/count"]) {
        const answer = await call(`${path}?filter=${encodeURIComponent(filter)}`, { as: ann });
        expect([answer.status, answer.json.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
        expect(answer.text).not.toMatch(/D1_ERROR|SQLITE|SELECT .*FROM todos/);
        expect(answer.text.length).toBeLessThan(1000);
      }
    },
  );

  test("values that look like SQL, paths or wildcards are values", async () => {
    for (const value of [
      "' OR 1=1 --",
      "?1",
      "$[0]",
      "$[1]",
      '","x',
      "%",
      "\\",
      "{}",
      "😀",
      "a\nb",
      "\u0001",
    ]) {
      const quoted = `"${value.replace(/["\\]/g, "\\$&")}"`;
      const row = await create("/api/todos", ann, { title: value });
      for (const operator of ["==", "=contains=", "=startswith=", "=endswith="]) {
        const answer = await list(`title${operator}${quoted};createdAt>=${row.createdAt}`, "&limit=100");
        expect([value, operator, (answer.json.items as { id: string }[]).map(({ id }) => id)]).toEqual([
          value,
          operator,
          [row.id],
        ]);
      }
    }
  });

  test("a filter at the limits is answered", async () => {
    const deep = (inner: string): string => `${"not(".repeat(10)}${inner}${")".repeat(10)}`;
    // 100 comparisons, joined in turn by and and or through all ten levels, so that the SQL is as deep as it gets.
    let nested = Array.from({ length: 10 }, (_, at) => `notes!=${at}`).join(";");
    for (let level = 1; level < 10; level++) {
      const more = Array.from({ length: 10 }, (_, at) => `notes!="${level} ${at}"`).join(
        level % 2 === 0 ? ";" : ",",
      );
      nested = `(${nested})${level % 2 === 0 ? ";" : ","}${more}`;
    }
    for (const filter of [
      Array.from({ length: 100 }, (_, at) => `estimate!=${at}`).join(";"),
      Array.from({ length: 100 }, (_, at) => `notes=like=%*${at}`).join(","),
      `not(${Array.from({ length: 100 }, (_, at) => `notes=icontains=${at}`).join(",")})`,
      deep("estimate==1"),
      nested,
      `not(${nested.slice(0, -1)}")`,
      `title=in=(${Array.from({ length: 800 }, (_, at) => at).join(",")})`,
      `title==${"x".repeat(4089)}`,
      `title=like=${"*".repeat(50)}`,
      `title=ilike=${"%_".repeat(25)}`,
      `title=like="${"😀".repeat(12)}%_"`,
      "estimate==1e308",
      "estimate==-0",
    ]) {
      const answer = await list(filter, "&orderBy=-dueAt,estimate,notes,title&totalCount=true");
      expect([filter.slice(0, 60), answer.status, answer.text.slice(0, 200)]).toEqual([
        filter.slice(0, 60),
        200,
        expect.stringContaining("items"),
      ]);
    }
  });
});

describe("plans", () => {
  const table = {
    name: "todos",
    columns: {
      id: { sql: "id", kind: "text" },
      ownerId: { sql: "owner_id", kind: "text" },
      listId: { sql: "list_id", kind: "text", nullable: true },
      priority: { sql: "priority", kind: "integer" },
      createdAt: { sql: "created_at", kind: "timestamp" },
    },
    projection: "id",
    defaultLimit: 20,
    maxLimit: 100,
  } satisfies Table;

  test.for([
    ["ownerId==a", "owner_id=?"],
    ["id==a", "id=?"],
    ["ownerId==a;createdAt>=2026-01-01", "owner_id=? AND created_at>?"],
    ["ownerId=in=(a,b)", "owner_id=?"],
    ["listId==a;priority==2", "list_id=? AND priority=?"],
    ["listId==a;priority=between=[1,2]", "list_id=? AND priority>? AND priority<?"],
    ["listId==null", "list_id=?"],
  ] as const)("%s is found by an index: %s", async ([filter, search]) => {
    const { sql, values } = filterSql(parseFilter(table, filter), 1);
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN SELECT id FROM todos WHERE ${sql}`)
      .bind(...values)
      .all<{ detail: string }>();
    expect(plan.results[0]?.detail).toMatch(/^SEARCH todos USING (COVERING )?INDEX/);
    expect(plan.results[0]?.detail).toContain(`(${search})`);
  });
});
