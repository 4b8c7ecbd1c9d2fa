import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FieldModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import type { D1 } from "./d1-database.ts";
import { startD1 } from "./d1-database.ts";
import type { Row, Value } from "./database.ts";
import { freshSchema, History, migrate, rowsOf, schemaOf } from "./database.ts";
import { app, field, id, index, integer, oneOf, ref, table, text, timestamp } from "./models.ts";

let d1: D1;
const history = new History();
beforeAll(async () => {
  d1 = await startD1();
});
afterAll(async () => {
  await d1.stop();
});

/** `projects` is a child of `orgs`, refers to itself, and has children with each of the three actions. */
function model(projects: ResourceModel): Model {
  const name = projects.table;
  return app(
    table("orgs", [id, text("name")]),
    table("teams", [id]),
    projects,
    table(
      "tasks",
      [id, ref("project_id", name, "cascade"), ref("next_id", name, "set null", { nullable: true })],
      {
        indexes: [index("tasks", ["project_id", "id"])],
      },
    ),
    table("notes", [id, ref("project_id", name, "set null", { nullable: true })]),
    table("invoices", [id, ref("project_id", name, "restrict")]),
  );
}

const start: readonly FieldModel[] = [
  id,
  text("code", { unique: true }),
  text("amount"),
  text("due"),
  text("label", { nullable: true }),
  integer("priority", { default: 1 }),
  oneOf("state", ["open", "done", "late"], { default: "open" }),
  ref("org_id", "orgs", "cascade"),
  ref("parent_id", "projects", "set null", { nullable: true }),
];

/** The fields of the step before, with some replaced by column, added or (with `null`) dropped. */
function revise(fields: readonly FieldModel[], changes: Readonly<Record<string, FieldModel | null>>) {
  const kept = fields.flatMap((each) => changes[each.column] ?? (each.column in changes ? [] : [each]));
  const known = new Set(fields.map((each) => each.column));
  const added = Object.entries(changes).flatMap(([column, each]) =>
    each && !known.has(column) ? [each] : [],
  );
  return [...kept, ...added];
}

function projectsOf(fields: readonly FieldModel[], name = "projects", renamedFrom?: string): ResourceModel {
  const unique = fields.filter((each) => each.unique).map((each) => index(name, [each.column], true));
  const state = fields.some((each) => each.column === "state") ? [index(name, ["state", "id"])] : [];
  return table(name, fields, {
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
    indexes: [...unique, ...state],
  });
}

const rows = [
  `INSERT INTO "orgs" VALUES ('o1', 'One'), ('o2', 'Two')`,
  `INSERT INTO "teams" VALUES ('o1'), ('t1')`,
  `INSERT INTO "projects" VALUES
    ('p1', 'c1', '12', '2026-01-02', 'x', 2, 'open', 'o1', NULL),
    ('p2', 'c2', '7', '2026-01-02T03:04:05+01:00', NULL, 0, 'late', 'o1', 'p1'),
    ('p3', 'c3', 'many', 'soon', 'y', 1, 'done', 'o2', 'p3')`,
  `INSERT INTO "tasks" VALUES ('t1', 'p1', 'p2'), ('t2', 'p2', NULL), ('t3', 'p3', 'p3')`,
  `INSERT INTO "notes" VALUES ('n1', 'p1'), ('n2', NULL), ('n3', 'p2')`,
  `INSERT INTO "invoices" VALUES ('i1', 'p2'), ('i2', 'p1')`,
];

interface Step {
  readonly what: string;
  readonly changes: Readonly<Record<string, FieldModel | null>>;
  /** What one column holds afterwards, for p1, p2 and p3. */
  readonly expected: Readonly<Record<string, readonly unknown[]>>;
  readonly table?: string;
  /** What happens to the rows beforehand. */
  readonly before?: string;
}

