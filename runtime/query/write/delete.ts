import { and, type Scope } from "../scope.ts";
import type { Table } from "../table.ts";
import type { Change } from "./change.ts";
import { removal } from "./soft-delete.ts";
import { refuse, rowId, type Versions, versionCondition } from "./update.ts";

/** The deletion of one row and the rules it is made under. */
export interface Delete {
  readonly table: Table;
  readonly id: string;
  /** Versions that the row may have. */
  readonly versions?: Versions;
  readonly read: Scope;
  readonly delete: Scope;
}

/**
 * Describes the deletion of a row. It is refused with 404 where the caller cannot read the row, with 403 where it may read but
 * not delete it, with 412 where the row has another version, and with 409 where another row refers to it and may not be
 * left without.
 *
 * @throws {Problem} 404 for an id that no row can have.
 */
export function deleteRow({ table, id: given, versions = null, read, delete: write }: Delete): Change {
  const id = rowId(given);
  const remove = removal(table);
  const version = versionCondition(table, versions);
  return {
    statements: [
      {
        sql: `${remove.sql} WHERE id = ?${and(read)}${and(write)}${version.sql}`,
        values: [...remove.values, id, ...read.values, ...write.values, ...version.values],
      },
      refuse({ table, id, versions, read, write }),
    ],
    answer: { type: "nothing" },
    tables: [table],
  };
}
