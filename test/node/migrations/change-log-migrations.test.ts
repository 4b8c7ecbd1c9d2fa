import { custom, d1, defineConfig, field } from "covara";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { D1 } from "./d1-database.ts";
import { startD1 } from "./d1-database.ts";
import { type Database, freshSchema, History, migrate, schemaOf, sqlite } from "./database.ts";
import { board, entriesAfter, imagesOf, modelOf } from "./live-board.ts";

interface Options {
  readonly live?: boolean;
  readonly retention?: number;
  readonly body?: "none" | "body" | "text" | "integer";
  readonly hidden?: boolean;
  readonly table?: "notes" | "papers";
  readonly rule?: "owner" | "open";
  readonly members?: boolean;
}

/** Notes of users, and the users through whom others read them. */
function notes({
  live = true,
  retention,
  body = "body",
  hidden = true,
  table = "notes",
  rule = "owner",
  members = false,
}: Options = {}): Model {
  const name = table === "papers" ? { table, renamedFrom: "notes" } : {};
  return modelOf(
    defineConfig({
      name: "notes",
      database: d1(),
      auth: custom("./auth.ts", { user: {} }),
      ...(retention === undefined ? {} : { live: { retention } }),
      resources: {
        users: {
          fields: { id: field.id(), name: field.text(), bossId: field.text().optional() },
          access: () => ({}),
        },
        notes: {
          ...name,
          fields: {
            id: field.id(),
            title: field.text(),
            ...(body === "none" ? {} : {}),
            ...(body === "body" ? { body: field.text().default("") } : {}),
            ...(body === "text" ? { text: field.text().default("").renamedFrom("body") } : {}),
            ...(body === "integer" ? { body: field.integer().default(0) } : {}),
            ...(hidden ? { secret: field.text().optional().hidden() } : {}),
            open: field.boolean().default(false).hidden(),
            ownerId: field.ref("users", { onDelete: "cascade" }),
            version: field.version(),
          },
          ...(live ? { live: true } : {}),
          access: (rules) => ({
            read: rules.any(
              rules.owner("ownerId"),
              ...(rule === "open" ? [rules.where((row) => row.open.eq(true))] : []),
              ...(members ? [rules.through("owner", (owner) => owner.owner("bossId"))] : []),
            ),
          }),
        },
      },
    }),
  );
}

const resets = async (database: Database) =>
  (await entriesAfter(database, 0))
    .filter(({ before, after }) => before === null && after === null)
    .map(({ source, id }) => `${source} ${id}`);

/** A database with a user and a note, made by the first of some models and migrated to the others. */
async function migrated(...models: readonly Model[]): Promise<{ database: Database; sql: string[] }> {
  const database = sqlite();
  const history = new History();
  const sql: string[] = [];
  for (const [index, model] of models.entries()) {
    const step = history.step(model, { allowDestructive: true });
    await migrate(database, step);
    if (step !== null) sql.push(step);
    if (index > 0) continue;
    await database.query(`INSERT INTO "users" ("id", "name") VALUES ('u', 'U'), ('v', 'V')`);
    await database.query(`INSERT INTO "notes" ("id", "title", "owner_id") VALUES ('n', 'N', 'u')`);
  }
  const last = models.at(-1);
  if (last !== undefined) expect(await schemaOf(database)).toEqual(await freshSchema(last));
  return { database, sql };
}

