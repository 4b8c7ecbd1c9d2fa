import type { Scope } from "../scope.ts";
import { type Column, encodeValue, type Row, type Table } from "../table.ts";
import { type Change, outside, returning, type Statement } from "./change.ts";
import { checkAllReferences, checkReferences, type References } from "./references.ts";

/** New rows and the rules they are made under. */
export interface Insert {
  readonly table: Table;
  /** Every stored field of each row. */
  readonly rows: readonly (Row & { readonly id: string })[];
  readonly references: References;
  /** What the caller may create, as a condition on the new row. */
  readonly create: Scope;
  readonly read: Scope;
  /** Where the row or the rows stand in the request's body, for errors: `items`. */
  readonly path?: string;
}

/** Describes the creation of one row. It is refused with 400 for a reference, 403 for the rule, 409 for a taken value. */
export function insertRow(insert: Omit<Insert, "rows"> & { readonly row: Insert["rows"][number] }): Change {
  const { table, row, read, references, path } = insert;
  return change(insert, "row", [row.id], checkReferences(row, references, path), one(table, row, read));
}

/**
 * Describes the creation of rows, of which there is at least one, all or nothing. Refused like that of one row; errors name the
 * row by its place.
 */
export function insertRows(insert: Insert): Change {
  const { table, rows, read, references, path = "" } = insert;
  const ids = rows.map(({ id }) => id);
  return change(insert, "rows", ids, checkAllReferences(rows, references, path), many(table, rows, read));
}

function change(
  { table, create, read }: Omit<Insert, "rows">,
  type: "row" | "rows",
  ids: readonly string[],
  before: readonly Statement[],
  statement: Statement,
): Change {
  return {
    statements: [...before, statement, ...outside(table, ids, create)],
    answer: { type, table, ids, read, from: [before.length] },
    tables: [table],
  };
}

function one(table: Table, row: Row, read: Scope): Statement {
  const values = encoded(table, row);
  return {
    sql: `${table.insert} VALUES (${"?, ".repeat(values.length - 1)}?) RETURNING ${returning(table, read)}`,
    values: [...values, ...read.values],
  };
}

/** One statement and one JSON parameter, however many rows there are. */
function many(table: Table, rows: readonly Row[], read: Scope): Statement {
  const lists = rows.map((row) => encoded(table, row));
  const columns = storedColumns(table).map((_, index) => `value->>'$[${index}]'`);
  return {
    sql: `${table.insert} SELECT ${columns.join(", ")} FROM json_each(?) RETURNING ${returning(table, read)}`,
    values: [JSON.stringify(lists), ...read.values],
  };
}

/** The stored values of a row, in the order in which the table's INSERT names the columns. */
function encoded(table: Table, row: Row): unknown[] {
  return storedColumns(table).map(([name, { kind }]) => {
    const value = row[name];
    if (value === undefined) throw new TypeError(`A new row of ${table.name} has no ${name}`);
    return encodeValue(kind, value);
  });
}

const known = new WeakMap<Table, readonly (readonly [string, Column])[]>();

/** The columns that are stored: first those that callers see, then the hidden ones. */
function storedColumns(table: Table): readonly (readonly [string, Column])[] {
  let columns = known.get(table);
  if (columns === undefined) {
    const all = Object.entries({ ...table.columns, ...table.hidden });
    columns = all.filter(([, { computed }]) => computed !== true);
    known.set(table, columns);
  }
  return columns;
}
