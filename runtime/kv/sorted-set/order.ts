/** Counting along the order of a sorted set. */
import type { KeyRow } from "../keyspace.ts";
import type { Sql } from "../sql.ts";
import { Blocks, largeSet } from "./blocks.ts";
import { type Bound, bounds, everything, type Place, type Span } from "./ranges.ts";
import * as statements from "./table.ts";

/** A member with its score, as it is stored and sent. */
export type Entry = [member: string, score: number];

export type EntryRow = { readonly member: string; readonly score: number };

export class Order {
  readonly blocks: Blocks;
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.blocks = new Blocks(sql);
  }

  /** How many members come before a place. Counted from the nearer end, or, if that is far, in blocks. */
  rank(row: KeyRow, place: Bound): number {
    const below = this.#few(row, { from: everything.from, to: place });
    if (below !== null) return below;
    const above = this.#few(row, { from: place, to: everything.to });
    return above === null ? this.blocks.rank(row, place) : row.count - above;
  }

  /** How many members a span has. */
  count(row: KeyRow, span: Span): number {
    return this.#few(row, span) ?? this.rank(row, span.to) - this.rank(row, span.from);
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

  /** How many members a span has, if they are so few that counting them costs little; else null. */
  #few({ id }: KeyRow, span: Span): number | null {
    const limit = largeSet + 1;
    const found = this.#sql.get<{ count: number }>(statements.countSpanUpTo, id, ...bounds(span), limit);
    return found === undefined || found.count === limit ? null : found.count;
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
