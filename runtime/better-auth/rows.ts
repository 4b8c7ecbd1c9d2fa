/** Rows as Better Auth knows them, which has dates where the API has text, and conditions on them as SQL. */
import type { CleanedWhere } from "better-auth/adapters";
import type { Column, Row, Table } from "../query/table.ts";
import { encodeValue } from "../query/table.ts";

/** A table that Better Auth keeps something in. */
export type StoredTable = Pick<Table, "name" | "columns" | "hidden" | "deletedAt">;

/** A part of a statement, and the values of its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The columns that are stored, by name. */
const storedColumns = ({ columns, hidden }: StoredTable): [string, Column][] =>
  Object.entries({ ...columns, ...hidden }).filter(([, { computed }]) => computed !== true);

/** @throws {Error} where the application has not declared what Better Auth, or a plugin of it, wants to keep. */
export function columnOf(table: StoredTable, field: string): Column {
  const found = storedColumns(table).find(([name]) => name === field);
  if (found === undefined) {
    throw new Error(
      `Better Auth keeps \`${field}\` in the table ${table.name}, which has no such column. Declare a field \`${field}\` in the resource.`,
    );
  }
  return found[1];
}

/** All that is stored of a row, under the names of the fields. */
export const projection = (table: StoredTable): string =>
  storedColumns(table)
    .map(([name, { sql }]) => (sql === name ? sql : `${sql} AS "${name}"`))
    .join(", ");

/** A value as it is stored. */
export function encode(table: StoredTable, field: string, value: unknown): unknown {
  const { kind } = columnOf(table, field);
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : encodeValue(kind, value);
}

/** A row as Better Auth knows it, made in place of that of the database. */
export function decode(table: StoredTable, row: Row): Row {
  for (const [name, { kind }] of storedColumns(table)) {
    const value = row[name];
    if (value === null) continue;
    if (kind === "boolean") row[name] = value === 1;
    else if (kind === "timestamp") row[name] = new Date(String(value));
    else if (kind === "json") row[name] = JSON.parse(String(value));
  }
  return row;
}

/** `title = ?, done = ?` */
export function assignments(table: StoredTable, values: Readonly<Row>): Sql {
  const entries = Object.entries(values);
  return {
    text: entries.map(([field]) => `${columnOf(table, field).sql} = ?`).join(", "),
    values: entries.map(([field, value]) => encode(table, field, value)),
  };
}

/** The columns of new values, and their parameters. */
export function insertion(table: StoredTable, values: Readonly<Row>): Sql {
  const entries = Object.entries(values);
  const columns = entries.map(([field]) => columnOf(table, field).sql);
  return {
    text: `(${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    values: entries.map(([field, value]) => encode(table, field, value)),
  };
}

/** `ORDER BY title DESC`, and by the id where that leaves a tie. */
export function order(
  table: StoredTable,
  by: { field: string; direction: "asc" | "desc" } | undefined,
): string {
  if (by === undefined) return " ORDER BY id";
  return ` ORDER BY ${columnOf(table, by.field).sql} ${by.direction === "desc" ? "DESC" : "ASC"}, id`;
}

/** Those rows for which all conditions with `AND` hold, and one of those with `OR`, if there are any. Rows marked as deleted are not there. */
export function where(table: StoredTable, conditions: readonly CleanedWhere[] = []): Sql {
  const parts = conditions.map((condition) => ({ ...condition, ...comparison(table, condition) }));
  const joined = (connector: "AND" | "OR"): string[] =>
    parts.filter((part) => part.connector === connector).map(({ text }) => text);
  const [every, some] = [joined("AND"), joined("OR")];
  if (some.length > 0) every.push(`(${some.join(" OR ")})`);
  if (table.deletedAt !== undefined) every.push(`${table.deletedAt} IS NULL`);
  const values = [
    ...parts.filter(({ connector }) => connector === "AND"),
    ...parts.filter(({ connector }) => connector === "OR"),
  ].flatMap((part) => part.values);
  return { text: every.length === 0 ? "" : ` WHERE ${every.join(" AND ")}`, values };
}

const comparisons = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function comparison(table: StoredTable, { field, operator = "eq", value, mode }: CleanedWhere): Sql {
  const { sql } = columnOf(table, field);
  const folds = mode === "insensitive" && typeof value === "string";
  const column = folds ? `lower(${sql})` : sql;
  const given = folds ? "lower(?)" : "?";
  if (Array.isArray(value)) {
    if (operator !== "in" && operator !== "not_in") {
      throw new TypeError(`Better Auth compares ${field} with a list by ${operator}`);
    }
    const list = JSON.stringify(value.map((item) => encode(table, field, item)));
    return {
      text: `${sql} ${operator === "in" ? "IN" : "NOT IN"} (SELECT value FROM json_each(?))`,
      values: [list],
    };
  }
  const stored = encode(table, field, value);
  switch (operator) {
    case "in":
    case "not_in":
      throw new TypeError(`Better Auth asks for ${field} among what is no list`);
    case "contains":
      return { text: `instr(${column}, ${given}) > 0`, values: [stored] };
    case "starts_with":
      return { text: `substr(${column}, 1, length(?)) = ${given}`, values: [stored, stored] };
    case "ends_with":
      // For an empty text `substr` would begin at the end, and give all of it.
      return {
        text: `(? = '' OR substr(${column}, -length(?)) = ${given})`,
        values: [stored, stored, stored],
      };
    default:
      if (stored === null && (operator === "eq" || operator === "ne")) {
        return { text: `${sql} IS ${operator === "eq" ? "" : "NOT "}NULL`, values: [] };
      }
      return { text: `${column} ${comparisons[operator]} ${given}`, values: [stored] };
  }
}
