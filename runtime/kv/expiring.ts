/**
 * Tables whose rows expire by themselves. Besides their expiry, rows have a `sweep_at` (milliseconds since 1970,
 * indexed): when the sweep looks at them, not after the expiry they were made with. If a row's expiry has moved on
 * since, the sweep moves its `sweep_at`; so a write that only prolongs a row leaves the index alone and is billed as
 * one row.
 */
import type { Sql } from "./sql.ts";

/**
 * Deletes about `limit` of the rows that expired, and puts off those that live on.
 *
 * @param expiry SQL for when a row expires, in milliseconds since 1970.
 * @param now Milliseconds since 1970.
 * @returns The earliest `sweep_at`; null where there are no rows.
 */
export function sweepRows(
  sql: Sql,
  table: string,
  expiry: string,
  now: number,
  limit: number,
): number | null {
  const until = nth(sql, table, now, limit) ?? now;
  sql.run(`DELETE FROM ${table} WHERE sweep_at <= ?1 AND ${expiry} <= ?2`, until, now);
  sql.run(`UPDATE ${table} SET sweep_at = ${expiry} WHERE sweep_at <= ?`, until);
  return sql.get<{ at: number | null }>(`SELECT min(sweep_at) AS at FROM ${table}`)?.at ?? null;
}

/** The `sweep_at` of the row number `limit` of those that are due. */
function nth(sql: Sql, table: string, now: number, limit: number): number | undefined {
  return sql.get<{ at: number }>(
    `SELECT sweep_at AS at FROM ${table} WHERE sweep_at <= ? ORDER BY sweep_at LIMIT 1 OFFSET ?`,
    now,
    limit - 1,
  )?.at;
}
