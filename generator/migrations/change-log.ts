/**
 * The change log: a table with an entry for each change of a row that subscribers may have to hear of, and the triggers that write it.
 * They run in the statement that changes the row, wherever it comes from, so that nothing is logged that is then undone, and the
 * numbers of the entries are in the order of the commits.
 *
 * An entry has the row before and after, null where there is none. Both are null in an entry that says that there are changes which
 * were not logged, such as those of a migration.
 *
 * One change gives one entry. Where rows have a version, an entry is written when it rises: for a statement that leaves that to the
 * trigger of the version, the change of that trigger. SQLite runs the triggers of an event in no order that it promises, so none
 * of these relies on another that runs for the same statement.
 */
import { imageColumns, loggedImageSql } from "../emit/live-image.ts";
import { sqlName } from "../emit/sql-name.ts";
import type { LiveModel, LoggedTableModel, Model, ResourceModel } from "../model/types.ts";
import type { Table } from "./snapshot.ts";
import { foldSql, quoteName, quoteText } from "./sql.ts";

export const changesTableName = "_covara_changes";

const changes = quoteName(changesTableName);

/** After so many changes old ones go. */
const PRUNE_EVERY = 100;

/** At most so many at once: where fewer are to be kept than before, no single write pays for all the others. */
const PRUNE_AT_MOST = 1000;

/** The tag tells entries of the same number apart after the database was restored from a backup. */
export function changesTable({ retention }: LiveModel): Table {
  return {
    columns: {
      seq: { kind: "integer", type: "INTEGER", primaryKey: true, autoincrement: true },
      tag: { kind: "text", type: "TEXT", notNull: true, default: "(lower(hex(randomblob(4))))" },
      source: { kind: "text", type: "TEXT", notNull: true },
      row_id: { kind: "text", type: "TEXT", notNull: true },
      before_row: { kind: "json", type: "TEXT" },
      after_row: { kind: "json", type: "TEXT" },
    },
    indexes: {},
    triggers: {
      _covara_changes_prune:
        `CREATE TRIGGER "_covara_changes_prune" AFTER INSERT ON ${changes}\n` +
        `WHEN NEW."seq" % ${PRUNE_EVERY} = 0\n` +
        "BEGIN\n" +
        `  DELETE FROM ${changes} WHERE "seq" <= NEW."seq" - ${retention} AND "seq" < (SELECT min("seq") FROM ${changes}) + ${PRUNE_AT_MOST};\n` +
        "END;",
    },
  };
}

/** What entries call a table: its name as statements have it, so that readers need no other. */
const sourceOf = (table: string): string => quoteText(sqlName(table));

/** The statement that tells subscribers that changes of a table were not logged. */
export const resetStatement = (table: string): string =>
  `INSERT INTO ${changes} ("source", "row_id") VALUES (${sourceOf(table)}, '');`;

/** How the changes of one table are logged. */
export interface ChangeLog {
  readonly resource: ResourceModel;
  readonly logged: LoggedTableModel;
  readonly id: string;
  /** The column of the version, where it decides over entries; null where it is not in the image. */
  readonly version: string | null;
  /** Columns that a trigger fills in after an insert, which is logged then. */
  readonly filled: readonly string[];
}

/**
 * How the changes of a table are logged; null where they are not.
 *
 * @param filled Columns that a trigger fills in after an insert.
 */
export function changeLogOf(
  { live }: Model,
  resource: ResourceModel,
  filled: readonly string[],
): ChangeLog | null {
  const logged = live?.tables.find((table) => table.resource === resource.key);
  if (logged === undefined) return null;
  const id = resource.fields.find(({ kind }) => kind === "id")?.column;
  if (id === undefined) throw new Error(`The resource ${resource.key} has no id.`);
  const columns = imageColumns(resource, logged);
  const version = resource.fields.find(({ generated }) => generated === "version")?.column;
  const counts = version !== undefined && columns.includes(version);
  return {
    resource,
    logged,
    id,
    version: counts ? version : null,
    filled: counts ? filled : filled.filter((column) => columns.includes(column)),
  };
}

