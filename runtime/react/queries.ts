/** Queries of a resource, in the form that TanStack Query takes. */
import type { DataTag, InfiniteData, QueryFunction, QueryKey, UseQueryOptions } from "@tanstack/react-query";
import type {
  AggregateGroup,
  AggregateOptions,
  CallOptions,
  CovaraError,
  CovaraNetworkError,
  NumericField,
  OrderedField,
  Page,
  SearchOptions,
  SearchPage,
} from "../client/index.ts";
import type { Key, ResourceKeys } from "./keys.ts";

/** What a call fails with: the server said no, or nothing. */
export type CallError = CovaraError | CovaraNetworkError;

/** What all queries have. The client itself repeats what is worth repeating, so TanStack Query does not. */
interface Asked<Data> {
  readonly queryKey: DataTag<QueryKey, Data, CallError>;
  readonly retry: Exclude<UseQueryOptions<unknown, CallError>["retry"], undefined>;
}

/** What `useQuery`, `useSuspenseQuery`, `prefetchQuery`, `ensureQueryData` and the like take. */
export interface Query<Data> extends Asked<Data> {
  readonly queryFn: QueryFunction<Data>;
}

/** What `useInfiniteQuery`, `prefetchInfiniteQuery` and the like take. */
export interface PagedQuery<Row> extends Asked<InfiniteData<Page<Row>, string | null>> {
  readonly queryFn: QueryFunction<Page<Row>, QueryKey, string | null>;
  /** The first page has no cursor. */
  readonly initialPageParam: string | null;
  readonly getNextPageParam: (last: Page<unknown>) => string | null;
}

/** The query of an aggregation: the groups that `client.todos.aggregate` gives. */
export type AggregateQuery<Client, Row, Order, Where> = <
  Key extends Extract<keyof Row, Order> = never,
  Count extends boolean = false,
  Sum extends NumericField<Row, Order> = never,
  Avg extends NumericField<Row, Order> = never,
  Min extends OrderedField<Row, Order> = never,
  Max extends OrderedField<Row, Order> = never,
>(
  client: Client,
  options: AggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>,
) => Query<AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>[]>;

/** The query of a search: the page that `client.todos.search` gives. */
export type SearchQuery<Client, Row, Field extends string, Where> = (
  client: Client,
  q: string,
  options?: SearchOptions<Where>,
) => Query<SearchPage<Row, Field>>;

/** The reads of any resource. What they take and give, the types of each resource say. */
interface Reads {
  list(options?: never): Promise<unknown>;
  get(id: string, options?: never): Promise<unknown>;
  count(options?: never): Promise<number>;
  aggregate(options: never): Promise<unknown>;
  search?(q: string, options?: never): Promise<unknown>;
}

/** Makes the queries of a resource. What an answer is, the types of each resource say: `never` fits all of them. */
export function resourceQueries<Client>(keys: ResourceKeys, of: (client: Client) => Reads) {
  return {
    list: (client: Client, options: CallOptions = {}) =>
      query<never>(keys.list(options), options, (given) => of(client).list(given)),
    infinite: (client: Client, options: CallOptions = {}): PagedQuery<never> => ({
      ...query<never>(keys.infinite(options), options, (given) => of(client).list(given)),
      queryFn: ({ signal, pageParam }) =>
        of(client).list({ ...within(options, signal), cursor: pageParam } as never) as Promise<never>,
      initialPageParam: null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
    detail: (client: Client, id: string, options: CallOptions = {}) =>
      query<never>(keys.detail(id, options), options, (given) => of(client).get(id, given)),
    count: (client: Client, options: CallOptions = {}) =>
      query<number>(keys.count(options), options, (given) => of(client).count(given)),
    aggregate: (client: Client, options: CallOptions) =>
      query<never>(keys.aggregate(options), options, (given) => of(client).aggregate(given)),
    search: (client: Client, q: string, options: CallOptions = {}) =>
      query<never>(keys.search(q, options), options, async (given) => of(client).search?.(q, given)),
  };
}

const query = <Data>(
  key: Key,
  options: CallOptions,
  read: (options: never) => Promise<unknown>,
): Query<Data> => ({
  queryKey: key as DataTag<QueryKey, Data, CallError>,
  queryFn: ({ signal }) => read(within(options, signal) as never) as Promise<Data>,
  retry: false,
});

/** The options of a call that also ends when nobody wants its answer any more. */
const within = (options: CallOptions, signal: AbortSignal): CallOptions => ({
  ...options,
  signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
});