describe("migrations of live resources", () => {
  test("a table with rows becomes live: its rows stay, and the log says that it begins", async () => {
    const { database, sql } = await migrated(notes({ live: false }), notes());
    expect(sql[1]).toContain("Subscribers read these tables anew");
    expect(await entriesAfter(database, 0)).toEqual([
      { seq: 1, source: "notes", id: "", before: null, after: null },
    ]);
    await database.query(`UPDATE "notes" SET "title" = 'M'`);
    const [entry] = await entriesAfter(database, 1);
    expect(entry).toMatchObject({ source: "notes", id: "n", before: { title: "N", version: 1 } });
    expect(entry?.after).toMatchObject({ title: "M", version: 2 });
  });

  test("a new table needs no such entry", async () => {
    const { database } = await migrated(notes());
    expect(await resets(database)).toEqual([]);
  });

  test("nothing is live any more: the log goes with its triggers, and nobody's data is lost", async () => {
    const { database } = await migrated(notes(), notes({ live: false }));
    await database.query(`UPDATE "notes" SET "title" = 'M'`);
    expect(await database.query(`SELECT "title", "version" FROM "notes"`)).toEqual([
      { title: "M", version: 2 },
    ]);
    const history = new History();
    history.step(notes());
    const plan = planMigration(notes({ live: false }), history, { allowDestructive: false });
    // That a store goes with it, which those who subscribe need, is not a loss of the database's.
    expect(plan.diagnostics.filter(({ code }) => code.startsWith("COV20"))).toEqual([]);
    const { files } = planMigration(notes({ live: false }), history, { allowDestructive: true });
    expect([...files.values()].join("\n")).toContain(`DROP TABLE "_covara_changes";`);
  });

  test("back on after that, numbers begin anew, under other tags", async () => {
    const { database } = await migrated(notes(), notes({ live: false }), notes());
    expect(await resets(database)).toEqual(["notes "]);
    expect((await entriesAfter(database, 0)).map(({ seq }) => seq)).toEqual([1]);
  });

  test("tables that refer to one another go with the log, whatever their triggers would write", async () => {
    const database = sqlite();
    const history = new History();
    const late = modelOf(board("late"));
    await migrate(database, history.step(late));
    const now = `'2026-01-02T03:04:05.678Z'`;
    for (const row of [
      `"users" ("id", "name") VALUES ('a', 'A')`,
      `"lists" ("id", "name", "owner_id", "created_at", "updated_at") VALUES ('a', 'L', 'a', ${now}, ${now})`,
      `"todos" ("id", "title", "list_id", "assignee_id") VALUES ('a', 'T', 'a', 'a')`,
      `"comments" ("id", "text", "todo_id", "parent_id", "created_at", "updated_at") VALUES ('a', 'C', 'a', 'a', ${now}, ${now})`,
    ])
      await database.query(`INSERT INTO ${row}`);
    const users = late.resources.filter(({ key }) => key === "users");
    const rest: Model = { ...late, resources: users, live: null };
    await migrate(database, history.step(rest, { allowDestructive: true }));
    expect(await database.query(`SELECT "id" FROM "users"`)).toEqual([{ id: "a" }]);
    expect(await schemaOf(database)).toEqual(await freshSchema(rest));
  });

  const changes: Readonly<Record<string, readonly [Options, Options, readonly string[]]>> = {
    "a column is added": [{ body: "none" }, {}, ["notes "]],
    "a column is dropped": [{}, { body: "none" }, ["notes "]],
    "a column is renamed": [{}, { body: "text" }, ["notes "]],
    "the kind of a column changes": [{}, { body: "integer" }, ["notes "]],
    "the table is renamed": [{}, { table: "papers" }, ["papers "]],
    "the rule needs another field": [{}, { rule: "open" }, ["notes "]],
    // The trigger of the version watches it, so that it was away.
    "a column is dropped that is in no image": [{}, { hidden: false }, ["notes "]],
    "the rule goes through another table": [{}, { members: true }, ["users "]],
    "the rule goes no further": [{ members: true }, {}, []],
    "more is kept": [{}, { retention: 20_000 }, []],
    "nothing changes": [{}, {}, []],
  };
  test.each(Object.entries(changes))("%s", async (_, [from, to, expected]) => {
    const { database } = await migrated(notes(from), notes(to));
    expect(await resets(database)).toEqual(expected);
    const table = to.table ?? "notes";
    const seq = (await entriesAfter(database, 0)).at(-1)?.seq ?? 0;
    const [image] = [...((await imagesOf(database, notes(to))).get(table)?.values() ?? [])];
    await database.query(`UPDATE "${table}" SET "title" = 'M'`);
    expect(await entriesAfter(database, seq)).toMatchObject([
      { source: table, id: "n", before: image ?? {} },
    ]);
  });

  test("a change of a table on the way is logged only where it matters", async () => {
    const { database } = await migrated(notes({ members: true }));
    await database.query(`DELETE FROM "_covara_changes"`);
    const seq = Number((await database.query(`SELECT "seq" FROM "sqlite_sequence"`))[0]?.seq);
    await database.query(`UPDATE "users" SET "name" = 'W'`);
    await database.query(`UPDATE "users" SET "boss_id" = 'v' WHERE "id" = 'u'`);
    expect(await entriesAfter(database, seq)).toEqual([
      {
        seq: seq + 1,
        source: "users",
        id: "u",
        before: { id: "u", bossId: null },
        after: { id: "u", bossId: "v" },
      },
    ]);
  });

  test("an older covara does not take the snapshot for one of its own", () => {
    const history = new History();
    history.step(notes());
    expect(JSON.parse(history.snapshot ?? "")).toMatchObject({ version: 5 });
    history.step(notes({ live: false }), { allowDestructive: true });
    expect(JSON.parse(history.snapshot ?? "")).toMatchObject({ version: 1 });
  });

  test("what is in the snapshot is what is planned from", () => {
    const history = new History();
    history.step(modelOf(board("early")));
    history.step(modelOf(board("late")));
    expect(history.step(modelOf(board("late")))).toBeNull();
  });
});

