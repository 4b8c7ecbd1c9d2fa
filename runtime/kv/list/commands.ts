/** What a store of lists can do. */
import type { KeyCommands } from "../facade.ts";
import type { Reply, ReplyMode } from "../replies.ts";

/** An end of a list: `"left"` is where index 0 is. */
export type ListEnd = "left" | "right";

/** What `lpos` looks for. */
export interface LposOptions {
  /** Which of several equal values comes first: 1 the first, 2 the second, -1 the last. Default: 1. */
  readonly rank?: number;
  /** How many values are looked at, from the end that `rank` begins at; 0, the default, for all. */
  readonly maxlen?: number;
}

/**
 * Values in an order. Indexes count from 0, negative ones from the end: -1 is the last value.
 *
 * An index is found in O(log n) at any size, as long as the list was only pushed to, popped from, trimmed and set. After
 * `linsert` or `lrem` in its middle, until what they left there is popped or trimmed away, finding an index takes as many
 * steps as it is away from the nearer end. With n the length:
 */
export interface ListCommands<V, R extends ReplyMode, K extends string = string> extends KeyCommands<R, K> {
  /**
   * Puts values at the left end, one after the other, so that the last one given is the first of the list; replies the
   * length. A store with `max` drops from the right end what is too much. O(log n) per value.
   */
  lpush(key: string, ...values: V[]): Reply<number, R>;
  /** Puts values at the right end; replies the length. A store with `max` drops from the left end what is too much. */
  rpush(key: string, ...values: V[]): Reply<number, R>;
  /** As `lpush`, but only where the list exists; replies 0 where it does not. */
  lpushx(key: string, ...values: V[]): Reply<number, R>;
  /** As `rpush`, but only where the list exists; replies 0 where it does not. */
  rpushx(key: string, ...values: V[]): Reply<number, R>;
  /** Takes the first value, or up to `count` of them; null where the list does not exist. O(log n) per value. */
  lpop(key: string): Reply<V | null, R>;
  lpop(key: string, count: number): Reply<V[] | null, R>;
  /** Takes the last value, or up to `count` of them, the last one first; null where the list does not exist. */
  rpop(key: string): Reply<V | null, R>;
  rpop(key: string, count: number): Reply<V[] | null, R>;
  /** The values from `start` to `stop`, both included. O(log n) and one step per value. */
  lrange(key: string, start: number, stop: number): Reply<V[], R>;
  /** The value at an index, or null. O(log n). */
  lindex(key: string, index: number): Reply<V | null, R>;
  /** Replaces the value at an index. Fails with `NO_SUCH_KEY` or `OUT_OF_RANGE` where there is none. O(log n). */
  lset(key: string, index: number, value: V): Reply<void, R>;
  /**
   * Puts a value beside the first one that equals `pivot`; replies the length, -1 where no value does, 0 where the list
   * does not exist. `max` does not drop anything here, but with the next push. O(n): it looks for the pivot.
   */
  linsert(key: string, where: "before" | "after", pivot: V, value: V): Reply<number, R>;
  /**
   * Removes values that equal `value`: the first `count`, the last ones where it is negative, all where it is 0; replies
   * how many. O(n).
   */
  lrem(key: string, count: number, value: V): Reply<number, R>;
  /** Keeps the values from `start` to `stop`. O(log n), and one step per value that goes or stays, whichever are fewer. */
  ltrim(key: string, start: number, stop: number): Reply<void, R>;
  /** The length. O(1). */
  llen(key: string): Reply<number, R>;
  /**
   * The index of the first value that equals `value`, or null; with `count`, the indexes of so many, 0 for all. O(n).
   */
  lpos(
    key: string,
    value: V,
    options?: LposOptions & { readonly count?: undefined },
  ): Reply<number | null, R>;
  lpos(key: string, value: V, options: LposOptions & { readonly count: number }): Reply<number[], R>;
  /** Takes a value from an end of one list, puts it at an end of another or the same, and replies it; null for none. */
  lmove(source: K, destination: K, from: ListEnd, to: ListEnd): Reply<V | null, R>;
}
