/** What emitted clients are made of. Runs wherever there is `fetch`; depends on nothing else. */
export type {
  Aggregate,
  AggregateGroup,
  AggregateOptions,
  Having,
  NumericField,
  OrderedField,
} from "./aggregate.ts";
export { attending, publishing } from "./channel.ts";
export type {
  BooleanCondition,
  Combined,
  EnumCondition,
  EqualityOperators,
  JsonCondition,
  NumberCondition,
  NumberOperators,
  OrderedOperators,
  Some,
  TextCondition,
  TextOperators,
  TimeCondition,
  TimeOperators,
} from "./conditions.ts";
export { dated, type Moments, type MomentsByPath } from "./dates.ts";
export {
  CovaraError,
  CovaraNetworkError,
  CovaraTimeoutError,
  type ErrorCode,
  type FieldError,
  type ProblemDocument,
} from "./errors.ts";
export { idempotent } from "./idempotency.ts";
export {
  type Include,
  type Included,
  type Including,
  type ManyOptions,
  type Nothing,
  type OneOptions,
  readingRelated,
  type ToMany,
  type ToOne,
} from "./include.ts";
export { listening } from "./live/channel.ts";
export type {
  ChannelEvent,
  ChannelLiveOptions,
  ChannelOptions,
  ChannelSnapshot,
  ChannelStore,
  Presence,
  PresenceEvent,
  PresenceSnapshot,
} from "./live/channel-types.ts";
export type { ConnectionState } from "./live/connection.ts";
export type { AggregateEvent, ConnectedEvent, InvalidateEvent, RowEvent } from "./live/events.ts";
export type { RowFields } from "./live/fields.ts";
export type { LiveOptions, LiveSnapshot, LiveStatus, LiveStore } from "./live/live.ts";
export type { Observer } from "./live/observe.ts";
export { living } from "./live/store.ts";
export {
  type SubscribeAggregate,
  type SubscribeAggregateOptions,
  type SubscribeOptions,
  type Subscribing,
  subscribing,
} from "./live/subscribe.ts";
export {
  type CountOptions,
  type Filtering,
  type GetOptions,
  type ListOptions,
  type OrderBy,
  type Page,
  type PaginateOptions,
  type Reading,
  type Rows,
  reading,
} from "./operations.ts";
export { calling, callingRow, callingRowWith, callingWith } from "./procedures.ts";
export { type Searching, type SearchOptions, type SearchPage, searching } from "./search.ts";
export {
  type CountWithDeleted,
  type GetWithDeleted,
  type ListWithDeleted,
  type PaginateWithDeleted,
  type ReadingWithDeleted,
  readingWithDeleted,
} from "./soft-delete.ts";
export type { TokenProvider } from "./token.ts";
export {
  type ApiRequest,
  type CallOptions,
  type ClientOptions,
  connect,
  type FetchOptions,
  type HeaderValues,
  type Patience,
  type Send,
} from "./transport.ts";
export { type Chosen, filterOf } from "./where.ts";
export {
  type Change,
  type Creating,
  creating,
  type Deleting,
  deleting,
  type IfMatch,
  type IfMatchRequired,
  type Match,
  type Restoring,
  restoring,
  type Selection,
  type Updating,
  type Upserting,
  updating,
  upserting,
  type WriteOptions,
} from "./writes.ts";
