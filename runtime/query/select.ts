import { invalid } from "../http/problem.ts";
import { isFunction, type Table } from "./table.ts";

/** A column's name from a request, checked against what the table shows. */
export function visibleField(table: Table, parameter: string, name: string): string {
  if (Object.hasOwn(table.columns, name)) return name;
  if (isFunction(table, name)) {
    const message = `${name} is computed once a row is read, and can be selected only`;
    throw invalid(parameter, message, "unknown_field");
  }
  throw invalid(parameter, `There is no field ${JSON.stringify(name)}`, "unknown_field");
}

/**
 * Reads `select=id,title`.
 *
 * @returns the fields in the order given, or null for all of them.
 * @throws {Problem} 400 for an unknown or repeated field, and for an empty list.
 */
export function parseSelect(table: Table, text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const names = text
    .split(",")
    .map((item) => item.trim())
    .map((name) => (isFunction(table, name) ? name : visibleField(table, "select", name)));
  if (new Set(names).size !== names.length) throw invalid("select", "Name each field once");
  return names;
}
