/** `having`: a filter of groups, in the same language as that of rows. */
import { type Filter, parseFilter } from "../filter/index.ts";
import type { Column } from "../table.ts";
import type { Aggregate, Measure } from "./parse.ts";
import { countName, measureName } from "./sql.ts";

/**
 * Reads `count>=2;sum.estimate>10`. It looks at what is asked for, and at nothing else.
 *
 * @throws {Problem} 400 `FILTER_PARSE_ERROR` with the place and what was expected there.
 */
export function parseHaving(
  { count, measures }: Pick<Aggregate, "count" | "measures">,
  text: string,
): Filter {
  const columns: Record<string, Column> = Object.fromEntries([
    ...(count ? [["count", { sql: countName, kind: "integer" }] as const] : []),
    ...measures.map((measure, index) => [nameOf(measure), columnOf(measure, measureName(index))] as const),
  ]);
  const asked = Object.keys(columns).join(", ");
  return parseFilter({ columns }, text, {
    parameter: "having",
    expected: "an aggregate",
    unknown: (name) => `${name} is not asked for, which having needs; ${asked} is`,
    dotted: true,
  });
}

const nameOf = ({ measure, name }: Measure): string => `${measure}.${name}`;

/** The measure as a column of the result: null where a group has no values. */
function columnOf({ measure, column }: Measure, sql: string): Column {
  // A sum of whole numbers can leave their range, so it is compared as any number.
  if (measure === "sum" || measure === "avg") return { sql, kind: "number", nullable: true };
  return { ...column, sql, nullable: true };
}
