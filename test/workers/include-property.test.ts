import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { filterPredicate, parseFilter } from "../../runtime/query/filter/index.ts";
import { compareText } from "../../runtime/query/filter/text.ts";
import type { Relations } from "../../runtime/query/include/index.ts";
import { listRows } from "../../runtime/query/read.ts";
import { anyRow, noRow, type Scope, signInFirst, where } from "../../runtime/query/scope.ts";
import type { Row, Table } from "../../runtime/query/table.ts";

/** What a caller may see: rows of at least this rank. */
interface Reader {
  readonly rank: number;
}

const table = (name: string, columns: Table["columns"], more: Partial<Table> = {}): Table => {
  const all: Table["columns"] = {
    id: { sql: "id", kind: "text" },
    rank: { sql: "rank", kind: "integer" },
    ...columns,
  };
  return {
    name,
    columns: all,
    projection: Object.entries(all)
      .map(([field, { sql }]) => `${sql} AS "${field}"`)
      .join(", "),
    defaultLimit: 3,
    maxLimit: 6,
    ...more,
  };
};

const people = table("people", {
  name: { sql: "[order]", kind: "text" },
  bossId: { sql: "boss_id", kind: "text", nullable: true },
  born: { sql: "born_at", kind: "timestamp", nullable: true },
});
/** Its reference is hidden, so that keys have to be read beside the fields. */
const posts = table("posts", {
  title: { sql: "title", kind: "text", nullable: true },
  open: { sql: "is_open", kind: "boolean" },
  data: { sql: "data", kind: "json", nullable: true },
  score: { sql: "score", kind: "number", nullable: true },
});
const profiles = table(
  "profiles",
  { personId: { sql: "person_id", kind: "text" }, motto: { sql: "motto", kind: "text", nullable: true } },
  { deletedAt: "deleted_at" },
);
const tags = table(
  "tags",
  { word: { sql: "[group]", kind: "text" } },
  { defaultLimit: 100, maxLimit: 20_000 },
);
const taggings = table("taggings", {});

const ranked = ({ rank }: Reader): Scope => (rank === 0 ? anyRow : where("rank >= ?", rank));
const present = ({ rank }: Reader): Scope =>
  rank === 0 ? where("deleted_at IS NULL") : where("deleted_at IS NULL AND (rank >= ?)", rank);
/** Tags need a reader who may see anything at all. */
const tagged = (reader: Reader): Scope => (reader.rank > 8 ? signInFirst : ranked(reader));
/** Two values, so that parameters behind it count. */
const linked = ({ rank }: Reader): Scope =>
  rank > 8 ? noRow : where("rank >= ? AND rank < ?", rank - 2, 100);

const peopleRelations: Relations<Reader> = {
  boss: {
    type: "one",
    target: people,
    from: "boss_id",
    to: "id",
    read: ranked,
    relations: () => peopleRelations,
  },
  team: {
    type: "many",
    target: people,
    from: "id",
    to: "boss_id",
    read: ranked,
    relations: () => peopleRelations,
  },
  posts: {
    type: "many",
    target: posts,
    from: "id",
    to: "author_id",
    read: ranked,
    relations: () => postsRelations,
  },
  profile: { type: "one", target: profiles, from: "id", to: "person_id", read: present },
};
const through = { table: taggings, by: "post_id", to: "tag_id", read: linked };
const postsRelations: Relations<Reader> = {
  author: {
    type: "one",
    target: people,
    from: "author_id",
    to: "id",
    read: ranked,
    relations: () => peopleRelations,
  },
  tags: {
    type: "many",
    target: tags,
    from: "id",
    to: "id",
    through,
    read: tagged,
    relations: () => tagsRelations,
  },
};
const tagsRelations: Relations<Reader> = {
  posts: {
    type: "many",
    target: posts,
    from: "id",
    to: "id",
    through: { ...through, by: "tag_id", to: "post_id" },
    read: ranked,
    relations: () => postsRelations,
  },
};