const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const steps: readonly Step[] = [
  {
    what: "add an optional field, a required one with a default and json",
    changes: {
      hint: text("hint", { nullable: true }),
      size: integer("size", { default: 3 }),
      tags: field("json", "tags", { default: ["it's; fine"] }),
    },
    expected: { hint: [null, null, null], size: [3, 3, 3], tags: Array(3).fill(`["it's; fine"]`) },
  },
  {
    what: "add the times of creation and change, and a version",
    changes: {
      created_at: timestamp("created_at", { generated: "createdAt" }),
      updated_at: timestamp("updated_at", { generated: "updatedAt" }),
      version: field("version", "version"),
    },
    expected: { created_at: Array(3).fill(anyTime), updated_at: Array(3).fill(anyTime), version: [1, 1, 1] },
  },
  {
    what: "add an optional reference and a reference to itself",
    changes: {
      team_id: ref("team_id", "teams", "restrict", { nullable: true }),
      root_id: ref("root_id", "projects", "cascade", { nullable: true }),
    },
    expected: { team_id: [null, null, null], root_id: [null, null, null] },
  },
  {
    what: "widen integer to number and to text",
    changes: { priority: field("number", "priority", { default: 1 }), size: text("size", { default: "3" }) },
    expected: { priority: [2, 0, 1], size: ["3", "3", "3"] },
  },
  {
    what: "narrow text to integer and to timestamp, with a value for the rest",
    changes: {
      amount: integer("amount", { nullable: true }),
      due: timestamp("due", { default: "2000-01-01T00:00:00.000Z" }),
    },
    expected: {
      amount: [12, 7, null],
      due: ["2026-01-02T00:00:00.000Z", "2026-01-02T02:04:05.000Z", "2000-01-01T00:00:00.000Z"],
    },
  },
  {
    what: "make optional required, and required optional",
    changes: { label: text("label", { default: "none" }), size: text("size", { nullable: true }) },
    expected: { label: ["x", "none", "y"], size: ["3", "3", "3"] },
  },
  {
    what: "change a default, and remove one",
    changes: { priority: field("number", "priority", { default: 5 }), label: text("label") },
    expected: { priority: [2, 0, 1], label: ["x", "none", "y"] },
  },
  {
    what: "remove a member of an enum",
    changes: { state: oneOf("state", ["open", "done", "new"], { default: "open" }) },
    expected: { state: ["open", "open", "done"] },
  },
  {
    what: "turn unique off, and on elsewhere",
    changes: { code: text("code"), amount: integer("amount", { nullable: true, unique: true }) },
    expected: { code: ["c1", "c2", "c3"], amount: [12, 7, null] },
  },
  {
    what: "change the action of required references, which triggers then keep from being null",
    changes: {
      org_id: ref("org_id", "orgs", "restrict"),
      parent_id: ref("parent_id", "projects", "cascade", { nullable: true }),
    },
    expected: { org_id: ["o1", "o1", "o2"], parent_id: [null, "p1", "p3"] },
  },
  {
    what: "rename a field that triggers keep from being null, and one that is indexed",
    changes: {
      org_id: null,
      owner_org_id: ref("owner_org_id", "orgs", "restrict", { renamedFrom: "org_id" }),
      amount: null,
      total: integer("total", { nullable: true, unique: true, renamedFrom: "amount" }),
    },
    expected: { owner_org_id: ["o1", "o1", "o2"], total: [12, 7, null] },
  },
  {
    what: "change the target of a reference",
    before: `UPDATE "projects" SET "team_id" = CASE "id" WHEN 'p1' THEN 'o1' WHEN 'p2' THEN 't1' END`,
    changes: { team_id: ref("team_id", "orgs", "restrict", { nullable: true }) },
    expected: { team_id: ["o1", null, null] },
  },
  {
    what: "drop fields, an indexed one and a reference among them",
    changes: { state: null, root_id: null, hint: null },
    expected: { code: ["c1", "c2", "c3"] },
  },
  {
    what: "rename the table",
    table: "plans",
    changes: {
      parent_id: ref("parent_id", "plans", "cascade", { nullable: true }),
    },
    expected: { owner_org_id: ["o1", "o1", "o2"], parent_id: [null, "p1", "p3"] },
  },
];

