/** Access rules as SQL and as JavaScript: for random rules, rows and callers they let through the rows that the rules' own meaning does. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut } from "../../../generator/emit/expression.ts";
import { resourceOf } from "../../../generator/emit/resource-of.ts";
import { type Caller, describe as inWords, rolesOf, simplify } from "../../../generator/emit/rule.ts";

import { ruleSql } from "../../../generator/emit/rule-sql.ts";
import { viewOf } from "../../../generator/emit/view.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model, Rule } from "../../../generator/model/types.ts";
import { compare, oneOf } from "../../../runtime/live/compare.ts";
import type { Image, View } from "../../../runtime/live/types.ts";
import { anyRow, noRow, where as scope } from "../../../runtime/query/scope.ts";
import type { ruleBuilder } from "../../../schema/access.ts";
import type { ConfigData, RuleData } from "../../../schema/data.ts";
import { custom, d1, field } from "../../../schema/index.ts";
import { Meaning } from "../../matrix/meaning.ts";
import type { Row, Rows } from "../../matrix/rows.ts";

type Builder = typeof ruleBuilder;

/** Teams with members, lists of teams, todos of lists; todos and memberships keep deleted rows. */
function modelWith(rule: (rules: Builder) => RuleData, diagnostics: string[] = []): Model {
  const nobody = () => ({});
  const config = {
    name: "rules",
    database: d1(),
    auth: custom("./auth.ts", {
      user: { role: field.enum(["member", "admin"]), level: field.integer().optional(), city: field.text() },
    }),
    resources: {
      users: { fields: { id: field.id(), name: field.text() }, access: nobody },
      teams: {
        fields: { id: field.id(), ownerId: field.ref("users"), open: field.boolean() },
        relations: {
          members: { manyToMany: "users", through: "memberships" },
          lists: { hasMany: "lists", by: "teamId" },
        },
        access: ({ any, owner, through }: Builder) => ({
          read: any(
            owner("ownerId"),
            through("members", (user: never) => (user as Builder).owner("id")),
          ),
        }),
      },
      memberships: {
        fields: { id: field.id(), teamId: field.ref("teams"), userId: field.ref("users") },
        access: nobody,
        softDelete: true,
      },
      lists: {
        fields: {
          id: field.id(),
          teamId: field.ref("teams").optional(),
          city: field.text().optional(),
          level: field.integer().optional(),
        },
        access: ({ through }: Builder) => ({ read: through("team", "read") }),
      },
      todos: {
        fields: {
          id: field.id(),
          ownerId: field.ref("users"),
          helperId: field.ref("users").optional(),
          listId: field.ref("lists").optional(),
          status: field.enum(["open", "closed"]),
          city: field.text().optional(),
          level: field.integer().optional(),
          urgent: field.boolean(),
          dueAt: field.timestamp().optional(),
        },
        softDelete: true,
        access: (rules: Builder) => ({ read: rule(rules) }),
      },
    },
  } as unknown as ConfigData;
  const built = buildModel(config, { exists: () => true });
  diagnostics.push(
    ...built.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ code, message }) => `${code} ${message}`),
  );
  if (built.model === null) throw new Error(diagnostics.join("\n"));
  return built.model;
}

type User = {
  readonly id: string;
  readonly role: "member" | "admin";
  readonly level: number | null;
  readonly city: string;
};

const callerOf = (rule: Rule, user: User | null): Caller => ({
  signedIn: user !== null,
  role: user !== null && rolesOf(rule).includes(user.role) ? user.role : null,
});

/** The ids of the rows that the SQL lets through. */
function bySql(db: DatabaseSync, model: Model, rule: Rule, user: User | null): unknown[] {
  const residue = simplify(rule, callerOf(rule, user));
  if (residue === false) return [];
  const expressions: string[] = [];
  const todos = resourceOf(model, "todos");
  const clause = residue === true ? "" : ` WHERE ${ruleSql(model, todos, residue, expressions)}`;
  const values = expressions.map(
    (expression) => (user?.[expression.replace("user.", "") as keyof User] ?? null) as SQLInputValue,
  );
  return db
    .prepare(`SELECT id FROM todos${clause}`)
    .all(...values)
    .map(({ id }) => id)
    .sort();
}