describe("the log itself", () => {
  test("keeps as many changes as were asked for, and never goes without the newest", async () => {
    const { database } = await migrated(notes({ retention: 250 }));
    for (let n = 0; n < 1200; n++) {
      await database.query(`UPDATE "notes" SET "title" = '${n}'`);
      if (n === 600 || n === 650) {
        const [kept] = await database.query(
          `SELECT count(*) AS "count", min("seq") AS "first" FROM "_covara_changes"`,
        );
        expect(kept?.count).toBeGreaterThanOrEqual(250);
        expect(kept?.count).toBeLessThan(350);
      }
    }
    const [{ seq } = { seq: 0 }] = (await entriesAfter(database, 0)).slice(-1);
    expect(seq).toBe(1201);
  });

  test("goes down step by step where less is kept than before", async () => {
    const { database } = await migrated(notes({ retention: 10_000 }), notes({ retention: 100 }));
    const fill = (count: number) =>
      database.query(
        `WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${count})
         INSERT INTO "_covara_changes" ("source", "row_id") SELECT 'notes', x FROM n`,
      );
    const trigger = await database.query(
      `SELECT "sql" FROM "sqlite_schema" WHERE "name" = '_covara_changes_prune'`,
    );
    await database.query(`DROP TRIGGER "_covara_changes_prune"`);
    await fill(5000);
    await database.query(String(trigger[0]?.sql));
    const counts: unknown[] = [];
    for (let n = 0; n < 7; n++) {
      await fill(100);
      counts.push((await database.query(`SELECT count(*) AS "count" FROM "_covara_changes"`))[0]?.count);
    }
    expect(Number(counts[0])).toBeGreaterThan(4000);
    expect(Number(counts.at(-1))).toBeLessThan(200);
  });

  test("has nothing of what is undone", async () => {
    const { database } = await migrated(notes());
    const before = await database.query(`SELECT * FROM "_covara_changes"`);
    await expect(
      database.apply(
        `UPDATE "notes" SET "title" = 'M'; INSERT INTO "_covara_guard" ("code") VALUES ('STOP');`,
      ),
    ).rejects.toThrow("STOP");
    expect(await database.query(`SELECT * FROM "_covara_changes"`)).toEqual(before);
  });

  test("a table is called what statements call it, also where its name is a keyword", async () => {
    const groups = (live: boolean) =>
      modelOf({
        name: "groups",
        database: d1(),
        resources: {
          groups: {
            fields: { id: field.id(), order: field.integer(), version: field.version() },
            live,
            access: () => ({ read: { type: "public" } }),
          },
        },
      });
    const history = new History();
    const database = sqlite();
    await migrate(database, history.step(groups(false)));
    await database.query(`INSERT INTO "groups" ("id", "order") VALUES ('g', 1)`);
    await migrate(database, history.step(groups(true)));
    await database.query(`UPDATE "groups" SET "order" = 2`);
    expect(await entriesAfter(database, 0)).toEqual([
      { seq: 1, source: "[groups]", id: "", before: null, after: null },
      {
        seq: 2,
        source: "[groups]",
        id: "g",
        before: { id: "g", order: 1, version: 1 },
        after: { id: "g", order: 2, version: 2 },
      },
    ]);
  });

  test("tags are random", async () => {
    const { database } = await migrated(notes());
    for (let n = 0; n < 20; n++) await database.query(`UPDATE "notes" SET "title" = '${n}'`);
    const tags = (await database.query(`SELECT "tag" FROM "_covara_changes"`)).map(({ tag }) => String(tag));
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.every((tag) => /^[0-9a-f]{8}$/.test(tag))).toBe(true);
  });

  test.each([
    ["letters", "x", 600_000],
    ["pairs of surrogates", "😀", 130_000],
    ["what JSON escapes", "\u0001", 90_000],
  ])("an image that would be too large has what rules need: %s", async (_, character, length) => {
    const { database } = await migrated(notes());
    const body = character.repeat(length);
    const seq = 1;
    await database.query(`UPDATE "notes" SET "body" = '${body}'`);
    await database.query(`UPDATE "notes" SET "body" = '${body.slice(0, 20)}'`);
    const [first, second] = await entriesAfter(database, seq);
    const large = { id: "n", ownerId: "u", $large: 1 };
    expect(first?.before).toMatchObject({ title: "N", body: "", version: 1 });
    expect(first?.after).toEqual(large);
    expect(second?.before).toEqual(large);
    expect(second?.after).toMatchObject({ title: "N", body: body.slice(0, 20), version: 3 });
  });

  test("an image of just under half a megabyte is whole, and both fit into a row of D1", async () => {
    const { database } = await migrated(notes());
    const body = "x".repeat(499_800);
    await database.query(`UPDATE "notes" SET "body" = '${body}'`);
    await database.query(`UPDATE "notes" SET "body" = '${body}'`);
    expect((await entriesAfter(database, 0)).at(-1)).toMatchObject({ before: { body }, after: { body } });
    const [size] = await database.query(
      `SELECT max(octet_length("before_row") + octet_length("after_row")) AS "size" FROM "_covara_changes"`,
    );
    expect(size?.size).toBeLessThan(1_100_000);
  });
});

