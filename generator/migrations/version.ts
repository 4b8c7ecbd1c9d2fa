/**
 * The trigger that raises the version of a row whoever changes it: SQL of the application's own, `wrangler d1 execute`, and a
 * foreign key that is set to null. Generated writes raise it themselves, so that they can answer with it, and the trigger then
 * has nothing to do.
 */
import type { ResourceModel } from "../model/types.ts";
import { type ChangeLog, correction } from "./change-log.ts";
import { foldSql, quoteName } from "./sql.ts";

/**
 * The trigger as a statement by its name; none where rows have no version.
 *
 * @param log How changes of the table are logged; null where they are not.
 */
export function versionTrigger(
  { table, fields }: ResourceModel,
  log: ChangeLog | null,
): [name: string, statement: string][] {
  const version = fields.find(({ generated }) => generated === "version")?.column;
  const id = fields.find(({ kind }) => kind === "id")?.column;
  if (version === undefined || id === undefined) return [];
  const columns = fields.flatMap(({ column }) => (column === id ? [] : [quoteName(column)]));
  const name = `${table}_${version}_rises`;
  const counts = log !== null && log.version !== null;
  const conditions = [
    `NEW.${quoteName(version)} <= OLD.${quoteName(version)}`,
    // A row under another id is another row, and what a trigger fills in belongs to the insert.
    ...(counts ? [`NEW.${quoteName(id)} = OLD.${quoteName(id)}`] : []),
    ...(counts ? log.filled.map((column) => `OLD.${quoteName(column)} IS NOT NULL`) : []),
  ];
  return [
    [
      name,
      [
        `CREATE TRIGGER ${quoteName(name)} AFTER UPDATE OF ${columns.join(", ")} ON ${quoteName(table)}`,
        `WHEN ${conditions.join(" AND ")}`,
        "BEGIN",
        `  UPDATE ${quoteName(table)} SET ${quoteName(version)} = OLD.${quoteName(version)} + 1 WHERE ${quoteName(id)} = NEW.${quoteName(id)};`,
        ...(counts ? [foldSql(correction(log), "  ")] : []),
        "END;",
      ].join("\n"),
    ],
  ];
}
