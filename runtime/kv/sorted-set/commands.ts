/** What a store of sorted sets can do. */
import type { KeyCommands, ScanOptions } from "../facade.ts";
import type { PageReply, Reply, ReplyMode } from "../replies.ts";

/** A member with its score. */
export interface Scored<M> {
  readonly member: M;
  /** A number, `Infinity` or `-Infinity`. */
  readonly score: number;
}

/** An end of a range of scores: with `(` before it, the score itself is left out. */
export type ScoreBound = number | `${"" | "("}${number}` | `${"" | "("}${"" | "+" | "-"}inf`;

/** An end of a range of members: `"[a"` with, `"(a"` without `a` itself, `"-"` before and `"+"` after all. */
export type LexBound = "-" | "+" | `[${string}` | `(${string}`;

/** Which members `zadd` leaves alone, and what it replies. */
export interface ZaddConditions {
  /** Only adds members. */
  readonly nx?: boolean;
  /** Only changes scores of members that are there. */
  readonly xx?: boolean;
  /** Changes a score only to a greater one. */
  readonly gt?: boolean;
  /** Changes a score only to a smaller one. */
  readonly lt?: boolean;
}

export interface ZaddOptions extends ZaddConditions {
  /** Replies how many members were added or changed, instead of only those that were added. */
  readonly ch?: boolean;
  readonly incr?: false;
}

/** A part of a range. */
export interface Limit {
  /** How many members are passed over. Default: 0. */
  readonly offset?: number;
  /** How many there are at the most; all where it is negative, which is the default. */
  readonly count?: number;
}

interface Reversible {
  /** From the highest down. `start` is then the upper end of a range by score or member. */
  readonly rev?: boolean;
  readonly limit?: undefined;
  readonly byScore?: false;
  readonly byLex?: false;
}

interface ByScore extends Omit<Reversible, "limit" | "byScore"> {
  readonly byScore: true;
  readonly limit?: Limit;
}

interface ByLex extends Omit<Reversible, "limit" | "byLex"> {
  readonly byLex: true;
  readonly limit?: Limit;
}

interface Plain {
  readonly withScores?: false;
}

interface WithScores {
  readonly withScores: true;
}

/** How scores of a member in several sets become one. */
export interface CombineOptions {
  /** What the scores of each set are multiplied with, in the order of the keys. Default: 1. */
  readonly weights?: readonly number[];
  /** Default: `"sum"`. */
  readonly aggregate?: "sum" | "min" | "max";
}

/**
 * Members with scores, in the order of their scores; equal scores are in the order of the members' UTF-8 bytes.
 *
 * With n the number of members: what names a member costs O(log n), and two rows written where it writes (table and
 * index). Ranks and counts of ranges are O(√n): 0.3 ms among a million members, and 1.4 ms for a range of ranks. For the
 * first one that is more than 1,024 members away from both ends, the whole set is read once, which takes 0.1 s for
 * 100,000 members and 1 s for a million; from then on, a member that is added, removed or moved costs one or two more
 * rows written.
 */
