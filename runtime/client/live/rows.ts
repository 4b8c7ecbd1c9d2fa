/** Rows in order, of which each change moves one. */
import type { AnyRow } from "./matches.ts";
import type { Compare } from "./order.ts";

export class SortedRows {
  readonly #compare: Compare;
  readonly #byId = new Map<string, AnyRow>();
  #sorted: AnyRow[] = [];

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#sorted.length;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The first rows, as an array of their own. */
  first(count: number): readonly AnyRow[] {
    return this.#sorted.slice(0, count);
  }

  /** Replaces everything. */
  reset(rows: Iterable<readonly [string, AnyRow]>): void {
    this.#byId.clear();
    for (const [id, row] of rows) this.#byId.set(id, row);
    this.#sorted = [...this.#byId.values()].sort(this.#compare);
  }

  /**
   * Puts a row where it belongs, or takes it away.
   *
   * @returns the first place where another row is now than before, or infinity for none.
   */
  set(id: string, row: AnyRow | null): number {
    const before = this.#byId.get(id) ?? null;
    if (before === row) return Number.POSITIVE_INFINITY;
    const from = before === null ? -1 : this.#place(before);
    if (row === null) {
      this.#byId.delete(id);
      this.#sorted.splice(from, 1);
      return from;
    }
    this.#byId.set(id, row);
    if (before !== null && this.#compare(before, row) === 0) {
      this.#sorted[from] = row;
      return from;
    }
    if (from >= 0) this.#sorted.splice(from, 1);
    const to = this.#place(row);
    this.#sorted.splice(to, 0, row);
    return from < 0 ? to : Math.min(from, to);
  }

  /** The first place whose row does not come before this one. */
  #place(row: AnyRow): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#sorted[middle] as AnyRow, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
