/** What the hooks of a resource have in common. */
"use client";

import {
  type InfiniteData,
  skipToken,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Page } from "../client/index.ts";
import type { Undo } from "./cache.ts";
import type { MutationMaker } from "./mutations.ts";
import type { CallError, PagedQuery, Query } from "./queries.ts";

/** Settings of TanStack Query: `enabled`, `staleTime`, `placeholderData` and the like. */
export type QuerySettings<Data> = Omit<
  UseQueryOptions<Data, CallError>,
  "queryKey" | "queryFn" | "select" | "initialData"
>;

/** Settings of TanStack Query for a list page by page. */
export type PagesSettings<Row> = Partial<
  Omit<
    UseInfiniteQueryOptions<
      Page<Row>,
      CallError,
      InfiniteData<Page<Row>, string | null>,
      readonly unknown[],
      string | null
    >,
    "queryKey" | "queryFn" | "select" | "initialData" | "initialPageParam" | "getNextPageParam"
  >
>;

/** Settings of TanStack Query for a write. Its callbacks are called behind those that keep the cache in order. */
export type WriteSettings<Answer, Variables> = Omit<
  UseMutationOptions<Answer, CallError, Variables, Undo>,
  "mutationKey" | "mutationFn" | "onMutate"
>;

/** What `useQuery` gives for a read: `data`, `error`, `isPending` and the like. */
export type Read<Data> = UseQueryResult<Data, CallError>;

/** What `useInfiniteQuery` gives for a list: `data.pages`, `fetchNextPage`, `hasNextPage` and the like. */
export type Pages<Row> = UseInfiniteQueryResult<InfiniteData<Page<Row>, string | null>, CallError>;

/** @param isAsked False where it is not known yet what is to be read: then nothing is. */
export function useRead<Data>(
  query: Query<Data>,
  settings?: NoInfer<QuerySettings<Data>>,
  isAsked = true,
): Read<Data> {
  return useQuery({ ...query, ...settings, queryFn: isAsked ? query.queryFn : skipToken });
}

export function usePages<Row>(query: PagedQuery<Row>, settings?: NoInfer<PagesSettings<Row>>): Pages<Row> {
  return useInfiniteQuery({ ...query, ...settings });
}

/** What `useMutation` gives for a write: `mutate`, `isPending`, `error` and the like. */
export type Write<Answer, Variables> = UseMutationResult<Answer, CallError, Variables, Undo>;

export function useWrite<Client, Answer, Variables>(
  make: MutationMaker<Client, Answer, Variables>,
  client: Client,
  settings: NoInfer<WriteSettings<Answer, Variables>> = {},
): Write<Answer, Variables> {
  const mutation = make(client, useQueryClient());
  return useMutation({
    ...settings,
    ...mutation,
    onError: (...given) => {
      const [error, variables, undo] = given;
      mutation.onError(error, variables, undo);
      return settings.onError?.(...given);
    },
    onSuccess: (...given) => {
      const [answer, variables] = given;
      mutation.onSuccess(answer, variables);
      return settings.onSuccess?.(...given);
    },
    onSettled: (...given) => {
      mutation.onSettled();
      return settings.onSettled?.(...given);
    },
  });
}
