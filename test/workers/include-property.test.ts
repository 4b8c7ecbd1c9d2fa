import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { listRows } from "../../runtime/query/read.ts";
import { comparator, expected, peopleLeads, rows, seen } from "./include/memory.ts";
import { fill } from "./include/rows.ts";
import { people, peopleRelations, type Reader, ranked } from "./include/tables.ts";
import { anyNode, count, height, spell, subset } from "./include/trees.ts";

beforeAll(fill);

afterEach(() => {
  vi.restoreAllMocks();
});

/** What was sent to the database while `work` ran: statements, and round trips. */
async function watched<T>(
  work: () => Promise<T>,
): Promise<{ result: T; statements: string[]; trips: number }> {
  const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as D1PreparedStatement;
  const prepare = vi.spyOn(env.DB, "prepare");
  const trips = [vi.spyOn(env.DB, "batch"), vi.spyOn(statement, "all"), vi.spyOn(statement, "first")];
  const result = await work();
  const sent = {
    statements: prepare.mock.calls.map(([sql]) => sql),
    trips: trips.reduce((sum, { mock }) => sum + mock.calls.length, 0),
  };
  vi.restoreAllMocks();
  return { result, ...sent };
}

const ask = (include: string | null, reader: Reader, query = "") => {
  const text = include === null ? "" : `&include=${encodeURIComponent(include)}`;
  const request = new Request(`https://covara.test/people?limit=6${query}${text}`);
  return listRows(env.DB, request, people, ranked(reader), "", { relations: peopleRelations, user: reader });
};

