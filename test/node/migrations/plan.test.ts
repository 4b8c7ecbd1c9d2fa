import { describe, expect, test } from "vitest";
import { hasErrors } from "../../../generator/diagnostics/has-errors.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { FieldModel, Model } from "../../../generator/model/types.ts";
import { History } from "./database.ts";
import { app, boolean, field, id, index, integer, oneOf, ref, table, text, timestamp } from "./models.ts";

const todos = (...fields: readonly FieldModel[]): Model => app(table("todos", [id, ...fields]));

/** The plan from one model to another. */
function plan(before: Model, after: Model, options: { allowDestructive?: boolean; name?: string } = {}) {
  const history = new History();
  history.step(before);
  return planMigration(after, history, { allowDestructive: false, ...options });
}

function sqlOf(before: Model, after: Model): string | undefined {
  const { files, diagnostics } = plan(before, after, { allowDestructive: true });
  expect(hasErrors(diagnostics)).toBe(false);
  const sql = [...files].find(([file]) => file.endsWith(".sql"))?.[1];
  // The header is the same in every file.
  return sql?.split("\n").slice(2).join("\n");
}

function fileOf(before: Model, after: Model, name?: string): string | undefined {
  const { files } = plan(before, after, { allowDestructive: true, ...(name === undefined ? {} : { name }) });
  return [...files.keys()].find((file) => file.endsWith(".sql"));
}

