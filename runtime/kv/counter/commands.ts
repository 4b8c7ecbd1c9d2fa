/** What a store of counters can do. */
import type { KeyCommands } from "../facade.ts";
import type { Reply, ReplyMode } from "../replies.ts";
import type { GetExOptions, SetOptions } from "../value/commands.ts";

/** One number under each key. A key that does not exist counts from 0. */
export interface CounterCommands<R extends ReplyMode, K extends string = string> extends KeyCommands<R, K> {
  /** The number, or null. O(log n) in the number of keys. */
  get(key: string): Reply<number | null, R>;
  /** Sets a number; replies whether it did. With `get`, replies what was there before instead. */
  set(key: string, value: number, options: SetOptions & { readonly get: true }): Reply<number | null, R>;
  set(key: string, value: number, options?: SetOptions & { readonly get?: false }): Reply<boolean, R>;
  /** Adds 1; replies the sum. Fails with `NOT_AN_INTEGER` beyond ±(2^53 − 1), as all integer commands do. */
  incr(key: string): Reply<number, R>;
  /** Adds a whole number; replies the sum. */
  incrby(key: string, amount: number): Reply<number, R>;
  /** Adds a number in IEEE double arithmetic; replies the sum. */
  incrbyfloat(key: string, amount: number): Reply<number, R>;
  /** Subtracts 1; replies the difference. */
  decr(key: string): Reply<number, R>;
  /** Subtracts a whole number; replies the difference. */
  decrby(key: string, amount: number): Reply<number, R>;
  /** The number, which is deleted. */
  getdel(key: string): Reply<number | null, R>;
  /** The number; its expiry changes. */
  getex(key: string, options?: GetExOptions): Reply<number | null, R>;
}
