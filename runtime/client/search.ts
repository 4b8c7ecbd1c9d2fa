/** Searches the words of a resource's rows. */
import { type Filtering, read } from "./operations.ts";
import type { CallOptions, Send } from "./transport.ts";

/** Settings of {@link Searching.search}. */
export interface SearchOptions<Where> extends CallOptions, Filtering<Where> {
  /** Rows on a page. The server has a default, and a maximum that a larger one is cut to. */
  readonly limit?: number | undefined;
  /** How many of the best hits to leave out, up to 10,000. Default: 0. */
  readonly offset?: number | undefined;
  /** Whether to show what was found in the text around it. */
  readonly highlight?: boolean | undefined;
}

/** What was found. */
export interface SearchPage<Row, Field extends string> {
  /** The best hits first. */
  readonly items: readonly Row[];
  /** Rows found, on all pages. */
  readonly total: number;
  /**
   * For each of the items, where `highlight` asked for it: the fields that matched, each as HTML with `<mark>` around what was
   * found, and all else in it escaped.
   */
  readonly highlights?: readonly { readonly [Name in Field]?: string }[];
}

export interface Searching<Row, Field extends string, Where> {
  search(q: string, options?: SearchOptions<Where>): Promise<SearchPage<Row, Field>>;
}

/** The call of a resource whose rows can be searched. */
export const searching = <Row, Field extends string, Where extends object>(
  send: Send,
  path: string,
): Searching<Row, Field, Where> => ({
  search: async (q, options) => read(send, `${path}/search`, { q, ...options }),
});
