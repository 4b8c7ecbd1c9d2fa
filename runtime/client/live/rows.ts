/** Rows in order, of which each change moves one. */
import type { AnyRow } from "./matches.ts";
import type { Compare } from "./order.ts";

export interface SortedRows {
  readonly size: number;
  has(id: string): boolean;
  /** The first rows, as an array of their own. */
  first(count: number): readonly AnyRow[];
  /** Replaces everything. */
  reset(rows: Iterable<readonly [string, AnyRow]>): void;
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
      byId = new Map(rows);
      sorted = [...byId.values()].sort(compare);
    },
    set: (id, row) => {
      const before = byId.get(id) ?? null;
      let first = Number.POSITIVE_INFINITY;
      if (before === row) return first;
      if (before !== null) {
        first = placeOf(before);
        sorted.splice(first, 1);
        byId.delete(id);
      }
      if (row !== null) {
        const place = placeOf(row);
        sorted.splice(place, 0, row);
        byId.set(id, row);
        first = Math.min(first, place);
      }
      return first;
    },
  };
}
