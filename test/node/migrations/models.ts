/** Models for tests, in few words: `app(table("todos", [id, text("title")]))`. */
import type {
  FieldModel,
  IndexModel,
  Model,
  ResourceModel,
  SearchModel,
} from "../../../generator/model/types.ts";
import type { FieldKind, OnDelete } from "../../../schema/data.ts";

export type FieldOptions = Partial<
  Pick<FieldModel, "nullable" | "unique" | "default" | "generated" | "values" | "renamedFrom">
>;

const storage: Readonly<Record<FieldKind, FieldModel["storage"]>> = {
  id: "TEXT",
  text: "TEXT",
  integer: "INTEGER",
  number: "REAL",
  boolean: "INTEGER",
  enum: "TEXT",
  json: "TEXT",
  timestamp: "TEXT",
  ref: "TEXT",
  version: "INTEGER",
};

export function field(kind: FieldKind, column: string, options: FieldOptions = {}): FieldModel {
  return {
    name: column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    column,
    renamedFrom: null,
    kind,
    storage: storage[kind],
    nullable: false,
    generated: kind === "id" ? "id" : kind === "version" ? "version" : null,
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
    ...options,
  };
}

export const id = field("id", "id");
export const text = (column: string, options?: FieldOptions) => field("text", column, options);
export const integer = (column: string, options?: FieldOptions) => field("integer", column, options);
export const boolean = (column: string, options?: FieldOptions) => field("boolean", column, options);
export const timestamp = (column: string, options?: FieldOptions) => field("timestamp", column, options);
export const oneOf = (column: string, values: readonly string[], options?: FieldOptions) =>
  field("enum", column, { ...options, values });

/** A reference to the table of that name, whose resource has the same key. */
export function ref(
  column: string,
  target: string,
  onDelete: OnDelete,
  options: FieldOptions = {},
): FieldModel {
  return { ...field("ref", column, options), reference: { resource: target, table: target, onDelete } };
}

export interface TableOptions {
  readonly renamedFrom?: string;
  readonly indexes?: readonly IndexModel[];
  /** The columns that can be searched. */
  readonly search?: readonly string[];
  /** Where deleted rows are kept: one of the fields. */
  readonly deletedAt?: FieldModel;
}

export function table(
  name: string,
  fields: readonly FieldModel[],
  options: TableOptions = {},
): ResourceModel {
  const nobody = { type: "nobody" } as const;
  return {
    key: name,
    typeName: name,
    valueName: name,
    identifier: name,
    file: name,
    route: name,
    table: name,
    renamedFrom: options.renamedFrom ?? null,
    fields,
    relations: [],
    indexes: options.indexes ?? [],
    search: options.search === undefined ? null : searchOf(name, options.search),
    deletedAt: options.deletedAt ?? null,
    access: {
      read: nobody,
      create: nobody,
      update: nobody,
      delete: nobody,
      readDeleted: nobody,
      subscribe: nobody,
    },
    defaultLimit: 20,
    maxLimit: 100,
    batchLimit: 100,
    requireIfMatch: false,
    live: null,
    rateLimits: [],
    hooks: null,
    procedures: null,
    computed: { fields: [], module: null },
  };
}

/** A search in the columns of these names, as the model names its index. */
export function searchOf(table: string, columns: readonly string[]): SearchModel {
  return {
    index: `${table}.search`,
    rows: `${table}.search_rows`,
    fields: columns.map((column) => ({ name: column, column, indexColumn: column, weight: 1 })),
  };
}

export function index(
  table: string,
  columns: readonly string[],
  unique = false,
  whereNull: string | null = null,
): IndexModel {
  return { name: `${table}_${columns.join("_")}_${unique ? "key" : "idx"}`, columns, unique, whereNull };
}

export function app(...resources: readonly ResourceModel[]): Model {
  return {
    name: "app",
    compatibilityDate: "2026-10-01",
    basePath: "/api",
    bodyLimit: 1_048_576,
    database: { binding: "DB", name: "app" },
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
