import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Database, expectInStep, History, migrate, sqlite } from "./database.ts";
import { board, type Entry, entriesAfter, type Image, imagesOf, modelOf } from "./live-board.ts";

const late = modelOf(board("late"));

/** A database that has the tables from the start, and one that got columns later. */
const databases = {
  new: async () => {
    const database = sqlite();
    await migrate(database, new History().step(late));
    return database;
  },
  migrated: async () => {
    const database = sqlite();
    const history = new History();
    await migrate(database, history.step(modelOf(board("early"))));
    await migrate(database, history.step(late));
    return database;
  },
} as const;

const id = fc.constantFrom("a", "b", "c", "d");
const text = fc.oneof(
  fc.constantFrom("", "it's", 'say "hi"', "back\\slash", "line\nbreak\u0001", "😀\u2028é", "null", "; END;"),
  fc.string({ unit: "grapheme", maxLength: 8 }).map((value) => value.replaceAll("\0", "")),
);
const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
const number = fc.oneof(
  fc.constantFrom(
    "NULL",
    "0.1 + 0.2",
    "1e308 * 10",
    "-1e308 * 10",
    "5e-324",
    "1.7976931348623157e308",
    "123456789.123456789",
    "1.0",
  ),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? "0.0" : value.toExponential())),
);
const integer = fc.constantFrom("0", "-1", "7", "9007199254740991", "-9007199254740991");
const json = fc.oneof(
  fc.constant("NULL"),
  fc.json({ maxDepth: 2 }).map((value) => quoted(value.replaceAll("\\u0000", ""))),
);
const now = `'2026-01-02T03:04:05.678Z'`;

/** Values for each column, as SQL. */
const columns: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<string>>>>> = {
  users: { name: text.map(quoted) },
  lists: { name: text.map(quoted), owner_id: id.map(quoted), secret: text.map(quoted) },
  members: { list_id: id.map(quoted), user_id: id.map(quoted), nickname: text.map(quoted) },
  todos: {
    title: text.map(quoted),
    done: fc.constantFrom("0", "1"),
    count: integer,
    score: number,
    data: json,
    level: fc.constantFrom("'low'", "'high'"),
    due_at: fc.constantFrom("NULL", now),
    list_id: id.map(quoted),
    assignee_id: fc.oneof(fc.constant("NULL"), id.map(quoted)),
    deleted_at: fc.constantFrom("NULL", now),
  },
  comments: {
    text: text.map(quoted),
    todo_id: id.map(quoted),
    parent_id: fc.oneof(fc.constant("NULL"), id.map(quoted)),
    secret: text.map(quoted),
  },
  sheets: { f0: integer, f69: integer },
  marks: {},
};
const versioned = ["lists", "members", "todos", "sheets"];
const timed = ["lists", "comments"];

const where = fc.oneof(
  id.map((value) => `"id" = '${value}'`),
  fc.tuple(id, id).map(([one, other]) => `"id" IN ('${one}', '${other}')`),
  fc.constantFrom("1", "0"),
);

const insert = (table: string, conflict: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.uniqueArray(fc.tuple(id, fc.record(columns[table] ?? {})), {
        selector: ([key]) => key,
        minLength: 1,
        maxLength: 3,
      }),
      fc.boolean(),
    )
    .map(([rows, withTimes]) => {
      const times = timed.includes(table) && withTimes ? ["created_at", "updated_at"] : [];
      const names = ["id", ...Object.keys(columns[table] ?? {}), ...times].map((name) => `"${name}"`);
      const values = rows.map(
        ([key, row]) => `(${[quoted(key), ...Object.values(row), ...times.map(() => now)].join(", ")})`,
      );
      return `INSERT ${conflict} INTO "${table}" (${names.join(", ")}) VALUES ${values.join(", ")}`;
    });

const assignments = (table: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.record(columns[table] ?? {}, { requiredKeys: [] }),
      fc.constantFrom("", `"version" = "version" + 1`, `"version" = 1`, `"version" = "version"`),
    )
    .map(([row, version]) => {
      const set = Object.entries(row).map(([name, value]) => `"${name}" = ${value}`);
      if (version !== "" && versioned.includes(table)) set.push(version);
      return set.length > 0 ? set.join(", ") : `"id" = "id"`;
    });

