/** Calls of a resource that keeps deleted rows, for those who may see them. */
import { aggregating } from "./aggregate.ts";
import {
  type CountOptions,
  type GetOptions,
  type ListOptions,
  type OrderBy,
  type Page,
  type PaginateOptions,
  type Reading,
  reads,
  rowPath,
} from "./operations.ts";
import type { CallOptions, Send } from "./transport.ts";

interface Asked {
  /** Deleted rows too: those that you may see as such. Rows then say when they were deleted, as `deletedAt`. */
  readonly withDeleted: true;
}

/** Settings of `get` where the row may be deleted. */
export type GetWithDeleted<Field> = GetOptions<Field> & Asked;
/** Settings of `count` with deleted rows. */
export type CountWithDeleted = CountOptions & Asked;
/** Settings of `paginate` with deleted rows. */
export type PaginateWithDeleted<Field, Order> = PaginateOptions<Field, Order | OrderBy<"deletedAt">> & Asked;
/** Settings of `list` with deleted rows. */
export type ListWithDeleted<Field, Order> = ListOptions<Field, Order | OrderBy<"deletedAt">> & Asked;

/** `Marked` is a row with `deletedAt`. */
export interface ReadingWithDeleted<Row, Order, Marked> extends Reading<Row, Order> {
  list<Field extends keyof Marked = keyof Marked>(
    options: ListWithDeleted<Field, Order>,
  ): Promise<Page<Pick<Marked, Field>>>;
  list<Field extends keyof Row = keyof Row>(
    options?: ListOptions<Field, Order>,
  ): Promise<Page<Pick<Row, Field>>>;
  paginate<Field extends keyof Marked = keyof Marked>(
    options: PaginateWithDeleted<Field, Order>,
  ): AsyncIterable<Pick<Marked, Field>>;
  paginate<Field extends keyof Row = keyof Row>(
    options?: PaginateOptions<Field, Order>,
  ): AsyncIterable<Pick<Row, Field>>;
  get<Field extends keyof Marked = keyof Marked>(
    id: string,
    options: GetWithDeleted<Field>,
  ): Promise<Pick<Marked, Field>>;
  get<Field extends keyof Row = keyof Row>(
    id: string,
    options?: GetOptions<Field>,
  ): Promise<Pick<Row, Field>>;
  count(options?: CountOptions | CountWithDeleted): Promise<number>;
}

/** The calls of a resource whose rows can be read, deleted ones too. */
export const readingWithDeleted = <Row, Order, Marked>(
  send: Send,
  path: string,
): ReadingWithDeleted<Row, Order, Marked> => ({
  ...reads(send, path),
  aggregate: aggregating(send, path),
});

export interface Restoring<Row> {
  restore(id: string, options?: CallOptions): Promise<Row>;
}

/** The calls of a resource whose deleted rows can be brought back. */
export function restoring<Row>(send: Send, path: string): Restoring<Row> {
  return {
    restore: async (id, options) =>
      send({ method: "POST", path: `${rowPath("POST", path, id)}/restore`, signal: options?.signal }),
  };
}
