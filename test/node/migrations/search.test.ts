/** The full-text index of a table: its migrations, and that its triggers keep it in step with the rows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { FieldModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import { type D1, startD1 } from "./d1-database.ts";
import type { Database } from "./database.ts";
import { expectInStep, freshSchema, History, migrate, schemaOf, sqlite } from "./database.ts";
import { app, field, id, oneOf, ref, searchOf, table, text } from "./models.ts";

const title = text("title");
const notes = text("notes", { nullable: true });
const state = oneOf("state", ["open", "done"], { default: "open" });
const base: readonly FieldModel[] = [id, title, notes, state];

const todos = (search: readonly string[] | null, fields = base): Model =>
  app(table("todos", fields, search === null ? {} : { search }));

const rows = `INSERT INTO "todos" ("id", "title", "notes") VALUES
  ('t1', 'Ship the crate', 'before noon'), ('t2', 'Call Ann', NULL), ('t3', 'Ship it', 'again; and again')`;

const found = async (database: Database, index: string, words: string) =>
  (await database.query(`SELECT "row_id" FROM "${index}" WHERE "${index}" MATCH '${words}' ORDER BY 1`)).map(
    (row) => row.row_id,
  );

const resourceOf = (model: Model): ResourceModel => model.resources[0] as ResourceModel;

let d1: D1;
beforeAll(async () => {
  d1 = await startD1();
});
afterAll(async () => {
  await d1.stop();
});

test("the tables and triggers of an index are what one would write by hand", () => {
  const sql = new History().step(todos(["title", "notes"])) ?? "";
  expect(
    sql.slice(sql.indexOf('CREATE TABLE "todos.search'), sql.indexOf("\n\n-- What is inserted")),
  ).toMatchInlineSnapshot(`
    "CREATE TABLE "todos.search_rows" (
      "number" INTEGER PRIMARY KEY,
      "row_id" TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE VIRTUAL TABLE "todos.search" USING fts5(
      "row_id" UNINDEXED, "title", "notes",
      tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );
    CREATE TRIGGER "todos.search_insert" AFTER INSERT ON "todos"
    BEGIN
      DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = NEW."id");
      INSERT INTO "todos.search_rows" ("row_id") SELECT NEW."id" WHERE NOT EXISTS (SELECT 1 FROM "todos.search_rows" WHERE "row_id" = NEW."id");
      INSERT INTO "todos.search" (rowid, "row_id", "title", "notes")
      SELECT r."number", r."row_id", t."title", t."notes"
      FROM "todos.search_rows" AS r JOIN "todos" AS t ON t."id" = r."row_id" WHERE r."row_id" = NEW."id";
    END;
    CREATE TRIGGER "todos.search_update" AFTER UPDATE OF "id", "title", "notes" ON "todos"
    WHEN OLD."id" IS NOT NEW."id" OR OLD."title" IS NOT NEW."title" OR OLD."notes" IS NOT NEW."notes"
    BEGIN
      UPDATE "todos.search_rows" SET "row_id" = NEW."id" WHERE "row_id" = OLD."id" AND OLD."id" <> NEW."id";
      DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = NEW."id");
      INSERT INTO "todos.search_rows" ("row_id") SELECT NEW."id" WHERE NOT EXISTS (SELECT 1 FROM "todos.search_rows" WHERE "row_id" = NEW."id");
      INSERT INTO "todos.search" (rowid, "row_id", "title", "notes")
      SELECT r."number", r."row_id", t."title", t."notes"
      FROM "todos.search_rows" AS r JOIN "todos" AS t ON t."id" = r."row_id" WHERE r."row_id" = NEW."id";
    END;
    CREATE TRIGGER "todos.search_delete" AFTER DELETE ON "todos"
    BEGIN
      DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = OLD."id");
      DELETE FROM "todos.search_rows" WHERE "row_id" = OLD."id";
    END;"
  `);
});

describe.each([
  ["SQLite", () => sqlite()],
  ["D1", () => d1],
] as const)("on %s", (_, open) => {
  test("an index comes with the rows that are there, changes, follows renames, and goes; no row is touched", async () => {
    const database = open();
    const history = new History();
    const step = async (model: Model, name: string | null) => {
      const sql = history.step(model);
      expect(sql === null ? null : history.files.at(-1)).toBe(
        name === null ? null : `migrations/${name}.sql`,
      );
      await migrate(database, sql);
      expect(await schemaOf(database)).toEqual(await freshSchema(model));
      const resource = resourceOf(model);
      const count = await database.query(`SELECT count(*) AS "count" FROM "${resource.table}"`);
      expect(count).toEqual([{ count: 3 }]);
      if (resource.search !== null) await expectInStep(database, resource);
      expect(history.step(model)).toBeNull();
    };
    await migrate(database, history.step(todos(null)));
    await database.query(rows);

    await step(todos(["title"]), "0002_search_todos");
    expect(await found(database, "todos.search", "ship")).toEqual(["t1", "t3"]);
    expect(await found(database, "todos.search", "again")).toEqual([]);
    await step(todos(["title", "notes", "state"]), "0003_search_todos");
    expect(await found(database, "todos.search", "again")).toEqual(["t3"]);
    // What the index holds changes on the way, while no trigger is there to see it.
    const became = (fields: readonly FieldModel[]) => todos(["title", "notes"], fields);
    await step(became([id, title, text("notes", { default: "nothing" }), state]), "0004_change_todos_notes");
    expect(await found(database, "todos.search", "nothing")).toEqual(["t2"]);
    await step(
      became([id, title, text("notes", { default: "none", nullable: true }), state]),
      "0005_change_todos_notes",
    );
    const renamed = [id, text("heading", { renamedFrom: "title" }), notes, state];
    await step(todos(["heading", "notes"], renamed), "0006_rename_todos_title_to_heading_and_1_more");
    expect(await found(database, "todos.search", "ship")).toEqual(["t1", "t3"]);
    const tasks = app(table("tasks", renamed, { renamedFrom: "todos", search: ["heading", "notes"] }));
    await step(tasks, "0007_rename_todos_to_tasks");
    expect(await found(database, "tasks.search", "ship")).toEqual(["t1", "t3"]);
    await step(app(table("tasks", renamed)), "0008_drop_tasks_search");
    expect(await database.query(`SELECT "name" FROM "sqlite_schema" WHERE "name" LIKE '%search%'`)).toEqual(
      [],
    );
    await step(tasks, "0009_search_tasks");
    await migrate(database, history.step(app(table("users", [id])), { allowDestructive: true }));
    expect(await database.query(`SELECT "name" FROM "sqlite_schema" WHERE "name" LIKE '%search%'`)).toEqual(
      [],
    );
  });
});

test("a column that the index has cannot go without it, nor need --allow-destructive for the index", () => {
  const history = new History();
  history.step(todos(["title", "notes"]));
  const sql = history.step(todos(["title"], [id, title, state]), { allowDestructive: true }) ?? "";
  expect(sql.match(/^(DROP|ALTER|CREATE) .*/gm)).toEqual([
    'DROP TRIGGER "todos.search_delete";',
    'DROP TRIGGER "todos.search_insert";',
    'DROP TRIGGER "todos.search_update";',
    'DROP TABLE "todos.search";',
    'DROP TABLE "todos.search_rows";',
    'ALTER TABLE "todos" DROP COLUMN "notes";',
    'CREATE TABLE "todos.search_rows" (',
    'CREATE VIRTUAL TABLE "todos.search" USING fts5(',
    'CREATE TRIGGER "todos.search_insert" AFTER INSERT ON "todos"',
    'CREATE TRIGGER "todos.search_update" AFTER UPDATE OF "id", "title" ON "todos"',
    'CREATE TRIGGER "todos.search_delete" AFTER DELETE ON "todos"',
  ]);
});

