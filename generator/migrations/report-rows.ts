/** Diagnostics about what a planned migration asks of the rows that are there, with the statements that find them. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { fillOf, valueAfter } from "./columns.ts";
import type { UniqueColumn } from "./dependents.ts";
import type { Difference, LocatedDemand } from "./diff.ts";
import { fieldName, namesBefore, pathOf, resourceOf } from "./names.ts";
import { newColumnHint } from "./rename-hints.ts";
import { quoteName } from "./sql.ts";

const destructive = "run `covara gen --allow-destructive`: the migration then stops, and changes nothing,";

/** One error for each field that becomes required while the config names no value for the rows that are there. */
export function reportDemands(model: Model, difference: Difference): Diagnostic[] {
  return difference.demands.map((demand) => reportDemand(model, demand, difference));
}

function reportDemand(model: Model, located: LocatedDemand, difference: Difference): Diagnostic {
  const { demand, resource, field } = located;
  const name = `\`${fieldName(model, resource.table, field.column)}\``;
  const common = { severity: "error", path: pathOf(model, resource.table, field.column) } as const;
  const isReference = field.kind === "ref";
  if (demand === "no rows") {
    const hint = newColumnHint(model, resource.table, field.column, difference);
    const choice = isReference
      ? "Make it `.optional()`, set it in every row, and require it in a later migration."
      : "Give it a `.default(…)`, which those rows get, or make it `.optional()`.";
    return {
      ...common,
      code: "COV2005",
      message: `${name} is new and required, and the rows that are there would have no value.`,
      fix: `${choice} Where the table is empty, ${destructive} if it has a row.${hint ? ` ${hint}` : ""}`,
    };
  }
  const old = namesBefore(difference.renames, resource.table, field.column);
  const select = `SELECT * FROM ${quoteName(old.table)} WHERE ${quoteName(old.column)} IS NULL;`;
  const choice = isReference ? "Set" : "Give it a `.default(…)`, which those rows get. Or set";
  return {
    ...common,
    code: "COV2006",
    message: `${name} becomes required, and the config names no value for the rows that have none.`,
    fix:
      `${choice} it in every row that \`${select}\` finds, release a Worker that always sets it, and ${destructive} ` +
      "if a row still has none.",
  };
}

/** One warning for each field that becomes unique in a table that may hold duplicates. */
export function reportUnique(model: Model, difference: Difference): Diagnostic[] {
  return difference.unique.flatMap((unique) => {
    const fix = adviceOn(model, unique, difference);
    if (fix === null) return [];
    const { table, column } = unique;
    return {
      code: "COV2014",
      severity: "warning",
      path: pathOf(model, table, column),
      message: `\`${fieldName(model, table, column)}\` becomes unique. If two rows share a value, the migration fails and changes nothing.`,
      fix,
    } as const;
  });
}

/** How to find or avoid values that two rows would share; `null` where no two can. */
function adviceOn(model: Model, { table, column }: UniqueColumn, difference: Difference): string | null {
  const resource = resourceOf(model, table);
  const field = resource?.fields.find((candidate) => candidate.column === column);
  const wanted = difference.after.tables[table]?.columns[column];
  if (!field || !wanted) return null;
  const before = difference.before.tables[table]?.columns[column];
  if (!before) {
    // Without a value for them, the rows that are there hold NULL, which is never a duplicate, or there are none.
    if (fillOf(field) === null) return null;
    return "The rows that are there all get the same value: make it unique in a later migration, once they differ.";
  }
  const old = namesBefore(difference.renames, table, column);
  const value = valueAfter(field, old.column, before, wanted) ?? quoteName(old.column);
  // Deleted rows hold on to no value.
  const deletedAt = difference.before.tables[table]?.deletedAt;
  const kept = deletedAt === undefined ? "" : `AND ${quoteName(deletedAt)} IS NULL `;
  const select =
    `SELECT ${value}, count(*) FROM ${quoteName(old.table)} WHERE ${value} IS NOT NULL ${kept}` +
    "GROUP BY 1 HAVING count(*) > 1;";
  return `Before you apply it, make the values differ that this finds: \`${select}\``;
}
