/** The calls that read a resource. */
import { type Aggregate, aggregating } from "./aggregate.ts";
import { CovaraError } from "./errors.ts";
import type { AnyInclude } from "./include.ts";
import type { CallOptions, Send } from "./transport.ts";
import { filterOf } from "./where.ts";

/** A field to order by: ascending by its name, descending with `-` before it. */
export type OrderBy<Field extends string> = Field | `-${Field}`;

/** Which rows are meant. Default: all that you may read. */
export interface Filtering<Where> {
  /** Conditions that all have to hold: `{ done: false, priority: { gte: 2 } }`. */
  readonly where?: Where | undefined;
  /**
   * The same as text, in the server's own words: `done==false;priority>=2`. A text that comes from elsewhere belongs in double
   * quotes, with a backslash before each quote and backslash in it. Beside `where`, both hold.
   */
  readonly filter?: string | undefined;
}

/** Settings of {@link Reading.get}. */
export interface GetOptions<Field> extends CallOptions {
  /** The fields of the answer, and of its type. Default: all that are not hidden. */
  readonly select?: readonly Field[] | undefined;
}

/** Settings of {@link Reading.count}. */
export interface CountOptions<Where> extends CallOptions, Filtering<Where> {}

/** Settings of {@link Reading.paginate}. */
export interface PaginateOptions<Field, Order, Where> extends GetOptions<Field>, Filtering<Where> {
  /** What to order by, first the most significant. Ties are ordered by id. Nulls come last. */
  readonly orderBy?: readonly Order[] | undefined;
  /** Rows on a page. The server has a default, and a maximum that a larger one is cut to. */
  readonly limit?: number | undefined;
}

/** Settings of {@link Reading.list}. */
export interface ListOptions<Field, Order, Where> extends PaginateOptions<Field, Order, Where> {
  /**
   * The `nextCursor` of the page before, which must have had the same order and filter. Default and null: the first
   * page.
   */
  readonly cursor?: string | null | undefined;
  /** Whether to count the rows of all pages, which costs a further query. */
  readonly totalCount?: boolean | undefined;
}

/** One page of a list. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** The `cursor` of the next page; null on the last one. */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
  /** Rows on all pages, where `totalCount` asked for it. */
  readonly totalCount?: number;
}

/** All rows of a list, one by one: a page is asked for when its first row is needed. */
export interface Rows<Row> extends AsyncIterable<Row> {
  /** The same page by page. */
  pages(): AsyncIterable<Page<Row>>;
}

export interface Reading<Row, Order, Where extends object> {
  list<Field extends keyof Row = keyof Row>(
    options?: ListOptions<Field, Order, Where>,
  ): Promise<Page<Pick<Row, Field>>>;
  paginate<Field extends keyof Row = keyof Row>(
    options?: PaginateOptions<Field, Order, Where>,
  ): Rows<Pick<Row, Field>>;
  get<Field extends keyof Row = keyof Row>(
    id: string,
    options?: GetOptions<Field>,
  ): Promise<Pick<Row, Field>>;
  count(options?: CountOptions<Where>): Promise<number>;
  readonly aggregate: Aggregate<Row, Order, Where>;
}

/** The options of all reads together. */
export interface AnyOptions extends ListOptions<PropertyKey, unknown, object> {
  readonly withDeleted?: boolean;
  readonly include?: AnyInclude | undefined;
}

/**
 * How rows are read. What a row is, the types of each resource say: `never` fits all of them.
 *
 * @param spell Writes `include`, where there are relations to follow.
 */
export function reads(send: Send, path: string, spell?: (include: AnyInclude) => string) {
  const read = async <Answer>(at: string, options: AnyOptions = {}): Promise<Answer> => {
    const include = options.include === undefined ? undefined : spell?.(options.include);
    return send({ ...options, method: "GET", path: at + queryString(options, include) });
  };
  const list = (options?: AnyOptions): Promise<Page<never>> => read(path, options);
  async function* pages(options?: AnyOptions): AsyncGenerator<Page<never>, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const page = await list({ ...options, cursor });
      yield page;
      cursor = page.nextCursor;
    } while (typeof cursor === "string");
  }
  return {
    list,
    paginate: (options?: AnyOptions): Rows<never> => ({
      pages: () => pages(options),
      async *[Symbol.asyncIterator]() {
        for await (const { items } of pages(options)) yield* items;
      },
    }),
    get: async (id: string, options?: AnyOptions): Promise<never> => read(rowPath("GET", path, id), options),
    count: async (options?: AnyOptions): Promise<number> => {
      const { count } = await read<{ count: number }>(`${path}/count`, options);
      return count;
    },
  };
}

/** The calls of a resource whose rows can be read. */
export const reading = <Row, Order, Where extends object>(
  send: Send,
  path: string,
): Reading<Row, Order, Where> => ({
  ...reads(send, path),
  aggregate: aggregating(send, path),
});

/** The options as a query string, with its `?`; those that are not given are left out. */
function queryString(options: AnyOptions, include?: string): string {
  const { orderBy, limit, cursor, select, totalCount, withDeleted } = options;
  return query({
    // An empty filter is sent as it is and refused, rather than read as "all rows".
    filter: filterOf(options),
    orderBy: orderBy?.length === 0 ? undefined : orderBy,
    limit,
    cursor,
    // An empty selection is sent as it is and refused, rather than read as "all fields".
    select,
    totalCount: totalCount || undefined,
    withDeleted: withDeleted || undefined,
    include: include || undefined,
  });
}

/** A query string with its `?`: of lists their items, and of what is undefined or null nothing. */
export function query(parameters: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return [`${name}=${values.map((item) => encodeURIComponent(String(item))).join(",")}`];
  });
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The path of one row. Ids are UUIDs; any other text names no row, and could name another route (`count`, `..` and
 * the empty string would), so it never leaves the client.
 *
 * @throws {CovaraError} 404
 */
export function rowPath(method: string, path: string, id: string): string {
  if (uuid.test(id)) return `${path}/${id}`;
  throw new CovaraError(`${method} ${path}/:id`, {
    type: "about:blank",
    title: "Not found",
    status: 404,
    detail: `${JSON.stringify(id) ?? "undefined"} is no id: ids are UUIDs. Nothing was sent.`,
    code: "NOT_FOUND",
  });
}