describe("contract 3.4: included rows", () => {
  test("are those that a search in memory finds, in one statement for each relation and one trip for each level", async () => {
    const trees = anyNode(peopleLeads, 3).filter((nodes) => count(nodes) <= 16);
    const readers = fc.constantFrom(0, 0, 1, 3, 5, 8, 9).map((rank) => ({ rank }));
    const selections = fc.option(subset(Object.keys(people.columns), 1));
    await fc.assert(
      fc.asyncProperty(trees, readers, selections, async (nodes, reader, select) => {
        const query = select === null ? "" : `&select=${select.join(",")}`;
        const { result, statements, trips } = await watched(() => ask(spell(nodes).join(","), reader, query));
        const roots = seen(rows.people, reader).sort(comparator([])).slice(0, 6);
        expect(result.items).toEqual(expected(roots, people, select, nodes, peopleLeads, reader));
        expect(statements.length).toBeLessThanOrEqual(1 + count(nodes));
        expect(trips).toBeLessThanOrEqual(1 + height(nodes));
      }),
      { numRuns: 300 },
    );
  });

  test("are the same whichever way the paths are written", async () => {
    const reader = { rank: 2 };
    const first = await ask("posts(limit:2).tags,posts.author(select:name),team.boss", reader);
    expect(await ask("team.boss,posts.author(select:name),posts(limit:2).tags", reader)).toEqual({
      ...first,
      items: first.items.map((item) => expect.objectContaining(item)),
    });
  });

  test("cost no statement where no key leads to them, or no such row may be read", async () => {
    const without = await watched(() => ask(null, { rank: 0 }));
    expect([without.statements.length, without.trips]).toEqual([1, 1]);
    const lonely = await watched(() =>
      ask("boss.boss.boss,boss.posts", { rank: 0 }, `&filter=${encodeURIComponent("bossId==null")}`),
    );
    expect([lonely.statements.length, lonely.trips]).toEqual([1, 1]);
    const none = await watched(() => ask("posts.tags.posts", { rank: 9 }));
    expect(none.statements.length).toBe(2);
    const nobody = await watched(() => ask("boss,team.posts,profile", { rank: 99 }));
    expect([nobody.statements.length, nobody.result.items]).toEqual([1, []]);
  });

  test("are found by the index on the reference: no table is walked, whatever else has an index", async () => {
    const filtered = "filter:rank==5";
    const { statements } = await watched(() =>
      ask(
        `boss(${filtered}).profile,team(${filtered};orderBy:rank).boss,profile(${filtered}),posts(orderBy:-score;${filtered}).tags(${filtered};orderBy:rank).posts`,
        { rank: 1 },
      ),
    );
    // Those behind a filter that leaves nothing are asked without it.
    const more = await watched(() =>
      ask("posts(orderBy:rank).tags(orderBy:-word).posts,posts.author,team,profile", { rank: 1 }),
    );
    const all = [...statements, ...more.statements].filter((sql) => sql.includes("json_each(?1)"));
    expect(all.length).toBeGreaterThanOrEqual(9);
    for (const sql of all) {
      const parameters = Array.from({ length: 12 }, () => "[]").slice(0, parametersOf(sql));
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...parameters)
        .all<{ detail: string }>();
      const details = plan.results.map(({ detail }) => detail);
      const tables = details.filter((detail) => /\b(people|posts|profiles|tags|taggings)\b/.test(detail));
      expect(tables.length).toBeGreaterThan(0);
      for (const detail of tables) {
        expect([sql, detail]).toEqual([sql, expect.stringMatching(/^SEARCH /)]);
        expect([sql, detail]).toEqual([
          sql,
          expect.stringMatching(/\((id|boss_id|author_id|person_id|post_id|tag_id)=\?\)$/),
        ]);
      }
    }
  });

  test("stop right above what an answer may hold, however many there are", async () => {
    const made = Array.from({ length: 12_000 }, (_, index) => index);
    await env.DB.batch([
      env.DB.prepare("INSERT INTO tags SELECT 'many' || value, 50, 'many' FROM json_each(?)").bind(
        JSON.stringify(made),
      ),
      env.DB.prepare("INSERT INTO people VALUES ('many', 50, 'many', NULL, NULL)"),
      env.DB.prepare("INSERT INTO posts VALUES ('many', 50, NULL, NULL, 1, NULL, 'many')"),
      env.DB.prepare(
        "INSERT INTO taggings SELECT 'many' || value, 50, 'many', 'many' || value FROM json_each(?)",
      ).bind(JSON.stringify(made)),
    ]);
    const only = `&filter=${encodeURIComponent('id=="many"')}`;
    const page = await ask("posts.tags(limit:9999;select:id)", { rank: 0 }, only);
    expect(page.items).toMatchObject([{ posts: [{ tags: { length: 9999 } }] }]);
    await expect(ask("posts.tags(limit:10000;select:id)", { rank: 0 }, only)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      errors: [{ field: "include", code: "too_big" }],
    });
    await expect(ask("posts.tags(limit:20000).posts", { rank: 0 }, only)).rejects.toMatchObject({
      status: 400,
    });

    // Three posts with 5,000 tags each: the database is not made to read all of them.
    const crowd = ["c1", "c2", "c3"];
    await env.DB.batch([
      env.DB.prepare("INSERT INTO people VALUES ('crowd', 50, 'crowd', NULL, NULL)"),
      env.DB.prepare(
        "INSERT INTO posts SELECT value, 50, NULL, NULL, 1, NULL, 'crowd' FROM json_each(?)",
      ).bind(JSON.stringify(crowd)),
      env.DB.prepare(
        "INSERT INTO taggings SELECT p.value || t.value, 50, p.value, 'many' || t.value FROM json_each(?1) AS p CROSS JOIN json_each(?2) AS t",
      ).bind(JSON.stringify(crowd), JSON.stringify(made.slice(0, 5000))),
    ]);
    const all = vi.spyOn(Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as D1PreparedStatement, "all");
    const theirs = `&filter=${encodeURIComponent('id=="crowd"')}`;
    await expect(ask("posts.tags(limit:5000;select:id)", { rank: 0 }, theirs)).rejects.toMatchObject({
      status: 400,
    });
    const answers = await Promise.all(all.mock.results.map(({ value }) => value as Promise<D1Result>));
    expect(answers.map(({ results }) => results.length)).toEqual([1, 3, 10_001]);
  });

  test("in the default order cost what they are, not what there is behind the limit", async () => {
    const made = Array.from({ length: 3000 }, (_, index) => index);
    await env.DB.batch([
      env.DB.prepare("INSERT INTO people VALUES ('writer', 50, 'writer', NULL, NULL)"),
      env.DB.prepare(
        "INSERT INTO posts SELECT 'w' || value, 50, NULL, NULL, 1, NULL, 'writer' FROM json_each(?)",
      ).bind(JSON.stringify(made)),
    ]);
    const all = vi.spyOn(Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as D1PreparedStatement, "all");
    await ask("posts(limit:4)", { rank: 1 }, `&filter=${encodeURIComponent('id=="writer"')}`);
    const answers = await Promise.all(all.mock.results.map(({ value }) => value as Promise<D1Result>));
    expect(answers.map(({ results }) => results.length)).toEqual([1, 4]);
    expect(answers[1]?.meta.rows_read).toBeLessThan(50);
  });
});

/** How many parameters a statement has: numbered ones, and anonymous ones that count on from them. */
function parametersOf(sql: string): number {
  let most = 0;
  for (const [, number] of sql.matchAll(/\?(\d*)/g))
    most = number === "" ? most + 1 : Math.max(most, Number(number));
  return most;
}
