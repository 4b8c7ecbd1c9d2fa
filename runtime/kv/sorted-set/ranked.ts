/** The commands of sorted sets that go by their order: ranks, and ranges of ranks, scores and texts. */
import { checkFlag, checkInteger, checkKey, checkMember, checkOptions } from "../checks.ts";
import { KVError } from "../errors.ts";
import { slice } from "../slice.ts";
import type { KeyRow } from "../store-keys.ts";
import { largeSet } from "./blocks.ts";
import { Members } from "./members.ts";
import type { Entry, EntryRow } from "./order.ts";
import {
  after,
  bounds,
  checkLimit,
  everything,
  type LexRange,
  lexRange,
  type Part,
  type Span,
  scoreSpan,
} from "./ranges.ts";
import * as statements from "./table.ts";

/** A range as it was asked for. */
type Query =
  | { readonly by: "rank"; readonly start: number; readonly stop: number }
  | { readonly by: "score"; readonly span: Span; readonly part: Part }
  | { readonly by: "lex"; readonly range: LexRange; readonly part: Part };

/** Members to read: a part of a span, or of a range of texts in a set whose scores differ. */
interface Selection {
  readonly of: Span | LexRange;
  readonly part: Part;
  /** From which end. */
  readonly down: boolean;
}

export type RankAndScore = [rank: number, score: number];

export abstract class Ranked extends Members {
  zcount(key: unknown, min: unknown, max: unknown): number {
    const span = scoreSpan(min, max);
    const row = this.store.open(checkKey(key));
    return row === null || span === null ? 0 : this.order.count(row, span);
  }

  zlexcount(key: unknown, min: unknown, max: unknown): number {
    const range = lexRange(min, max);
    const row = this.store.open(checkKey(key));
    return row === null || range === null ? 0 : this.#count(row, this.#spanOf(row, range));
  }

  zrank(key: unknown, member: unknown, options: unknown): number | RankAndScore | null {
    return this.#rank(key, member, options, (rank) => rank);
  }

  zrevrank(key: unknown, member: unknown, options: unknown): number | RankAndScore | null {
    return this.#rank(key, member, options, (rank, count) => count - 1 - rank);
  }

  zrange(key: unknown, start: unknown, stop: unknown, options: unknown): string[] | Entry[] {
    const checked = checkOptions(options, ["byScore", "byLex", "rev", "limit", "withScores"]);
    const withScores = checkFlag(checked.withScores, "withScores");
    const rev = checkFlag(checked.rev, "rev");
    const query = checkQuery(start, stop, checked, rev);
    if (withScores && checked.byLex === true) {
      throw new KVError("INVALID_ARGUMENT", "The options withScores and byLex cannot be combined.");
    }
    const row = this.store.open(checkKey(key));
    const rows = row === null || query === null ? [] : this.#read(row, query, rev);
    return withScores
      ? rows.map(({ member, score }): Entry => [member, score])
      : rows.map(({ member }) => member);
  }

  zrangestore(
    destination: unknown,
    source: unknown,
    start: unknown,
    stop: unknown,
    options: unknown,
  ): number {
    const checked = checkOptions(options, ["byScore", "byLex", "rev", "limit"]);
    const rev = checkFlag(checked.rev, "rev");
    const query = checkQuery(start, stop, checked, rev);
    const [target, name] = [checkKey(destination), checkKey(source)];
    const row = this.store.open(name);
    return this.replaceWith(target, (id) => {
      const selection = row === null || query === null ? null : this.#select(row, query, rev);
      if (row === null || selection === null) return 0;
      const { of, part, down } = selection;
      const limit = [part.count, part.offset, id];
      if (isSpan(of)) {
        const statement = down ? statements.storeSpanDown : statements.storeSpanUp;
        this.store.sql.run(statement, row.id, ...bounds(of), ...limit);
      } else {
        const statement = down ? statements.storeTextsDown : statements.storeTextsUp;
        this.store.sql.run(statement, row.id, of.from, of.to, ...limit);
      }
      return this.countOf(id);
    });
  }

  zremrangebyrank(key: unknown, start: unknown, stop: unknown): number {
    const [from, to] = [checkInteger(start, "The start"), checkInteger(stop, "The stop")];
    const name = checkKey(key);
    const row = this.store.open(name);
    const range = row === null ? null : slice(from, to, row.count);
    if (row === null || range === null) return 0;
    const first = this.order.at(row, range.start);
    const last = range.start === range.stop ? first : this.order.at(row, range.stop);
    return this.#remove(name, row, { from: first, to: after(last) }, range.stop - range.start + 1);
  }

  zremrangebyscore(key: unknown, min: unknown, max: unknown): number {
    const span = scoreSpan(min, max);
    const name = checkKey(key);
    const row = this.store.open(name);
    return row === null || span === null ? 0 : this.#remove(name, row, span, this.order.count(row, span));
  }

  zremrangebylex(key: unknown, min: unknown, max: unknown): number {
    const range = lexRange(min, max);
    const name = checkKey(key);
    const row = this.store.open(name);
    if (row === null || range === null) return 0;
    const span = this.#spanOf(row, range);
    return this.#remove(name, row, span, this.#count(row, span));
  }

  /**
   * Puts new members in place of a key, which may be one of those that they come from.
   *
   * @param fill Stores the members under an id and says how many they are.
   */
  protected replaceWith(target: string, fill: (id: number) => number): number {
    const existing = this.store.open(target);
    const id = this.store.space.nextId();
    const count = fill(id);
    if (existing !== null) this.store.remove(target, existing);
    if (count > 0) this.store.create(target, count, undefined, id);
    return count;
  }

