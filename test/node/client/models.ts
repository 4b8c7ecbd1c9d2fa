import type {
  ChannelModel,
  FieldModel,
  Model,
  RelationModel,
  ResourceModel,
  Rule,
} from "../../../generator/model/types.ts";

export const nobody: Rule = { type: "nobody" };
export const everyone: Rule = { type: "public" };
export const signedIn: Rule = { type: "signedIn" };
export const owner = (name: string): Rule => ({ type: "owner", field: name });
export const role = (name: string): Rule => ({ type: "role", role: name });
export const any = (...rules: Rule[]): Rule => ({ type: "any", rules });
export const all = (...rules: Rule[]): Rule => ({ type: "all", rules });

export function field(name: string, more: Partial<FieldModel> = {}): FieldModel {
  return {
    name,
    column: name,
    renamedFrom: null,
    kind: "text",
    storage: "TEXT",
    nullable: false,
    generated: null,
    writable: true,
    clientId: false,
    hidden: false,
    unique: false,
    min: null,
    max: null,
    format: null,
    regex: null,
    trim: false,
    values: [],
    shape: null,
    reference: null,
    ...more,
  };
}

export const id = (): FieldModel => field("id", { kind: "id", generated: "id", writable: false });
export const ownerField = (name: string): FieldModel =>
  field(name, { kind: "ref", generated: "owner", writable: false });

export const version = (name: string): FieldModel =>
  field(name, { kind: "version", storage: "INTEGER", generated: "version", writable: false });

/** @param typeName Of one row; the other names follow from the key as they are. */
export function resource(
  key: string,
  typeName: string,
  fields: readonly FieldModel[],
  access: Partial<ResourceModel["access"]>,
): ResourceModel {
  return {
    key,
    typeName,
    valueName: typeName,
    identifier: key,
    file: key,
    route: key,
    table: key,
    renamedFrom: null,
    fields: [id(), ...fields],
    relations: [],
    indexes: [],
    search: null,
    deletedAt: null,
    access: {
      read: nobody,
      create: nobody,
      update: nobody,
      delete: nobody,
      readDeleted: nobody,
      subscribe: nobody,
      ...access,
    },
    live: null,
    defaultLimit: 20,
    maxLimit: 100,
    batchLimit: 100,
    requireIfMatch: false,
    rateLimits: [],
    hooks: null,
    procedures: null,
    computed: { fields: [], module: null },
  };
}

/** The resource with relations. Its references need not be known as such: the client only names both ends. */
const related = (base: ResourceModel, ...relations: readonly RelationModel[]): ResourceModel => ({
  ...base,
  relations,
});

const belongsTo = (name: string, target: string, own: string): RelationModel => ({
  type: "belongsTo",
  name,
  target,
  field: own,
  declared: false,
});

const hasMany = (name: string, target: string, by: string): RelationModel => ({
  type: "hasMany",
  name,
  target,
  by,
});

export function model(...resources: ResourceModel[]): Model {
  return {
    name: "taskboard",
    compatibilityDate: "2026-10-01",
    basePath: "/api",
    bodyLimit: 1_048_576,
    database: { binding: "DB", name: "taskboard" },
    auth: null,
    cors: null,
    resources,
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
  };
}

const notDeleted: Rule = { type: "notDeleted" };
const deletedAt = field("deletedAt", { kind: "timestamp", nullable: true, writable: false, hidden: true });

/** The resource, with a search in the fields of these names. */
export function searchable(from: ResourceModel, ...names: readonly string[]): ResourceModel {
  const fields = names.map((name) => ({ name, column: name, indexColumn: name, weight: 1 }));
  return { ...from, search: { index: `${from.table}.search`, rows: `${from.table}.search_rows`, fields } };
}

/** The resource, with ids that clients choose. */
const withClientIds = (base: ResourceModel): ResourceModel => ({
  ...base,
  fields: base.fields.map((each) => (each.name === "id" ? { ...each, clientId: true } : each)),
});

/** Every shape that a resource's calls can have. */
const application = model(
  resource("users", "User", [field("email"), field("passwordHash", { hidden: true })], {
    read: signedIn,
    update: owner("id"),
  }),
  related(
    resource(
      "todos",
      "Todo",
      [
        field("title"),
        field("done", { kind: "boolean", storage: "INTEGER", default: false }),
        field("priority", { kind: "integer", storage: "INTEGER", default: 0 }),
        field("estimate", { kind: "number", storage: "REAL", nullable: true }),
        field("dueAt", { kind: "timestamp", nullable: true }),
        field("meta", { kind: "json", nullable: true }),
        field("audit", { kind: "json", nullable: true, writable: false, hidden: true }),
        ownerField("ownerId"),
        version("version"),
      ],
      {
        read: any(owner("ownerId"), role("admin")),
        create: signedIn,
        update: any(owner("ownerId"), role("admin")),
        delete: owner("ownerId"),
      },
    ),
    belongsTo("owner", "users", "ownerId"),
    hasMany("drafts", "drafts", "todoId"),
    // Nobody may read these.
    hasMany("audits", "audits", "todoId"),
    // The rows at the other end would tell whose field is hidden.
    hasMany("hashes", "users", "passwordHash"),
  ),
  searchable(
    withClientIds(
      resource(
        "reviews",
        "Review",
        [
          field("text"),
          field("mood", { kind: "enum", values: ["good", "bad"], nullable: true }),
          field("reviewerId", { kind: "ref", nullable: true }),
        ],
        { read: owner("reviewerId"), create: signedIn, update: signedIn },
      ),
    ),
    "text",
  ),
  {
    ...related(
      resource(
        "drafts",
        "Draft",
        [field("text"), field("todoId", { kind: "ref" }), ownerField("ownerId"), deletedAt],
        {
          read: all(notDeleted, owner("ownerId")),
          readDeleted: owner("ownerId"),
          delete: owner("ownerId"),
        },
      ),
      belongsTo("todo", "todos", "todoId"),
      { type: "hasOne", name: "author", target: "users", by: "email" },
      {
        type: "manyToMany",
        name: "reviewers",
        target: "users",
        through: "reviews",
        by: "text",
        to: "reviewerId",
      },
    ),
    deletedAt,
  },
  // Kept for server code.
  {
    ...resource("logs", "Log", [field("text"), version("revision"), deletedAt], {
      read: all(notDeleted, signedIn),
      delete: signedIn,
    }),
    requireIfMatch: true,
    deletedAt,
  },
  searchable(resource("feedback", "Feedback", [field("text")], { create: everyone }), "text"),
  resource("audits", "Audit", [field("text"), field("todoId", { kind: "ref" })], {}),
);

