import type { FieldModel, Model, ResourceModel, Rule } from "../../../generator/model/types.ts";

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
    access: { read: nobody, create: nobody, update: nobody, delete: nobody, readDeleted: nobody, ...access },
    defaultLimit: 20,
    maxLimit: 100,
    batchLimit: 100,
    requireIfMatch: false,
    hooks: null,
    procedures: null,
  };
}

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
    routes: null,
    operators: null,
    wrangler: {},
    environments: [],
  };
}

const notDeleted: Rule = { type: "notDeleted" };
const deletedAt = field("deletedAt", { kind: "timestamp", nullable: true, writable: false, hidden: true });

/** Every shape that a resource's calls can have. */
export const taskboard = model(
  resource("users", "User", [field("email"), field("passwordHash", { hidden: true })], {
    read: signedIn,
    update: owner("id"),
  }),
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
    ],
    {
      read: any(owner("ownerId"), role("admin")),
      create: signedIn,
      update: any(owner("ownerId"), role("admin")),
      delete: owner("ownerId"),
    },
  ),
  resource("reviews", "Review", [field("text"), field("reviewerId", { kind: "ref", nullable: true })], {
    read: owner("reviewerId"),
    create: signedIn,
    update: signedIn,
  }),
  {
    ...resource("drafts", "Draft", [field("text"), ownerField("ownerId"), deletedAt], {
      read: all(notDeleted, owner("ownerId")),
      readDeleted: owner("ownerId"),
      delete: owner("ownerId"),
    }),
    deletedAt,
  },
  // Kept for server code.
  {
    ...resource("logs", "Log", [field("text"), deletedAt], {
      read: all(notDeleted, signedIn),
      delete: signedIn,
    }),
    deletedAt,
  },
  resource("feedback", "Feedback", [field("text")], { create: everyone }),
  resource("audits", "Audit", [field("text")], {}),
);

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
  ...["Client", "CovaraError", "Page", "ThenClient", "ThenOrderBy", "OrderBy", "Aggregate"].map((type) =>
    resource(`of${type}`, type, [], { read: everyone }),
  ),
  // Parted differently, and the same words.
  resource("a1", "A1", [], { read: everyone }),
  resource("a_1", "A1b", [], { read: everyone }),
  // As long as names may be, with columns that have no order.
  resource(
    "l".repeat(60),
    `L${"l".repeat(59)}`,
    Array.from({ length: 5 }, (_, index) => field(`${"j".repeat(55)}${index}`, { kind: "json" })),
    { read: any(owner("id"), role("admin")), create: everyone, update: everyone },
  ),
  ...[20, 24, 28, 32, 36, 37, 38, 39, 40, 44].map((length) =>
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
  ),
);
