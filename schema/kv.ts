/** The key-value stores of an application: one function for each structure. */
import type { StoreData, StoreType } from "./data.ts";
import type { Duration } from "./duration.ts";
import { field, type PlainField } from "./fields.ts";

/** What a store holds: one field, or an object of fields, which is kept as JSON. */
export type StoreValue = PlainField | Readonly<Record<string, PlainField>>;

/** Where a store's data lies. */
export interface PlacementOptions {
  /** What the store's keys are told apart by within an object. Default: the store's key in the config. */
  readonly prefix?: string;
  /**
   * The Durable Object that holds the store. Stores of one object can be changed together. Default: `"main"`, and for
   * a store that is spread over several objects its key in the config.
   */
  readonly name?: string;
  /**
   * Spreads the keys over this many objects, 1 to 1024. Keys with the same `{tag}` share one, as in Redis Cluster.
   */
  readonly shards?: number;
}

/** What every structure with Redis's commands may state. */
export interface StoreOptions extends PlacementOptions {
  /** How long a key lives after the last write that changed it. Default: for ever. */
  readonly ttl?: Duration;
  /** `"tag"`: every `{tag}` has an object of its own, as has every key without one. Excludes `shards`. */
  readonly shardBy?: "tag";
  /** The number of objects that hold the data so far, so that keys move over when they are first used. */
  readonly reshardFrom?: number;
  /**
   * Path of a module relative to the config, `"./src/leaderboard.kv.ts"`: the functions it exports run inside the
   * object, atomically, over all of its stores.
   */
  readonly functions?: string;
}

/** Options of {@link kv.string}. */
export interface StringOptions extends StoreOptions {
  /** What each key holds. Default: text. */
  readonly value?: StoreValue;
}

/** Options of {@link kv.hash}: named fields of their own types, or values of one type under any names. */
export type HashOptions = StoreOptions &
  (
    | {
        /** The fields of each hash. Any of them may be missing. */
        readonly fields?: Readonly<Record<string, PlainField>>;
        readonly value?: never;
      }
    | {
        /** What every field holds, whatever its name. Default: text. */
        readonly value?: StoreValue;
        readonly fields?: never;
      }
  );

/** Options of {@link kv.set} and {@link kv.sortedSet}. */
export interface MemberOptions extends StoreOptions {
  /** What a member is. Default: text. */
  readonly member?: StoreValue;
}

/** Options of {@link kv.list}. */
export interface ListOptions extends StoreOptions {
  /** What each element is. Default: text. */
  readonly value?: StoreValue;
  /** The greatest length: a push beyond it drops elements from the other end. Default: none. */
  readonly max?: number;
}

/** Options of {@link kv.session}. */
export interface SessionOptions extends PlacementOptions {
  /** What a session carries besides its user. Any of the fields may be missing. Default: nothing. */
  readonly data?: Readonly<Record<string, PlainField>>;
  /** How long a session lives at most. Default: `"30d"`. */
  readonly ttl?: Duration;
  /** How long a session lives without being used. Default: as long as `ttl`. */
  readonly idle?: Duration;
}

/** Options of {@link kv.rateLimit}. */
export interface RateLimitOptions extends PlacementOptions {
  /** How many requests a key may make in the time that `per` states. */
  readonly requests: number;
  /** The time in which they may be made. */
  readonly per: Duration;
  /** How many may be made at once. Default: `requests`. */
  readonly burst?: number;
}

/** The type last, so that no option of an untyped caller can replace it. */
const store = (type: StoreType, options: object): StoreData => ({ ...options, type }) as StoreData;

/** Declares key-value stores: `kv: { visits: kv.counter() }`. */
export const kv = {
  /** One value per key. */
  string: (options: StringOptions = {}): StoreData => store("string", options),

  /** One number per key. */
  counter: (options: StoreOptions = {}): StoreData => store("counter", options),

  /** Fields with values, per key. */
  hash: (options: HashOptions = {}): StoreData => store("hash", options),

  /** Distinct members without order, per key. */
  set: (options: MemberOptions = {}): StoreData => store("set", options),

  /** Values in the order in which they were pushed, per key. */
  list: (options: ListOptions = {}): StoreData => store("list", options),

  /** Distinct members ordered by their scores, per key. */
  sortedSet: (options: MemberOptions = {}): StoreData => store("sortedSet", options),

  /** Sessions of signed-in users, found by the token that each of them holds. */
  session: (options: SessionOptions = {}): StoreData => store("session", options),

  /** How many requests each key, such as a user's id or an address, may make. */
  rateLimit: (options: RateLimitOptions): StoreData => store("rateLimit", options),

  /** A value of the given type, kept as JSON: `kv.json<Session>()`. */
  json: field.json,
} as const;
