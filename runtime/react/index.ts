/** What emitted React code is made of: queries and mutations for TanStack Query, and hooks. */
export { clientContext, type ProviderProps } from "./context.ts";
export { type QuerySettings, usePages, useRead, useWrite, type WriteSettings } from "./hooks.ts";
export { type ResourceKeys, resourceKeys } from "./keys.ts";
export { type Changing, type Mutation, mutations, type Naming, type Replacing } from "./mutations.ts";
export {
  type AggregateQuery,
  type CallError,
  type PagedQuery,
  type Query,
  resourceQueries,
  type SearchQuery,
} from "./queries.ts";
