import { env } from "cloudflare:workers";
import fc from "fast-check";
import type { Row } from "../../../runtime/query/table.ts";
import { rows } from "./memory.ts";

/** Makes the tables and fills them, in the database and in memory. The same rows each time. */
export async function fill(): Promise<void> {
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
}