export const taskboard: Model = {
  ...application,
  auth: { providers: [{ type: "custom", module: "auth.ts" }], users: null, userFields: [], roles: ["admin"] },
};

/** Names that objects, promises, modules and TypeScript have a use for already. */
export const hostile = model(
  ...["constructor", "class", "app", "toJSON", "toString", "default", "options", "send", "reading"].map(
    (key) =>
      resource(key, `${key[0]?.toUpperCase()}${key.slice(1)}`, [field("then"), field("constructor")], {
        read: everyone,
        create: everyone,
        update: everyone,
        delete: everyone,
      }),
  ),
  // Its row is called like something the file declares or imports.
  ...["Client", "CovaraError", "Page", "ThenClient", "ThenOrderBy", "OrderBy", "Aggregate", "SearchPage"].map(
    (type) => searchable(resource(`of${type}`, type, [field("then")], { read: everyone }), "then"),
  ),
  // Fields on one line, on two, and on more.
  ...[18, 19, 20, 60].map((length) =>
    searchable(
      resource(`s${length}`, `S${length}`, [field("f".repeat(length)), field("g".repeat(length))], {
        read: everyone,
      }),
      "f".repeat(length),
      "g".repeat(length),
    ),
  ),
  searchable(
    resource("s1", `S${"s".repeat(40)}`, [field("f".repeat(60))], { read: everyone }),
    "f".repeat(60),
  ),
  // Parted differently, and the same words.
  resource("a1", "A1", [], { read: everyone }),
  resource("a_1", "A1b", [], { read: everyone }),
  // As long as names may be, with columns that have no order.
  related(
    resource(
      "l".repeat(60),
      `L${"l".repeat(59)}`,
      Array.from({ length: 5 }, (_, index) => field(`${"j".repeat(55)}${index}`, { kind: "json" })),
      { read: any(owner("id"), role("admin")), create: everyone, update: everyone },
    ),
    hasMany("r".repeat(60), "l".repeat(60), "id"),
    belongsTo("p".repeat(60), "l".repeat(60), "id"),
    belongsTo("o".repeat(60), "app", "id"),
  ),
  ...[20, 24, 28, 32, 36, 37, 38, 39, 40, 44].map((length) =>
    related(
      resource(
        `m${length}`,
        `M${length}${"m".repeat(length - 3)}`,
        [field("j".repeat(length), { kind: "json" })],
        {
          read: role("admin"),
          create: everyone,
          update: everyone,
          delete: everyone,
        },
      ),
      hasMany("then", `m${length}`, "id"),
      belongsTo("list", "constructor", "id"),
    ),
  ),
);

const room = (
  key: string,
  params: readonly string[],
  message: readonly FieldModel[],
  access: Partial<ChannelModel["access"]>,
  presence = false,
): ChannelModel => ({
  key,
  segment: key,
  typeName: `${key[0]?.toUpperCase()}${key.slice(1)}Channel`,
  valueName: `${key}Channel`,
  params: params.map((name) => field(name, { max: 40 })),
  message: message.map((each) => ({ ...each, owner: each.name === "from" })),
  access: { subscribe: nobody, publish: nobody, ...access },
  history: 100,
  presence,
  patterns: false,
});

/** Channels that callers can do different things with. */
export const rooms: Model = {
  ...model(resource("notes", "Note", [field("text")], { read: everyone })),
  name: "rooms",
  channels: {
    list: [
      room(
        "chat",
        ["room"],
        [field("text"), field("from")],
        { subscribe: signedIn, publish: signedIn },
        true,
      ),
      room("news", [], [field("title"), field("due", { kind: "timestamp", nullable: true })], {
        subscribe: everyone,
        publish: role("admin"),
      }),
      room("inbox", ["userId"], [field("text")], { subscribe: owner("userId") }),
      room("complaints", ["topic", "region"], [field("text")], { publish: signedIn }),
      room("internals", [], [field("text")], {}),
      // Everything is called like something that the file imports or declares.
      room("constructor", ["params"], [field("message")], { subscribe: everyone, publish: everyone }),
    ],
  },
};

/** Nobody can do anything but with channels. */
export const onlyRooms: Model = { ...rooms, resources: [] };