describe("on D1", () => {
  let database: D1;
  beforeAll(async () => {
    database = await startD1();
  });
  afterAll(() => database.stop());

  test("the migrations apply, and the triggers log the same", async () => {
    const history = new History();
    const local = sqlite();
    const late = modelOf(board("late"));
    const now = `'2026-01-02T03:04:05.678Z'`;
    for (const model of [modelOf(board("early")), late]) {
      const sql = history.step(model);
      await migrate(database, sql);
      await migrate(local, sql);
    }
    const statements = [
      `INSERT INTO "users" ("id", "name") VALUES ('a', 'A'), ('b', 'B')`,
      `INSERT INTO "lists" ("id", "name", "owner_id", "created_at", "updated_at") VALUES ('a', 'it''s', 'a', ${now}, ${now})`,
      `INSERT INTO "members" ("id", "list_id", "user_id", "nickname") VALUES ('m', 'a', 'b', 'x')`,
      `INSERT INTO "todos" ("id", "title", "list_id", "assignee_id", "score", "data") VALUES ('t', '😀 "q"', 'a', 'b', 0.1 + 0.2, '{"a":[1,null]}')`,
      `INSERT INTO "comments" ("id", "text", "todo_id", "created_at", "updated_at") VALUES ('c', 'C', 't', ${now}, ${now}), ('d', 'D', 't', ${now}, ${now})`,
      `UPDATE "comments" SET "parent_id" = 'c' WHERE "id" = 'd'`,
      `INSERT INTO "sheets" ("id", "f69") VALUES ('s', 9007199254740991)`,
      `UPDATE "sheets" SET "f0" = 7`,
      `UPDATE "todos" SET "score" = 1e308 * 10, "title" = 'T'`,
      `UPDATE "todos" SET "deleted_at" = ${now}, "version" = "version" + 1`,
      `UPDATE "members" SET "nickname" = 'y'`,
      `INSERT INTO "marks" ("id") VALUES ('k')`,
      `UPDATE "marks" SET "id" = 'l'`,
      `UPDATE "todos" SET "title" = '${"x".repeat(90_000)}'`,
      `DELETE FROM "users" WHERE "id" = 'b'`,
      `DELETE FROM "users" WHERE "id" = 'a'`,
    ];
    for (const statement of statements) {
      await database.query(statement);
      await local.query(statement);
    }
    const entries = await entriesAfter(database, 0);
    expect(entries).toEqual(await entriesAfter(local, 0));
    expect(entries.length).toBeGreaterThan(statements.length);
    // Rows that the server times without being given a time get another one in each database.
    await database.query(`INSERT INTO "users" ("id", "name") VALUES ('a', 'A')`);
    await database.query(`INSERT INTO "lists" ("id", "name", "owner_id") VALUES ('b', 'B', 'a')`);
    const added = await entriesAfter(database, entries.at(-1)?.seq ?? 0);
    expect(added).toHaveLength(1);
    expect(added[0]?.before).toBeNull();
    expect(added[0]?.after).toEqual((await imagesOf(database, late)).get("lists")?.get("b"));
  });
});
