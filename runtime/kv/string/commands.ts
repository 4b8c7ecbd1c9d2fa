/** What a store of strings can do. */
import type { KeyCommands } from "../facade.ts";
import type { Entries } from "../pairs.ts";
import type { Reply, ReplyMode } from "../replies.ts";
import type { GetExOptions, SetOptions } from "../value/commands.ts";

/** Strings whose values are not plain text: those commands that treat a value as a whole. */
export interface JsonStringCommands<V, R extends ReplyMode, K extends string = string>
  extends KeyCommands<R, K> {
  /** The value, or null. O(log n) in the number of keys. */
  get(key: string): Reply<V | null, R>;
  /** Sets a value; replies whether it did. With `get`, replies what was there before instead. */
  set(key: string, value: V, options: SetOptions & { readonly get: true }): Reply<V | null, R>;
  set(key: string, value: V, options?: SetOptions & { readonly get?: false }): Reply<boolean, R>;
  /** Sets a value, unless there is one; replies whether it did. */
  setnx(key: string, value: V): Reply<boolean, R>;
  /** The value, which is deleted. */
  getdel(key: string): Reply<V | null, R>;
  /** The value; its expiry changes. */
  getex(key: string, options?: GetExOptions): Reply<V | null, R>;
  /** Sets a value; replies what was there before. */
  getset(key: string, value: V): Reply<V | null, R>;
  /** The values of several keys, in their order. */
  mget(key: string): Reply<(V | null)[], R>;
  mget(...keys: K[]): Reply<(V | null)[], R>;
  /** Sets several values, all or nothing. */
  mset(entries: Entries<V, K>): Reply<void, R>;
  /** Sets several values if none of the keys exists; replies whether it did. */
  msetnx(entries: Entries<V, K>): Reply<boolean, R>;
}

/** Strings of plain text. */
export interface StringCommands<V extends string, R extends ReplyMode, K extends string = string>
  extends JsonStringCommands<V, R, K> {
  /** Adds text at the end; replies the new length in UTF-16 units, as all positions are. */
  append(key: string, value: string): Reply<number, R>;
  /** The length; 0 for a key that does not exist. */
  strlen(key: string): Reply<number, R>;
  /** The part from `start` to `end`, both included; negative positions count from the end. */
  getrange(key: string, start: number, end: number): Reply<string, R>;
  /** Overwrites from `offset` on, after NUL characters where the text is shorter; replies the new length. */
  setrange(key: string, offset: number, value: string): Reply<number, R>;
}
