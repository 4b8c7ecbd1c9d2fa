/** Computed fields in what is read (contract 3, 3.2 to 3.5, 4.4). */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Caller, call, person } from "../server/call.ts";
import { computedOf, errorsOf, isRight, itemsOf, type Row, task, walk } from "./tasks.ts";

let ann: Caller;
let rows: Row[];
beforeAll(async () => {
  ann = await person();
  await env.DB.prepare("UPDATE people SET name = 'Ann Lee' WHERE id = ?").bind(ann.id).run();
  rows = [];
  const given = [
    { title: "Buy", dueAt: "2025-03-01T10:00:00Z", priority: 2, estimate: 3, labels: ["a", "b"] },
    { title: "Fix roof", dueAt: "2025-03-01T09:00:00Z", done: true, priority: 1 },
    { title: "Paint", dueAt: "2999-01-01T00:00:00Z", estimate: 5.5 },
    { title: "Think", priority: 2, estimate: 3 },
    { title: "Call Bob", dueAt: "2026-01-05T00:00:00Z", priority: 3, estimate: 0 },
    { title: "Nap" },
  ];
  for (const values of given) rows.push(await task(ann, { ...values, parentId: rows[0]?.id ?? null }));
});

const byId = (ids: readonly string[]): (string | undefined)[] =>
  ids.map((id) => rows.find((row) => row.id === id)?.title as string | undefined);
const titles = async (query: string): Promise<(string | undefined)[]> =>
  byId(itemsOf(await call(`/tasks?limit=100&${query}`, { as: ann })).map(({ id }) => id));
const titlesOf = (holds: (row: Row) => boolean): unknown[] => rows.filter(holds).map(({ title }) => title);

/** How the database orders two values. */
function compared(a: unknown, b: unknown, descending = false): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [a, b].map((value) => (typeof value === "boolean" ? Number(value) : value)) as [
    string,
    string,
  ];
  const order = x < y ? -1 : x > y ? 1 : 0;
  return descending ? -order : order;
}

describe("rows", () => {
  test("of a create, a list, a get and a search have them", async () => {
    for (const row of rows) expect(row).toEqual({ ...row, ...computedOf(row) });
    expect(itemsOf(await call("/tasks?orderBy=id", { as: ann }))).toEqual(rows);
    expect((await call(`/tasks/${rows[1]?.id}`, { as: ann })).json).toEqual(rows[1]);
    expect(itemsOf(await call("/tasks/search?q=roof&highlight=true", { as: ann }))).toEqual([rows[1]]);
    expect((await call("/tasks/search?q=nothing", { as: ann })).json).toMatchObject({ items: [], total: 0 });
  });

  test("of another resource, whose expression looks at a hidden field", async () => {
    const { json } = await call(`/people/${ann.id}`, { as: ann });
    expect(json).toEqual({ id: ann.id, name: "Ann Lee", masked: "s3…", initials: "AL" });
  });

  test("that are deleted have them too", async () => {
    const gone = await task(ann, { title: "Gone", priority: 1 });
    await call(`/tasks/${gone.id}`, { as: ann, method: "DELETE" });
    const { json } = await call(`/tasks/${gone.id}?withDeleted=true`, { as: ann });
    const { deletedAt, ...row } = json;
    expect(deletedAt).toEqual(expect.any(String));
    expect([isRight(row as Row), row.headline]).toEqual([true, "open GONE{!} "]);
    await env.DB.prepare("DELETE FROM tasks WHERE id = ?").bind(gone.id).run();
  });

  test("have the computed fields that `select` names, and functions get all that they look at", async () => {
    const id = rows[0]?.id;
    const read = async (select: string) => (await call(`/tasks/${id}?select=${select}`, { as: ann })).json;
    expect(await read("headline")).toEqual({ headline: "open BUY{!} a+b" });
    expect(await read("overdue,id")).toEqual({ overdue: true, id });
    expect(await read("words,score,title")).toEqual({ words: ["Buy"], score: 20, title: "Buy" });
    const list = await call("/tasks?select=remark&orderBy=-score,title&limit=2", { as: ann });
    expect(list.json).toMatchObject({ items: [{ remark: "urgent" }, { remark: "urgent" }] });
    for (const item of itemsOf(list)) expect(Object.keys(item)).toEqual(["remark"]);
    const next = await call(
      `/tasks?select=remark&orderBy=-score,title&limit=2&cursor=${list.json.nextCursor}`,
      {
        as: ann,
      },
    );
    expect(next.json.items).toEqual([{ remark: "urgent" }, { remark: "urgent" }]);
  });

  test("that are included have them, at each depth", async () => {
    const read = async (include: string, path = `/tasks/${rows[1]?.id}`) =>
      (await call(`${path}?include=${encodeURIComponent(include)}`, { as: ann })).json;
    const { owner, parent } = await read(
      "owner,parent.parts(orderBy:-score,title;limit:2;filter:overdue==true)",
    );
    expect(owner).toMatchObject({ initials: "AL", masked: "s3…" });
    const { parts, ...first } = parent as Row;
    expect(first).toEqual(rows[0]);
    expect(parts).toEqual([rows[4]]);
    const { parts: some } = await read("parts(select:headline,score;orderBy:shout)", `/tasks/${rows[0]?.id}`);
    expect(some).toEqual(
      [rows[4], rows[1], rows[5], rows[2], rows[3]].map((row) => ({
        headline: row?.headline,
        score: row?.score,
      })),
    );
    const list = await call("/tasks?select=title&include=owner(select:initials)&limit=1&orderBy=title", {
      as: ann,
    });
    expect(list.json.items).toEqual([{ title: "Buy", owner: { initials: "AL" } }]);
    await env.DB.prepare("INSERT INTO [order] (id, [group], task_id) VALUES (?, 'g', ?)")
      .bind(crypto.randomUUID(), rows[0]?.id)
      .run();
    const { notes } = await read('notes(orderBy:-select;filter:select=="g!")', `/tasks/${rows[0]?.id}`);
    expect(notes).toMatchObject([{ group: "g", select: "g!" }]);
  });
});

