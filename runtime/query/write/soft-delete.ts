import { and, both, type Scope, where } from "../scope.ts";
import type { Table } from "../table.ts";
import { timestamp } from "../values.ts";
import { type Change, returning, type Statement } from "./change.ts";
import { refuse, rowId, touched, type Versions, versionCondition } from "./update.ts";

/**
 * What takes rows away, up to its WHERE. Where the table keeps deleted rows it marks them, as a change like any other: the
 * read scope of the WHERE leaves out those that are marked already.
 */
export function removal(table: Table): Statement {
  if (table.deletedAt === undefined) return { sql: `DELETE FROM ${table.name}`, values: [] };
  const { sql, values } = touched(table);
  return {
    sql: `UPDATE ${table.name} SET ${[`${table.deletedAt} = ?`, ...sql].join(", ")}`,
    values: [timestamp(), ...values],
  };
}

/** The restoration of one deleted row and the rules it is made under. */
export interface Restore {
  readonly table: Table;
  readonly id: string;
  /** Versions that the row may have. */
  readonly versions?: Versions;
  readonly read: Scope;
  /** What the caller may read with deleted rows among it. */
  readonly withDeleted: Scope;
  /** Who may delete the row may bring it back. */
  readonly delete: Scope;
}

/**
 * Describes the restoration of a row. It is refused with 404 unless the row is deleted and the caller may see it, with 403
 * where the caller may see but not delete it, with 412 where the row has another version, and with 409 where another row has
 * taken a value that must be unique.
 *
 * @throws {Problem} 404 for an id that no row can have.
 */
export function restoreRow(restore: Restore): Change {
  const { table, versions = null, read, delete: write } = restore;
  if (table.deletedAt === undefined) throw new TypeError(`${table.name} keeps no deleted rows`);
  const id = rowId(restore.id);
  const deleted = both(where(`${table.deletedAt} IS NOT NULL`), restore.withDeleted);
  const set = touched(table);
  const version = versionCondition(table, versions);
  return {
    statements: [
      {
        sql:
          `UPDATE ${table.name} SET ${[`${table.deletedAt} = NULL`, ...set.sql].join(", ")}` +
          ` WHERE id = ?${and(deleted)}${and(write)}${version.sql} RETURNING ${returning(table, read)}`,
        values: [...set.values, id, ...deleted.values, ...write.values, ...version.values, ...read.values],
      },
      refuse({ table, id, versions, read: deleted, write }),
    ],
    answer: { type: "row", table, ids: [id], read, from: [0] },
    tables: [table],
  };
}