  /** How many members an id has, by counting. */
  protected countOf(id: number): number {
    return this.store.sql.get<{ count: number }>(statements.count, id)?.count ?? 0;
  }

  #rank(
    key: unknown,
    member: unknown,
    options: unknown,
    rankOf: (rank: number, count: number) => number,
  ): number | RankAndScore | null {
    const withScore = checkFlag(checkOptions(options, ["withScore"]).withScore, "withScore");
    const [name, wanted] = [checkKey(key), checkMember(member)];
    const row = this.store.open(name);
    const score = row === null ? null : this.scoreOf(row, wanted);
    if (row === null || score === null) return null;
    const rank = rankOf(this.order.rank(row, { score, member: wanted }), row.count);
    return withScore ? [rank, score] : rank;
  }

  #read(row: KeyRow, query: Query, rev: boolean): EntryRow[] {
    const selection = this.#select(row, query, rev);
    if (selection === null) return [];
    const { of, part, down } = selection;
    const { sql } = this.store;
    const rows = isSpan(of)
      ? sql.all<EntryRow>(
          down ? statements.spanDown : statements.spanUp,
          row.id,
          ...bounds(of),
          part.count,
          part.offset,
        )
      : sql.all<EntryRow>(
          down ? statements.textsDown : statements.textsUp,
          row.id,
          of.from,
          of.to,
          part.count,
          part.offset,
        );
    return down === rev ? rows : rows.reverse();
  }

  /** Where to read a range. A range of ranks is read from the nearer end, in whichever order. */
  #select(row: KeyRow, query: Query, rev: boolean): Selection | null {
    if (query.by === "score") return this.#skipping(row, query.span, query.part, rev);
    if (query.by === "lex") return { of: this.#spanOf(row, query.range), part: query.part, down: rev };
    const range = slice(query.start, query.stop, row.count);
    if (range === null) return null;
    const count = range.stop - range.start + 1;
    const back = row.count - 1 - range.stop;
    if (Math.min(range.start, back) > largeSet) {
      // With `rev`, ranks count from above.
      const from = this.order.at(row, rev ? back : range.start);
      return { of: { from, to: everything.to }, part: { offset: 0, count }, down: false };
    }
    const isNear = range.start <= back;
    return { of: everything, part: { offset: isNear ? range.start : back, count }, down: rev === isNear };
  }

  /** Where to read a part of a span. A far offset is counted by ranks. */
  #skipping(row: KeyRow, span: Span, part: Part, down: boolean): Selection | null {
    if (part.offset <= largeSet) return { of: span, part, down };
    const rank = down
      ? this.order.rank(row, span.to) - 1 - part.offset
      : this.order.rank(row, span.from) + part.offset;
    if (rank < 0 || rank >= row.count) return null;
    const place = this.order.at(row, rank);
    const rest = down ? { from: span.from, to: after(place) } : { from: place, to: span.to };
    return { of: rest, part: { offset: 0, count: part.count }, down };
  }

  /** A range of texts as a span, where all members have the same score. */
  #spanOf(row: KeyRow, range: LexRange): Span | LexRange {
    const ends = this.store.sql.get<{ low: number; high: number }>(statements.scoreEnds, row.id);
    if (ends === undefined || ends.low !== ends.high) return range;
    const score = ends.low;
    return { from: { score, member: range.from }, to: { score, member: range.to } };
  }

  #count(row: KeyRow, of: Span | LexRange): number {
    if (isSpan(of)) return this.order.count(row, of);
    return this.store.sql.get<{ count: number }>(statements.countTexts, row.id, of.from, of.to)?.count ?? 0;
  }

  /** Removes members, of which there are `count`. */
  #remove(name: string, row: KeyRow, of: Span | LexRange, count: number): number {
    if (count === 0) return 0;
    if (count === row.count) {
      this.store.remove(name, row);
      return count;
    }
    const left = row.count - count;
    if (isSpan(of)) {
      this.store.sql.run(statements.removeSpan, row.id, ...bounds(of));
      this.order.blocks.cleared(row, of, left);
    } else {
      this.store.sql.run(statements.removeTexts, row.id, of.from, of.to);
      this.order.blocks.drop(row.id);
    }
    this.store.wrote(name, row, left);
    return count;
  }
}

const isSpan = (of: Span | LexRange): of is Span => typeof of.from === "object";

/** What `zrange` and `zrangestore` are asked for; null for a range in which there can be nothing. */
function checkQuery(
  start: unknown,
  stop: unknown,
  options: { readonly byScore?: unknown; readonly byLex?: unknown; readonly limit?: unknown },
  rev: boolean,
): Query | null {
  const byScore = checkFlag(options.byScore, "byScore");
  const byLex = checkFlag(options.byLex, "byLex");
  if (byScore && byLex) {
    throw new KVError("INVALID_ARGUMENT", "The options byScore and byLex cannot be combined.");
  }
  if (!byScore && !byLex) {
    if (options.limit !== undefined) {
      throw new KVError("INVALID_ARGUMENT", "The option limit needs byScore or byLex.");
    }
    const [from, to] = [checkInteger(start, "The start"), checkInteger(stop, "The stop")];
    return { by: "rank", start: from, stop: to };
  }
  const part = checkLimit(options.limit);
  const [low, high] = rev ? [stop, start] : [start, stop];
  if (byScore) {
    const span = scoreSpan(low, high);
    return span === null || part === null ? null : { by: "score", span, part };
  }
  const range = lexRange(low, high);
  return range === null || part === null ? null : { by: "lex", range, part };
}