describe("requests", () => {
  test("filter by what the database computes", async () => {
    const holds: [string, (row: Row) => boolean][] = [
      ["overdue==true", (row) => row.overdue === true],
      ["overdue!=true", (row) => row.overdue === false],
      ["late==null", (row) => row.late === null],
      ["late!=true", (row) => row.late !== true],
      ["not(late==false)", (row) => row.late !== false],
      ["score>=20;half>1", (row) => Number(row.score) >= 20 && Number(row.half) > 1],
      ["half!=1.5", (row) => row.half !== 1.5],
      ["half=in=(1.5,2.75)", (row) => row.half === 1.5 || row.half === 2.75],
      ['shout=startswith=BU,shout=icontains="ap"', (row) => /^BU|AP/.test(String(row.shout))],
      ['shout=like="%{!}"', () => true],
      ["size==long", (row) => row.size === "long"],
      ["day==2025-03-01", (row) => row.day === "2025-03-01T00:00:00.000Z"],
      ["day=between=[2025-01-01,2026-12-31]", (row) => /^202[56]/.test(String(row.day))],
      ["summary=isnull=false", () => true],
    ];
    for (const [filter, test] of holds) {
      const found = await titles(`orderBy=id&filter=${encodeURIComponent(filter)}`);
      expect([filter, found]).toEqual([filter, titlesOf(test)]);
    }
    const count = await call("/tasks/count?filter=overdue==true", { as: ann });
    expect(count.json).toEqual({ count: titlesOf((row) => row.overdue === true).length });
    const bad = await call("/tasks?filter=size==tiny", { as: ann });
    expect([bad.status, bad.json.code]).toEqual([400, "FILTER_PARSE_ERROR"]);
  });

  test.each(["overdue", "late", "score", "half", "shout", "size", "day"])(
    "walk all rows in the order of %s, nulls last",
    async (name) => {
      for (const sign of ["", "-"]) {
        const ids = await walk(ann, `orderBy=${sign}${name},-priority&limit=2&select=id`);
        const wanted = rows.toSorted(
          (a, b) =>
            compared(a[name], b[name], sign === "-") ||
            compared(a.priority, b.priority, true) ||
            compared(a.id, b.id),
        );
        expect([sign, byId(ids)]).toEqual([sign, wanted.map(({ title }) => title)]);
      }
    },
  );

  test("walk the pages of a filter", async () => {
    const ids = await walk(ann, "orderBy=-day,score&limit=1&filter=late!=false");
    expect(byId(ids)).toEqual(["Fix roof", "Buy", "Nap", "Think"]);
  });

  test("aggregate", async () => {
    const query = "groupBy=size,overdue&count=true&sum=score&avg=half&min=shout&max=day&having=count>=1";
    const { json } = await call(`/tasks/aggregate?${query}`, { as: ann });
    const groups = json.groups as { key: Row; count: number; sum: Row; min: Row }[];
    for (const { key, count, sum, min } of groups) {
      const own = rows.filter((row) => row.size === key.size && row.overdue === key.overdue);
      const shouts = own.map((row) => String(row.shout)).sort();
      expect([key, count, sum.score, min.shout]).toEqual([
        key,
        own.length,
        own.reduce((total, row) => total + Number(row.score), 0),
        shouts[0],
      ]);
    }
    expect(groups.reduce((total, { count }) => total + count, 0)).toBe(rows.length);
    const booleans = await call("/tasks/aggregate?groupBy=late&count=true", { as: ann });
    expect((booleans.json.groups as { key: Row }[]).map(({ key }) => key.late)).toEqual([false, true, null]);
  });

  test("cannot do anything else with what a function computes", async () => {
    const refused: [string, string, string][] = [
      ["tasks?filter=headline==x", "filter", "FILTER_PARSE_ERROR"],
      ["tasks/count?filter=not(words=isnull=true)", "filter", "FILTER_PARSE_ERROR"],
      ["tasks?orderBy=-headline", "orderBy", "VALIDATION_ERROR"],
      ["tasks/aggregate?count=true&groupBy=headline", "groupBy", "VALIDATION_ERROR"],
      ["tasks/aggregate?min=headline", "min", "VALIDATION_ERROR"],
      ["tasks/search?q=a&filter=remark==urgent", "filter", "FILTER_PARSE_ERROR"],
      [`tasks/${rows[1]?.id}?include=parent(filter:headline==x)`, "include", "VALIDATION_ERROR"],
      [`tasks/${rows[0]?.id}?include=parts(orderBy:headline)`, "include", "VALIDATION_ERROR"],
    ];
    for (const [path, field, code] of refused) {
      const answer = await call(`/${path}`, { as: ann });
      expect([path, answer.status, errorsOf(answer)[field]]).toEqual([path, 400, "unknown_field"]);
      expect(answer.text).toContain("is computed once a row is read");
      if (field !== "include") expect(answer.json.code).toBe(code);
    }
    for (const path of ["tasks?select=headline,headline", "tasks?select=token", "people?select=token"]) {
      expect([path, (await call(`/${path}`, { as: ann })).status]).toEqual([path, 400]);
    }
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect((await call(`/tasks?select=${name}`, { as: ann })).status).toBe(400);
      expect((await call(`/tasks?filter=${name}==1`, { as: ann })).status).toBe(400);
    }
  });

  test("get an ETag, and never 304 (contract 3.5)", async () => {
    const path = `/tasks/${rows[0]?.id}`;
    const first = await call(path, { as: ann });
    expect(first.headers.get("ETag")).toBe('"1"');
    for (const tag of ['"1"', "*", 'W/"1"']) {
      const again = await call(path, { as: ann, headers: { "If-None-Match": tag } });
      expect([again.status, again.headers.get("ETag"), again.json]).toEqual([200, '"1"', first.json]);
    }
    const included = await call(`${path}?include=owner`, { as: ann });
    expect(included.headers.get("ETag")).toBeNull();
  });

  test("are answered with 500 where a function throws, and the log tells of it", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const id = crypto.randomUUID();
    await env.DB.prepare("INSERT INTO tasks (id, title, owner_id, updated_at) VALUES (?, 'Fail', ?, '')")
      .bind(id, ann.id)
      .run();
    const answer = await call(`/tasks/${id}`, { as: ann });
    expect([answer.status, answer.json.code, answer.text.includes("headline")]).toEqual([
      500,
      "INTERNAL_ERROR",
      false,
    ]);
    expect(log.mock.calls.join()).toContain("headline failed");
    log.mockRestore();
    expect((await call(`/tasks/${id}?select=title,shout`, { as: ann })).json).toEqual({
      title: "Fail",
      shout: "FAIL{!}",
    });
    await env.DB.prepare("DELETE FROM tasks WHERE id = ?").bind(id).run();
  });
});