/** The view that is emitted for a caller. */
function viewFor(model: Model, rule: Rule, user: User | null): View {
  const names = { live: (name: string) => name, runtime: (name: string) => name };
  const view = viewOf(model, resourceOf(model, "todos"), simplify(rule, callerOf(rule, user)), names);
  const text = layOut("  return ", view, ";");
  const make = new Function("user", "compare", "oneOf", "anyRow", "noRow", "where", text);
  return make(user, compare, oneOf, anyRow, noRow, scope) as View;
}

/** The paths of a view, and those behind them. */
const namesOf = ({ paths }: View): string[] => paths.flatMap((path) => [path.name, ...namesOf(path)]);

/** The ids of the rows that a view lets through. Each of its paths has to have the same rows in SQL. */
function byView(db: DatabaseSync, model: Model, view: View): unknown[] {
  const names = namesOf(view);
  expect(new Set(names).size, "paths have names of their own").toBe(names.length);
  return allowed(db, model, "todos", view)
    .map(({ id }) => id)
    .sort();
}

function allowed(db: DatabaseSync, model: Model, table: string, view: View): Image[] {
  const keys = new Map(
    view.paths.map((path) => {
      const own = allowed(db, model, path.table, path).map((row) => row[path.key]);
      const { sql, values } = path.rows;
      const statement = `SELECT ${path.column} AS key FROM ${path.table}${sql === "" ? "" : ` WHERE ${sql}`}`;
      const found = db.prepare(statement).all(...(values as SQLInputValue[]));
      expect(own.toSorted(), statement).toEqual(found.map(({ key }) => key).sort());
      return [path.name, new Set(own)];
    }),
  );
  const has = (path: string, key: unknown): boolean => {
    const set = keys.get(path);
    if (set === undefined) throw new Error(`The view has no path ${path}`);
    return set.has(key);
  };
  return images(db, model, table).filter((row) => view.holds(row, has));
}

/** The rows of a table as the change log has them. */
function images(db: DatabaseSync, model: Model, table: string): Image[] {
  const { fields } = resourceOf(model, table);
  return db
    .prepare(`SELECT * FROM ${table}`)
    .all()
    .map((row) =>
      Object.fromEntries(
        fields.map(({ name, column, kind }) => {
          const value = row[column] ?? null;
          return [name, kind === "boolean" && value !== null ? value === 1 : value];
        }),
      ),
    );
}

