/** The full-text indexes of a migration: which go, and which are made (again) from the rows. */
import type { ResourceModel } from "../model/types.ts";
import type { BlockedColumn } from "./dependents.ts";
import { isAbout } from "./dependents.ts";
import type { Group } from "./migration-file.ts";
import { backfill } from "./search.ts";
import type { Snapshot, Table } from "./snapshot.ts";
import { quoteName } from "./sql.ts";

export interface SearchChanges {
  /** Statements that run before anything else. */
  readonly drop: readonly string[];
  /** Groups that run when the tables are as they shall be, before triggers are made. */
  readonly create: readonly Group[];
  /** Names of triggers that may not run, and that no ALTER TABLE may meet, while there is no index. */
  readonly suspended: ReadonlySet<string>;
  /** Short names of what the user asked for. */
  readonly summary: readonly string[];
  /** Short names of what follows from other changes. */
  readonly consequences: readonly string[];
}

/**
 * The indexes of tables that go, stay or get one. One is made anew from the rows where it differs, and where a trigger
 * that keeps it in step is away during the migration. Nothing is lost with an index: all that it holds is in the rows.
 *
 * @param before The tables under their new names; their indexes still have the old ones.
 */
export function searchChanges(
  before: Snapshot["tables"],
  after: Snapshot["tables"],
  blocked: readonly BlockedColumn[],
  resources: readonly ResourceModel[],
): SearchChanges {
  const drop: string[] = [];
  const suspended = new Set<string>();
  const create: Group[] = [];
  const summary: string[] = [];
  const consequences: string[] = [];
  for (const [table, old] of Object.entries(before)) {
    const wanted = after[table];
    if (old.search === undefined || (wanted && stays(old, wanted, blocked))) continue;
    for (const name of Object.keys(old.triggers).filter((trigger) => isOfSearch(old, trigger))) {
      suspended.add(name);
      // A table that goes takes its triggers along, but too late.
      if (!wanted) drop.push(`DROP TRIGGER ${quoteName(name)};`);
    }
    drop.push(...Object.keys(old.search).map((name) => `DROP TABLE ${quoteName(name)};`));
    if (wanted && wanted.search === undefined) summary.push(`drop_${table}_search`);
  }
  for (const resource of resources) {
    const { table } = resource;
    const old = before[table];
    const wanted = after[table];
    if (!old || wanted?.search === undefined || stays(old, wanted, blocked)) continue;
    create.push({
      comment: `${table}: full-text index`,
      statements: [...Object.values(wanted.search), ...backfill(resource)],
    });
    (old.search === undefined ? summary : consequences).push(`search_${table}`);
  }
  return { drop, create, suspended, summary, consequences };
}

/** Whether an index is the wanted one and was kept in step all the time. */
function stays(old: Table, wanted: Table, blocked: readonly BlockedColumn[]): boolean {
  if (!isSame(old.search ?? {}, wanted.search ?? {})) return false;
  return Object.entries(wanted.triggers)
    .filter(([name]) => isOfSearch(wanted, name))
    .every(
      ([name, statement]) =>
        old.triggers[name] === statement && !blocked.some((column) => isAbout(statement, column)),
    );
}

function isOfSearch({ search = {} }: Table, trigger: string): boolean {
  return Object.keys(search).some((name) => trigger.startsWith(`${name}_`));
}

function isSame(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