/** What a relation leads to, looked up in memory. */
interface Leads {
  readonly target: Table;
  readonly many: boolean;
  readonly find: (from: Row, reader: Reader) => Row[];
  readonly next: () => Record<string, Leads>;
}

const rows: Record<"people" | "posts" | "profiles" | "tags" | "taggings", Row[]> = {
  people: [],
  posts: [],
  profiles: [],
  tags: [],
  taggings: [],
};

const seen = (found: readonly Row[], { rank }: Reader): Row[] =>
  found.filter((row) => Number(row.rank) >= rank);
const links = (reader: Reader, key: string, id: unknown): Row[] =>
  reader.rank > 8
    ? []
    : rows.taggings.filter((link) => link[key] === id && Number(link.rank) >= reader.rank - 2);

const peopleLeads: Record<string, Leads> = {
  boss: {
    target: people,
    many: false,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ id }) => id === from.bossId),
        reader,
      ),
    next: () => peopleLeads,
  },
  team: {
    target: people,
    many: true,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ bossId }) => bossId === from.id),
        reader,
      ),
    next: () => peopleLeads,
  },
  posts: {
    target: posts,
    many: true,
    find: (from, reader) =>
      seen(
        rows.posts.filter(({ authorId }) => authorId === from.id),
        reader,
      ),
    next: () => postsLeads,
  },
  profile: {
    target: profiles,
    many: false,
    find: (from, reader) =>
      seen(
        rows.profiles.filter(({ personId, deletedAt }) => personId === from.id && deletedAt === null),
        reader,
      ),
    next: () => ({}),
  },
};
const postsLeads: Record<string, Leads> = {
  author: {
    target: people,
    many: false,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ id }) => id === from.authorId),
        reader,
      ),
    next: () => peopleLeads,
  },
  tags: {
    target: tags,
    many: true,
    find: (from, reader) => {
      const ids = links(reader, "postId", from.id).map(({ tagId }) => tagId);
      return seen(
        rows.tags.filter(({ id }) => ids.includes(id)),
        reader,
      );
    },
    next: () => tagsLeads,
  },
};
const tagsLeads: Record<string, Leads> = {
  posts: {
    target: posts,
    many: true,
    find: (from, reader) => {
      const ids = links(reader, "tagId", from.id).map(({ postId }) => postId);
      return seen(
        rows.posts.filter(({ id }) => ids.includes(id)),
        reader,
      );
    },
    next: () => postsLeads,
  },
};

/** A tree as it is asked for. */
interface Node {
  readonly name: string;
  readonly select: readonly string[] | null;
  readonly filter: string | null;
  readonly order: readonly string[] | null;
  readonly limit: number | null;
  readonly children: readonly Node[];
}

const subset = (items: readonly string[], minLength: number) =>
  fc.shuffledSubarray([...items], { minLength, maxLength: Math.min(items.length, 3) });

/** Filters that leave some rows and not others, with all that could be taken for the end of an option. */
const filters: Record<string, readonly string[]> = {
  people: ['name=="b;limit:1)"', "rank>=4;rank<9", "born==null", 'not(name=in=("a","c(")),bossId==null'],
  posts: ["open==true", "title==null,(score>1;open==false)", 'title=contains="("', "score=between=[0,2]"],
  profiles: ["motto!=null", 'motto=="x"'],
  tags: ['word=="]"', "rank=in=(1,2,3,4,5)"],
};

