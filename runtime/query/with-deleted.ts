import { invalid } from "../http/problem.ts";
import { booleanParameter } from "../http/query.ts";
import type { Table } from "./table.ts";

const parameter = "withDeleted";

/** The parameter that asks for deleted rows too, where reads of the table have it. */
export const deletedParameter = (table: Table): readonly (typeof parameter)[] =>
  table.withDeleted === undefined ? [] : [parameter];

/**
 * Whether a read asks for deleted rows too. What else the query holds is for the read itself to look at.
 *
 * @throws {Problem} 400 for anything but `true` and `false`, and where it is given twice.
 */
export function withDeleted(request: Request): boolean {
  const start = request.url.indexOf("?");
  if (start === -1) return false;
  const given = new URLSearchParams(request.url.slice(start + 1)).getAll(parameter);
  if (given.length > 1) throw invalid(parameter, "Give this parameter once", "duplicate_parameter");
  return booleanParameter(parameter, given[0]);
}