const ids = (kind: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${kind}${i}`);
const [users, teams, lists] = [ids("u", 3), ids("t", 3), ids("l", 4)];
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const city = fc.constantFrom("", "Bonn", "bonn", "Ulm", "it's");
const level = fc.integer({ min: -1, max: 2 });
const deleted = maybe(fc.constant("2026-01-01T00:00:00.000Z"));
const time = fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z");

const rowsArbitrary = fc.record({
  users: fc.constant(users.map((id) => ({ id, name: id }))),
  teams: fc.tuple(
    ...teams.map((id) =>
      fc.record({ id: fc.constant(id), owner_id: fc.constantFrom(...users), open: fc.nat(1) }),
    ),
  ),
  memberships: fc.array(
    fc.record({
      team_id: fc.constantFrom(...teams),
      user_id: fc.constantFrom(...users),
      deleted_at: deleted,
    }),
    { maxLength: 6 },
  ),
  lists: fc.tuple(
    ...lists.map((id) =>
      fc.record({
        id: fc.constant(id),
        team_id: maybe(fc.constantFrom(...teams)),
        city: maybe(city),
        level: maybe(level),
      }),
    ),
  ),
  todos: fc.array(
    fc.record({
      owner_id: fc.constantFrom(...users),
      helper_id: maybe(fc.constantFrom(...users)),
      list_id: maybe(fc.constantFrom(...lists)),
      status: fc.constantFrom("open", "closed"),
      city: maybe(city),
      level: maybe(level),
      urgent: fc.nat(1),
      due_at: maybe(time),
      deleted_at: deleted,
    }),
    { maxLength: 12 },
  ),
});

interface StandIn {
  readonly [name: string]: Readonly<Record<string, (value?: unknown) => Conditional>>;
}
interface Conditional {
  and(other: Conditional): Conditional;
  or(other: Conditional): Conditional;
  not(): Conditional;
}
type Make = (row: StandIn, user: Readonly<Record<string, unknown>>) => Conditional;

const term =
  (name: string, operator: string, value?: unknown): Make =>
  (row) => {
    const method = row[name]?.[operator];
    if (method === undefined) throw new Error(`${name} has no ${operator}`);
    return method(value);
  };
const withUser =
  (name: string, operator: string, of: string): Make =>
  (row, user) =>
    term(name, operator, user[of])(row, user);
const withField =
  (name: string, operator: string, of: string): Make =>
  (row, user) =>
    term(name, operator, row[of])(row, user);

const ordered = fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte");
const equal = fc.constantFrom("eq", "ne");
const terms = (table: "todos" | "lists"): fc.Arbitrary<Make> =>
  fc.oneof(
    fc.tuple(ordered, city).map(([op, value]) => term("city", op, value)),
    fc.tuple(ordered, level).map(([op, value]) => term("level", op, value)),
    fc.tuple(ordered).map(([op]) => withUser("city", op, "city")),
    fc.tuple(ordered).map(([op]) => withUser("level", op, "level")),
    fc.constantFrom("isNull", "isNotNull").map((op) => term("city", op)),
    fc.array(city, { minLength: 1, maxLength: 3 }).map((values) => term("city", "in", values)),
    ...(table === "lists"
      ? []
      : [
          fc.tuple(equal).map(([op]) => term("status", op, "open")),
          fc.tuple(equal, fc.boolean()).map(([op, value]) => term("urgent", op, value)),
          fc.tuple(equal).map(([op]) => withUser("helperId", op, "id")),
          fc.tuple(equal).map(([op]) => withField("helperId", op, "ownerId")),
          fc.tuple(ordered, time).map(([op, value]) => term("dueAt", op, value.replace(".000Z", "+00:00"))),
          fc
            .array(fc.boolean(), { minLength: 1, maxLength: 2 })
            .map((values) => term("urgent", "in", values)),
        ]),
  );

const conditions = (table: "todos" | "lists"): fc.Arbitrary<Make> =>
  fc.letrec<{ whole: Make }>((tie) => ({
    whole: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      terms(table),
      tie("whole").map(
        (make): Make =>
          (row, user) =>
            make(row, user).not(),
      ),
      fc.tuple(tie("whole"), tie("whole")).map(
        ([a, b]): Make =>
          (row, user) =>
            a(row, user).and(b(row, user)),
      ),
      fc.tuple(tie("whole"), tie("whole")).map(
        ([a, b]): Make =>
          (row, user) =>
            a(row, user).or(b(row, user)),
      ),
    ),
  })).whole;

const where =
  (make: Make) =>
  (rules: Builder): RuleData =>
    rules.where(make as never);
type MakeRule = (rules: Builder) => RuleData;

const plain: fc.Arbitrary<MakeRule> = fc.constantFrom<MakeRule>(
  (rules) => rules.public(),
  (rules) => rules.nobody(),
  (rules) => rules.signedIn(),
  (rules) => rules.role("admin"),
);
const through = (relation: string, inner: fc.Arbitrary<MakeRule>): fc.Arbitrary<MakeRule> =>
  inner.map((make) => (rules: Builder) => rules.through(relation, (() => make(rules)) as never));
const combined = (leaf: fc.Arbitrary<MakeRule>): fc.Arbitrary<MakeRule> =>
  fc.oneof(
    leaf,
    fc
      .tuple(fc.constantFrom("any" as const, "all" as const), fc.array(leaf, { minLength: 1, maxLength: 3 }))
      .map(
        ([type, parts]) =>
          (rules: Builder) =>
            rules[type](...parts.map((part) => part(rules))),
      ),
  );
const onUser = combined(
  fc.oneof(
    plain,
    fc.constant<MakeRule>((rules) => rules.owner("id")),
  ),
);
const onTeam = combined(
  fc.oneof(
    plain,
    fc.constant<MakeRule>((rules) => rules.owner("ownerId")),
    fc.constant<MakeRule>((rules) => rules.where(((row: StandIn) => row.open?.eq?.(true)) as never)),
    through("members", onUser),
    through("owner", onUser),
    through("lists", conditions("lists").map(where)),
  ),
);
const onList = combined(
  fc.oneof(
    plain,
    conditions("lists").map(where),
    through("team", onTeam),
    fc.constant<MakeRule>((rules) => rules.through("team", "read")),
  ),
);
const ruleArbitrary = combined(
  combined(
    fc.oneof(
      plain,
      fc.constantFrom<MakeRule>(
        (rules) => rules.owner("ownerId"),
        (rules) => rules.owner("helperId"),
      ),
      conditions("todos").map(where),
      through("list", onList),
      fc.constant<MakeRule>((rules) => rules.through("list", "read")),
    ),
  ),
);

const callers: readonly (User | null)[] = [
  null,
  { id: "u0", role: "member", level: 1, city: "Bonn" },
  { id: "u1", role: "admin", level: null, city: "it's" },
  { id: "u9", role: "member", level: 0, city: "" },
];

describe("contract 4.1: rules as SQL and as JavaScript", () => {
  test("let the rows through for which they hold, whoever asks", () => {
    let compared = 0;
    fc.assert(
      fc.property(ruleArbitrary, rowsArbitrary, (make, drawn) => {
        const model = modelWith(make);
        const rows = numbered(drawn);
        const db = filled(model, rows);
        const rule = resourceOf(model, "todos").access.read;
        for (const user of callers) {
          const meaning = new Meaning(model, rows, user);
          const expected = (rows.todos ?? [])
            .filter((row) => meaning.holds(rule, row, "todos"))
            .map(({ id }) => id);
          expect(bySql(db, model, rule, user), inWords(rule)).toEqual(expected.sort());
          const view = viewFor(model, rule, user);
          expect(byView(db, model, view), `${inWords(rule)}, in JavaScript`).toEqual(expected);
          compared += expected.length;
        }
        db.close();
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
    expect(compared).toBeGreaterThan(0);
  });
});

/** Rows with ids, and with every column. */
function numbered(drawn: Record<string, readonly object[]>): Rows {
  return Object.fromEntries(
    Object.entries(drawn).map(([key, rows]) => [
      key,
      rows.map((row, n) => ({ id: `${key}-${n}`, ...row }) as Row),
    ]),
  );
}

function filled(model: Model, rows: Rows): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const [path, sql] of planMigration(model, { snapshot: null, files: [] }, { allowDestructive: false })
    .files) {
    if (path.endsWith(".sql")) db.exec(sql);
  }
  for (const [key, list] of Object.entries(rows)) {
    for (const row of list) {
      const columns = Object.keys(row);
      db.prepare(
        `INSERT INTO ${key} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      ).run(...Object.values(row));
    }
  }
  return db;
}

