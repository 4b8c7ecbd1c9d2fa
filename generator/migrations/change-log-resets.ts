/** What a migration leaves in the change log about changes that are not in it. */
import { changesTableName, resetStatement } from "./change-log.ts";
import type { Group } from "./migration-file.ts";
import type { Snapshot } from "./snapshot.ts";
import { quoteName } from "./sql.ts";

/**
 * Tells the subscribers of tables to read anew: their triggers were away while the migration ran, or log something else from here on.
 *
 * @param after The tables as they shall be.
 * @param created The groups that make triggers (again).
 */
export function changeLogResets(after: Snapshot["tables"], created: readonly Group[]): Group[] {
  const made = new Set(created.flatMap(({ statements }) => statements));
  const tables = Object.entries(after).flatMap(([table, { triggers }]) => {
    const own = Object.values(triggers).filter((statement) => made.has(statement));
    const logs = own.some((statement) => statement.includes(quoteName(changesTableName)));
    return logs && table !== changesTableName ? [table] : [];
  });
  if (tables.length === 0) return [];
  return [{ comment: "Subscribers read these tables anew", statements: tables.map(resetStatement) }];
}
