/** Migrations that ask something of the rows that are there: a value in each, no row at all, or no duplicates. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { FieldModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import type { D1 } from "./d1-database.ts";
import { startD1 } from "./d1-database.ts";
import { freshSchema, History, migrate, rowsOf, schemaOf } from "./database.ts";
import { app, field, id, index, integer, ref, table, text } from "./models.ts";

/** The one diagnostic of a step that is not taken. */
function diagnosticOf(history: History, model: Model, allowDestructive = false): Diagnostic {
  const { diagnostics } = planMigration(model, history, { allowDestructive });
  expect(diagnostics).toHaveLength(1);
  return diagnostics[0] as Diagnostic;
}

/** The statement that a fix names. */
function selectOf({ fix = "" }: Diagnostic): string {
  return /`(SELECT [^`]*)`/.exec(fix)?.[1] ?? "";
}

describe("on D1", () => {
  let d1: D1;
  let history: History;
  beforeEach(async () => {
    d1 = await startD1();
    history = new History();
  });
  afterEach(async () => {
    await d1.stop();
  });

  const run = async (...statements: readonly string[]) => {
    for (const statement of statements) await d1.query(statement);
  };
  const refuses = (sql: string, message: string) => expect(d1.query(sql)).rejects.toThrow(message);
  const stateOf = async (model: Model) => [
    await schemaOf(d1),
    ...(await Promise.all(model.resources.map((resource) => rowsOf(d1, resource.table)))),
  ];
  /** The migration fails with that message and leaves everything as it was. */
  const undone = async (model: Model, sql: string | null, message: string) => {
    const before = await stateOf(model);
    await expect(migrate(d1, sql)).rejects.toThrow(message);
    expect(await stateOf(model)).toEqual(before);
  };

  test("references and a text that become required stop where a row lacks them, and then hold", async () => {
    const posts = (nullable: boolean) =>
      app(
        table("users", [id]),
        table("posts", [
          id,
          ref("author_id", "users", nullable ? "set null" : "cascade", { nullable }),
          ref("editor_id", "users", "restrict", { nullable }),
          nullable ? text("rank", { nullable }) : integer("rank"),
        ]),
        table("comments", [id, ref("post_id", "posts", "cascade")]),
      );
    const [optional, required] = [posts(true), posts(false)];
    await migrate(d1, history.step(optional));
    await run(
      `INSERT INTO "users" VALUES ('u1'), ('u2')`,
      `INSERT INTO "posts" VALUES ('p1', 'u1', 'u2', '1'), ('p2', NULL, 'u1', '2')`,
      `INSERT INTO "comments" VALUES ('c1', 'p1'), ('c2', 'p2')`,
    );
    const { diagnostics } = planMigration(required, history, { allowDestructive: false });
    expect(diagnostics.map((each) => each.code)).toEqual(["COV2006", "COV2006", "COV2006", "COV2009"]);
    const find = selectOf(diagnostics[0] as Diagnostic);
    expect((await d1.query(find)).map((row) => row.id)).toEqual(["p2"]);

    const sql = history.step(required, { allowDestructive: true });
    await undone(optional, sql, "covara:posts.author_id has rows without a value");
    await run(`UPDATE "posts" SET "author_id" = 'u2', "editor_id" = NULL WHERE "id" = 'p2'`);
    await undone(optional, sql, "covara:posts.editor_id has rows without a value");
    await run(`UPDATE "posts" SET "editor_id" = 'u1', "rank" = NULL WHERE "id" = 'p2'`);
    await undone(optional, sql, "covara:posts.rank has rows without a value");
    await run(`UPDATE "posts" SET "rank" = 'high' WHERE "id" = 'p2'`);
    await undone(optional, sql, "covara:posts.rank has values that are not an integer");
    await run(`UPDATE "posts" SET "rank" = '2' WHERE "id" = 'p2'`);
    expect(await d1.query(find)).toEqual([]);

    await migrate(d1, sql);
    expect(await schemaOf(d1)).toEqual(await freshSchema(required));
    expect([...(await rowsOf(d1, "posts")).values()]).toEqual([
      { id: "p1", author_id: "u1", editor_id: "u2", rank: 1 },
      { id: "p2", author_id: "u2", editor_id: "u1", rank: 2 },
    ]);
    expect([...(await rowsOf(d1, "comments")).keys()]).toEqual(["c1", "c2"]);
    for (const column of ["author_id", "editor_id", "rank"]) {
      await refuses(`UPDATE "posts" SET "${column}" = NULL`, `NOT NULL constraint failed: posts.${column}`);
    }
    await refuses(
      `INSERT INTO "posts" ("id", "author_id", "rank") VALUES ('p3', 'u1', 3)`,
      "NOT NULL constraint failed: posts.editor_id",
    );
    expect(history.step(required)).toBeNull();
  });

  test("required fields that are new stop where there are rows, and then hold", async () => {
    const users = table("users", [id]);
    const before = app(users, table("posts", [id]));
    const after = app(users, table("posts", [id, text("title"), ref("author_id", "users", "cascade")]));
    await migrate(d1, history.step(before));
    await run(`INSERT INTO "users" VALUES ('u1')`, `INSERT INTO "posts" VALUES ('p1')`);
    const sql = history.step(after, { allowDestructive: true });
    await undone(before, sql, "covara:posts.title has no value for the rows that are there");
    await run(`DELETE FROM "posts"`);
    await migrate(d1, sql);
    expect(await schemaOf(d1)).toEqual(await freshSchema(after));
    await run(`INSERT INTO "posts" VALUES ('p1', 'One', 'u1')`);
    await refuses(`INSERT INTO "posts" VALUES ('p2', NULL, 'u1')`, "NOT NULL constraint failed: posts.title");
    await refuses(`UPDATE "posts" SET "author_id" = NULL`, "NOT NULL constraint failed: posts.author_id");
    await refuses(`UPDATE "posts" SET "author_id" = 'u2'`, "FOREIGN KEY constraint failed");
    expect(history.step(after)).toBeNull();
  });

  test("unique that is new fails where there are duplicates, which the statement shown finds", async () => {
    const mail = (options: Parameters<typeof text>[1]) => text("mail", { renamedFrom: "email", ...options });
    const before = app(table("users", [id, text("email", { nullable: true })]));
    const after = app(
      table("people", [id, mail({ default: "none", unique: true })], {
        renamedFrom: "users",
        indexes: [index("people", ["mail"], true)],
      }),
    );
    await migrate(d1, history.step(before));
    await run(
      `INSERT INTO "users" VALUES ('u1', 'a'), ('u2', 'b'), ('u3', 'a'), ('u4', NULL), ('u5', 'none')`,
    );
    const warning = diagnosticOf(history, after);
    expect(warning.severity).toBe("warning");
    const find = selectOf(warning);
    expect((await d1.query(find)).map((row) => Object.values(row))).toEqual([
      ["a", 2],
      ["none", 2],
    ]);
    const sql = history.step(after);
    await undone(before, sql, "UNIQUE constraint failed: people.mail");
    await run(`UPDATE "users" SET "email" = "id" WHERE "id" IN ('u3', 'u5')`);
    expect(await d1.query(find)).toEqual([]);
    await migrate(d1, sql);
    expect(await schemaOf(d1)).toEqual(await freshSchema(after));
  });

  test("whole numbers come back from number, text and json as they were", async () => {
    const counts = (...kinds: readonly [FieldModel["kind"], FieldModel["kind"]]) =>
      app(table("counts", [id, ...kinds.map((kind, at) => field(kind, `n_${at}`, { nullable: true }))]));
    const whole = ["0", "2", "-7", "9007199254740991", "NULL"].map((n, at) => `('w${at}', ${n}, ${n})`);
    const columns = async () => [...(await rowsOf(d1, "counts")).values()].map((row) => [row.n_0, row.n_1]);
    const step = async (model: Model) => migrate(d1, history.step(model, { allowDestructive: true }));
    await step(counts("integer", "integer"));
    await run(`INSERT INTO "counts" VALUES ${whole}`);
    const before = await columns();
    await step(counts("number", "number"));
    await step(counts("text", "json"));
    expect(await columns()).toEqual(before.map((row) => row.map((n) => (n === null ? null : String(n)))));
    await step(counts("integer", "text"));
    await step(counts("integer", "integer"));
    expect(await columns()).toEqual(before);

    await step(counts("number", "number"));
    await run(`DELETE FROM "counts"`, `INSERT INTO "counts" VALUES ('a', 0.5, -2.25), ('b', 1e20, -1e300)`);
    const numbers = await columns();
    await step(counts("text", "json"));
    const texts = await columns();
    expect(texts.map((row) => row.map(Number))).toEqual(numbers);
    expect(texts[0]).toEqual(["0.5", "-2.25"]);
  });
});

describe("what is asked of the rows is said", () => {
  /** A resource whose names in the config differ from those in the database. */
  const posts = (...fields: readonly FieldModel[]): ResourceModel => {
    const unique = fields.filter((each) => each.unique).map((each) => index("posts", [each.column], true));
    return { ...table("posts", [id, ...fields], { indexes: unique }), key: "blogPosts" };
  };
  const users = table("users", [id]);
  const diagnose = (
    before: readonly FieldModel[],
    after: readonly FieldModel[],
    allowDestructive = false,
  ) => {
    const history = new History();
    history.step(app(users, posts(...before)));
    return planMigration(app(users, posts(...after)), history, { allowDestructive }).diagnostics;
  };
  const author = (nullable: boolean) => ref("author_id", "users", "restrict", { nullable });

  test("of a field that becomes required", () => {
    const [before, after] = [[author(true)], [author(false)]];
    expect(diagnose(before, after)).toEqual([
      {
        code: "COV2006",
        severity: "error",
        path: ["resources", "blogPosts", "fields", "authorId"],
        message:
          "`blogPosts.authorId` becomes required, and the config names no value for the rows that have none.",
        fix:
          'Set it in every row that `SELECT * FROM "posts" WHERE "author_id" IS NULL;` finds, release a Worker that ' +
          "always sets it, and run `covara gen --allow-destructive`: the migration then stops, and changes nothing, " +
          "if a row still has none.",
      },
    ]);
    expect(diagnose(before, after, true)).toEqual([]);
    const [renamed] = diagnose([text("lead", { nullable: true })], [text("intro", { renamedFrom: "lead" })]);
    expect(renamed?.message).toContain("`blogPosts.intro`");
    expect(renamed?.fix).toMatch(
      /^Give it a `\.default\(…\)`.*`SELECT \* FROM "posts" WHERE "lead" IS NULL;`/,
    );
    expect(diagnose([text("a", { nullable: true })], [text("a", { default: "" })])).toEqual([]);
  });

  test("of a field that is new and required", () => {
    expect(diagnose([], [author(false)])).toEqual([
      {
        code: "COV2005",
        severity: "error",
        path: ["resources", "blogPosts", "fields", "authorId"],
        message: "`blogPosts.authorId` is new and required, and the rows that are there would have no value.",
        fix:
          "Make it `.optional()`, set it in every row, and require it in a later migration. Where the table is empty, " +
          "run `covara gen --allow-destructive`: the migration then stops, and changes nothing, if it has a row.",
      },
    ]);
    expect(diagnose([], [author(false)], true)).toEqual([]);
    expect(diagnose([text("a")], [text("a"), text("b", { default: "" }), text("c")])).toHaveLength(1);
  });

  test("of a field that becomes unique", () => {
    const unique = (column: string, options: Parameters<typeof text>[1] = {}) =>
      text(column, { ...options, unique: true });
    expect(diagnose([text("short_name")], [unique("short_name")])).toEqual([
      {
        code: "COV2014",
        severity: "warning",
        path: ["resources", "blogPosts", "fields", "shortName"],
        message:
          "`blogPosts.shortName` becomes unique. If two rows share a value, the migration fails and changes nothing.",
        fix:
          'Before you apply it, make the values differ that this finds: `SELECT "short_name", count(*) FROM "posts" ' +
          'WHERE "short_name" IS NOT NULL GROUP BY 1 HAVING count(*) > 1;`',
      },
    ]);
    expect(diagnose([], [unique("a", { nullable: true })])).toEqual([]);
    expect(diagnose([], [unique("a")], true)).toEqual([]);
    expect(diagnose([], [unique("a", { default: "" })]).map((each) => [each.code, each.fix])).toEqual([
      ["COV2014", expect.stringContaining("all get the same value")],
    ]);
    expect(diagnose([unique("a")], [unique("b", { renamedFrom: "a" })])).toEqual([]);
    expect(diagnose([unique("a")], [unique("a")])).toEqual([]);
  });

  test("with the names of the config, where it has them", () => {
    const messages = (before: readonly FieldModel[], after: readonly FieldModel[]) =>
      diagnose(before, after).map((each) => each.message);
    expect(messages([integer("due_at")], [field("timestamp", "due_at")])).toEqual([
      "The values of `blogPosts.dueAt` cannot be converted from integer to timestamp.",
    ]);
    expect(messages([text("sub_title"), text("old_one")], [integer("sub_title")])).toEqual([
      expect.stringMatching(/^The change of `blogPosts\.subTitle` fails if /),
      expect.stringMatching(/^Dropping `posts\.old_one` loses /),
    ]);
    expect(messages([text("a")], [text("sub_title", { renamedFrom: "lable" })])).toContain(
      "The field `blogPosts.subTitle` is declared as renamed from `posts.lable`, but the last migration knows no such column.",
    );
    expect(messages([text("a_b")], [text("a_b"), text("sub_title", { renamedFrom: "a_b" })])).toEqual([
      "The field `blogPosts.subTitle` is declared as renamed from `blogPosts.aB`, which the config still uses.",
    ]);
  });
});
