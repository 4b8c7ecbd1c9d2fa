/** The calls that read a resource. */
import { type Aggregate, aggregating } from "./aggregate.ts";
import { CovaraError, ownProblem } from "./errors.ts";
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

/** The options of all reads together, as they are sent. */
export interface AnyOptions extends CallOptions, Filtering<object> {
  readonly select?: readonly unknown[] | undefined;
  readonly include?: string | undefined;
  readonly having?: string | undefined;
  readonly q?: string;
}

/** The options of reads of rows together. */
export interface RowOptions extends Omit<AnyOptions, "include"> {
  readonly cursor?: string | null | undefined;
  readonly include?: AnyInclude | undefined;
}

/** The options of a read as parameters of its query: all but those of the call itself. */
export const parametersOf = ({
  signal,
  timeout,
  retries,
  where,
  ...rest
}: AnyOptions): Readonly<Record<string, unknown>> => ({
  ...rest,
  filter: filterOf({ where, filter: rest.filter }),
  // An empty selection is sent as it is and refused, rather than read as "all fields".
  select: rest.select?.length === 0 ? "" : rest.select,
});

/** The parameters that ask for something: not what is undefined, null, false or a list of nothing. */
export const asked = (parameters: object): [name: string, value: unknown][] =>
  Object.entries(parameters).filter(([, value]: [string, unknown]) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false,
  );

/** A query string with its `?`: of lists their items, and of what asks for nothing nothing. */
export function query(parameters: object): string {
  const parts = asked(parameters).map(
    ([name, value]) =>
      `${name}=${[value]
        .flat()
        .map((item) => encodeURIComponent(String(item)))
        .join()}`,
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** Sends a read. */
export const read = async <Answer>(send: Send, path: string, options: AnyOptions = {}): Promise<Answer> =>
  send({ ...options, method: "GET", path: path + query(parametersOf(options)) });

/**
 * How rows are read. What a row is, the types of each resource say: `never` fits all of them.
 *
 * @param spell Writes `include`, where there are relations to follow.
 */
export function reads(send: Send, path: string, spell?: (include: AnyInclude) => string | undefined) {
  const readAt = async <Answer>(at: string, { include, ...options }: RowOptions = {}): Promise<Answer> =>
    read(send, at, include === undefined ? options : { ...options, include: spell?.(include) });
  const list = (options?: RowOptions): Promise<Page<never>> => readAt(path, options);
  async function* pages(options?: RowOptions): AsyncGenerator<Page<never>, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const page = await list({ ...options, cursor });
      yield page;
      cursor = page.nextCursor;
    } while (typeof cursor === "string");
  }
  return {
    list,
    paginate: (options?: RowOptions): Rows<never> => ({
      pages: () => pages(options),
      async *[Symbol.asyncIterator]() {
        for await (const { items } of pages(options)) yield* items;
      },
    }),
    get: async (id: string, options?: RowOptions): Promise<never> =>
      readAt(rowPath("GET", path, id), options),
    count: async (options?: RowOptions): Promise<number> => {
      const { count } = await readAt<{ count: number }>(`${path}/count`, options);
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

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The path of one row. Ids are UUIDs; any other text names no row, and could name another route (`count`, `..` and
 * the empty string would), so it never leaves the client.
 *
 * @throws {CovaraError} 404
 */
export function rowPath(method: string, path: string, id: string): string {
  if (uuid.test(id)) return `${path}/${id}`;
  const detail = `${JSON.stringify(id)} is no id: ids are UUIDs. Nothing was sent.`;
  throw new CovaraError(`${method} ${path}/:id`, ownProblem(404, "NOT_FOUND", "Not found", detail));
}
