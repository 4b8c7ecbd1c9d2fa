/** What the list route may select, filter and order by, and how stored values turn into those of the API. */

import { computeFields, type Functions } from "./computed.ts";
import type { Operators } from "./filter/custom.ts";
import { bit, jsonText } from "./values.ts";

export type ColumnKind = "text" | "integer" | "number" | "boolean" | "timestamp" | "json";

/** One column that callers may see. */
export interface Column {
  /** SQL name; of a computed column, an expression that names the columns it is made of with their table. */
  readonly sql: string;
  readonly kind: ColumnKind;
  readonly nullable?: true;
  /** Nothing of it is stored. */
  readonly computed?: true;
  /** Members of an enum, which is text otherwise. */
  readonly values?: readonly string[];
}

/** A resource's table: what requests may name is in its `columns`, and nothing else is. */
export interface Table {
  /** SQL name. */
  readonly name: string;
  /** By API name, in the order of the config. */
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns that are stored and never shown, by name: no request can name them. */
  readonly hidden?: Readonly<Record<string, Column>>;
  /** Fields that functions make of the visible columns, by API name. A request can select them, and do nothing else with them. */
  readonly functions?: Functions;
  /** The whole projection, each column under its API name. */
  readonly projection: string;
  /** `INSERT INTO todos (id, title, …)` with the visible columns and then the hidden ones; absent where no row is ever added. */
  readonly insert?: string;
  /** Operators that filters have besides those of all tables. */
  readonly operators?: Operators;
  /** SQL name of the column that every change sets to the current time. */
  readonly updatedAt?: string;
  /** API name of the column that every change raises by one. */
  readonly version?: string;
  /** SQL name of the column that a delete sets to the current time; absent where it removes the row. */
  readonly deletedAt?: string;
  /** Whether deleted rows are shown too; absent where no request can ask for them. */
  readonly withDeleted?: boolean;
  /** Rows on a page when the request does not say. */
  readonly defaultLimit: number;
  /** Largest page. */
  readonly maxLimit: number;
}

/** A row as it comes from the database or goes to the client. */
export type Row = Record<string, unknown>;

/**
 * Turns a row of the database into one of the API, in place: the row is ours alone.
 *
 * @param selected The fields that were asked for, or null for all. The row has what {@link project} names for them.
 */
export function decodeRow(table: Table, row: Row, selected: readonly string[] | null = null): Row {
  decodeValues(table.columns, row);
  if (table.functions !== undefined) computeFields(table.columns, table.functions, row, selected);
  return row;
}

/** The columns whose values are stored as something else, by API name. */
interface Encoded {
  readonly booleans: readonly string[];
  readonly jsons: readonly string[];
}

const known = new WeakMap<Table["columns"], Encoded>();

function encodedOf(columns: Table["columns"]): Encoded {
  let encoded = known.get(columns);
  if (encoded === undefined) {
    const of = (kind: ColumnKind) => Object.keys(columns).filter((name) => columns[name]?.kind === kind);
    encoded = { booleans: of("boolean"), jsons: of("json") };
    known.set(columns, encoded);
  }
  return encoded;
}

/** Turns stored booleans and JSON text into values, in place. */
export function decodeValues(columns: Table["columns"], row: Row): Row {
  const { booleans, jsons } = encodedOf(columns);
  for (const name of booleans) {
    const value = row[name];
    if (typeof value === "number") row[name] = value === 1;
  }
  for (const name of jsons) {
    const text = row[name];
    if (typeof text === "string") row[name] = JSON.parse(text);
  }
  return row;
}

/** Turns a value of the API into the one that is stored. */
export function encodeValue(kind: ColumnKind, value: unknown): unknown {
  if (kind === "json") return jsonText(value);
  return typeof value === "boolean" ? bit(value) : value;
}

/** The projection of some fields only, each under its API name. A function needs all columns. */
export function project(table: Table, names: readonly string[]): string {
  if (names.some((name) => isFunction(table, name))) return table.projection;
  return names.map((name) => projected(name, column(table, name).sql)).join(", ");
}

function projected(name: string, sql: string): string {
  return sql === name ? sql : `${sql} AS "${name}"`;
}

/** Whether a function makes the field. */
export const isFunction = ({ functions }: Pick<Table, "functions">, name: string): boolean =>
  functions !== undefined && Object.hasOwn(functions, name);

/** The column with its table's name in front, where a bare name could mean something else. */
export const qualified = ({ name }: Table, { sql, computed }: Pick<Column, "sql" | "computed">): string =>
  computed === true ? sql : `${name}.${sql}`;

/** A column known to exist, because its name came through an allow-list. */
export function column(table: Table, name: string): Column {
  const found = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (found === undefined) throw new TypeError(`${table.name} has no visible column for ${name}`);
  return found;
}

/** A column that is stored, shown or not. For names from our own code only. */
export function storedColumn(table: Table, name: string): Column {
  if (table.hidden !== undefined && Object.hasOwn(table.hidden, name)) {
    const hidden = table.hidden[name];
    if (hidden !== undefined) return hidden;
  }
  const visible = column(table, name);
  if (visible.computed === true) throw new TypeError(`${table.name}.${name} is computed, and not stored`);
  return visible;
}
