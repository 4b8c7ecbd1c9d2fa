/** `covara/runtime/kv`: what the emitted key-value stores import. */
export {
  type Accessor,
  accessor,
  type KVNamespaceBinding,
  type Multi,
  type Outcome,
  type Pipeline,
} from "./accessor.ts";
export { boolean, type Codec, json, number, text } from "./codec.ts";
export type { CounterCommands } from "./counter/commands.ts";
export { counter } from "./counter/store.ts";
export type {
  Definition,
  Definitions,
  Functions,
  KVFunction,
  Standalone,
  StoreOptions,
} from "./definition.ts";
export type { Batch, BatchReply } from "./engine.ts";
export { KVError, type KVErrorCode, MultiError } from "./errors.ts";
export type { KeyCommands } from "./facade.ts";
export type { HandOver, HandOverReply } from "./hand-over.ts";
export type { FieldEntries, FieldName, FieldValue, HashCommands, NumberField } from "./hash/commands.ts";
export { hash } from "./hash/store.ts";
export { KVHost } from "./host.ts";
export type { ListCommands } from "./list/commands.ts";
export { list } from "./list/store.ts";
export { MovingKVHost, reshard } from "./moving.ts";
export type { Tagged } from "./placement.ts";
export type { RateLimit, RateLimitCommands } from "./rate-limit/commands.ts";
export { type RateLimitOptions, rateLimit } from "./rate-limit/store.ts";
export type { Page, Queued, Reply, ReplyMode, Scan } from "./replies.ts";
export type { NewSession, Session, SessionChanges, SessionCommands } from "./session/commands.ts";
export { type SessionOptions, session } from "./session/store.ts";
export type { SetCommands } from "./set/commands.ts";
export { set } from "./set/store.ts";
export type { Scored, SortedSetCommands } from "./sorted-set/commands.ts";
export { sortedSet } from "./sorted-set/store.ts";
export type { JsonStringCommands, StringCommands } from "./string/commands.ts";
export { string } from "./string/store.ts";