/** The triggers that log the changes of a table, by name. */
export function changeTriggers(log: ChangeLog): [name: string, statement: string][] {
  const { resource, logged, version, filled } = log;
  const trigger = (
    suffix: string,
    event: string,
    conditions: readonly string[],
    statements: readonly string[],
  ): [string, string] => {
    const name = `${resource.table}_changes_${suffix}`;
    return [
      name,
      [
        foldSql(`CREATE TRIGGER ${quoteName(name)} AFTER ${event} ON ${quoteName(resource.table)}`, ""),
        ...(conditions.length > 0 ? [foldSql(`WHEN ${conditions.join(" AND ")}`, "")] : []),
        "BEGIN",
        ...statements.map((statement) => foldSql(statement, "  ")),
        "END;",
      ].join("\n"),
    ];
  };
  const id = quoteName(log.id);
  const isFilled = (row: "OLD" | "NEW") => filled.map((column) => `${row}.${quoteName(column)} IS NOT NULL`);
  const others = imageColumns(resource, logged).filter((column) => column !== log.id);
  const isSameRow = `NEW.${id} = OLD.${id}`;
  const [event, changed] =
    version === null
      ? [`UPDATE OF ${others.map(quoteName).join(", ")}`, differs(others)]
      : ["UPDATE", `NEW.${quoteName(version)} > OLD.${quoteName(version)}`];
  const triggers = [
    trigger("insert", "INSERT", isFilled("NEW"), [entry(log, null, "NEW")]),
    trigger("delete", "DELETE", [], [entry(log, "OLD", null)]),
    // A row under another id is another row.
    trigger(
      "move",
      `UPDATE OF ${id}`,
      [`NEW.${id} <> OLD.${id}`],
      [entry(log, "OLD", null), entry(log, null, "NEW")],
    ),
  ];
  if (others.length > 0) {
    const conditions = [isSameRow, changed, ...isFilled("OLD")];
    triggers.push(trigger("update", event, conditions, [entry(log, "OLD", "NEW")]));
  }
  if (filled.length > 0) {
    const columns = filled.map(quoteName);
    const wasNot = `(${columns.map((column) => `OLD.${column} IS NULL`).join(" OR ")})`;
    triggers.push(
      trigger(
        "filled",
        `UPDATE OF ${columns.join(", ")}`,
        [wasNot, ...isFilled("NEW")],
        [entry(log, null, "NEW")],
      ),
    );
  }
  return triggers;
}

/** Compares as row values: each OR would make the expression deeper, and D1 takes a depth of 100. */
function differs(columns: readonly string[]): string {
  const row = (name: "OLD" | "NEW") => {
    const values = columns.map((column) => `${name}.${quoteName(column)}`);
    return values.length === 1 ? values.join("") : `(${values.join(", ")})`;
  };
  return `${row("OLD")} IS NOT ${row("NEW")}`;
}

function entry(log: ChangeLog, before: "OLD" | null, after: "NEW" | null): string {
  const columns = [
    '"source"',
    '"row_id"',
    ...(before === null ? [] : ['"before_row"']),
    ...(after === null ? [] : ['"after_row"']),
  ];
  const values = [
    sourceOf(log.resource.table),
    `${after ?? before}.${quoteName(log.id)}`,
    ...(before === null ? [] : [image(log, before)]),
    ...(after === null ? [] : [image(log, after)]),
  ];
  return `INSERT INTO ${changes} (${columns.join(", ")}) VALUES (${values.join(", ")});`;
}

const image = ({ resource, logged }: ChangeLog, row: "OLD" | "NEW"): string =>
  loggedImageSql(resource, logged, { row, quote: quoteName });

/**
 * What the trigger of the version adds after it has raised it, in a trigger of its own that its UPDATE has run: the entry has the row
 * as the statement left it for the row before, and this puts the row before the statement in its place.
 */
export const correction = (log: ChangeLog): string =>
  `UPDATE ${changes} SET "before_row" = ${image(log, "OLD")} WHERE "seq" = ` +
  `(SELECT "seq" FROM ${changes} WHERE "source" = ${sourceOf(log.resource.table)} AND "row_id" = NEW.${quoteName(log.id)} ORDER BY "seq" DESC LIMIT 1);`;