describe("changes of a table that others refer to with cascade, set null and restrict", () => {
  let fields = start;
  let name = "projects";

  beforeAll(async () => {
    await migrate(d1, history.step(model(projectsOf(fields))));
    for (const statement of rows) await d1.query(statement);
  });

  const childrenOf = async () =>
    Promise.all(["orgs", "teams", "tasks", "notes", "invoices"].map((each) => rowsOf(d1, each)));

  test.each(steps)("$what", async ({ changes, expected, table: newName, before: preparation }) => {
    if (preparation !== undefined) await d1.query(preparation);
    const [children, before] = [await childrenOf(), await rowsOf(d1, name)];
    fields = revise(fields, changes);
    const from = name;
    name = newName ?? name;
    const next = model(projectsOf(fields, name, newName === undefined ? undefined : from));
    const sql = history.step(next, { allowDestructive: true });
    await migrate(d1, sql);

    expect(await childrenOf()).toEqual(children);
    const after = await rowsOf(d1, name);
    expect([...after.keys()]).toEqual(["p1", "p2", "p3"]);
    for (const [column, values] of Object.entries(expected)) {
      expect([...after.values()].map((row) => row[column])).toEqual(values);
    }
    // A statement that changes a row on the way raises its version, as any change does.
    const raised = (rows: typeof after) => untouched(rows, { ...changes, version: null });
    expect(raised(after)).toEqual(raised(before));
    expect(await schemaOf(d1)).toEqual(await freshSchema(next));
    expect(await d1.query("PRAGMA foreign_key_check")).toEqual([]);
  });

  function untouched(all: ReadonlyMap<Value, Row>, changes: Step["changes"]): unknown {
    const renamed = Object.values(changes).map((each) => each?.renamedFrom);
    return [...all.values()].map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([column]) => !(column in changes) && !renamed.includes(column))
          .sort(),
      ),
    );
  }

  const refuses = async (sql: string, message: RegExp) => {
    await expect(d1.query(sql)).rejects.toThrow(message);
  };

  test("afterwards every constraint still holds", async () => {
    await refuses(
      `UPDATE "plans" SET "owner_org_id" = NULL`,
      /NOT NULL constraint failed: plans.owner_org_id/,
    );
    await refuses(
      `INSERT INTO "plans" ("id", "code", "due", "label", "created_at", "updated_at") VALUES ('p4', 'c', 'd', 'l', 'c', 'u')`,
      /NOT NULL constraint failed: plans.owner_org_id/,
    );
    await refuses(`UPDATE "plans" SET "label" = NULL`, /NOT NULL constraint failed: plans.label/);
    await refuses(`UPDATE "plans" SET "created_at" = NULL`, /NOT NULL constraint failed: plans.created_at/);
    await refuses(
      `UPDATE "plans" SET "total" = 7 WHERE "id" = 'p1'`,
      /UNIQUE constraint failed: plans.total/,
    );
    await refuses(`UPDATE "plans" SET "owner_org_id" = 'nobody'`, /FOREIGN KEY constraint failed/);
    await refuses(`UPDATE "plans" SET "team_id" = 't1'`, /FOREIGN KEY constraint failed/);
    await refuses(`UPDATE "tasks" SET "project_id" = 'nobody'`, /FOREIGN KEY constraint failed/);
    await refuses(`DELETE FROM "orgs" WHERE "id" = 'o1'`, /FOREIGN KEY constraint failed/);
    await refuses(`DELETE FROM "plans" WHERE "id" = 'p1'`, /FOREIGN KEY constraint failed/);
  });

  test("afterwards every action still works", async () => {
    await d1.query(`DELETE FROM "invoices"`);
    await d1.query(`DELETE FROM "plans" WHERE "id" = 'p1'`);
    expect([...(await rowsOf(d1, "plans")).keys()]).toEqual(["p3"]);
    expect([...(await rowsOf(d1, "tasks")).keys()]).toEqual(["t3"]);
    expect([...(await rowsOf(d1, "notes")).values()]).toEqual([
      { id: "n1", project_id: null },
      { id: "n2", project_id: null },
      { id: "n3", project_id: null },
    ]);
    await d1.query(`DELETE FROM "plans"`);
    await d1.query(`DELETE FROM "orgs"`);
  });

  test("tables that refer to one another, and to themselves, can be dropped", async () => {
    await d1.query(`INSERT INTO "orgs" VALUES ('o9', 'Nine')`);
    await d1.query(`INSERT INTO "teams" VALUES ('t9')`);
    const circle = app(
      table("orgs", [id, text("name")]),
      table("teams", [id]),
      table("cats", [
        id,
        ref("dog_id", "dogs", "restrict", { nullable: true }),
        ref("org_id", "orgs", "cascade"),
      ]),
      table(
        "dogs",
        [id, ref("cat_id", "cats", "restrict"), ref("mother_id", "dogs", "restrict", { nullable: true })],
        {
          indexes: [index("dogs", ["cat_id", "mother_id", "id"])],
        },
      ),
    );
    await migrate(d1, history.step(circle, { allowDestructive: true }));
    expect(await schemaOf(d1)).toEqual(await freshSchema(circle));
    await d1.query(`INSERT INTO "cats" VALUES ('c', NULL, 'o9')`);
    await d1.query(`INSERT INTO "dogs" VALUES ('d1', 'c', NULL), ('d2', 'c', 'd1')`);
    await d1.query(`UPDATE "cats" SET "dog_id" = 'd2'`);
    const last = app(table("orgs", [id, text("name")]), table("teams", [id]));
    await migrate(d1, history.step(last, { allowDestructive: true }));
    expect(await schemaOf(d1)).toEqual(await freshSchema(last));
    expect([...(await rowsOf(d1, "orgs")).keys()]).toEqual(["o9"]);
  });
});