export interface SortedSetCommands<M, R extends ReplyMode, K extends string = string>
  extends KeyCommands<R, K> {
  /**
   * Adds members, or changes their scores; replies how many were added. Options say which members are left alone, and
   * let it reply how many changed.
   */
  zadd(key: string, entries: Scored<M> | readonly Scored<M>[], options?: ZaddOptions): Reply<number, R>;
  /** With `incr`, adds to the score of one member, as `zincrby` does; null where the options forbid it. */
  zadd(
    key: string,
    entry: Scored<M>,
    options: ZaddConditions & { readonly incr: true },
  ): Reply<number | null, R>;
  /** Removes members; replies how many were there. */
  zrem(key: string, ...members: M[]): Reply<number, R>;
  /** The score of a member, or null. O(log n). */
  zscore(key: string, member: M): Reply<number | null, R>;
  /** The scores of several members, in their order. */
  zmscore(key: string, ...members: M[]): Reply<(number | null)[], R>;
  /** Adds to the score of a member, or adds the member; replies the sum. `NOT_A_FLOAT` for `Infinity - Infinity`. */
  zincrby(key: string, amount: number, member: M): Reply<number, R>;
  /** How many members there are. O(1). */
  zcard(key: string): Reply<number, R>;
  /** How many members have scores in a range. */
  zcount(key: string, min: ScoreBound, max: ScoreBound): Reply<number, R>;
  /** How many members are in a range of texts. Meant for sets whose scores are all equal; others are looked through. */
  zlexcount(key: string, min: LexBound, max: LexBound): Reply<number, R>;
  /** How many members come before a member, or null where it is not there. */
  zrank(key: string, member: M, options?: { readonly withScore?: false }): Reply<number | null, R>;
  zrank(key: string, member: M, options: { readonly withScore: true }): Reply<Ranked | null, R>;
  /** How many members come after a member, or null where it is not there. */
  zrevrank(key: string, member: M, options?: { readonly withScore?: false }): Reply<number | null, R>;
  zrevrank(key: string, member: M, options: { readonly withScore: true }): Reply<Ranked | null, R>;
  /** The members between two ranks, both included; negative ranks count from the end. */
  zrange(key: string, start: number, stop: number, options?: Reversible & Plain): Reply<M[], R>;
  zrange(key: string, start: number, stop: number, options: Reversible & WithScores): Reply<Scored<M>[], R>;
  /** The members with scores in a range. O(log n) and one step per member. */
  zrange(key: string, start: ScoreBound, stop: ScoreBound, options: ByScore & Plain): Reply<M[], R>;
  zrange(
    key: string,
    start: ScoreBound,
    stop: ScoreBound,
    options: ByScore & WithScores,
  ): Reply<Scored<M>[], R>;
  /** The members in a range of texts. Meant for sets whose scores are all equal; others are looked through. */
  zrange(key: string, start: LexBound, stop: LexBound, options: ByLex & Plain): Reply<M[], R>;
  /** Puts a range as `zrange` gives it in place of the destination; replies how many members that are. */
  zrangestore(destination: K, source: K, start: number, stop: number, options?: Reversible): Reply<number, R>;
  zrangestore(
    destination: K,
    source: K,
    start: ScoreBound,
    stop: ScoreBound,
    options: ByScore,
  ): Reply<number, R>;
  zrangestore(destination: K, source: K, start: LexBound, stop: LexBound, options: ByLex): Reply<number, R>;
  /**
   * A random member, or null; with a count, so many different ones, or with a negative count that many, each picked from
   * all. O(log n) per member.
   */
  zrandmember(key: string): Reply<M | null, R>;
  zrandmember(key: string, count: number, options?: Plain): Reply<M[], R>;
  zrandmember(key: string, count: number, options: WithScores): Reply<Scored<M>[], R>;
  /** Takes the member with the lowest score, or up to `count` of them. O(log n) per member. */
  zpopmin(key: string): Reply<Scored<M> | null, R>;
  zpopmin(key: string, count: number): Reply<Scored<M>[], R>;
  /** Takes the member with the highest score, or up to `count` of them, the highest first. */
  zpopmax(key: string): Reply<Scored<M> | null, R>;
  zpopmax(key: string, count: number): Reply<Scored<M>[], R>;
  /** Removes the members between two ranks, both included; replies how many there were. */
  zremrangebyrank(key: string, start: number, stop: number): Reply<number, R>;
  /** Removes the members with scores in a range; replies how many there were. */
  zremrangebyscore(key: string, min: ScoreBound, max: ScoreBound): Reply<number, R>;
  /** Removes the members in a range of texts; replies how many there were. */
  zremrangebylex(key: string, min: LexBound, max: LexBound): Reply<number, R>;
  /** The members of any of the sets, in order. A member in several has the sum of its scores, unless options say else. */
  zunion(keys: readonly K[], options?: CombineOptions & Plain): Reply<M[], R>;
  zunion(keys: readonly K[], options: CombineOptions & WithScores): Reply<Scored<M>[], R>;
  /** The members of all of the sets, in order. O(log n) per set and member of the smallest. */
  zinter(keys: readonly K[], options?: CombineOptions & Plain): Reply<M[], R>;
  zinter(keys: readonly K[], options: CombineOptions & WithScores): Reply<Scored<M>[], R>;
  /** The members of the first set that are in none of the others, in order. */
  zdiff(keys: readonly K[], options?: Plain): Reply<M[], R>;
  zdiff(keys: readonly K[], options: WithScores): Reply<Scored<M>[], R>;
  /** Puts what `zunion` gives in place of the destination; replies how many members that are. */
  zunionstore(destination: K, keys: readonly K[], options?: CombineOptions): Reply<number, R>;
  /** Puts what `zinter` gives in place of the destination; replies how many members that are. */
  zinterstore(destination: K, keys: readonly K[], options?: CombineOptions): Reply<number, R>;
  /** Puts what `zdiff` gives in place of the destination; replies how many members that are. */
  zdiffstore(destination: K, keys: readonly K[]): Reply<number, R>;
  /** A page of the members, in no order; or, iterated, all of them. Members that stay throughout are given once. */
  zscan(key: string, cursor?: string, options?: ScanOptions): PageReply<Scored<M>, R>;
}

/** Where a member stands. */
export interface Ranked {
  /** From 0. */
  readonly rank: number;
  readonly score: number;
}