test("a change of another column leaves the index alone", () => {
  const history = new History();
  history.step(todos(["title"]));
  expect(history.step(todos(["title"], [id, title, text("notes", { default: "" }), state]))).not.toContain(
    "search",
  );
  expect(history.step(todos(["title"], [id, title, state]), { allowDestructive: true })).not.toContain(
    "search",
  );
});

test("a table that goes in a circle of references takes its index along", async () => {
  const circle = (search: readonly string[]) => [
    table("todos", [id, title, ref("list_id", "lists", "cascade", { nullable: true })], { search }),
    table("lists", [id, title, ref("todo_id", "todos", "cascade", { nullable: true })], { search }),
  ];
  const database = sqlite();
  const history = new History();
  await migrate(
    database,
    history.step(app(table("users", [id, title], { search: ["title"] }), ...circle(["title"]))),
  );
  const after = app(table("users", [id, title], { search: ["title"] }));
  await migrate(database, history.step(after, { allowDestructive: true }));
  expect(await schemaOf(database)).toEqual(await freshSchema(after));
});

test("a snapshot with an index is read by no older covara, and checked by this one", () => {
  const history = new History();
  history.step(todos(["title"]));
  const snapshot = history.snapshot ?? "";
  expect(snapshot).toContain(`"version": 4`);
  const codes = (text: string) =>
    planMigration(
      todos(["title"]),
      { snapshot: text, files: history.files },
      { allowDestructive: true },
    ).diagnostics.map(({ code }) => code);
  expect(codes(snapshot)).toEqual([]);
  expect(codes(snapshot.replace(/"search": \{[^}]*\}/, `"search": []`))).toEqual(["COV2002"]);
  expect(codes(snapshot.replace(/"search": \{[^}]*\}/, `"search": { "todos.search": 1 }`))).toEqual([
    "COV2002",
  ]);
});

