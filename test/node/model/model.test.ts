import { describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import type { ResourceModel } from "../../../generator/model/types.ts";
import type { ConfigData, ResourceData } from "../../../schema/data.ts";
import { custom, d1, field, session } from "../../../schema/index.ts";
import type { JsonShape } from "../../../schema/json-shape.ts";

const fields = { id: field.id() };
const access = () => ({});

function model(resources: Readonly<Record<string, ResourceData>>, rest: Partial<ConfigData> = {}) {
  const result = buildModel({ name: "app", database: d1(), resources, ...rest }, { exists: () => true });
  expect(result.diagnostics).toEqual([]);
  if (result.model === null) throw new Error("no model without diagnostics");
  return result.model;
}

function only(
  resource: Omit<ResourceData, "access">,
  others: Readonly<Record<string, ResourceData>> = {},
): ResourceModel {
  const [first] = model({ todos: { access, ...resource }, ...others }).resources;
  if (first === undefined) throw new Error("no resource");
  return first;
}

describe("settings", () => {
  test("defaults", () => {
    expect(model({})).toEqual({
      name: "app",
      compatibilityDate: "2026-10-01",
      basePath: "/api",
      bodyLimit: 1_048_576,
      database: { binding: "DB", name: "app" },
      auth: null,
      cors: null,
      resources: [],
      jsonTypes: [],
      kv: null,
      channels: null,
      routes: null,
      operators: null,
      live: null,
      openapi: null,
      react: false,
      clients: [],
      wrangler: {},
      environments: [],
    });
  });

  test("environments have databases of their own", () => {
    expect(
      model({}, { environments: { staging: {}, test: { databaseName: "other" } } }).environments,
    ).toEqual([
      { name: "staging", databaseName: "app-staging", wrangler: {} },
      { name: "test", databaseName: "other", wrangler: {} },
    ]);
  });

  test("the auth module's path is relative to the config, and role is the user's enum", () => {
    const auth = custom("./src/./auth.ts", {
      user: { role: field.enum(["member"]), plan: field.text().optional() },
    });
    expect(model({}, { auth }).auth).toEqual({
      providers: [{ type: "custom", module: "src/auth.ts" }],
      users: null,
      userFields: [
        { name: "role", kind: "enum", nullable: false, values: ["member"], shape: null },
        { name: "plan", kind: "text", nullable: true, values: [], shape: null },
      ],
      roles: ["member"],
    });
  });

  test("users of sessions have the stored fields that are not hidden, references as the ids they hold", () => {
    const fields = {
      id: field.id(),
      name: field.text(),
      role: field.enum(["member"]).optional(),
      bossId: field.ref("users").optional(),
      secret: field.text().hidden().optional(),
      initials: field.text().computed("upper({name})"),
      version: field.version(),
    };
    const rows = { fields, softDelete: true, access: () => ({ read: { type: "public" as const } }) };
    const built = model({ users: rows }, { auth: session({ users: "users", ttl: "1d", shards: 2 }) });
    expect(built.auth).toMatchObject({
      providers: [{ type: "session", store: "authSessions", ttl: 86_400_000 }],
      users: { resource: "users", table: "users", deletedAt: "deleted_at" },
      userFields: [
        { name: "name", kind: "text", nullable: false },
        { name: "role", kind: "enum", nullable: true, values: ["member"] },
        { name: "bossId", kind: "text", nullable: true },
      ],
      roles: ["member"],
    });
    expect(built.auth?.userFields.length).toBe(3);
    // Nobody can be away for longer than a session lives.
    expect(built.kv?.stores).toMatchObject([
      {
        key: "authSessions",
        type: "session",
        object: "authSessions",
        shards: 2,
        ttl: 86_400_000,
        idle: 86_400_000,
      },
    ]);
  });

  test("named types of JSON are collected once, and fields refer to them by name", () => {
    const point: JsonShape = { type: "object", members: [{ name: "x", shape: { type: "number" } }] };
    const typed = (shape: JsonShape) => ({
      data: {
        kind: "json" as const,
        shape: { shape, named: { "a.ts#Point": { name: "Point", shape: point } }, problems: [] },
      },
    });
    const reference: JsonShape = { type: "reference", name: "a.ts#Point" };
    const made = model({
      a: { fields: { ...fields, at: typed(reference) }, access },
      b: { fields: { ...fields, all: typed({ type: "array", items: reference }) }, access },
    });
    expect(made.jsonTypes).toEqual([{ name: "Point", shape: point }]);
    const shapes = made.resources.map(({ fields: own }) => own.find(({ kind }) => kind === "json")?.shape);
    expect(shapes).toEqual([
      { type: "reference", name: "Point" },
      { type: "array", items: { type: "reference", name: "Point" } },
    ]);
  });

  test("a lower maxLimit lowers the default of defaultLimit", () => {
    expect(only({ fields, maxLimit: 10 })).toMatchObject({ maxLimit: 10, defaultLimit: 10 });
    expect(only({ fields })).toMatchObject({ maxLimit: 100, defaultLimit: 20 });
  });
});

describe("names of resources (contract 3)", () => {
  test.each([
    ["taskTags", "TaskTag", "taskTag", "taskTags", "task-tags", "task_tags"],
    ["people", "Person", "person", "people", "people", "people"],
    ["HTTPRequests", "HttpRequest", "httpRequest", "HTTPRequests", "http-requests", "http_requests"],
    ["oauth2Tokens", "Oauth2Token", "oauth2Token", "oauth2Tokens", "oauth2-tokens", "oauth2_tokens"],
    ["task_lists", "TaskList", "taskList", "task_lists", "task-lists", "task_lists"],
    ["news", "News", "newsRow", "news", "news", "news"],
    ["cookies", "Cookie", "cookie", "cookies", "cookies", "cookies"],
    ["class", "Class", "classRow", "class_", "class", "class"],
    ["constructor", "Constructor", "constructorRow", "constructor_", "constructor", "constructor"],
    ["app", "App", "appRow", "app_", "app", "app"],
    ["env", "EnvRow", "envRow", "env_", "env", "env"],
    ["order", "Order", "orderRow", "order", "order", "order"],
    ["select", "Select", "selectRow", "select", "select", "select"],
    ["index", "Index", "indexRow", "index", "index", "index"],
    ["users", "User", "user", "users", "users", "users"],
    ["dates", "DateRow", "dateRow", "dates", "dates", "dates"],
    ["con", "Con", "conRow", "con", "con-resource", "con"],
  ])("%s", (key, typeName, valueName, identifier, file, table) => {
    expect(model({ [key]: { fields, access } }).resources[0]).toMatchObject({
      key,
      typeName,
      valueName,
      identifier,
      file,
      table,
    });
  });

  test("are set by options", () => {
    const options = { route: "tasks", table: "Tasks", singular: "Task", renamedFrom: "oldTasks" };
    expect(only({ fields, ...options })).toMatchObject({
      file: "todos",
      route: "tasks",
      table: "Tasks",
      typeName: "Task",
      renamedFrom: "old_tasks",
    });
  });
});

describe("fields", () => {
  test("hostile names are ordinary columns", () => {
    const names = ["order", "group", "default", "class", "rowid", "dueAt", "select"];
    const resource = only({
      fields: { ...fields, ...Object.fromEntries(names.map((name) => [name, field.text()])) },
    });
    expect(resource.fields.map((entry) => entry.name)).toEqual(["id", ...names]);
    expect(resource.fields.map((entry) => entry.column)).toEqual([
      "id",
      "order",
      "group",
      "default",
      "class",
      "rowid",
      "due_at",
      "select",
    ]);
  });

  test("who sets the value", () => {
    const resource = only({
      fields: {
        id: field.id({ client: true }),
        title: field.text(),
        secret: field.text().hidden().optional(),
        state: field.text().readOnly().default("new"),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
      },
    });
    const summary = resource.fields.map((entry) => [
      entry.name,
      entry.generated,
      entry.writable,
      entry.nullable,
    ]);
    expect(summary).toEqual([
      ["id", "id", true, false],
      ["title", null, true, false],
      ["secret", null, false, true],
      ["state", null, false, false],
      ["createdAt", "createdAt", false, false],
      ["updatedAt", "updatedAt", false, false],
      ["version", "version", false, false],
    ]);
  });

  test("a timestamp's default is in UTC with milliseconds; false and 0 are defaults", () => {
    const [, at, done, count, title] = only({
      fields: {
        ...fields,
        at: field.timestamp().default("2026-01-01T00:30:00+01:00"),
        done: field.boolean().default(false),
        count: field.integer().default(0),
        title: field.text(),
      },
    }).fields;
    expect(at?.default).toBe("2025-12-31T23:30:00.000Z");
    expect(done?.default).toBe(false);
    expect(count?.default).toBe(0);
    expect(title).not.toHaveProperty("default");
  });
});

describe("relations", () => {
  const users: ResourceData = { fields, access };

  test("references give relations, and onDelete is restrict unless stated", () => {
    const resource = only(
      {
        fields: {
          ...fields,
          ownerId: field.ref("users"),
          list_id: field.ref("users", { onDelete: "cascade" }),
          boss: field.ref("users"),
        },
      },
      { users },
    );
    expect(resource.relations).toEqual([
      { type: "belongsTo", name: "owner", target: "users", field: "ownerId", declared: false },
      { type: "belongsTo", name: "list", target: "users", field: "list_id", declared: false },
    ]);
    expect(resource.fields.map((entry) => entry.reference?.onDelete)).toEqual([
      undefined,
      "restrict",
      "cascade",
      "restrict",
    ]);
  });

  test("belongsTo renames the relation of its reference", () => {
    const relations = { author: { belongsTo: "users" } };
    expect(
      only({ fields: { ...fields, userId: field.ref("users") }, relations }, { users }).relations,
    ).toEqual([{ type: "belongsTo", name: "author", target: "users", field: "userId", declared: true }]);
  });

  test("by and to are found where one reference fits", () => {
    const taggings: ResourceData = {
      fields: { ...fields, todoId: field.ref("todos"), tagId: field.ref("tags") },
      access,
    };
    const notes: ResourceData = { fields: { ...fields, todoId: field.ref("todos").unique() }, access };
    const relations = {
      tags: { manyToMany: "tags", through: "taggings" },
      taggings: { hasMany: "taggings" },
      note: { hasOne: "notes" },
    };
    expect(only({ fields, relations }, { taggings, notes, tags: users }).relations).toEqual([
      { type: "manyToMany", name: "tags", target: "tags", through: "taggings", by: "todoId", to: "tagId" },
      { type: "hasMany", name: "taggings", target: "taggings", by: "todoId" },
      { type: "hasOne", name: "note", target: "notes", by: "todoId" },
    ]);
  });

  test("many to many within one resource needs one side only", () => {
    const links: ResourceData = {
      fields: { ...fields, fromId: field.ref("todos"), toId: field.ref("todos") },
      access,
    };
    const relations = { next: { manyToMany: "todos", through: "links", by: "fromId" } };
    expect(only({ fields, relations }, { links }).relations).toEqual([
      { type: "manyToMany", name: "next", target: "todos", through: "links", by: "fromId", to: "toId" },
    ]);
  });
});

describe("indexes", () => {
  test("unique fields, declared indexes with the id, references without an index of their own", () => {
    const resource = only({
      fields: {
        ...fields,
        slug: field.text().unique(),
        createdAt: field.timestamp().createdAt(),
        parentId: field.ref("todos").optional(),
        nextId: field.ref("todos").optional(),
        twinId: field.ref("todos").optional().unique(),
      },
      indexes: [["parentId", "createdAt"]],
    });
    expect(resource.indexes).toEqual([
      { name: "todos_slug_key", columns: ["slug"], unique: true, whereNull: null },
      { name: "todos_twin_id_key", columns: ["twin_id"], unique: true, whereNull: null },
      {
        name: "todos_parent_id_created_at_idx",
        columns: ["parent_id", "created_at", "id"],
        unique: false,
        whereNull: null,
      },
      { name: "todos_next_id_idx", columns: ["next_id", "id"], unique: false, whereNull: null },
    ]);
  });

  test("names that would be equal are told apart", () => {
    const a: ResourceData = { fields: { ...fields, b_c: field.text().unique() }, access };
    const ab: ResourceData = { fields: { ...fields, c: field.text().unique() }, access };
    const names = model({ a, aB: ab }).resources.flatMap((resource) =>
      resource.indexes.map((index) => index.name),
    );
    expect(names).toEqual(["a_b_c_key", "a_b_c_key_2"]);
  });
});

describe("access", () => {
  test("an operation that is not named is nobody's (contract 4.1)", () => {
    expect(only({ fields }).access).toEqual({
      read: { type: "nobody" },
      create: { type: "nobody" },
      update: { type: "nobody" },
      delete: { type: "nobody" },
      readDeleted: { type: "nobody" },
      subscribe: { type: "nobody" },
    });
  });

  test("warnings do not stop the model", () => {
    const result = buildModel(
      {
        name: "app",
        database: d1(),
        resources: {
          todos: {
            fields,
            access: (rules: { public(): never }) => ({ create: rules.public() }),
          } as ResourceData,
        },
      },
      { exists: () => true },
    );
    expect(result.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["COV1409", "warning"],
    ]);
    expect(result.model?.resources[0]?.access.create).toEqual({ type: "public" });
  });
});
