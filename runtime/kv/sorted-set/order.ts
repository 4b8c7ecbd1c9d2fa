/** Counting along the order of a sorted set. */

import type { Sql } from "../sql.ts";
import type { KeyRow } from "../store-keys.ts";
import { Blocks, largeSet } from "./blocks.ts";
import { type Bound, bounds, everything, type Place, type Span } from "./ranges.ts";
import * as statements from "./table.ts";

/** A member with its score, as it is stored and sent. */
export type Entry = [member: string, score: number];

export type EntryRow = { readonly member: string; readonly score: number };

/** So few members are counted sooner than blocks are looked up. */
const glance = 128;

export class Order {
  readonly blocks: Blocks;
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.blocks = new Blocks(sql);
  }

  /** How many members come before a place. Without blocks, they are counted from the nearer end, if it is near. */
  rank(row: KeyRow, place: Bound): number {
    const known = this.blocks.rank(row, place);
    if (known !== null) return known;
    const below = this.#few(row, { from: everything.from, to: place }, largeSet);
    if (below !== null) return below;
    const above = this.#few(row, { from: place, to: everything.to }, largeSet);
    if (above !== null) return row.count - above;
    this.blocks.build(row);
    return this.rank(row, place);
  }

  /** How many members a span has. */
  count(row: KeyRow, span: Span): number {
    const few =
      this.#few(row, span, glance) ?? (this.blocks.exist(row) ? null : this.#few(row, span, largeSet));
    return few ?? this.rank(row, span.to) - this.rank(row, span.from);
  }

  /** The member with a rank that exists. */
  at(row: KeyRow, rank: number): Place {
    const back = row.count - 1 - rank;
    const place =
      Math.min(rank, back) > largeSet
        ? this.#within(row, rank)
        : this.#sql.get<EntryRow>(
            rank <= back ? statements.spanUp : statements.spanDown,
            row.id,
            ...bounds(everything),
            1,
            Math.min(rank, back),
          );
    if (place === undefined) {
      throw new Error(`A sorted set says that it has ${row.count} members, but none has rank ${rank}.`);
    }
    return place;
  }

  /** How many members a span has; null if they are more than `most`. */
  #few({ id }: KeyRow, span: Span, most: number): number | null {
    const found = this.#sql.get<{ count: number }>(statements.countSpanUpTo, id, ...bounds(span), most + 1);
    return found === undefined || found.count > most ? null : found.count;
  }

  #within(row: KeyRow, rank: number): Place | undefined {
    const { from, offset } = this.blocks.locate(row, rank);
    return this.#sql.get<EntryRow>(
      statements.spanUp,
      row.id,
      ...bounds({ from, to: everything.to }),
      1,
      offset,
    );
  }
}