const anyNode = (leads: Record<string, Leads>, depth: number): fc.Arbitrary<readonly Node[]> => {
  const names = Object.keys(leads);
  if (depth === 0 || names.length === 0) return fc.constant([]);
  return subset(names, depth === 3 ? 1 : 0).chain((chosen) =>
    fc.tuple(
      ...chosen.map((name) => {
        const { target, many, next } = leads[name] as Leads;
        const fields = Object.keys(target.columns);
        const ordered = fields.filter((field) => field !== "data");
        return fc.record<Node>({
          name: fc.constant(name),
          select: fc.option(subset(fields, 1)),
          filter: fc.option(fc.constantFrom(...(filters[target.name] ?? [])), { freq: 2 }),
          order: many
            ? fc.option(
                subset(ordered, 1).chain((terms) =>
                  fc.tuple(...terms.map((term) => fc.constantFrom(term, `-${term}`))),
                ),
              )
            : fc.constant(null),
          limit: many ? fc.option(fc.constantFrom(1, 2, 4, 6, 50)) : fc.constant(null),
          children: anyNode(next(), depth - 1),
        });
      }),
    ),
  );
};

/** As many paths as there are leaves, with the options of each relation at its first mention. */
function spell(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    const options = [
      ...(node.limit === null ? [] : [`limit:${node.limit}`]),
      ...(node.filter === null ? [] : [`filter:${node.filter}`]),
      ...(node.order === null ? [] : [`orderBy:${node.order.join(",")}`]),
      ...(node.select === null ? [] : [`select:${node.select.join(",")}`]),
    ];
    const head = `${node.name}${options.length === 0 ? "" : `(${options.join(";")})`}`;
    const below = spell(node.children);
    return below.length === 0
      ? [head]
      : below.map((path, index) => `${index === 0 ? head : node.name}.${path}`);
  });
}

/** What the rows should look like. */
function expected(
  found: readonly Row[],
  shown: Table,
  select: readonly string[] | null,
  nodes: readonly Node[],
  leads: Record<string, Leads>,
  reader: Reader,
): Row[] {
  return found.map((row) => {
    const fields = select ?? Object.keys(shown.columns);
    const result: Row = Object.fromEntries(fields.map((field) => [field, row[field]]));
    for (const node of nodes) {
      const { target, many, find, next } = leads[node.name] as Leads;
      const holds = node.filter === null ? () => true : filterPredicate(parseFilter(target, node.filter));
      const all = find(row, reader)
        .filter(holds)
        .sort(comparator(node.order ?? []));
      const limit = many ? Math.min(node.limit ?? target.defaultLimit, target.maxLimit) : 1;
      const below = expected(all.slice(0, limit), target, node.select, node.children, next(), reader);
      result[node.name] = many ? below : (below[0] ?? null);
    }
    return result;
  });
}

/** Nulls last in both directions, ties by id. */
function comparator(order: readonly string[]): (a: Row, b: Row) => number {
  const terms = [...order, "id"].map((term) => ({
    field: term.replace(/^-/, ""),
    sign: term.startsWith("-") ? -1 : 1,
  }));
  return (a, b) => {
    for (const { field, sign } of terms) {
      const [x, y] = [a[field], b[field]];
      if (x === null || y === null) {
        if (x === y) continue;
        return x === null ? 1 : -1;
      }
      const difference = typeof x === "string" ? compareText(x, String(y)) : Number(x) - Number(y);
      if (difference !== 0) return difference * sign;
    }
    return 0;
  };
}

const count = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, { children }) => sum + 1 + count(children), 0);
const height = (nodes: readonly Node[]): number =>
  nodes.reduce((most, { children }) => Math.max(most, 1 + height(children)), 0);

