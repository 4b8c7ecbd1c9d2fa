/** Diagnostics about a planned migration. */
import type { ConfigPath, Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import type { Difference, LocatedLoss, LocatedObstacle } from "./diff.ts";
import { wholeColumn } from "./diff.ts";
import type { Column, Snapshot, Table } from "./snapshot.ts";

/** One error for each change that cannot be planned. */
export function reportObstacles(difference: Difference): Diagnostic[] {
  return difference.obstacles.map((obstacle) => reportObstacle(obstacle, difference));
}

function reportObstacle(located: LocatedObstacle, difference: Difference): Diagnostic {
  const { obstacle, resource, column, before } = located;
  const name = `\`${resource.table}.${column}\``;
  const field = resource.fields.find((candidate) => candidate.column === column);
  const path: ConfigPath = ["resources", resource.key, "fields", ...(field ? [field.name] : [])];
  const common = { severity: "error", path } as const;
  if (obstacle === "primary key") {
    return {
      ...common,
      code: "COV2011",
      message: `${name} is or was the primary key, and the primary key of a table that exists cannot change.`,
    };
  }
  if (obstacle === "no conversion") {
    const kinds = `from ${before?.kind ?? "nothing"} to ${field?.kind ?? "nothing"}`;
    return { ...common, code: "COV2010", message: `The values of ${name} cannot be converted ${kinds}.` };
  }
  const hint = before ? null : renameHint(resource.table, column, difference);
  const choices =
    field?.kind === "ref"
      ? "Make it `.optional()`; set it in every row, and only then require it in your own code"
      : "Give it a `.default(…)`, which those rows get, or make it `.optional()`";
  return {
    ...common,
    code: before ? "COV2006" : "COV2005",
    message: before
      ? `${name} becomes required, and rows without a value would have none.`
      : `${name} is new and required, and the rows that are there would have no value.`,
    fix: hint ? `${choices}. ${hint}` : `${choices}.`,
  };
}

/** One error for each statement that loses data, or that fails rather than lose it. */
export function reportLosses(model: Model, difference: Difference): Diagnostic[] {
  return difference.losses.map((loss) => {
    const hint = renameHintFor(loss, difference);
    return {
      code: "COV2009",
      severity: "error",
      path: pathOf(model, loss.table, loss.column),
      message: `${describeLoss(loss)}: ${loss.statement}`,
      fix:
        `${hint ? `${hint} ` : ""}If it is meant, run \`covara gen --allow-destructive\`. ` +
        "The Worker that is live keeps running for minutes after a deploy, with the schema it was built for: " +
        "first release one that no longer needs what goes, and let it go in a second release.",
    };
  });
}

function describeLoss({ table, column, what, stops }: LocatedLoss): string {
  if (column === null) return `Dropping the table \`${table}\` loses ${what}`;
  const name = `\`${table}.${column}\``;
  if (what === wholeColumn) return `Dropping ${name} loses ${what}`;
  return stops ? `The change of ${name} fails if there are ${what}` : `The change of ${name} loses ${what}`;
}

function pathOf(model: Model, table: string, column: string | null): ConfigPath {
  const resource = model.resources.find((candidate) => candidate.table === table);
  if (!resource) return ["resources"];
  const field = resource.fields.find((candidate) => candidate.column === column);
  return ["resources", resource.key, "fields", ...(field ? [field.name] : [])];
}

function renameHintFor({ table, column }: LocatedLoss, difference: Difference): string | null {
  const { before, after } = difference;
  if (column !== null) {
    const old = before.tables[table]?.columns[column];
    const fresh = Object.entries(after.tables[table]?.columns ?? {}).find(
      ([name, candidate]) => isMissing(before.tables[table], name) && old && isAlike(old, candidate),
    );
    return fresh ? columnHint(table, column, fresh[0]) : null;
  }
  const old = before.tables[table];
  const fresh = Object.entries(after.tables).find(
    ([name, candidate]) => !Object.hasOwn(before.tables, name) && old && isAlikeTable(old, candidate),
  );
  return fresh
    ? `If \`${table}\` is now called \`${fresh[0]}\`, write \`renamedFrom: "${table}"\` there.`
    : null;
}

/** For a new column that could be one that is gone. */
function renameHint(table: string, column: string, { before, after }: Difference): string | null {
  const wanted = after.tables[table]?.columns[column];
  const gone = Object.entries(before.tables[table]?.columns ?? {}).find(
    ([name, old]) => isMissing(after.tables[table], name) && wanted && isAlike(old, wanted),
  );
  return gone ? columnHint(table, gone[0], column) : null;
}

function columnHint(table: string, from: string, to: string): string {
  return `If \`${table}.${from}\` is now called \`${to}\`, write \`.renamedFrom("${camelCase(from)}")\` there.`;
}

function isMissing(table: Table | undefined, column: string): boolean {
  return !Object.hasOwn(table?.columns ?? {}, column);
}

function isAlike(left: Column, right: Column): boolean {
  return left.kind === right.kind && left.references?.table === right.references?.table;
}

/** Whether most columns of the old table are in the new one. */
function isAlikeTable(old: Table, fresh: Table): boolean {
  const names = Object.keys(old.columns);
  const shared = names.filter((name) => fresh.columns[name]?.kind === old.columns[name]?.kind);
  return shared.length > 1 && shared.length * 2 > names.length;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
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
