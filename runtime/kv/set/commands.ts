/** What a store of sets can do. */
import type { KeyCommands, ScanOptions } from "../facade.ts";
import type { PageReply, Reply, ReplyMode } from "../replies.ts";

/** Distinct members under each key. Members that are not text are equal where their canonical JSON is. */
export interface SetCommands<V, R extends ReplyMode, K extends string = string> extends KeyCommands<R, K> {
  /** Adds members; replies how many of them are new. O(log n) each. */
  sadd(key: string, ...members: V[]): Reply<number, R>;
  /** Removes members; replies how many there were. Without its last member, the key is gone. */
  srem(key: string, ...members: V[]): Reply<number, R>;
  /** Whether it is a member. O(log n). */
  sismember(key: string, member: V): Reply<boolean, R>;
  /** Whether each is a member, in their order. */
  smismember(key: string, ...members: V[]): Reply<boolean[], R>;
  /** All members, in no particular order; none where the key does not exist. O(n). */
  smembers(key: string): Reply<V[], R>;
  /** How many members there are. O(1). */
  scard(key: string): Reply<number, R>;
  /** Removes a random member, and replies it, or null. With a count, as many as there are of them. */
  spop(key: string): Reply<V | null, R>;
  spop(key: string, count: number): Reply<V[], R>;
  /**
   * A random member, or null. With a count, so many different ones; with a negative count, so many that may repeat.
   * Near O(log n) for each, as long as they are few.
   */
  srandmember(key: string): Reply<V | null, R>;
  srandmember(key: string, count: number): Reply<V[], R>;
  /** Moves a member to another set; replies whether it was there to be moved. */
  smove(source: K, destination: K, member: V): Reply<boolean, R>;
  /** The members that all sets have. Reads the smallest, and looks its members up in the others. */
  sinter(key: string): Reply<V[], R>;
  sinter(...keys: K[]): Reply<V[], R>;
  /** The members of all sets. */
  sunion(key: string): Reply<V[], R>;
  sunion(...keys: K[]): Reply<V[], R>;
  /** The members of the first set that no other has. Reads the first, and looks its members up in the others. */
  sdiff(key: string): Reply<V[], R>;
  sdiff(...keys: K[]): Reply<V[], R>;
  /** How many members all sets have. With a limit above 0, counting stops there. */
  sintercard(keys: readonly K[], options?: { readonly limit?: number }): Reply<number, R>;
  /**
   * Puts the intersection in place of what is at the destination, which may be one of the sets; replies its size.
   * Without members, the destination is deleted.
   */
  sinterstore(destination: K, ...keys: K[]): Reply<number, R>;
  /** The same with the union. */
  sunionstore(destination: K, ...keys: K[]): Reply<number, R>;
  /** The same with the difference. */
  sdiffstore(destination: K, ...keys: K[]): Reply<number, R>;
  /** A page of the members, from the cursor of the page before; or, iterated, all of them. */
  sscan(key: string, cursor?: string, options?: ScanOptions): PageReply<V, R>;
}