describe("the SQL of a change", () => {
  test("adding a field is one statement", () => {
    expect(sqlOf(todos(), todos(timestamp("due_at", { nullable: true })))).toMatchInlineSnapshot(`
      "-- todos: add due_at
      ALTER TABLE "todos" ADD COLUMN "due_at" TEXT;
      "
    `);
  });

  test("another kind: add, copy, check, drop, rename, and the index again", () => {
    const indexed = (rank: FieldModel) =>
      app(table("todos", [id, rank], { indexes: [index("todos", ["rank", "id"])] }));
    expect(sqlOf(indexed(text("rank")), indexed(integer("rank")))).toMatchInlineSnapshot(`
      "-- Not wanted any more, or in the way of the changes below
      DROP INDEX "todos_rank_id_idx";

      -- todos: rank becomes integer
      ALTER TABLE "todos" ADD COLUMN "rank__new" INTEGER;
      UPDATE "todos" SET "rank__new" = CASE WHEN CAST(CAST("rank" AS INTEGER) AS TEXT) = "rank" THEN CAST("rank" AS INTEGER) END;
      INSERT INTO "_covara_guard" ("code")
      SELECT 'todos.rank has values that are not an integer' FROM "todos" WHERE "rank__new" IS NULL LIMIT 1;
      ALTER TABLE "todos" DROP COLUMN "rank";
      ALTER TABLE "todos" RENAME COLUMN "rank__new" TO "rank";

      -- todos: indexes
      CREATE INDEX "todos_rank_id_idx" ON "todos" ("rank", "id");

      -- todos: NOT NULL, which SQLite cannot add to a table that exists
      CREATE TRIGGER "todos.rank_not_null_insert" BEFORE INSERT ON "todos"
      WHEN NEW."rank" IS NULL
      BEGIN
        SELECT RAISE(ABORT, 'NOT NULL constraint failed: todos.rank');
      END;
      CREATE TRIGGER "todos.rank_not_null_update" BEFORE UPDATE OF "rank" ON "todos"
      WHEN NEW."rank" IS NULL
      BEGIN
        SELECT RAISE(ABORT, 'NOT NULL constraint failed: todos.rank');
      END;
      "
    `);
  });

  test("a reference that becomes required stays where it is, under triggers", () => {
    const model = (options: { nullable?: boolean; default?: string }) =>
      app(table("users", [id]), table("todos", [id, ref("user_id", "users", "cascade", options)]));
    expect(sqlOf(model({ nullable: true }), model({ default: "u1" }))).toMatchInlineSnapshot(`
      "-- todos: user_id becomes required
      UPDATE "todos" SET "user_id" = coalesce("user_id", 'u1');

      -- todos: NOT NULL, which SQLite cannot add to a table that exists
      CREATE TRIGGER "todos.user_id_not_null_insert" BEFORE INSERT ON "todos"
      WHEN NEW."user_id" IS NULL
      BEGIN
        SELECT RAISE(ABORT, 'NOT NULL constraint failed: todos.user_id');
      END;
      CREATE TRIGGER "todos.user_id_not_null_update" BEFORE UPDATE OF "user_id" ON "todos"
      WHEN NEW."user_id" IS NULL
      BEGIN
        SELECT RAISE(ABORT, 'NOT NULL constraint failed: todos.user_id');
      END;
      "
    `);
  });

  test("an enum that loses a member keeps its column", () => {
    const status = (values: string[]) => todos(oneOf("status", values, { default: "open" }));
    expect(sqlOf(status(["open", "late"]), status(["open", "it's"]))).toMatchInlineSnapshot(`
      "-- todos: status has the members it's, open
      UPDATE "todos" SET "status" = 'open' WHERE "status" NOT IN ('it''s', 'open');
      "
    `);
  });

  test("renaming a table that others refer to leaves their columns alone", () => {
    const model = (name: string, options: Parameters<typeof table>[2]) =>
      app(
        table(name, [id, ref("parent_id", name, "cascade", { nullable: true })], options),
        table("notes", [id, ref("todo_id", name, "restrict")]),
      );
    const { files, diagnostics } = plan(model("todos", {}), model("tasks", { renamedFrom: "todos" }));
    expect(diagnostics).toEqual([]);
    expect(files.get("migrations/0002_rename_todos_to_tasks.sql")?.match(/^[A-Z].*/gm)).toEqual([
      'ALTER TABLE "todos" RENAME TO "tasks";',
    ]);
  });

  test("unique that is new says how it can fail", () => {
    const email = (indexes: Parameters<typeof table>[2]) => app(table("users", [id, text("email")], indexes));
    expect(sqlOf(email({}), email({ indexes: [index("users", ["email"], true)] }))).toMatchInlineSnapshot(`
      "-- users: unique from here on.
      -- Where two rows share a value this fails, and the whole migration is undone.
      CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
      "
    `);
  });

  test("what the database does not see gives a snapshot and no file", () => {
    const before = todos(oneOf("status", ["open"]), text("title"));
    const after = todos(text("title"), oneOf("status", ["done", "open"]));
    const { files } = plan(before, after);
    expect([...files.keys()]).toEqual(["migrations/snapshot.json"]);
    expect(files.get("migrations/snapshot.json")).toContain(`"values": ["done", "open"]`);
  });

  test("the same input gives the same bytes, whatever the order of the fields", () => {
    const one = plan(
      todos(text("a")),
      todos(text("a"), boolean("b", { default: true }), text("c", { nullable: true })),
    );
    const other = plan(
      todos(text("a")),
      todos(text("c", { nullable: true }), boolean("b", { default: true }), text("a")),
    );
    expect(one.files.get("migrations/snapshot.json")).toBe(other.files.get("migrations/snapshot.json"));
    expect([...plan(todos(), todos(text("a", { default: "" }))).files]).toEqual([
      ...plan(todos(), todos(text("a", { default: "" }))).files,
    ]);
  });
});

