/** Reads of a resource that keeps deleted rows, for those who may see them. */
import { aggregating } from "./aggregate.ts";
import {
  type CountOptions,
  type GetOptions,
  type ListOptions,
  type OrderBy,
  type Page,
  type PaginateOptions,
  type Reading,
  type Rows,
  reads,
} from "./operations.ts";
import type { Send } from "./transport.ts";

interface Asked {
  /** Deleted rows too: those that you may see as such. Rows then say when they were deleted, as `deletedAt`. */
  readonly withDeleted: true;
}

/** Settings of `get` where the row may be deleted. */
export type GetWithDeleted<Field> = GetOptions<Field> & Asked;
/** Settings of `count` with deleted rows. `Where` has `deletedAt`. */
export type CountWithDeleted<Where> = CountOptions<Where> & Asked;
/** Settings of `paginate` with deleted rows. `Where` has `deletedAt`. */
export type PaginateWithDeleted<Field, Order, Where> = PaginateOptions<
  Field,
  Order | OrderBy<"deletedAt">,
  Where
> &
  Asked;
/** Settings of `list` with deleted rows. `Where` has `deletedAt`. */
export type ListWithDeleted<Field, Order, Where> = ListOptions<Field, Order | OrderBy<"deletedAt">, Where> &
  Asked;

/** `Marked` is a row with `deletedAt`, and `MarkedWhere` are conditions on it. */
export interface ReadingWithDeleted<Row, Order, Where extends object, Marked, MarkedWhere extends object>
  extends Reading<Row, Order, Where> {
  list<Field extends keyof Marked = keyof Marked>(
    options: ListWithDeleted<Field, Order, MarkedWhere>,
  ): Promise<Page<Pick<Marked, Field>>>;
  list<Field extends keyof Row = keyof Row>(
    options?: ListOptions<Field, Order, Where>,
  ): Promise<Page<Pick<Row, Field>>>;
  paginate<Field extends keyof Marked = keyof Marked>(
    options: PaginateWithDeleted<Field, Order, MarkedWhere>,
  ): Rows<Pick<Marked, Field>>;
  paginate<Field extends keyof Row = keyof Row>(
    options?: PaginateOptions<Field, Order, Where>,
  ): Rows<Pick<Row, Field>>;
  get<Field extends keyof Marked = keyof Marked>(
    id: string,
    options: GetWithDeleted<Field>,
  ): Promise<Pick<Marked, Field>>;
  get<Field extends keyof Row = keyof Row>(
    id: string,
    options?: GetOptions<Field>,
  ): Promise<Pick<Row, Field>>;
  count(options?: CountOptions<Where> | CountWithDeleted<MarkedWhere>): Promise<number>;
}

/** The calls of a resource whose rows can be read, deleted ones too. */
export const readingWithDeleted = <Row, Order, Where extends object, Marked, MarkedWhere extends object>(
  send: Send,
  path: string,
): ReadingWithDeleted<Row, Order, Where, Marked, MarkedWhere> => ({
  ...reads(send, path),
  aggregate: aggregating(send, path),
});