beforeAll(async () => {
  const ids = (prefix: string, length: number): string[] =>
    Array.from({ length }, (_, index) => `${prefix}${String(index).padStart(3, "0")}`);
  const pick = fc.sample(fc.integer({ min: 0, max: 1_000_000 }), { numRuns: 20_000, seed: 5 });
  let at = 0;
  const one = <T>(items: readonly T[]): T => items[(pick[at++ % pick.length] ?? 0) % items.length] as T;
  const rank = (): number => one([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const [persons, articles, words] = [ids("p", 14), ids("a", 40), ids("t", 12)];
  for (const id of persons) {
    const name = one(["a", "b;limit:1)", "c(", "\ue000", "😀"]);
    rows.people.push({
      id,
      rank: rank(),
      name,
      bossId: one([null, ...persons.slice(0, 6)]),
      born: one([null, "2000-01-01T00:00:00.000Z", "1990-01-01T00:00:00.000Z"]),
    });
  }
  for (const id of articles) {
    const [title, score] = [one([null, "x", "y (", "z"]), one([null, 0.5, 1.5, 2])];
    rows.posts.push({
      id,
      rank: rank(),
      title,
      score,
      open: one([true, false]),
      data: one([null, [1], { a: "b" }]),
      authorId: one([null, ...persons.slice(0, 9)]),
    });
  }
  for (const [index, id] of ids("f", 20).entries()) {
    const personId = persons[index % persons.length];
    // Deleted ones do not count: there may be several for a person.
    const deletedAt =
      index < persons.length ? one([null, null, "2026-01-01T00:00:00.000Z"]) : "2026-01-02T00:00:00.000Z";
    rows.profiles.push({ id, rank: rank(), personId, motto: one([null, "x", "y"]), deletedAt });
  }
  for (const id of words) rows.tags.push({ id, rank: rank(), word: one(["]", "w", "v"]) });
  // Some links are there twice.
  for (const id of ids("l", 150))
    rows.taggings.push({ id, rank: rank(), postId: one(articles), tagId: one(words) });

  const statements = [
    "CREATE TABLE people (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, [order] TEXT NOT NULL, boss_id TEXT, born_at TEXT) STRICT",
    "CREATE TABLE posts (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, title TEXT, score REAL, is_open INTEGER NOT NULL, data TEXT, author_id TEXT) STRICT",
    "CREATE TABLE profiles (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, person_id TEXT NOT NULL, motto TEXT, deleted_at TEXT) STRICT",
    "CREATE TABLE tags (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, [group] TEXT NOT NULL) STRICT",
    "CREATE TABLE taggings (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, post_id TEXT NOT NULL, tag_id TEXT NOT NULL) STRICT",
    "CREATE INDEX people_boss ON people (boss_id, id)",
    "CREATE INDEX posts_author ON posts (author_id, id)",
    "CREATE UNIQUE INDEX profiles_person ON profiles (person_id) WHERE deleted_at IS NULL",
    "CREATE INDEX taggings_post ON taggings (post_id, id)",
    "CREATE INDEX taggings_tag ON taggings (tag_id, id)",
    // What a planner could be tempted by: an index for the rule.
    ...["people", "posts", "profiles", "tags", "taggings"].map(
      (name) => `CREATE INDEX ${name}_rank ON ${name} (rank)`,
    ),
  ];
  const values: Record<keyof typeof rows, (row: Row) => unknown[]> = {
    people: (row) => [row.id, row.rank, row.name, row.bossId, row.born],
    posts: (row) => [
      row.id,
      row.rank,
      row.title,
      row.score,
      Number(row.open),
      row.data === null ? null : JSON.stringify(row.data),
      row.authorId,
    ],
    profiles: (row) => [row.id, row.rank, row.personId, row.motto, row.deletedAt],
    tags: (row) => [row.id, row.rank, row.word],
    taggings: (row) => [row.id, row.rank, row.postId, row.tagId],
  };
  await env.DB.batch([
    ...statements.map((sql) => env.DB.prepare(sql)),
    ...(Object.keys(rows) as (keyof typeof rows)[]).flatMap((name) =>
      rows[name].map((row) => {
        const bound = values[name](row);
        return env.DB.prepare(`INSERT INTO ${name} VALUES (${bound.map(() => "?").join(", ")})`).bind(
          ...bound,
        );
      }),
    ),
  ]);
});

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
});

/** How many parameters a statement has: numbered ones, and anonymous ones that count on from them. */
function parametersOf(sql: string): number {
  let most = 0;
  for (const [, number] of sql.matchAll(/\?(\d*)/g))
    most = number === "" ? most + 1 : Math.max(most, Number(number));
  return most;
}
