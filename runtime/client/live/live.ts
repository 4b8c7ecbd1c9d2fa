/** What a live list is, for those who use it. */
import type { OrderBy } from "../operations.ts";

/**
 * How far a list is. `loading`: its rows are not there yet. `live`: they are what the server has. `connecting` and `offline`: they are
 * what it had, and the store is coming back to it, or cannot for now. `closed`: for good.
 */
export type LiveStatus = "loading" | "live" | "connecting" | "offline" | "closed";

/** A live list at one moment. It never changes: another moment is another object. */
export interface LiveSnapshot<Row> {
  /** In order, with the writes that the server has not answered. */
  readonly items: readonly Row[];
  readonly status: LiveStatus;
  /** Whether there are more rows than are shown. */
  readonly hasMore: boolean;
  /** What keeps the list from being live, or has ended it; null where nothing does. */
  readonly error: unknown;
  /** Ids of the rows with writes that the server has not answered. */
  readonly pending: ReadonlySet<string>;
}

/** Settings of a live list. */
export interface LiveOptions<Field, Order, Where> {
  /** Conditions that all have to hold. */
  readonly where?: Where | undefined;
  /** What to order by, first the most significant. Ties are ordered by id. Nulls come last. */
  readonly orderBy?: readonly Order[] | undefined;
  /** How many rows to show, and how many more `loadMore()` shows. Default: all. */
  readonly limit?: number | undefined;
  /** The fields of the rows. Those that the order and the conditions look at are there, too. Default: all that are not hidden. */
  readonly select?: readonly Field[] | undefined;
  /** Is told of each write that the server refuses, or that does not reach it, after it has been taken back. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * A list of rows that follows the server: it begins with those that are there, and then changes as they do. It opens its connection
 * for its first listener, and closes it a few seconds after its last.
 */
export interface LiveStore<Row> {
  /** The list as it is now: the same object until something has changed. */
  getSnapshot(): LiveSnapshot<Row>;
  /** Calls back whenever the list has changed. @returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Shows more rows. */
  loadMore(): void;
  /** Reads all rows anew. They stay shown until then. */
  refetch(): void;
  /** Ends it for good. Writes that are under way go on. */
  close(): void;
}

/** The settings of all lists together. */
export interface AnyLiveOptions extends LiveOptions<string, OrderBy<string>, object> {}
