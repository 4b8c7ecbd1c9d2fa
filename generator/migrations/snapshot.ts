/**
 * The state of the database after all migrations, as plain data. It is kept beside the migrations and is the only
 * thing that the next difference is taken from: neither the live database nor the SQL files are read back.
 */
import type { FieldKind, OnDelete, StoreType } from "../../schema/data.ts";
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { accountsTable, accountsTableName } from "./better-auth.ts";
import { changeLogOf, changesTable, changesTableName, changeTriggers } from "./change-log.ts";
import { dictionary } from "./dictionary.ts";
import { guardTable, guardTableName } from "./guard.ts";
import { hasIdempotency, idempotencyTable, idempotencyTableName } from "./idempotency.ts";
import type { RoomState } from "./rooms.ts";
import { searchTables, searchTriggers } from "./search.ts";
import { literal, quoteName } from "./sql.ts";
import { versionTrigger } from "./version.ts";

export interface Reference {
  readonly table: string;
  readonly column: string;
  readonly onDelete: OnDelete;
}

export interface Column {
  readonly kind: FieldKind;
  readonly type: "TEXT" | "INTEGER" | "REAL";
  readonly primaryKey?: true;
  /** No number is given twice, also not where the row with the greatest has gone. */
  readonly autoincrement?: true;
  /** `"trigger"`: SQLite could not add the constraint to a table that exists, so two triggers stand for it. */
  readonly notNull?: true | "trigger";
  /** The SQL literal of the DEFAULT clause. */
  readonly default?: string;
  readonly references?: Reference;
  /** Members of an enum, sorted. The database does not check them. */
  readonly values?: readonly string[];
}

export interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** SQL condition of the rows that are in it; absent where every row is. */
  readonly where?: string;
}

export interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly indexes: Readonly<Record<string, Index>>;
  /** Whole statements, by the name of the trigger. They put the names of tables and columns in double quotes. */
  readonly triggers: Readonly<Record<string, string>>;
  /** The statements that make the tables of the full-text index, by the name of the table; absent where there is none. */
  readonly search?: Readonly<Record<string, string>>;
  /** Deleted rows are kept, and marked by a time in this column. */
  readonly deletedAt?: string;
}

/** Where a key-value store keeps its data. */
export interface StoreState {
  readonly type: StoreType;
  readonly object: string;
  readonly prefix: string;
  readonly shards?: number;
  readonly shardBy?: "tag";
}

export interface Snapshot {
  readonly tables: Readonly<Record<string, Table>>;
  /** The stores by key; absent where there are none. */
  readonly stores?: Readonly<Record<string, StoreState>>;
  /** The channels by key, those that are gone included; absent where there are none. */
  readonly channels?: Readonly<Record<string, RoomState>>;
}

/** What the model wants of one field in the database. */
export function columnOf(field: FieldModel, model: Model): Column {
  const fallback = defaultOf(field);
  return {
    kind: field.kind,
    type: field.storage,
    ...(field.kind === "id" ? { primaryKey: true } : {}),
    ...(field.nullable ? {} : { notNull: true }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(field.reference
      ? {
          references: {
            table: field.reference.table,
            column: idColumn(model, field.reference.resource),
            onDelete: field.reference.onDelete,
          },
        }
      : {}),
    ...(field.kind === "enum" ? { values: [...field.values].sort(byCodePoint) } : {}),
  };
}

/** References have no DEFAULT clause: SQLite refuses to add such a column to a table that exists. */
function defaultOf(field: FieldModel): string | undefined {
  if (field.generated === "version") return "1";
  if (field.reference || field.default === undefined || field.default === null) return undefined;
  return field.kind === "json" ? literal(JSON.stringify(field.default)) : literal(field.default);
}

function idColumn(model: Model, resource: string): string {
  const target = model.resources.find((candidate) => candidate.key === resource);
  const id = target?.fields.find((field) => field.kind === "id");
  if (!id) throw new Error(`The resource ${resource} is referred to but has no id.`);
  return id.column;
}

/**
 * The triggers that a resource has by itself, by name.
 *
 * @param filled Columns that a trigger fills in after an insert.
 */
export function resourceTriggers(
  resource: ResourceModel,
  model: Model,
  filled: readonly string[],
): Record<string, string> {
  const log = changeLogOf(model, resource, filled);
  return dictionary([
    ...versionTrigger(resource, log),
    ...Object.entries(searchTriggers(resource)),
    ...(log === null ? [] : changeTriggers(log)),
  ]);
}

/** What the model wants of one resource in the database. */
export function tableOf(resource: ResourceModel, model: Model): Table {
  const indexes = dictionary<Index>();
  for (const index of resource.indexes) {
    indexes[index.name] = {
      columns: index.columns,
      unique: index.unique,
      ...(index.whereNull === null ? {} : { where: `${quoteName(index.whereNull)} IS NULL` }),
    };
  }
  return {
    columns: dictionary(resource.fields.map((field) => [field.column, columnOf(field, model)])),
    indexes,
    triggers: resourceTriggers(resource, model, []),
    ...(resource.search === null ? {} : { search: searchTables(resource.search) }),
    ...(resource.deletedAt === null ? {} : { deletedAt: resource.deletedAt.column }),
  };
}

/** The state that a new database gets: the tables of all resources and covara's own. */
export function snapshotOf(model: Model): Snapshot {
  const tables = dictionary<Table>();
  for (const resource of model.resources) tables[resource.table] = tableOf(resource, model);
  tables[guardTableName] = guardTable;
  if (hasIdempotency(model)) tables[idempotencyTableName] = idempotencyTable;
  if (model.live !== null) tables[changesTableName] = changesTable(model.live);
  const accounts = accountsTable(model);
  if (accounts !== null) tables[accountsTableName] = accounts;
  return { tables };
}

/** Compares by code point, whatever the locale of the machine. */
export function byCodePoint(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