describe("the name of the file", () => {
  const due = timestamp("due_at", { nullable: true });

  test("says what changes", () => {
    expect(fileOf(todos(), todos(due))).toBe("migrations/0002_add_todos_due_at.sql");
    expect(fileOf(todos(due), todos())).toBe("migrations/0002_drop_todos_due_at.sql");
    expect(fileOf(todos(text("rank")), todos(integer("rank")))).toBe("migrations/0002_change_todos_rank.sql");
    expect(fileOf(todos(), app(table("todos", [id]), table("tags", [id])))).toBe(
      "migrations/0002_create_tags.sql",
    );
    expect(fileOf(todos(), app(table("tasks", [id], { renamedFrom: "todos" })))).toBe(
      "migrations/0002_rename_todos_to_tasks.sql",
    );
    expect(fileOf(todos(), todos(due, text("note", { nullable: true })))).toBe(
      "migrations/0002_add_todos_due_at_and_1_more.sql",
    );
  });

  test("can be given", () => {
    expect(fileOf(todos(), todos(due), "Due dates, at last!")).toBe("migrations/0002_due_dates_at_last.sql");
    const { files, diagnostics } = plan(todos(), todos(due), { name: "…" });
    expect([files.size, diagnostics.map((each) => each.code)]).toEqual([0, ["COV2013"]]);
  });

  test("continues after the highest number, whoever wrote that file", () => {
    const history = new History();
    history.step(todos());
    history.files.push("migrations/0007_by_hand.sql", "migrations/README.md");
    expect([...planMigration(todos(due), history, { allowDestructive: false }).files.keys()]).toEqual([
      "migrations/0008_add_todos_due_at.sql",
      "migrations/snapshot.json",
    ]);
  });
});

describe("what is there already", () => {
  const files = ["migrations/0001_init.sql"];
  const codes = (snapshot: string | null, names: readonly string[] = files) => {
    const result = planMigration(todos(), { snapshot, files: names }, { allowDestructive: true });
    expect(result.files.size).toBe(0);
    return result.diagnostics.map((each) => each.code);
  };
  const history = new History();
  history.step(todos(text("title")));
  const snapshot = history.snapshot ?? "";

  test("is never guessed about", () => {
    expect(codes(null)).toEqual(["COV2001"]);
    expect(codes("{")).toEqual(["COV2002"]);
    expect(codes("null")).toEqual(["COV2002"]);
    expect(codes(snapshot.replace(`"version": 1`, `"version": 99`))).toEqual(["COV2003"]);
    expect(codes(snapshot, [])).toEqual(["COV2004"]);
  });

  test.each([
    ["a type", `"type": "TEXT"`, `"type": "BLOB"`],
    ["a kind", `"kind": "text"`, `"kind": "string"`],
    ["a constraint", `"notNull": true`, `"notNull": "yes"`],
    ["the triggers", `"triggers": {}`, `"triggers": []`],
    ["the indexes", `"indexes": {}`, `"indexes": { "i": { "columns": ["gone"], "unique": false } }`],
    ["the tables", `"tables": {`, `"tablets": {`],
  ])("is checked: %s", (_, from, to) => {
    expect(snapshot).toContain(from);
    expect(codes(snapshot.replaceAll(from, to))).toEqual(["COV2002"]);
  });
});

describe("a change that cannot be planned", () => {
  const codes = (before: Model, after: Model) => {
    const result = plan(before, after, { allowDestructive: true });
    expect(result.files.size).toBe(result.diagnostics.length > 0 ? 0 : 2);
    return result.diagnostics.map((each) => each.code);
  };
  const renamed = (column: string, from: string) => text(column, { renamedFrom: from });

  test("a conversion that would be a guess", () => {
    expect(codes(todos(integer("at")), todos(timestamp("at")))).toEqual(["COV2010"]);
    expect(codes(todos(text("at")), todos(timestamp("at")))).toEqual([]);
  });

  test("a primary key", () => {
    const key = field("id", "key");
    expect(codes(todos(), app(table("todos", [key])))).toEqual(["COV2011", "COV2011"]);
    expect(codes(todos(), app(table("todos", [{ ...key, renamedFrom: "id" }])))).toEqual([]);
  });

  test("a rename of something that is not there, or is there twice", () => {
    expect(codes(todos(text("a")), todos(renamed("b", "x")))).toEqual(["COV2007"]);
    expect(codes(todos(text("a"), text("b")), todos(renamed("b", "a")))).toEqual(["COV2008"]);
    expect(codes(todos(text("a")), todos(text("a"), renamed("b", "a")))).toEqual(["COV2008"]);
    expect(codes(todos(text("a")), todos(renamed("c", "a"), renamed("b", "a")))).toEqual(["COV2008"]);
    expect(codes(todos(), app(table("tasks", [id], { renamedFrom: "tods" })))).toEqual(["COV2007"]);
  });

  test("names that swap", () => {
    const swapped = todos(renamed("a", "b"), renamed("b", "a"));
    expect(codes(todos(text("a"), text("b")), swapped)).toEqual(["COV2008", "COV2008"]);
  });

  test("a rename that was applied may stay declared", () => {
    const history = new History();
    history.step(todos(text("a")));
    expect(history.step(todos(renamed("b", "a")))).toContain(`RENAME COLUMN "a" TO "b"`);
    expect(history.step(todos(renamed("b", "a")))).toBeNull();
  });

  test("a table name that differs in case only", () => {
    expect(codes(todos(), app(table("Todos", [id])))).toEqual(["COV2012"]);
  });
});

