/** Rows in order, of which each change moves one. */
import type { AnyRow } from "./matches.ts";
import type { Compare } from "./order.ts";

export interface SortedRows {
  readonly size: number;
  has(id: string): boolean;
  /** The first rows, as an array of their own. */
  first(count: number): readonly AnyRow[];
  /** Replaces everything. */
  reset(rows: Map<string, AnyRow>): void;
  /**
   * Puts a row where it belongs, or takes it away.
   *
   * @returns the first place where another row is now than before, or infinity for none.
   */
  set(id: string, row: AnyRow | null): number;
}

export function sortedRows(compare: Compare): SortedRows {
  let byId = new Map<string, AnyRow>();
  let sorted: AnyRow[] = [];
  /** The first place whose row does not come before this one. */
  const placeOf = (row: AnyRow): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(sorted[middle] as AnyRow, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    get size() {
      return sorted.length;
    },
    has: (id) => byId.has(id),
    first: (count) => sorted.slice(0, count),
    reset: (rows) => {
      byId = rows;
      sorted = [...byId.values()].sort(compare);
    },
    set: (id, row) => {
      const before = byId.get(id) ?? null;
      if (before === row) return Number.POSITIVE_INFINITY;
      // A row that is new comes from behind all others, and one that goes moves there.
      const from = before === null ? sorted.length : placeOf(before);
      let to = row === null ? sorted.length : placeOf(row);
      if (to > from) to -= 1;
      // Only those between the two places move, which takes a third of the time of two calls of `splice`.
      for (let place = from; place < to; place++) sorted[place] = sorted[place + 1] as AnyRow;
      for (let place = from; place > to; place--) sorted[place] = sorted[place - 1] as AnyRow;
      if (row === null) {
        sorted.pop();
        byId.delete(id);
      } else {
        sorted[to] = row;
        byId.set(id, row);
      }
      return Math.min(from, to);
    },
  };
}
