/** What becomes of the deleted rows of a table that no longer keeps any. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { guardStatement } from "./columns.ts";
import type { Difference } from "./diff.ts";
import type { Group } from "./migration-file.ts";
import { namesBefore, resourceName, resourceOf } from "./names.ts";
import type { Table } from "./snapshot.ts";
import { quoteName } from "./sql.ts";

/** A table whose deleted rows would be rows like any other from here on. */
export interface Revival {
  readonly table: string;
  /** The column that marks them, under its new name if it has one. */
  readonly column: string;
}

/** Whether the change of a table would bring deleted rows back. */
export function revivalOf(table: string, before: Table, wanted: Table): Revival | null {
  if (before.deletedAt === undefined || wanted.deletedAt !== undefined) return null;
  return { table, column: before.deletedAt };
}

/** Stops the migration where there are deleted rows. With none left, nothing comes back, collides or is lost. */
export function revivalGuard({ table, column }: Revival): Group {
  return {
    comment: `${table}: deleted rows are no longer kept.\nWhere there are any this fails, and the whole migration is undone.`,
    statements: [guardStatement(table, `${table} has deleted rows`, `${quoteName(column)} IS NOT NULL`)],
  };
}

/** One error for each table that no longer keeps deleted rows. */
export function reportRevivals(model: Model, difference: Difference): Diagnostic[] {
  return difference.revivals.map(({ table, column }) => {
    const resource = resourceOf(model, table);
    const old = namesBefore(difference.renames, table, column);
    const remove = `DELETE FROM ${quoteName(old.table)} WHERE ${quoteName(old.column)} IS NOT NULL;`;
    return {
      code: "COV2015",
      severity: "error",
      path: ["resources", ...(resource === undefined ? [] : [resource.key])],
      message: `\`${resourceName(model, table)}\` has no \`softDelete\` any more, so its deleted rows would come back.`,
      fix:
        `Delete them for good (\`${remove}\`), or clear \`${old.column}\` in those to keep, and run ` +
        "`covara gen --allow-destructive`: the migration then stops, and changes nothing, if a deleted row is left. " +
        "The Worker that is live needs the column until the new one is deployed.",
    };
  });
}