describe("a change that loses data", () => {
  const losses = (before: Model, after: Model) => {
    const result = plan(before, after);
    expect(result.files.size).toBe(0);
    expect(plan(before, after, { allowDestructive: true }).diagnostics).toEqual([]);
    return result.diagnostics.map(({ code, message, fix = "" }) => {
      expect(code).toBe("COV2009");
      expect(fix).toContain("--allow-destructive");
      expect(fix).toContain("second release");
      return message;
    });
  };

  test("stops, with one diagnostic for each statement", () => {
    const before = app(
      table("todos", [id, text("a"), text("rank"), oneOf("state", ["x", "y"])]),
      table("tags", [id]),
    );
    const after = todos(integer("rank", { default: 0 }), oneOf("state", ["x"]));
    expect(losses(before, after)).toEqual([
      'The change of `todos.rank` loses values that are not an integer: UPDATE "todos" SET "rank__new" = coalesce(CASE WHEN CAST(CAST("rank" AS INTEGER) AS TEXT) = "rank" THEN CAST("rank" AS INTEGER) END, 0);',
      'The change of `todos.state` fails if there are values that are not a member: INSERT INTO "_covara_guard" ("code")\nSELECT \'todos.state has values that are not a member\' FROM "todos" WHERE "state" NOT IN (\'x\') LIMIT 1;',
      'Dropping `todos.a` loses everything in it: ALTER TABLE "todos" DROP COLUMN "a";',
      'Dropping the table `tags` loses all of its rows: DROP TABLE "tags";',
    ]);
  });

  test("may be a rename, and the fix says how to declare it", () => {
    const before = todos(text("due_label"), integer("rank"));
    const after = todos(text("label", { default: "" }), integer("rank"));
    expect(plan(before, after).diagnostics.map((each) => each.fix)).toEqual([
      expect.stringMatching(
        /^If `todos.due_label` is now called `todos.label`, write `.renamedFrom\("dueLabel"\)` there\./,
      ),
    ]);
    const required = plan(before, todos(text("label"), integer("rank"))).diagnostics;
    expect(required.map((each) => each.code)).toEqual(["COV2005", "COV2009"]);
    expect(required[0]?.fix).toContain(`.renamedFrom("dueLabel")`);
    expect(required[1]?.fix).toContain(`.renamedFrom("dueLabel")`);
    const tables = plan(before, app(table("tasks", [id, text("due_label"), integer("rank")])));
    expect(tables.diagnostics.map((each) => each.fix)).toEqual([
      expect.stringContaining(`renamedFrom: "todos"`),
    ]);
  });

  test("widening loses nothing", () => {
    const before = todos(integer("a"), boolean("b"), oneOf("c", ["x"]), timestamp("d"), text("e"));
    const after = todos(field("number", "a"), text("b"), text("c"), text("d"), field("json", "e"));
    expect(plan(before, after).diagnostics).toEqual([]);
  });
});
