/** `lpos`: where a list holds a value. */
import { checkCount, checkInteger, checkOptions } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { Sql } from "../sql.ts";
import type { KeyRow } from "../store-keys.ts";
import { denseFrom } from "./positions.ts";

export interface Wanted {
  /** From which end values are looked at. */
  readonly backwards: boolean;
  /** How many matches are passed over. */
  readonly skip: number;
  /** How many matches are wanted: null for one by itself, 0 for all. */
  readonly count: number | null;
  /** How many values are looked at; 0 for all. */
  readonly maxlen: number;
}

/** @throws KVError `INVALID_ARGUMENT`, `OUT_OF_RANGE` */
export function lposOptions(options: unknown): Wanted {
  const checked = checkOptions(options, ["rank", "count", "maxlen"]);
  const rank = checked.rank === undefined ? 1 : checkInteger(checked.rank, "The option rank");
  if (rank === 0) {
    throw new KVError(
      "OUT_OF_RANGE",
      "The option rank cannot be 0: 1 is the first match, 2 the second, -1 the last.",
    );
  }
  return {
    backwards: rank < 0,
    skip: Math.abs(rank) - 1,
    count: checked.count === undefined ? null : checkCount(checked.count, "The option count"),
    maxlen: checked.maxlen === undefined ? 0 : checkCount(checked.maxlen, "The option maxlen"),
  };
}

/** The indexes of the wanted matches, in the order in which they are found. */
export function findIndexes(sql: Sql, row: KeyRow, value: string, wanted: Wanted): number[] {
  const looked = wanted.maxlen === 0 ? row.count : Math.min(wanted.maxlen, row.count);
  const limit = wanted.count === null ? 1 : wanted.count === 0 ? -1 : wanted.count;
  const first = denseFrom(sql, row);
  if (first === null) return findByCounting(sql, row, value, wanted, looked, limit);
  const [low, high] = wanted.backwards
    ? [first + row.count - looked, first + row.count - 1]
    : [first, first + looked - 1];
  return sql
    .all<{ position: number }>(
      wanted.backwards
        ? `SELECT position FROM kv_list WHERE id = ? AND position BETWEEN ? AND ? AND value = ?
            ORDER BY position DESC LIMIT ? OFFSET ?`
        : `SELECT position FROM kv_list WHERE id = ? AND position BETWEEN ? AND ? AND value = ?
            ORDER BY position LIMIT ? OFFSET ?`,
      row.id,
      low,
      high,
      value,
      limit,
      wanted.skip,
    )
    .map(({ position }) => position - first);
}

function findByCounting(
  sql: Sql,
  { id, count }: KeyRow,
  value: string,
  { backwards, skip }: Wanted,
  looked: number,
  limit: number,
): number[] {
  const steps = sql.all<{ step: number }>(
    backwards
      ? `SELECT step FROM (SELECT row_number() OVER (ORDER BY position DESC) - 1 AS step, value = ?2 AS hit
          FROM kv_list WHERE id = ?1 ORDER BY position DESC LIMIT ?3) WHERE hit LIMIT ?4 OFFSET ?5`
      : `SELECT step FROM (SELECT row_number() OVER (ORDER BY position) - 1 AS step, value = ?2 AS hit
          FROM kv_list WHERE id = ?1 ORDER BY position LIMIT ?3) WHERE hit LIMIT ?4 OFFSET ?5`,
    id,
    value,
    looked,
    limit,
    skip,
  );
  return steps.map(({ step }) => (backwards ? count - 1 - step : step));
}