test("the Worker that is live may still insert rows without the times that a migration added", async () => {
  const before = app(table("orgs", [id, text("name")]), table("teams", [id]));
  const after = app(
    table("orgs", [
      id,
      text("name"),
      timestamp("created_at", { generated: "createdAt" }),
      timestamp("updated_at", { generated: "updatedAt" }),
      field("version", "version"),
    ]),
    table("teams", [id]),
  );
  await migrate(d1, history.step(before, { allowDestructive: true }));
  await migrate(d1, history.step(after));
  await d1.query(`INSERT INTO "orgs" ("id", "name") VALUES ('late', 'Late')`);
  expect((await rowsOf(d1, "orgs")).get("late")).toEqual({
    id: "late",
    name: "Late",
    created_at: anyTime,
    updated_at: anyTime,
    // The triggers that set the times have changed the row.
    version: 3,
  });
});

test("every conversion uses only what D1 allows", async () => {
  const kinds = ["text", "integer", "number", "boolean", "json", "enum"] as const;
  const samples = { text: "'7'", integer: "1", number: "0.5", boolean: "1", json: "'[1]'", enum: "'x'" };
  const pairs = kinds.flatMap((from) => kinds.filter((to) => to !== from).map((to) => ({ from, to })));
  const model = (kindOf: (pair: (typeof pairs)[number]) => (typeof kinds)[number]) =>
    app(
      table("things", [
        id,
        ...pairs.map((pair) =>
          field(kindOf(pair), `${pair.from}_${pair.to}`, { nullable: true, values: ["x", "1"] }),
        ),
      ]),
    );
  await migrate(
    d1,
    history.step(
      model(({ from }) => from),
      { allowDestructive: true },
    ),
  );
  const values = pairs.map(({ from }) => samples[from]);
  await d1.query(`INSERT INTO "things" VALUES ('a', ${values}), ('b', ${values.map(() => "NULL")})`);
  await migrate(
    d1,
    history.step(
      model(({ to }) => to),
      { allowDestructive: true },
    ),
  );
  const { a, b } = Object.fromEntries(await rowsOf(d1, "things"));
  expect(Object.values(b ?? {}).filter((value) => value !== null)).toEqual(["b"]);
  expect(a).toEqual({
    id: "a",
    text_integer: 7,
    text_number: 7,
    text_boolean: null,
    text_json: `"7"`,
    text_enum: null,
    integer_text: "1",
    integer_number: 1,
    integer_boolean: 1,
    integer_json: "1",
    integer_enum: "1",
    number_text: "0.5",
    number_integer: 1,
    number_boolean: 1,
    number_json: "0.5",
    number_enum: null,
    boolean_text: "true",
    boolean_integer: 1,
    boolean_number: 1,
    boolean_json: "true",
    boolean_enum: null,
    json_text: "[1]",
    json_integer: null,
    json_number: null,
    json_boolean: null,
    json_enum: null,
    enum_text: "x",
    enum_integer: null,
    enum_number: null,
    enum_boolean: null,
    enum_json: `"x"`,
  });
});

describe("the guard", () => {
  test("aborts a batch with its code, and the batch leaves nothing", async () => {
    await d1.query(`CREATE TABLE "others" ("id" TEXT PRIMARY KEY NOT NULL) STRICT`);
    const batch = d1.binding.batch([
      d1.binding.prepare(`INSERT INTO "others" VALUES ('a')`),
      d1.binding.prepare(`INSERT INTO "_covara_guard" ("code") SELECT 'NOT_FOUND' WHERE changes() <> 2`),
    ]);
    await expect(batch).rejects.toThrow(
      "D1_ERROR: covara:NOT_FOUND: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)",
    );
    expect(await d1.query(`SELECT * FROM "others"`)).toEqual([]);
  });
});
