/** Pages of `hscan`, `sscan` and `zscan`: members in the order of their hashes. */
import { KVError } from "./errors.ts";
import type { Picked } from "./pick.ts";
import type { Sql } from "./sql.ts";

/**
 * Members of a table `(id, pick, <column>, …)`, in the order of its primary key: a member that is there throughout a
 * walk is given exactly once, whatever comes and goes meanwhile.
 */
export class Walker<Row extends Picked> {
  readonly #sql: Sql;
  readonly #page: string;

  /** @param others Further columns that the rows have, in SQL. */
  constructor(sql: Sql, table: string, column = "member", others: readonly string[] = []) {
    this.#sql = sql;
    const columns = ["pick", `${column} AS member`, ...others].join(", ");
    this.#page = `SELECT ${columns} FROM ${table} WHERE id = ?1 AND (pick, ${column}) >= (?2, ?3)
      ORDER BY pick, ${column} LIMIT ?4`;
  }

  /**
   * Up to `count` members of the key with the surrogate `id`.
   *
   * @throws KVError `INVALID_CURSOR`
   */
  page(id: number, cursor: unknown, count: number): { readonly cursor: string; readonly rows: Row[] } {
    const start = checkCursor(cursor);
    const rows = this.#sql.all<Row>(this.#page, id, start.pick, start.member, count + 1);
    const next = rows[count];
    if (next === undefined) return { cursor: "0", rows };
    rows.length = count;
    // Only between members of the same hash must the cursor name the member.
    const isWithin = rows[count - 1]?.pick === next.pick;
    return { cursor: isWithin ? `${next.pick}>${next.member}` : String(next.pick), rows };
  }
}

/**
 * Where a walk goes on: `"0"` at the start, the hash of the next member, or both of it.
 *
 * @throws KVError `INVALID_CURSOR`
 */
export function checkCursor(cursor: unknown): Picked {
  const text = cursor === undefined ? "0" : cursor;
  const parts = typeof text === "string" && text.isWellFormed() ? /^(\d{1,10})(?:>(.*))?$/s.exec(text) : null;
  const pick = Number(parts?.[1]);
  if (parts !== null && pick < 2 ** 32) return { pick, member: parts[2] ?? "" };
  throw new KVError("INVALID_CURSOR", 'The cursor is not one that a scan gave. Begin with "0".');
}
