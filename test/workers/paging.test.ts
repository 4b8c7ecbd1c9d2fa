import { beforeAll, describe, expect, test } from "vitest";
import { addUser, type Caller, call, create, fieldErrors } from "./api.ts";

let ann: Caller;
let rows: Record<string, unknown>[];

/** Values chosen for ties, nulls, and text whose order by code point is not that by UTF-16 unit or by locale. */
const samples = [
  { title: "b", priority: 1, estimate: null, dueAt: null, done: true, notes: "" },
  { title: "B", priority: 1, estimate: 0, dueAt: "2026-01-01T00:00:00.000Z", done: false, notes: null },
  { title: "ä", priority: 0, estimate: -0, dueAt: null, done: false, notes: "z" },
  { title: "\uffee", priority: 3, estimate: 1.5, dueAt: "2025-01-01T00:00:00.000Z", done: true, notes: null },
  { title: "😀", priority: 3, estimate: 1e-7, dueAt: "2026-01-01T00:00:00.000Z", done: false, notes: "a" },
  {
    title: "a'\"%_\\",
    priority: 0,
    estimate: 1e15,
    dueAt: "2027-01-01T00:00:00.000Z",
    done: true,
    notes: null,
  },
  { title: "a", priority: 1, estimate: null, dueAt: null, done: false, notes: "a" },
];

beforeAll(async () => {
  ann = await addUser();
  rows = [];
  for (const sample of [...samples, ...samples, ...samples])
    rows.push(await create("/api/todos", ann, sample));
});

