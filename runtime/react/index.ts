/** What emitted React code is made of: queries and mutations for TanStack Query, and hooks. */
export { type RoomSettings, useChannel } from "./channel.ts";
export { clientContext, type ProviderProps } from "./context.ts";
export {
  type Pages,
  type PagesSettings,
  type QuerySettings,
  type Read,
  usePages,
  useRead,
  useWrite,
  type Write,
  type WriteSettings,
} from "./hooks.ts";
export { type ResourceKeys, resourceKeys } from "./keys.ts";
export { useLive } from "./live.ts";
export {
  type InputVariables,
  type Mutation,
  type MutationMaker,
  mutations,
  type PatchVariables,
  type RowVariables,
} from "./mutations.ts";
export {
  type AggregateQuery,
  type CallError,
  type PagedQuery,
  type Query,
  resourceQueries,
  type SearchQuery,
} from "./queries.ts";
export type { Live } from "./store.ts";