describe("contract 4.1: what a rule may not say", () => {
  const problems = (rule: MakeRule): string[] => {
    const found: string[] = [];
    try {
      modelWith(rule, found);
    } catch {
      // The problems say why.
    }
    return found.map((problem) => problem.slice(0, 7));
  };
  const on = (make: Make): string[] => problems(where(make));

  test.each<[string, Make]>([
    ["a field that is not there", (row) => row.nope?.eq?.(1) as Conditional],
    ["a field of the user that is not there", withUser("city", "eq", "nope")],
    ["a member that an enum has not", term("status", "eq", "done")],
    ["a number for a text", term("city", "eq", 1)],
    ["a number of the user's for a text", withUser("city", "eq", "level")],
    ["a text for a moment in time", term("dueAt", "gt", "tomorrow")],
    ["the order of a boolean", term("urgent", "gt", false)],
    ["null as a constant", term("city", "eq", null)],
    ["an empty list", term("city", "in", [])],
    ["a fraction for an integer", term("level", "eq", 1.5)],
    ["NUL in a text", term("city", "eq", "a\0b")],
    ["no condition", () => true as unknown as Conditional],
  ])("%s", (_name, make) => {
    expect(on(make)).toEqual(["COV1412"]);
  });

  test("an unknown relation, and a field that the related resource has not", () => {
    expect(problems((rules) => rules.through("lists", "read"))).toEqual(["COV1413"]);
    expect(
      problems((rules) => rules.through("list", ((list: Builder) => list.owner("ownerId")) as never)),
    ).toEqual(["COV1405"]);
  });

  test("a read rule that leads back to itself", () => {
    const config = {
      name: "endless",
      database: d1(),
      resources: {
        a: {
          fields: { id: field.id(), bId: field.ref("b").optional() },
          access: ({ through }: Builder) => ({ read: through("b", "read") }),
        },
        b: {
          fields: { id: field.id(), aId: field.ref("a").optional() },
          access: ({ through }: Builder) => ({ read: through("a", "read"), create: through("a", "read") }),
        },
      },
    } as unknown as ConfigData;
    const { diagnostics } = buildModel(config, { exists: () => true });
    expect(diagnostics.map(({ code, path }) => `${code} ${path?.join(".")}`)).toEqual([
      "COV1414 resources.a.access.read",
      "COV1414 resources.b.access.read",
      "COV1414 resources.b.access.create",
    ]);
  });
});