async function walk(query: string, as: Caller = ann): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let cursor = "";
  for (let page = 0; page < 100; page++) {
    const answer = await call(`/api/todos?${query}${cursor === "" ? "" : `&cursor=${cursor}`}`, { as });
    if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.text}`);
    const { items, nextCursor, hasMore } = answer.json as {
      items: Record<string, unknown>[];
      nextCursor: string | null;
      hasMore: boolean;
    };
    expect(hasMore).toBe(nextCursor !== null);
    found.push(...items);
    if (nextCursor === null) return found;
    cursor = nextCursor;
  }
  throw new Error("the walk does not end");
}

/** Plain oracle: nulls last in both directions, text by code point, the id as the last term. */
function sorted(order: string): string[] {
  const terms = [...order.split(",").filter((term) => term !== ""), "id"].map((term) => ({
    name: term.replace("-", ""),
    sign: term.startsWith("-") ? -1 : 1,
  }));
  const compareText = (a: string, b: string): number => {
    const [x, y] = [Array.from(a), Array.from(b)];
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
      if (difference !== 0) return difference;
    }
    return x.length - y.length;
  };
  const compare = (a: unknown, b: unknown, sign: number): number => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (typeof a === "string" ? compareText(a, b as string) : Number(a) - Number(b));
  };
  return rows
    .toSorted((a, b) => {
      for (const { name, sign } of terms) {
        const difference = compare(a[name], b[name], sign);
        if (difference !== 0) return difference;
      }
      return 0;
    })
    .map((row) => row.id as string);
}

describe("contract 3.2: paging", () => {
  test.for([
    "",
    "id",
    "-id",
    "title",
    "-title",
    "priority",
    "-priority",
    "done",
    "-done",
    "estimate",
    "-estimate",
    "dueAt",
    "-dueAt",
    "notes",
    "-notes",
    "createdAt",
    "-version",
    "-priority,title",
    "dueAt,-estimate",
    "-notes,-dueAt,title",
    "done,priority,-dueAt,-title",
  ])("a walk ordered by %j visits every row once, in order", async (order) => {
    const expected = sorted(order);
    for (const limit of [1, 2, 5, 100]) {
      const query = `limit=${limit}${order === "" ? "" : `&orderBy=${order}`}`;
      expect((await walk(query)).map((row) => row.id)).toEqual(expected);
    }
  });

  test("a walk goes on after texts too long for a cursor", async () => {
    const caller = await addUser();
    for (const letter of ["b", "a", "c"]) {
      await create("/api/todos", caller, { title: letter, notes: letter.repeat(9000) });
    }
    for (const [order, titles] of [
      ["notes", "abc"],
      ["-notes,title", "cba"],
    ] as const) {
      const found = await walk(`limit=1&orderBy=${order}`, caller);
      expect(found.map((row) => row.title).join("")).toBe(titles);
    }
    const first = await call("/api/todos?limit=1&orderBy=notes", { as: caller });
    const cursor = first.json.nextCursor as string;
    expect(cursor.length).toBeLessThan(1500);
    const [row] = first.json.items as { id: string }[];
    await call(`/api/todos/${row?.id}`, { as: caller, method: "DELETE" });
    const gone = await call(`/api/todos?limit=1&orderBy=notes&cursor=${cursor}`, { as: caller });
    expect([gone.status, gone.json.code]).toEqual([400, "CURSOR_INVALID"]);
  });

  test("a walk ordered by every column works", async () => {
    const order =
      "notes,estimate,dueAt,assigneeId,listId,done,priority,title,-ownerId,createdAt,updatedAt,version";
    expect(await walk(`limit=2&orderBy=${order}`)).toHaveLength(rows.length);
  });

  test("what follows the id in an ordering changes nothing", async () => {
    const first = await call("/api/todos?orderBy=priority:desc,id:asc&limit=2", { as: ann });
    const cursor = first.json.nextCursor as string;
    for (const order of ["-priority", "-priority,id", "priority:desc,id,title"]) {
      expect((await call(`/api/todos?orderBy=${order}&limit=2&cursor=${cursor}`, { as: ann })).status).toBe(
        200,
      );
    }
  });

  test("limit: default 20, clamped to 100, below 1 or not a number is 400", async () => {
    expect((await call("/api/todos", { as: ann })).json.items).toHaveLength(20);
    expect((await call("/api/todos?limit=100000", { as: ann })).json.items).toHaveLength(rows.length);
    for (const limit of ["0", "-1", "1.5", "abc", "", "1e3", " 1", "NaN", "0x10"]) {
      const answer = await call(`/api/todos?limit=${limit}`, { as: ann });
      expect([limit, answer.status, Object.keys(fieldErrors(answer))]).toEqual([limit, 400, ["limit"]]);
    }
  });

  test("select returns just those fields, and paging still works", async () => {
    const found = await walk("limit=3&orderBy=-dueAt,title&select=id,done");
    expect(found.map((row) => row.id)).toEqual(sorted("-dueAt,title"));
    for (const row of found) expect(Object.keys(row)).toEqual(["id", "done"]);
    const one = await call(`/api/todos/${rows[0]?.id}?select=title,labels`, { as: ann });
    expect(one.json).toEqual({ title: "b", labels: [] });
    for (const select of ["", "nope", "id,", "id,id", "token_hash", "__proto__", "*"]) {
      const answer = await call(`/api/todos?select=${select}`, { as: ann });
      expect([select, answer.status, Object.keys(fieldErrors(answer))]).toEqual([select, 400, ["select"]]);
    }
  });

  test("totalCount counts all pages", async () => {
    const answer = await call("/api/todos?limit=2&totalCount=true", { as: ann });
    expect([(answer.json.items as unknown[]).length, answer.json.totalCount]).toEqual([2, rows.length]);
    expect((await call("/api/todos?totalCount=false", { as: ann })).json).not.toHaveProperty("totalCount");
    expect((await call("/api/todos?totalCount=yes", { as: ann })).status).toBe(400);
  });

  test("bad orderings are 400", async () => {
    for (const order of [
      "nope",
      "-",
      "",
      "title,title",
      "-title:asc",
      "title:up",
      "title:asc:desc",
      "labels",
      "title;--",
      "__proto__",
      "constructor",
    ]) {
      const answer = await call(`/api/todos?orderBy=${encodeURIComponent(order)}`, { as: ann });
      expect([order, answer.status, Object.keys(fieldErrors(answer))]).toEqual([order, 400, ["orderBy"]]);
    }
    const hidden = await call("/api/users?orderBy=tokenHash", { as: ann });
    const missing = await call("/api/users?orderBy=tokenHush", { as: ann });
    expect(hidden.status).toBe(400);
    expect(hidden.text.replaceAll("tokenHash", "x").replace(/"requestId":"[^"]*"/, "")).toBe(
      missing.text.replaceAll("tokenHush", "x").replace(/"requestId":"[^"]*"/, ""),
    );
  });

  test("a cursor that is malformed, or of another order or user, is 400 CURSOR_INVALID", async () => {
    const cursor = (await call("/api/todos?orderBy=dueAt&limit=2", { as: ann })).json.nextCursor as string;
    const other = await addUser();
    const forged = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");
    const mark = JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")))[0];
    for (const [query, as] of [
      [`orderBy=dueAt&cursor=${cursor}`, other],
      [`orderBy=-dueAt&cursor=${cursor}`, ann],
      [`orderBy=title&cursor=${cursor}`, ann],
      [`cursor=${cursor}`, ann],
      [`orderBy=dueAt&cursor=${cursor.slice(0, -3)}`, ann],
      [`orderBy=dueAt&cursor=x${cursor}`, ann],
      ["orderBy=dueAt&cursor=", ann],
      ["orderBy=dueAt&cursor=%00", ann],
      ["orderBy=dueAt&cursor=%F0%9F%98%80", ann],
      [`orderBy=dueAt&cursor=${"A".repeat(10_000)}`, ann],
      [`orderBy=dueAt&cursor=${forged([mark])}`, ann],
      [`orderBy=dueAt&cursor=${forged([mark, {}, "x"])}`, ann],
      [`orderBy=dueAt&cursor=${forged([mark, "x", null])}`, ann],
      [`orderBy=dueAt&cursor=${forged({ length: 3 })}`, ann],
    ] as const) {
      const answer = await call(`/api/todos?${query}`, { as });
      expect([query.slice(0, 60), answer.status, answer.json.code]).toEqual([
        query.slice(0, 60),
        400,
        "CURSOR_INVALID",
      ]);
    }
    expect(
      (
        await call(`/api/lists?cursor=${(await call("/api/todos?limit=1", { as: ann })).json.nextCursor}`, {
          as: ann,
        })
      ).status,
    ).toBe(400);
  });
});
