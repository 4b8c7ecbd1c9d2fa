/** A store as the config declares it: what emitted code makes, and both sides of the object read. */
import type { Keys } from "./keys.ts";
import type { Keyspace } from "./keyspace.ts";
import type { Placement } from "./placement.ts";
import type { ReplyMode, Sender } from "./replies.ts";
import type { StoreKeys } from "./store-keys.ts";
import type { OwnTable, Structure } from "./structure.ts";
import type { Taking } from "./taking.ts";

/** What every store may declare. */
export interface StoreOptions extends Placement {
  /** The store's part of the keyspace. */
  readonly prefix: string;
  /** Milliseconds that a key lives after its last write. Default: for ever. */
  readonly ttl?: number;
  /** Where the keys lived in the last release; they are moved as the objects are used. */
  readonly movedFrom?: Placement;
  /** Code that runs inside the object. */
  readonly functions?: Readonly<Record<string, KVFunction>>;
}

/** A function of the config: it gets the object's stores, and the caller's arguments. */
export type KVFunction = (stores: never, ...args: never[]) => unknown;

/** The functions of a store, as callers outside the object see them. */
export type Functions<F extends Readonly<Record<string, KVFunction>>> = {
  readonly [Name in keyof F]: F[Name] extends (stores: never, ...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never;
};

/** A store: `P`, `Q` and `V` are its commands with replies as promises, queued, and as values. */
export interface Definition<P = object, Q = object, V = object> {
  readonly structure: Structure;
  readonly options: StoreOptions;
  /** Makes the commands that run inside the object. */
  open(keys: StoreKeys): Keys;
  /** Commands whose reply is all that remains of what they delete. */
  readonly taking?: Taking;
  /** Makes the commands that callers use. */
  readonly bind: Bind<P, Q, V>;
}

interface Bind<P, Q, V> {
  (sender: Sender<"promise">): P;
  (sender: Sender<"queued">): Q;
  (sender: Sender<"value">): V;
}

/** Sends a command to the object of a name, and gives its plain reply. */
export type Call = (object: string, command: string, args: readonly unknown[]) => Promise<unknown>;

/**
 * A store that has a table of its own instead of keys, and commands that can only be awaited: some of their work, such
 * as hashing, is done by the caller. They are not there inside `multi`, `pipeline` and functions.
 */
export interface Standalone<P = object> {
  readonly structure: OwnTable;
  readonly options: Placement & Pick<StoreOptions, "prefix">;
  /** Makes the commands that run inside the object. */
  open(space: Keyspace): object;
  /** Makes the commands that callers use. */
  connect(call: Call): P;
}

/** Tells a store of keys from one without. */
export const hasKeys = (definition: Definition | Standalone): definition is Definition =>
  "bind" in definition;

/** The stores of an application by their keys in the config. */
export type Definitions = Readonly<Record<string, Definition | Standalone>>;

/** The commands of all stores in one mode. */
export type StoresOf<D extends Definitions, R extends ReplyMode> = {
  readonly [Key in keyof D as D[Key] extends Standalone
    ? R extends "promise"
      ? Key
      : never
    : Key]: D[Key] extends Definition<infer P, infer Q, infer V>
    ? { promise: P; queued: Q; value: V }[R]
    : D[Key] extends Standalone<infer P>
      ? P
      : never;
};
