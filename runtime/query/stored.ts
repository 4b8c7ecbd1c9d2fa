/** Rows as the application's own code sees them: with the fields that no answer shows. */
import { type Column, decodeRow, decodeValues, type Row, type Table } from "./table.ts";

/** All fields of a row that are columns, shown or not, by API name. The mark of deleted rows is no field. */
export function storedFields(table: Table): Readonly<Record<string, Column>> {
  const hidden = Object.entries(table.hidden ?? {}).filter(([, { sql }]) => sql !== table.deletedAt);
  return hidden.length === 0 ? table.columns : { ...table.columns, ...Object.fromEntries(hidden) };
}

/** The projection of all fields, each under its API name. */
export const storedProjection = (table: Table): string =>
  Object.entries(storedFields(table))
    .map(([name, { sql }]) => (sql === name ? sql : `${sql} AS "${name}"`))
    .join(", ");

/** Turns stored values into those of the API, in place. */
export const decodeStored = (table: Table, row: Row): Row =>
  decodeRow(table, table.hidden === undefined ? row : decodeValues(table.hidden, row));

const unveiledTables = new WeakMap<Table, Table>();

/**
 * The table for server code that acts for itself: nothing is hidden from it, and it may add rows where no request can.
 * It is made once for each table.
 */
export function unveiled(table: Table): Table {
  const made = unveiledTables.get(table);
  if (made !== undefined) return made;
  const { hidden: _, ...rest } = table;
  const columns = storedFields(table);
  const stored = Object.values(columns).filter(({ computed }) => computed !== true);
  const insert = `INSERT INTO ${table.name} (${stored.map(({ sql }) => sql).join(", ")})`;
  const whole = { insert, ...rest, columns, projection: storedProjection(table) };
  unveiledTables.set(table, whole);
  return whole;
}
