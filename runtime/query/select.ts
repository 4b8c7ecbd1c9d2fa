import { invalid } from "../http/problem.ts";
import type { Table } from "./table.ts";

/** A field name from a request, checked against what the table shows. */
export function visibleField(table: Table, parameter: string, name: string): string {
  if (Object.hasOwn(table.columns, name)) return name;
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
  const names = text.split(",").map((name) => visibleField(table, "select", name.trim()));
  if (new Set(names).size !== names.length) throw invalid("select", "Name each field once");
  return names;
}
