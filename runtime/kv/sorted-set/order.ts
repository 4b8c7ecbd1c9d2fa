/** Counting along the order of a sorted set. */
import type { KeyRow } from "../keyspace.ts";
import type { Sql, SqlValue } from "../sql.ts";
import { everything, type Place, type Span } from "./ranges.ts";
import * as statements from "./table.ts";

/** A member with its score, as it is stored and sent. */
export type Entry = [member: string, score: number];

export type EntryRow = { readonly member: string; readonly score: number };

/** A span as parameters. */
export const bounds = ({ from, to }: Span): SqlValue[] => [from.score, from.member, to.score, to.member];

export class Order {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** How many members come before a place. */
  rank(row: KeyRow, place: Place): number {
    return this.#count(row.id, { from: everything.from, to: place });
  }

  /** How many members a span has. */
  count(row: KeyRow, span: Span): number {
    return this.#count(row.id, span);
  }

  /** The member with a rank that exists. */
  at(row: KeyRow, rank: number): Place {
    const back = row.count - 1 - rank;
    const place = this.#sql.get<EntryRow>(
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

  #count(id: number, span: Span): number {
    return this.#sql.get<{ count: number }>(statements.countSpan, id, ...bounds(span))?.count ?? 0;
  }
}