describe("the triggers", () => {
  const model = app(
    table("lists", [id]),
    table(
      "todos",
      [
        field("id", "key"),
        text("rank"),
        text("row_id", { nullable: true }),
        text("RowID"),
        ref("list_id", "lists", "cascade", { nullable: true }),
      ],
      { search: ["rank", "row_id"] },
    ),
  );
  const [lists, resource] = model.resources as [ResourceModel, ResourceModel];
  const search = searchOf("todos", ["rank", "row_id"]);
  // Names that FTS5, or the index, has for something else.
  const named: ResourceModel = {
    ...resource,
    search: {
      ...search,
      fields: search.fields.map((each) => ({ ...each, indexColumn: `${each.column}.text` })),
    },
  };

  async function start(): Promise<Database> {
    const database = sqlite();
    await migrate(database, new History().step({ ...model, resources: [lists, named] }));
    await database.query(`INSERT INTO "lists" VALUES ('l1')`);
    await database.query(
      `INSERT INTO "todos" VALUES ('t1', 'one', 'x', '', 'l1'), ('t2', 'two', NULL, '', NULL), ('t3', 'three', 'y', '', 'l1')`,
    );
    return database;
  }

  test.each([
    ["insert", `INSERT INTO "todos" VALUES ('t4', 'four', NULL, '', NULL)`],
    ["update of one field", `UPDATE "todos" SET "rank" = 'other' WHERE "key" <> 't1'`],
    ["update to and from null", `UPDATE "todos" SET "row_id" = CASE WHEN "row_id" IS NULL THEN 'now' END`],
    ["update of another column", `UPDATE "todos" SET "RowID" = 'z'`],
    ["update of the id", `UPDATE "todos" SET "key" = "key" || 'x', "rank" = 'moved'`],
    ["delete", `DELETE FROM "todos" WHERE "key" = 't1'`],
    ["delete of all rows", `DELETE FROM "todos"`],
    ["delete by cascade", `DELETE FROM "lists"`],
    ["replace of a row", `INSERT OR REPLACE INTO "todos" VALUES ('t1', 'another', 'z', '', NULL)`],
    [
      "replace of all rows",
      `REPLACE INTO "todos" SELECT "key", "rank" || ' again', NULL, '', NULL FROM "todos"`,
    ],
    [
      "upsert",
      `INSERT INTO "todos" VALUES ('t1', 'p', 'q', '', NULL) ON CONFLICT DO UPDATE SET "rank" = excluded."rank"`,
    ],
    ["insert that is ignored", `INSERT OR IGNORE INTO "todos" VALUES ('t1', 'p', 'q', '', NULL)`],
  ])("keep it in step: %s", async (_, statement) => {
    const database = await start();
    await expectInStep(database, named);
    await database.query(statement);
    await expectInStep(database, named);
    await database.query(`INSERT INTO "todos" VALUES ('t9', 'nine', NULL, '', NULL)`);
    await database.query(`UPDATE "todos" SET "rank" = "rank" || '!'`);
    await expectInStep(database, named);
  });

  test("keep it in step with a trigger that changes the row once more", async () => {
    const database = await start();
    await database.apply(
      `CREATE TRIGGER "shout" AFTER UPDATE OF "rank" ON "todos" WHEN NEW."rank" <> upper(NEW."rank")
       BEGIN UPDATE "todos" SET "rank" = upper(NEW."rank") WHERE "key" = NEW."key"; END;
       CREATE TRIGGER "drop" AFTER INSERT ON "todos" WHEN NEW."rank" = 'never'
       BEGIN DELETE FROM "todos" WHERE "key" = NEW."key"; END;`,
    );
    await database.query(`UPDATE "todos" SET "rank" = 'quiet'`);
    await expectInStep(database, named);
    await database.query(`INSERT INTO "todos" VALUES ('t8', 'never', NULL, '', NULL)`);
    await expectInStep(database, named);
  });

  test("do not lean on how the table numbers its rows, which may change", async () => {
    const database = await start();
    await database.query(`UPDATE "todos" SET _rowid_ = 100 - _rowid_`);
    expect(await database.query(`SELECT "key" FROM "todos" ORDER BY _rowid_ LIMIT 1`)).toEqual([
      { key: "t3" },
    ]);
    await expectInStep(database, named);
    await database.query(`UPDATE "todos" SET "rank" = 'after' WHERE "key" = 't3'`);
    await expectInStep(database, named);
    expect(await found(database, "todos.search", "after")).toEqual(["t3"]);
  });
});
