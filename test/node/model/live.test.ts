import { custom, d1, defineConfig, field } from "covara";
import { describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { rolesBeyondPartition } from "../../../generator/model/live-partition.ts";
import type { LoggedTableModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import type { ConfigData, ResourceData, RuleData } from "../../../schema/data.ts";

function build(config: ConfigData): Model {
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  expect(diagnostics).toEqual([]);
  if (model === null) throw new Error("no model without diagnostics");
  return model;
}

function resourceOf(model: Model, key: string): ResourceModel {
  const found = model.resources.find((resource) => resource.key === key);
  if (found === undefined) throw new Error(`no resource ${key}`);
  return found;
}

const auth = custom("./auth.ts", {
  user: {
    role: field.enum(["member", "editor", "admin"]),
    orgId: field.text(),
    level: field.integer().optional(),
    since: field.timestamp().optional(),
  },
});

/** A resource `docs` with a rule, and what relates to it. */
const docs = (
  access: (rules: Parameters<Rules>[0]) => { read?: RuleData; subscribe?: RuleData },
  more: Partial<ResourceData> = {},
) =>
  build(
    defineConfig({
      name: "docs",
      database: d1(),
      auth,
      resources: {
        users: { fields: { id: field.id() }, access: () => ({}) },
        docs: {
          fields: {
            id: field.id(),
            ownerId: field.ref("users"),
            editorId: field.text().optional(),
            orgId: field.text(),
            level: field.integer().default(1),
            open: field.boolean().default(false),
            madeAt: field.timestamp().optional(),
          },
          live: true,
          access: access as never,
          ...(more as object),
        },
      },
    }),
  );

/** The builder, as far as these tests use it, without the types that a config gives it. */
type Row = Readonly<
  Record<
    "ownerId" | "editorId" | "orgId" | "level" | "open" | "madeAt",
    { eq(value: unknown): Term; ne(value: unknown): Term; gt(value: unknown): Term }
  >
>;
interface Term {
  and(other: Term): Term;
  or(other: Term): Term;
  not(): Term;
}
type Rules = (rules: {
  public(): RuleData;
  signedIn(): RuleData;
  owner(name: string): RuleData;
  role(name: string): RuleData;
  where(
    condition: (row: Row, user: Readonly<Record<"id" | "orgId" | "level" | "since", unknown>>) => Term,
  ): RuleData;
  through(name: string, rule: "read" | ((related: Parameters<Rules>[0]) => RuleData)): RuleData;
  any(...rules: RuleData[]): RuleData;
  all(...rules: RuleData[]): RuleData;
}) => unknown;
type Builder = Parameters<Rules>[0];

describe("how subscribers are divided up", () => {
  const user = (name: string) => ({ type: "user", field: name });
  const all = { partition: [], by: null };
  const cases: Readonly<
    Record<
      string,
      readonly [(rules: Builder) => RuleData, { partition: string[]; by: object | null }, string[]?]
    >
  > = {
    "public()": [(r) => r.public(), all],
    "signedIn()": [(r) => r.signedIn(), all],
    "role(admin)": [(r) => r.role("admin"), all],
    "owner(ownerId)": [(r) => r.owner("ownerId"), { partition: ["ownerId"], by: user("id") }],
    "owner or role": [
      (r) => r.any(r.owner("ownerId"), r.role("admin")),
      { partition: ["ownerId"], by: user("id") },
      ["admin"],
    ],
    "two owners, in the order of the fields": [
      (r) => r.any(r.owner("editorId"), r.owner("ownerId"), r.role("admin")),
      { partition: ["ownerId", "editorId"], by: user("id") },
      ["admin"],
    ],
    "a role that owns by another field": [
      (r) =>
        r.any(
          r.owner("ownerId"),
          r.all(r.role("editor"), r.owner("editorId")),
          r.all(r.role("admin"), r.owner("ownerId")),
        ),
      { partition: ["ownerId"], by: user("id") },
      ["editor"],
    ],
    "a role besides the owner": [
      (r) => r.all(r.owner("ownerId"), r.any(r.role("editor"), r.role("admin"))),
      all,
    ],
    "owner or public rows": [
      (r) =>
        r.any(
          r.owner("ownerId"),
          r.where((row) => row.open.eq(true)),
        ),
      all,
    ],
    "where on a user field": [
      (r) => r.where((row, me) => row.orgId.eq(me.orgId)),
      { partition: ["orgId"], by: user("orgId") },
    ],
    "where with more conditions": [
      (r) => r.where((row, me) => row.open.eq(true).and(row.orgId.eq(me.orgId).and(row.level.gt(3)))),
      { partition: ["orgId"], by: user("orgId") },
    ],
    "either of two fields": [
      (r) => r.where((row, me) => row.editorId.eq(me.id).or(row.ownerId.eq(me.id))),
      { partition: ["ownerId", "editorId"], by: user("id") },
    ],
    "either of two fields of the user": [
      (r) => r.where((row, me) => row.orgId.eq(me.orgId).or(row.ownerId.eq(me.id))),
      all,
    ],
    "the id rather than another field of the user": [
      (r) =>
        r.all(
          r.where((row, me) => row.orgId.eq(me.orgId)),
          r.owner("ownerId"),
        ),
      { partition: ["ownerId"], by: user("id") },
    ],
    "fewer fields rather than more": [
      (r) => r.all(r.any(r.owner("ownerId"), r.owner("editorId")), r.owner("editorId")),
      { partition: ["editorId"], by: user("id") },
    ],
    "not equal": [(r) => r.where((row, me) => row.orgId.ne(me.orgId)), all],
    "not (equal)": [(r) => r.where((row, me) => row.orgId.eq(me.orgId).not()), all],
    "a number": [
      (r) => r.where((row, me) => row.level.eq(me.level)),
      { partition: ["level"], by: user("level") },
    ],
    "more than": [(r) => r.where((row, me) => row.level.gt(me.level)), all],
    "a time, which has several texts": [(r) => r.where((row, me) => row.madeAt.eq(me.since)), all],
    "through a relation": [(r) => r.through("owner", (owner) => owner.owner("id")), all],
    "through a relation, and the owner": [
      (r) =>
        r.all(
          r.through("owner", (owner) => owner.owner("id")),
          r.owner("ownerId"),
        ),
      { partition: ["ownerId"], by: user("id") },
    ],
    "through a relation, or the owner": [
      (r) =>
        r.any(
          r.through("owner", (owner) => owner.owner("id")),
          r.owner("ownerId"),
        ),
      all,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [rule, expected, beyond = []]) => {
    const { live, access, fields } = resourceOf(
      docs((rules) => ({ read: rule(rules as unknown as Builder) })),
      "docs",
    );
    expect(live).toEqual(expected);
    if (live !== null) expect(rolesBeyondPartition(access.subscribe, live, fields)).toEqual(beyond);
  });

  test("the rule for subscribe narrows the one for read, and may divide further", () => {
    const model = docs((rules) => ({
      read: (rules as unknown as Builder).signedIn(),
      subscribe: (rules as unknown as Builder).owner("ownerId"),
    }));
    const { live, access } = resourceOf(model, "docs");
    expect(access.subscribe).toEqual({
      type: "all",
      rules: [{ type: "signedIn" }, { type: "owner", field: "ownerId" }],
    });
    expect(live).toEqual({ partition: ["ownerId"], by: user("id") });
  });

  test("a declared field decides", () => {
    const model = docs((rules) => ({ read: (rules as unknown as Builder).owner("ownerId") }), {
      live: { by: "orgId" },
    });
    expect(resourceOf(model, "docs").live).toEqual({ partition: ["orgId"], by: { type: "filter" } });
    expect(model.live?.tables[0]?.needed).toEqual(["id", "ownerId", "orgId"]);
  });
});

describe("the tables whose changes are logged", () => {
  const model = build(
    defineConfig({
      name: "board",
      database: d1(),
      auth,
      live: { retention: 500 },
      resources: {
        users: { fields: { id: field.id(), name: field.text(), orgId: field.text() }, access: () => ({}) },
        orgs: {
          fields: { id: field.id(), code: field.text().hidden().default(""), plan: field.text() },
          access: (rules) => ({ read: rules.where((row, user) => row.code.eq(user.orgId)) }),
        },
        lists: {
          fields: {
            id: field.id(),
            secret: field.text().hidden().default(""),
            name: field.text(),
            orgId: field.ref("orgs"),
            ownerId: field.ref("users"),
          },
          relations: {
            members: { manyToMany: "users", through: "members", by: "listId", to: "userId" },
            colleagues: { manyToMany: "users", through: "members", by: "listId", to: "userId" },
          },
          softDelete: true,
          access: (rules) => ({
            read: rules.any(
              rules.owner("ownerId"),
              rules.through("members", (user) => user.owner("id")),
              rules.through("org", "read"),
              rules.role("admin"),
            ),
          }),
        },
        members: {
          fields: {
            id: field.id(),
            userId: field.ref("users"),
            note: field.text().optional(),
            listId: field.ref("lists"),
          },
          softDelete: true,
          access: () => ({}),
        },
        todos: {
          fields: {
            secret: field.text().hidden().default(""),
            id: field.id(),
            title: field.text(),
            listId: field.ref("lists"),
            parentId: field.ref("todos").optional(),
            length: field.integer().computed("length({title})"),
          },
          softDelete: true,
          live: { by: "listId" },
          access: (rules) => ({ read: rules.through("list", "read") }),
        },
        notes: {
          fields: { id: field.id(), todoId: field.ref("todos"), text: field.text(), open: field.boolean() },
          live: true,
          access: (rules) => ({
            read: rules.through("todo", (todo) => todo.through("parent", "read")),
            subscribe: rules.where((row) => row.open.eq(true)),
          }),
        },
        bystanders: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },
      },
    }),
  );
  const table = (key: string): LoggedTableModel | undefined =>
    model.live?.tables.find(({ resource }) => resource === key);

  test("are those of live resources and on the ways of their rules, in the order of the config", () => {
    expect(model.live).toMatchObject({
      binding: "COVARA_LIVE",
      className: "CovaraLiveDurableObject",
      retention: 500,
    });
    expect(model.live?.tables.map(({ resource, whole }) => [resource, whole])).toEqual([
      ["orgs", false],
      ["lists", false],
      ["members", false],
      ["todos", true],
      ["notes", true],
    ]);
  });

  test("images have what answers show and what rules need", () => {
    // Neither the secret nor the name of a list is looked at.
    expect(table("lists")?.fields).toEqual(["id", "orgId", "ownerId", "deletedAt"]);
    expect(table("todos")?.fields).toEqual(["id", "title", "listId", "parentId", "deletedAt"]);
    expect(table("todos")?.needed).toEqual(["id", "listId", "parentId", "deletedAt"]);
    expect(table("notes")?.fields).toEqual(["id", "todoId", "text", "open"]);
    expect(table("notes")?.needed).toEqual(["id", "todoId", "open"]);
    expect(table("orgs")?.fields).toEqual(["id", "code"]);
    expect(table("members")?.fields).toEqual(["id", "userId", "listId", "deletedAt"]);
  });

  test("all subscribers hear of tables on the way, and those of the partition of the resource's own", () => {
    const toAll = [
      { resource: "todos", by: null },
      { resource: "notes", by: null },
    ];
    for (const key of ["orgs", "lists", "members"]) expect(table(key)?.streams).toEqual(toAll);
    expect(table("todos")?.streams).toEqual([
      { resource: "todos", by: ["listId"] },
      { resource: "notes", by: null },
    ]);
    expect(table("notes")?.streams).toEqual([{ resource: "notes", by: [] }]);
  });

  test("a change of a row moves rows of the table one step nearer", () => {
    expect(table("orgs")?.reaches).toEqual([
      { resource: "lists", field: "orgId", key: "id", when: ["id", "code"] },
    ]);
    expect(table("lists")?.reaches).toEqual([
      { resource: "todos", field: "listId", key: "id", when: ["id", "orgId", "ownerId", "deletedAt"] },
    ]);
    expect(table("members")?.reaches).toEqual([
      { resource: "lists", field: "id", key: "listId", when: ["userId", "listId", "deletedAt"] },
    ]);
    expect(table("todos")?.reaches).toEqual([
      { resource: "todos", field: "parentId", key: "id", when: ["id", "listId", "deletedAt"] },
      { resource: "notes", field: "todoId", key: "id", when: ["id", "parentId", "deletedAt"] },
    ]);
    expect(table("notes")?.reaches).toEqual([]);
  });

  test("relations to many, and users behind a joining table", () => {
    const { live } = build(
      defineConfig({
        name: "many",
        database: d1(),
        auth,
        resources: {
          users: { fields: { id: field.id(), orgId: field.text() }, access: () => ({}) },
          lists: {
            fields: { id: field.id() },
            relations: {
              shares: { hasMany: "shares", by: "listId" },
              people: { manyToMany: "users", through: "shares", by: "listId", to: "userId" },
            },
            live: true,
            access: (rules) => ({
              read: rules.any(
                rules.through("shares", (share) => share.owner("userId")),
                rules.through("people", (person) => person.owner("orgId")),
              ),
            }),
          },
          shares: {
            fields: { id: field.id(), listId: field.ref("lists"), userId: field.ref("users") },
            access: () => ({}),
          },
        },
      }),
    );
    expect(live?.tables).toEqual([
      {
        resource: "users",
        whole: false,
        fields: ["id", "orgId"],
        needed: ["id", "orgId"],
        streams: [{ resource: "lists", by: null }],
        reaches: [{ resource: "shares", field: "userId", key: "id", when: ["id", "orgId"] }],
      },
      {
        resource: "lists",
        whole: true,
        fields: ["id"],
        needed: ["id"],
        streams: [{ resource: "lists", by: [] }],
        reaches: [],
      },
      {
        resource: "shares",
        whole: false,
        fields: ["id", "listId", "userId"],
        needed: ["id", "listId", "userId"],
        streams: [{ resource: "lists", by: null }],
        reaches: [{ resource: "lists", field: "id", key: "listId", when: ["listId", "userId"] }],
      },
    ]);
  });

  test("a table on the way of its own rule is heard of by all", () => {
    const { live } = build(
      defineConfig({
        name: "tree",
        database: d1(),
        auth,
        resources: {
          nodes: {
            fields: { id: field.id(), parentId: field.ref("nodes").optional(), ownerId: field.text() },
            live: { by: "parentId" },
            access: (rules) => ({
              read: rules.any(
                rules.owner("ownerId"),
                rules.through("parent", (node) => node.owner("ownerId")),
              ),
            }),
          },
        },
      }),
    );
    expect(live?.tables).toEqual([
      {
        resource: "nodes",
        whole: true,
        fields: ["id", "parentId", "ownerId"],
        needed: ["id", "parentId", "ownerId"],
        streams: [{ resource: "nodes", by: null }],
        reaches: [{ resource: "nodes", field: "parentId", key: "id", when: ["id", "ownerId"] }],
      },
    ]);
  });

  test("what holds for no caller is not followed", () => {
    const { live } = build(
      defineConfig({
        name: "never",
        database: d1(),
        auth,
        resources: {
          users: { fields: { id: field.id() }, access: () => ({}) },
          docs: {
            fields: { id: field.id(), ownerId: field.ref("users") },
            live: true,
            access: (rules) => ({
              read: rules.any(
                rules.signedIn(),
                rules.all(
                  rules.nobody(),
                  rules.through("owner", (user) => user.owner("id")),
                ),
              ),
            }),
          },
        },
      }),
    );
    expect(live?.tables.map(({ resource }) => resource)).toEqual(["docs"]);
  });

  test("are none where nothing is live", () => {
    const config = (live: boolean | undefined, settings?: ConfigData["live"]): ConfigData => ({
      name: "none",
      database: d1(),
      resources: {
        docs: {
          fields: { id: field.id() },
          access: () => ({ read: { type: "public" } }),
          ...(live === undefined ? {} : { live }),
        },
      },
      ...(settings === undefined ? {} : { live: settings }),
    });
    expect(build(config(undefined)).live).toBeNull();
    expect(build(config(false)).live).toBeNull();
    expect(build(config(false)).resources[0]).toMatchObject({
      live: null,
      access: { subscribe: { type: "nobody" } },
    });
    expect(build(config(true)).live?.retention).toBe(10_000);
    expect(build(config(true, {})).live?.retention).toBe(10_000);
    const bound = { ...config(true), database: d1({ binding: "COVARA_LIVE" }) };
    expect(buildModel(bound, { exists: () => true }).diagnostics).toMatchObject([
      { code: "COV1503", path: ["database", "binding"] },
    ]);
    const { diagnostics } = buildModel(config(undefined, { retention: 500 }), { exists: () => true });
    expect(diagnostics).toMatchObject([{ code: "COV1503", path: ["live"] }]);
  });
});
