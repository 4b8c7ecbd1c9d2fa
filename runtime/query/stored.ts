/** Rows as the application's own code sees them: as they are stored, with the fields that no answer shows. */
import { type Column, decodeValues, type Row, type Table } from "./table.ts";

/** All stored fields of a row, shown or not, by API name. The mark of deleted rows is no field. */
export function storedFields(table: Table): Readonly<Record<string, Column>> {
  const all = Object.entries({ ...table.columns, ...table.hidden });
  return Object.fromEntries(
    all.filter(([, { sql, computed }]) => sql !== table.deletedAt && computed !== true),
  );
}

/** The projection of all fields, each under its API name. */
export const storedProjection = (table: Table): string =>
  Object.entries(storedFields(table))
    .map(([name, { sql }]) => (sql === name ? sql : `${sql} AS "${name}"`))
    .join(", ");

/** Turns stored values into those of the API, in place. */
export const decodeStored = (table: Table, row: Row): Row => decodeValues(storedFields(table), row);
