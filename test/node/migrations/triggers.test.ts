/** Triggers that a resource has of itself, beside those that stand for NOT NULL. */
import { expect, test } from "vitest";
import { triggerDependents } from "../../../generator/migrations/dependents.ts";
import type { Table } from "../../../generator/migrations/snapshot.ts";
import { createTable } from "../../../generator/migrations/sql.ts";
import { sqlite } from "./database.ts";

const column = { kind: "text", type: "TEXT" } as const;

/** A table whose rows leave a trace in `log` when `title` changes. */
function todos(name: string, title: string, triggers?: Readonly<Record<string, string>>): Table {
  const log =
    `CREATE TRIGGER "${name}.log" AFTER UPDATE OF "${title}" ON "${name}"\n` +
    `BEGIN\n  INSERT INTO "log" VALUES (NEW."${title}");\nEND;`;
  return {
    columns: { id: column, [title]: column, note: column },
    indexes: {},
    triggers: triggers ?? { [`${name}.log`]: log },
  };
}

const notes = `CREATE TRIGGER "todos.note" AFTER DELETE ON "todos"\nBEGIN\n  INSERT INTO "log" VALUES (OLD."note");\nEND;`;
const plain = todos("todos", "title", {});
const logged = todos("todos", "title");
const log = logged.triggers["todos.log"] ?? "";

test("one that is new is made, one that is gone goes, one that differs is made again", () => {
  expect(triggerDependents({ todos: plain }, { todos: logged }, [], new Set())).toEqual({
    drop: [],
    create: [{ comment: "todos: triggers", statements: [log] }],
    summary: ["add_todos.log"],
  });
  expect(triggerDependents({ todos: logged }, { todos: plain }, [], new Set())).toEqual({
    drop: [`DROP TRIGGER "todos.log";`],
    create: [],
    summary: ["drop_todos.log"],
  });
  const other = todos("todos", "title", { "todos.log": log.replace("UPDATE OF", "UPDATE  OF") });
  expect(triggerDependents({ todos: other }, { todos: logged }, [], new Set())).toEqual({
    drop: [`DROP TRIGGER "todos.log";`],
    create: [{ comment: "todos: triggers", statements: [log] }],
    summary: ["change_todos.log"],
  });
  expect(triggerDependents({ todos: logged }, { todos: logged }, [], new Set())).toEqual({
    drop: [],
    create: [],
    summary: [],
  });
});

test("one that is suspended is made again", () => {
  expect(triggerDependents({ todos: logged }, { todos: logged }, [], new Set(["todos.log"]))).toEqual({
    drop: [`DROP TRIGGER "todos.log";`],
    create: [{ comment: "todos: triggers", statements: [log] }],
    summary: [],
  });
});

test("only one that speaks of a column that changes is in its way, of whatever table it is", () => {
  const table = todos("todos", "title", { "todos.log": log, "todos.note": notes });
  const foreign =
    `CREATE TRIGGER "lists.touch" AFTER UPDATE ON "lists"\n` +
    `BEGIN\n  UPDATE "todos" SET "title" = NEW."id";\nEND;`;
  const lists: Table = { columns: { id: column }, indexes: {}, triggers: { "lists.touch": foreign } };
  const tables = { todos: table, lists };
  const about = (name: string) =>
    triggerDependents(tables, tables, [{ table: "todos", column: name }], new Set());
  expect(about("note").drop).toEqual([`DROP TRIGGER "todos.note";`]);
  expect(about("title").drop).toEqual([`DROP TRIGGER "lists.touch";`, `DROP TRIGGER "todos.log";`]);
  expect(
    about("title")
      .create.flatMap((group) => group.statements)
      .sort(),
  ).toEqual([foreign, log].sort());
  expect(about("title").summary).toEqual([]);
  expect(about("missing").drop).toEqual([]);
});

test.each([
  ["the table", "tasks", "title", `ALTER TABLE "todos" RENAME TO "tasks"`],
  ["a column", "todos", "name", `ALTER TABLE "todos" RENAME COLUMN "title" TO "name"`],
])("a new name for %s: it goes before and is made again for the new name", async (_, name, title, rename) => {
  const database = sqlite();
  const after = todos(name, title);
  await database.apply(
    `CREATE TABLE "log" ("what" TEXT);${createTable("todos", logged, ["id", "title", "note"])}${log}`,
  );
  await database.apply(`INSERT INTO "todos" VALUES ('t1', 'One', NULL)`);
  // As the diff sees it: the tables before, under the new names, with the triggers as they were.
  const before = todos(name, title, logged.triggers);
  const { drop, create } = triggerDependents({ [name]: before }, { [name]: after }, [], new Set());
  const made = create.flatMap((group) => group.statements);
  await database.apply([...drop, `${rename};`, ...made].join("\n"));
  await database.query(`UPDATE "${name}" SET "${title}" = 'Two'`);
  expect(await database.query(`SELECT "what" FROM "log"`)).toEqual([{ what: "Two" }]);
  expect(
    await database.query(
      `SELECT "name", "sql" || ';' AS "sql" FROM "sqlite_schema" WHERE "type" = 'trigger'`,
    ),
  ).toEqual(Object.entries(after.triggers).map(([trigger, sql]) => ({ name: trigger, sql })));
});