const statement: fc.Arbitrary<string> = fc.constantFrom(...Object.keys(columns)).chain((table) =>
  fc.oneof(
    { weight: 4, arbitrary: insert(table, "") },
    { weight: 1, arbitrary: insert(table, "OR IGNORE") },
    {
      weight: 2,
      arbitrary: fc
        .tuple(insert(table, ""), assignments(table))
        .map(([sql, set]) => `${sql} ON CONFLICT ("id") DO UPDATE SET ${set}`),
    },
    {
      weight: 5,
      arbitrary: fc
        .tuple(assignments(table), where)
        .map(([set, condition]) => `UPDATE "${table}" SET ${set} WHERE ${condition}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(assignments(table), id, id)
        .map(
          ([set, from, to]) =>
            `UPDATE "${table}" SET ${set.includes(`"id"`) ? "" : `${set}, `}"id" = '${to}' WHERE "id" = '${from}'`,
        ),
    },
    { weight: 2, arbitrary: where.map((condition) => `DELETE FROM "${table}" WHERE ${condition}`) },
  ),
);

/** Runs a statement as it stands. @returns whether the database took it. */
async function attempt(database: Database, sql: string): Promise<boolean> {
  try {
    await database.query(sql);
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/constraint failed/);
    return false;
  }
}

const changed = (before: Image | undefined, after: Image | undefined) =>
  JSON.stringify(before) !== JSON.stringify(after);

/** The entries of one statement, against the rows before and after it. */
function expectEntries(
  entries: readonly Entry[],
  before: ReadonlyMap<string, ReadonlyMap<string, Image>>,
  after: ReadonlyMap<string, ReadonlyMap<string, Image>>,
  sql: string,
): void {
  for (const [table, rows] of after) {
    const ids = new Set([...(before.get(table)?.keys() ?? []), ...rows.keys()]);
    for (const key of ids) {
      const [old, now] = [before.get(table)?.get(key), rows.get(key)];
      const own = entries.filter(({ source, id: row }) => source === table && row === key);
      // A row that loses a reference may then go with another one; and one may take the id of another.
      const several = /^DELETE FROM "users"|^UPDATE .* SET (.*, )?"id" = '/s.test(sql);
      if (!several || own.length < 2)
        expect(own.length, `${sql}: ${table} ${key}`).toBe(changed(old, now) ? 1 : 0);
      if (own.length === 0) continue;
      expect(own[0]?.before, sql).toEqual(old ?? null);
      for (const [index, entry] of own.entries()) {
        if (index > 0) expect(entry.before, sql).toEqual(own[index - 1]?.after);
      }
      expect(own.at(-1)?.after, sql).toEqual(now ?? null);
    }
  }
  const known = new Set(after.keys());
  expect(entries.filter(({ source }) => !known.has(source))).toEqual([]);
}

describe("the change log (contract 5.2)", () => {
  test.each(Object.keys(databases) as (keyof typeof databases)[])(
    "has one entry for each change, with the row before and after, in a database that is %s",
    async (kind) => {
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(statement, { minLength: 5, maxLength: 40 }), async (statements) => {
          const database = await databases[kind]();
          const seed = [
            `INSERT INTO "users" ("id", "name") VALUES ('a', 'A'), ('b', 'B')`,
            `INSERT INTO "lists" ("id", "name", "owner_id", "created_at", "updated_at") VALUES ('a', 'L', 'a', ${now}, ${now}), ('b', 'M', 'b', ${now}, ${now})`,
            `INSERT INTO "members" ("id", "list_id", "user_id") VALUES ('a', 'a', 'b')`,
            `INSERT INTO "todos" ("id", "title", "list_id", "assignee_id") VALUES ('a', 'T', 'a', 'b'), ('b', 'U', 'b', NULL)`,
            `INSERT INTO "comments" ("id", "text", "todo_id", "parent_id", "created_at", "updated_at") VALUES ('a', 'C', 'a', 'a', ${now}, ${now}), ('b', 'D', 'b', 'a', ${now}, ${now})`,
            `INSERT INTO "sheets" ("id") VALUES ('a')`,
          ];
          let rows = await imagesOf(database, late);
          let seq = (await entriesAfter(database, 0)).at(-1)?.seq ?? 0;
          for (const sql of [...seed, ...statements]) {
            if (await attempt(database, sql)) taken++;
            const next = await imagesOf(database, late);
            const entries = await entriesAfter(database, seq);
            expectEntries(entries, rows, next, sql);
            rows = next;
            seq = entries.at(-1)?.seq ?? seq;
          }
          for (const resource of late.resources) await expectInStep(database, resource);
        }),
        { numRuns: 60 },
      );
      expect(taken).toBeGreaterThan(500);
    },
  );
});
