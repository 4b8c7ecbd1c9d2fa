/** Searches the words of a resource's rows. */
import type { CallOptions, Send } from "./transport.ts";

/** Settings of {@link Searching.search}. */
export interface SearchOptions extends CallOptions {
  /** The rows that are meant: `done==false;priority>=2`. Default: all that you may read. */
  readonly filter?: string | undefined;
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

export interface Searching<Row, Field extends string> {
  search(q: string, options?: SearchOptions): Promise<SearchPage<Row, Field>>;
}

/** The call of a resource whose rows can be searched. */
export function searching<Row, Field extends string>(send: Send, path: string): Searching<Row, Field> {
  return {
    search: async (q, options) =>
      send({ method: "GET", path: `${path}/search?${query(q, options)}`, signal: options?.signal }),
  };
}

function query(q: string, { filter, limit, offset, highlight }: SearchOptions = {}): string {
  const parts = [`q=${encodeURIComponent(q)}`];
  // An empty filter is sent as it is and refused, rather than read as "all rows".
  if (filter !== undefined) parts.push(`filter=${encodeURIComponent(filter)}`);
  if (limit !== undefined) parts.push(`limit=${limit}`);
  if (offset !== undefined) parts.push(`offset=${offset}`);
  if (highlight === true) parts.push("highlight=true");
  return parts.join("&");
}
