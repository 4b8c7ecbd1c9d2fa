/**
 * Where the values of a list are. Positions are numbers with nothing but an order: a push takes the next whole number
 * beyond the end, `lrem` leaves holes, and `linsert` takes the middle between two neighbours.
 *
 * A list is dense if its positions are consecutive whole numbers; then index i is at the first position + i. That is so
 * exactly if all positions are whole, and the last minus the first plus 1 is the count: distinct whole numbers that are
 * as many as there are in their range fill it. `kv_list_between` indexes the positions that are not whole, and nothing
 * else, so both are known after three seeks, and nothing has to be kept up to date.
 */

import type { Sql } from "../sql.ts";
import type { KeyRow } from "../store-keys.ts";
import type { Structure } from "../structure.ts";

export const lists: Structure = {
  type: "list",
  formats: [
    [
      `CREATE TABLE kv_list (id INTEGER NOT NULL, position REAL NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (id, position)) WITHOUT ROWID`,
      "CREATE INDEX kv_list_between ON kv_list (id) WHERE position <> CAST(position AS INTEGER)",
    ],
  ],
  table: "kv_list",
  columns: ["position", "value"],
};

/** So few values beside an end are walked over sooner than it is found out whether the list is dense. */
const nearEnd = 64;

/** The first position of a dense list; null for one that is not. */
export function denseFrom(sql: Sql, { id, count }: KeyRow): number | null {
  const row = sql.get<{ first: number | null; last: number | null; middles: number }>(
    `SELECT (SELECT min(position) FROM kv_list WHERE id = ?1) AS first,
      (SELECT max(position) FROM kv_list WHERE id = ?1) AS last,
      EXISTS (SELECT 1 FROM kv_list WHERE id = ?1 AND position <> CAST(position AS INTEGER)) AS middles`,
    id,
  );
  if (row === undefined || row.first === null || row.last === null || row.middles !== 0) return null;
  return row.last - row.first + 1 === count ? row.first : null;
}

/** The position of an index that exists. */
export function positionOf(sql: Sql, row: KeyRow, index: number): number {
  const back = row.count - 1 - index;
  if (Math.min(index, back) > nearEnd) {
    const first = denseFrom(sql, row);
    if (first !== null) return first + index;
  }
  const found =
    index <= back
      ? sql.get<{ position: number }>(
          "SELECT position FROM kv_list WHERE id = ? ORDER BY position LIMIT 1 OFFSET ?",
          row.id,
          index,
        )
      : sql.get<{ position: number }>(
          "SELECT position FROM kv_list WHERE id = ? ORDER BY position DESC LIMIT 1 OFFSET ?",
          row.id,
          back,
        );
  if (found === undefined) {
    throw new Error(`A list says that it has ${row.count} values, but there is none at index ${index}.`);
  }
  return found.position;
}

/** The values at indexes that exist, from `start` to `stop`. */
export function valuesOf(sql: Sql, row: KeyRow, start: number, stop: number): string[] {
  const back = row.count - 1 - stop;
  const count = stop - start + 1;
  if (Math.min(start, back) > nearEnd) {
    const first = denseFrom(sql, row);
    if (first !== null) {
      return sql
        .all<ValueRow>(
          "SELECT value FROM kv_list WHERE id = ? AND position BETWEEN ? AND ? ORDER BY position",
          row.id,
          first + start,
          first + stop,
        )
        .map(({ value }) => value);
    }
  }
  if (start <= back) {
    return sql
      .all<ValueRow>(
        "SELECT value FROM kv_list WHERE id = ? ORDER BY position LIMIT ? OFFSET ?",
        row.id,
        count,
        start,
      )
      .map(({ value }) => value);
  }
  return sql
    .all<ValueRow>(
      "SELECT value FROM kv_list WHERE id = ? ORDER BY position DESC LIMIT ? OFFSET ?",
      row.id,
      count,
      back,
    )
    .map(({ value }) => value)
    .reverse();
}

type ValueRow = { value: string };

/**
 * A free position beside the one of an existing value: a whole number where there is one, the middle where not, null
 * where neighbours are so close that no number lies between them.
 */
export function positionBeside(
  sql: Sql,
  id: number,
  position: number,
  where: "before" | "after",
): number | null {
  if (where === "before") {
    const low = sql.get<{ at: number | null }>(
      "SELECT max(position) AS at FROM kv_list WHERE id = ? AND position < ?",
      id,
      position,
    )?.at;
    return low === undefined || low === null ? Math.ceil(position) - 1 : between(low, position);
  }
  const high = sql.get<{ at: number | null }>(
    "SELECT min(position) AS at FROM kv_list WHERE id = ? AND position > ?",
    id,
    position,
  )?.at;
  return high === undefined || high === null ? Math.floor(position) + 1 : between(position, high);
}

function between(low: number, high: number): number | null {
  const middle = (low + high) / 2;
  for (const candidate of [Math.floor(middle), Math.ceil(middle), middle]) {
    if (candidate > low && candidate < high) return candidate;
  }
  return null;
}

/** Makes a list dense, at positions that none of its values has, since each has to be free when it is taken. */
export function renumber(sql: Sql, id: number): void {
  sql.run(
    `UPDATE kv_list SET position = sequence.next
      FROM (SELECT position AS old,
          (SELECT floor(max(position)) FROM kv_list WHERE id = ?1) + row_number() OVER (ORDER BY position) AS next
        FROM kv_list WHERE id = ?1) AS sequence
      WHERE id = ?1 AND position = sequence.old`,
    id,
  );
}
