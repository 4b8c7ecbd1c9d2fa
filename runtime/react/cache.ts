/** What is known of a resource's rows, in the cache of a `QueryClient`: guesses ahead of the server's answer, and what a write makes stale. */
import type { InfiniteData, QueryClient, QueryState } from "@tanstack/react-query";
import type { Key, ResourceKeys } from "./keys.ts";

/** A row, as far as is known here. */
export type Row = Readonly<Record<string, unknown>>;

/** Takes a guess back. */
export type Undo = () => void;

/** Rows as a page holds them; those of a search have the highlights of each beside them. */
interface Rows {
  readonly items: readonly Row[];
  readonly highlights?: readonly unknown[];
}

/** What becomes of a row; null where it goes. */
type Step = (row: Row, key: Key) => Row | null;

/** Stops reads that are under way, since their answers may be older than a guess. First loads go on: nothing of them is shown yet. */
export const hold = (cache: QueryClient, { all }: ResourceKeys): Promise<void> =>
  cache.cancelQueries({ queryKey: all, predicate: ({ state }) => state.data !== undefined });

/** Shows a row with other values wherever it is known. Undone, each value goes back that nothing else has changed meanwhile. */
export function guessValues(cache: QueryClient, keys: ResourceKeys, id: string, values: Row): Undo {
  const before = new Map<string, Row>();
  change(cache, keys, id, (row, key) => {
    before.set(JSON.stringify(key), row);
    return merged(row, values);
  });
  return () =>
    change(cache, keys, id, (row, key) => {
      const old = before.get(JSON.stringify(key));
      const ours = Object.keys(values).filter((name) => old !== undefined && isSame(row[name], values[name]));
      return { ...row, ...Object.fromEntries(ours.map((name) => [name, old?.[name]])) };
    });
}

/** Whether two values are the same as JSON: the cache holds lists and objects as copies. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Shows lists without a row. Undone, the lists that nothing else has changed meanwhile are as before. */
export function guessGone(cache: QueryClient, keys: ResourceKeys, id: string): Undo {
  const before = change(cache, keys, id, () => null).map(
    ([key, old]) => [key, old, cache.getQueryData(key)] as const,
  );
  return () => {
    for (const [key, old, guess] of before) {
      if (cache.getQueryData(key) === guess) cache.setQueryData(key, old);
    }
  };
}

/** Shows the row that the server answered with wherever it is known. */
export function confirm(cache: QueryClient, keys: ResourceKeys, row: Row): void {
  if (typeof row.id === "string") change(cache, keys, row.id, (known) => merged(known, row));
}

/** What is looked at of a query in the cache. */
interface KnownQuery {
  readonly queryKey: Key;
  readonly state: Pick<QueryState, "isInvalidated">;
}

/** Which queries a write makes stale: those of some resources of its API, or of all. */
export type Affected = readonly string[] | "all";

/**
 * Has everything read again that a write may have changed. While other writes are under way it waits for the last of them: an
 * answer from before would take their guesses away.
 */
export function refresh(cache: QueryClient, { all: [api, own] }: ResourceKeys, affected: Affected): void {
  const isStale = ({ queryKey, state }: KnownQuery): boolean =>
    queryKey[0] === api &&
    (affected === "all" ||
      queryKey[1] === own ||
      affected.includes(String(queryKey[1])) ||
      follows(queryKey) ||
      state.isInvalidated);
  const isLast = cache.isMutating({ mutationKey: [api] }) <= 1;
  // What cannot be read again says so in the state of its query.
  void cache.invalidateQueries({ predicate: isStale, refetchType: isLast ? "active" : "none" });
}

/** Whether rows of other resources are part of the answer. */
function follows(key: Key): boolean {
  const { include } = Object(key.at(-1)) as { readonly include?: object };
  return include !== undefined && Object.keys(include).length > 0;
}

/** Changes a row in the answers that hold it, and gives what they were. */
function change(
  cache: QueryClient,
  { all }: ResourceKeys,
  id: string,
  step: Step,
): readonly (readonly [Key, unknown])[] {
  const found = cache.getQueriesData({ queryKey: all });
  return found.filter(([key, data]) => {
    if (data === undefined) return false;
    const next = changed(key, data, id, (row) => step(row, key));
    if (next !== data) cache.setQueryData(key, next);
    return next !== data;
  });
}

/** The answer as it is with the changed row; the same object where it does not hold the row. */
function changed(key: Key, data: unknown, id: string, step: (row: Row) => Row | null): unknown {
  switch (key[2]) {
    case "list":
    case "search":
      return without(data as Rows, id, step);
    case "infinite": {
      const all = data as InfiniteData<Rows>;
      const pages = all.pages.map((page) => without(page, id, step));
      return pages.some((page, index) => page !== all.pages[index]) ? { ...all, pages } : all;
    }
    case "detail":
      // A row that goes stays on its own page until the server says so.
      return key[3] === id ? (step(data as Row) ?? data) : data;
    default:
      return data;
  }
}

function without(page: Rows, id: string, step: (row: Row) => Row | null): Rows {
  const index = page.items.findIndex((row) => row.id === id);
  const row = page.items[index];
  if (row === undefined) return page;
  const next = step(row);
  const replace = <Item>(items: readonly Item[], item: Item | null): readonly Item[] =>
    item === null ? items.toSpliced(index, 1) : items.with(index, item);
  const { highlights } = page;
  return {
    ...page,
    items: replace(page.items, next),
    ...(highlights === undefined || next !== null ? {} : { highlights: highlights.toSpliced(index, 1) }),
  };
}

/** The row with those of the values that it has: one that was read in part stays so. */
const merged = (row: Row, values: Row): Row => ({
  ...row,
  ...Object.fromEntries(Object.entries(values).filter(([name, value]) => name in row && value !== undefined)),
});
