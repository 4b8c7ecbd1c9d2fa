/** Diagnostics about a planned migration. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import type { Difference, LocatedLoss, LocatedObstacle } from "./diff.ts";
import { wholeColumn } from "./diff.ts";
import { fieldName, pathOf } from "./names.ts";
import { droppedHint } from "./rename-hints.ts";
import type { Snapshot } from "./snapshot.ts";

/** One error for each change that cannot be planned. */
export function reportObstacles(model: Model, difference: Difference): Diagnostic[] {
  return difference.obstacles.map((obstacle) => reportObstacle(model, obstacle));
}

function reportObstacle(model: Model, located: LocatedObstacle): Diagnostic {
  const { obstacle, resource, column, before } = located;
  const name = `\`${fieldName(model, resource.table, column)}\``;
  const common = { severity: "error", path: pathOf(model, resource.table, column) } as const;
  if (obstacle === "primary key") {
    return {
      ...common,
      code: "COV2011",
      message: `${name} is or was the primary key, and the primary key of a table that exists cannot change.`,
    };
  }
  const field = resource.fields.find((candidate) => candidate.column === column);
  const kinds = `from ${before?.kind ?? "nothing"} to ${field?.kind ?? "nothing"}`;
  return { ...common, code: "COV2010", message: `The values of ${name} cannot be converted ${kinds}.` };
}

/** One error for each statement that loses data, or that fails rather than lose it. */
export function reportLosses(model: Model, difference: Difference): Diagnostic[] {
  return difference.losses.map((loss) => {
    const hint = droppedHint(model, loss, difference);
    return {
      code: "COV2009",
      severity: "error",
      path: pathOf(model, loss.table, loss.column),
      message: `${describeLoss(model, loss)}: ${loss.statement}`,
      fix:
        `${hint ? `${hint} ` : ""}If it is meant, run \`covara gen --allow-destructive\`. ` +
        "The Worker that is live keeps running for minutes after a deploy, with the schema it was built for: " +
        "first release one that no longer needs what goes, and let it go in a second release.",
    };
  });
}

function describeLoss(model: Model, { table, column, what, stops }: LocatedLoss): string {
  if (column === null) return `Dropping the table \`${table}\` loses ${what}`;
  const name = `\`${fieldName(model, table, column)}\``;
  if (what === wholeColumn) return `Dropping ${name} loses ${what}`;
  return stops ? `The change of ${name} fails if there are ${what}` : `The change of ${name} loses ${what}`;
}

/** Names of tables that differ from one in the last migration only in case, which SQLite takes for the same. */
export function reportCase(model: Model, previous: Snapshot): Diagnostic[] {
  const before = new Map(Object.keys(previous.tables).map((table) => [table.toLowerCase(), table]));
  return model.resources.flatMap(({ key, table }) => {
    const known = before.get(table.toLowerCase());
    if (known === undefined || known === table) return [];
    return {
      code: "COV2012",
      severity: "error",
      path: ["resources", key],
      message: `The table \`${table}\` is called \`${known}\` in the last migration; SQLite takes the two for one name.`,
      fix: `Write \`table: "${known}"\`.`,
    } as const;
  });
}
