/** What emitted clients are made of. Runs wherever there is `fetch`; depends on nothing else. */
export type {
  Aggregate,
  AggregateGroup,
  AggregateOptions,
  NumericField,
  OrderedField,
} from "./aggregate.ts";
export {
  CovaraError,
  CovaraNetworkError,
  type ErrorCode,
  type FieldError,
  type ProblemDocument,
} from "./errors.ts";
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
export {
  type CountOptions,
  type Creating,
  creating,
  type Deleting,
  deleting,
  type GetOptions,
  type ListOptions,
  type OrderBy,
  type Page,
  type PaginateOptions,
  type Reading,
  reading,
  type Updating,
  updating,
} from "./operations.ts";
export { calling, callingRow, callingRowWith, callingWith } from "./procedures.ts";
export { type Searching, type SearchOptions, type SearchPage, searching } from "./search.ts";
export {
  type CountWithDeleted,
  type GetWithDeleted,
  type ListWithDeleted,
  type PaginateWithDeleted,
  type ReadingWithDeleted,
  type Restoring,
  readingWithDeleted,
  restoring,
} from "./soft-delete.ts";
export {
  type ApiRequest,
  type CallOptions,
  type ClientOptions,
  connect,
  type FetchOptions,
  type HeaderValues,
  type Send,
} from "./transport.ts";
