/** The calls that a resource can have, in the groups that its access rules allow or forbid together. */
import { type Aggregate, aggregating } from "./aggregate.ts";
import { CovaraError } from "./errors.ts";
import type { AnyInclude } from "./include.ts";
import type { CallOptions, Send } from "./transport.ts";

/** A field to order by: ascending by its name, descending with `-` before it. */
export type OrderBy<Field extends string> = Field | `-${Field}`;

/** Settings of {@link Reading.get}. */
export interface GetOptions<Field> extends CallOptions {
  /** The fields of the answer. Default: all that are not hidden. */
  readonly select?: readonly Field[] | undefined;
}

/** Settings of {@link Reading.count}. */
export interface CountOptions extends CallOptions {
  /**
   * The rows that are meant: `done==false;priority>=2`. Default: all that you may read. A text that comes from elsewhere
   * belongs in double quotes, with a backslash before each quote and backslash in it.
   */
  readonly filter?: string | undefined;
}

/** Settings of {@link Reading.paginate}. */
export interface PaginateOptions<Field, Order> extends GetOptions<Field>, CountOptions {
  /** What to order by, first the most significant. Ties are ordered by id. Nulls come last. */
  readonly orderBy?: readonly Order[] | undefined;
  /** Rows on a page. The server has a default, and a maximum that a larger one is cut to. */
  readonly limit?: number | undefined;
}

/** Settings of {@link Reading.list}. */
export interface ListOptions<Field, Order> extends PaginateOptions<Field, Order> {
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

export interface Reading<Row, Order> {
  list<Field extends keyof Row = keyof Row>(
    options?: ListOptions<Field, Order>,
  ): Promise<Page<Pick<Row, Field>>>;
  paginate<Field extends keyof Row = keyof Row>(
    options?: PaginateOptions<Field, Order>,
  ): AsyncIterable<Pick<Row, Field>>;
  get<Field extends keyof Row = keyof Row>(
    id: string,
    options?: GetOptions<Field>,
  ): Promise<Pick<Row, Field>>;
  count(options?: CountOptions): Promise<number>;
  readonly aggregate: Aggregate<Row, Order>;
}

/** The options of all reads together. */
export interface AnyOptions extends ListOptions<PropertyKey, unknown> {
  readonly withDeleted?: boolean;
  readonly include?: AnyInclude | undefined;
}

/**
 * How rows are read. What a row is, the types of each resource say: `never` fits all of them.
 *
 * @param spell Writes `include`, where there are relations to follow.
 */
export function reads(send: Send, path: string, spell?: (include: AnyInclude) => string) {
  const query = (options: AnyOptions = {}): string => {
    const include = options.include === undefined ? undefined : spell?.(options.include);
    return queryString(options, include);
  };
  const list = (options?: AnyOptions): Promise<Page<never>> =>
    send({ method: "GET", path: path + query(options), signal: options?.signal });
  return {
    list,
    async *paginate(options?: AnyOptions) {
      let cursor: string | null | undefined;
      do {
        const page = await list({ ...options, cursor });
        yield* page.items;
        cursor = page.nextCursor;
      } while (typeof cursor === "string");
    },
    get: async (id: string, options?: AnyOptions): Promise<never> =>
      send({ method: "GET", path: rowPath("GET", path, id) + query(options), signal: options?.signal }),
    count: async (options?: AnyOptions): Promise<number> => {
      const { count } = await send<{ count: number }>({
        method: "GET",
        path: `${path}/count${query(options)}`,
        signal: options?.signal,
      });
      return count;
    },
  };
}

/** The calls of a resource whose rows can be read. */
export const reading = <Row, Order>(send: Send, path: string): Reading<Row, Order> => ({
  ...reads(send, path),
  aggregate: aggregating(send, path),
});

/** `Answer` is the row, or also null where the caller may be someone who cannot read it. */
export interface Creating<Input, Answer> {
  create(input: Input, options?: CallOptions): Promise<Answer>;
}

/** The calls of a resource whose rows can be created. */
export function creating<Input, Answer>(send: Send, path: string): Creating<Input, Answer> {
  return { create: (body, options) => send({ method: "POST", path, body, signal: options?.signal }) };
}

/** `Answer` is the row, or also null where the caller may be someone who can no longer read it. */
export interface Updating<Patch, Input, Answer> {
  update(id: string, patch: Patch, options?: CallOptions): Promise<Answer>;
  replace(id: string, input: Input, options?: CallOptions): Promise<Answer>;
}

/** The calls of a resource whose rows can be changed. */
export function updating<Patch, Input, Answer>(send: Send, path: string): Updating<Patch, Input, Answer> {
  const write = async (
    method: "PATCH" | "PUT",
    id: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<Answer> => send({ method, path: rowPath(method, path, id), body, signal: options?.signal });
  return {
    update: (id, patch, options) => write("PATCH", id, patch, options),
    replace: (id, input, options) => write("PUT", id, input, options),
  };
}

export interface Deleting {
  delete(id: string, options?: CallOptions): Promise<void>;
}

/** The calls of a resource whose rows can be deleted. */
export function deleting(send: Send, path: string): Deleting {
  return {
    delete: async (id, options) => {
      await send({ method: "DELETE", path: rowPath("DELETE", path, id), signal: options?.signal });
    },
  };
}

/** The options as a query string, with its `?`; those that are not given are left out. */
function queryString(options: AnyOptions, include?: string): string {
  const { filter, orderBy, limit, cursor, select, totalCount, withDeleted } = options;
  const parts: string[] = [];
  const add = (name: string, values: readonly unknown[]): void => {
    parts.push(`${name}=${values.map((value) => encodeURIComponent(String(value))).join(",")}`);
  };
  // An empty filter is sent as it is and refused, rather than read as "all rows".
  if (filter !== undefined) add("filter", [filter]);
  if (orderBy !== undefined && orderBy.length > 0) add("orderBy", orderBy);
  if (limit !== undefined) add("limit", [limit]);
  if (cursor !== undefined && cursor !== null) add("cursor", [cursor]);
  // An empty selection is sent as it is and refused, rather than read as "all fields".
  if (select !== undefined) add("select", select);
  if (totalCount === true) add("totalCount", [true]);
  if (withDeleted === true) add("withDeleted", [true]);
  if (include !== undefined && include !== "") add("include", [include]);
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
