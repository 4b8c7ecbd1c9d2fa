/** Fields that functions of the application make of a row that was read. */
import type { Column, Row } from "./table.ts";

/** The functions by API name. The generator types each: it takes the row's columns, read only, and gives the value. */
export type Functions = Readonly<Record<string, (row: never) => unknown>>;

/**
 * Adds computed fields to a row, in place. Where not all fields were asked for, columns that were read for the functions
 * alone are taken out again.
 *
 * @param row Its columns, decoded; other names begin with `$`.
 * @param selected The fields that were asked for, or null for all.
 * @throws {TypeError} where the row lacks a column that the functions may look at: whoever read it left that out.
 * @throws whatever a function throws.
 */
export function computeFields(
  columns: Readonly<Record<string, Column>>,
  functions: Functions,
  row: Row,
  selected: readonly string[] | null,
): void {
  const asked = Object.entries(functions).filter(([name]) => selected?.includes(name) ?? true);
  if (asked.length === 0) return;
  // A copy: functions see columns only, and none of them sees what another one has made.
  const input: Row = {};
  for (const name in columns) {
    if (row[name] === undefined)
      throw new TypeError(`The row was read without ${name}, for ${asked[0]?.[0]}`);
    input[name] = row[name];
  }
  Object.freeze(input);
  // `never` stands for the type that the generator gave the row.
  for (const [name, compute] of asked) row[name] = compute(input as never) ?? null;
  if (selected === null) return;
  for (const name in columns) if (!selected.includes(name)) delete row[name];
}
