/** Counts, sums, averages, minima and maxima of a resource's rows. */
import type { CallOptions, Send } from "./transport.ts";

/** The fields that hold one value each: those that a row can be ordered by. */
type SingleField<Row, Order> = Extract<keyof Row, Order>;

/** The fields that hold numbers. */
export type NumericField<Row, Order> = {
  [Field in SingleField<Row, Order>]: NonNullable<Row[Field]> extends number ? Field : never;
}[SingleField<Row, Order>];

/** The fields whose values have an order: all but those that are true or false. */
export type OrderedField<Row, Order> = {
  [Field in SingleField<Row, Order>]: NonNullable<Row[Field]> extends boolean ? never : Field;
}[SingleField<Row, Order>];

/** Settings of {@link Aggregate}: what makes a group, and what is asked of each. At least one thing has to be asked. */
export interface AggregateOptions<Key, Count, Sum, Avg, Min, Max> extends CallOptions {
  /** The fields whose values make a group. Default: all rows are one group. */
  readonly groupBy?: readonly Key[] | undefined;
  /** Whether to count the rows. */
  readonly count?: Count | undefined;
  readonly sum?: readonly Sum[] | undefined;
  readonly avg?: readonly Avg[] | undefined;
  readonly min?: readonly Min[] | undefined;
  readonly max?: readonly Max[] | undefined;
  /** The rows that are meant: `done==false;priority>=2`. Default: all that you may read. */
  readonly filter?: string | undefined;
  /** The groups that are meant, by what is asked of them: `count>=2;sum.estimate>10`. Default: all. */
  readonly having?: string | undefined;
}

/** One group of rows, with what was asked of it. Null is no value: a sum of none is null. */
export type AggregateGroup<Row, Key extends keyof Row, Count, Sum, Avg, Min, Max> = Flat<
  { readonly key: Pick<Row, Key> } & CountOf<Count> &
    MeasureOf<"sum", { readonly [Field in keyof Row & Sum]: number | null }> &
    MeasureOf<"avg", { readonly [Field in keyof Row & Avg]: number | null }> &
    MeasureOf<"min", { readonly [Field in keyof Row & Min]: Row[Field] | null }> &
    MeasureOf<"max", { readonly [Field in keyof Row & Max]: Row[Field] | null }>
>;

/** The members of intersected types as those of one. */
type Flat<Type> = { [Member in keyof Type]: Type[Member] };

/** Present where it was asked for, and perhaps present where that is known only when it runs. */
type CountOf<Count> = [Count] extends [false]
  ? unknown
  : [Count] extends [true]
    ? { readonly count: number }
    : { readonly count?: number };

type MeasureOf<Name extends string, Values> = [keyof Values] extends [never]
  ? unknown
  : { readonly [Member in Name]: Values };

/** The call that aggregates the rows that you may read: at most 1,000 groups, ordered by key, nulls last. */
export type Aggregate<Row, Order> = <
  Key extends SingleField<Row, Order> = never,
  Count extends boolean = false,
  Sum extends NumericField<Row, Order> = never,
  Avg extends NumericField<Row, Order> = never,
  Min extends OrderedField<Row, Order> = never,
  Max extends OrderedField<Row, Order> = never,
>(
  options: AggregateOptions<Key, Count, Sum, Avg, Min, Max>,
) => Promise<AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>[]>;

/** Makes the call for a resource. */
export function aggregating<Row, Order>(send: Send, path: string): Aggregate<Row, Order> {
  return async <
    Key extends SingleField<Row, Order>,
    Count extends boolean,
    Sum extends NumericField<Row, Order>,
    Avg extends NumericField<Row, Order>,
    Min extends OrderedField<Row, Order>,
    Max extends OrderedField<Row, Order>,
  >(
    options: AggregateOptions<Key, Count, Sum, Avg, Min, Max>,
  ) => {
    type Group = AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>;
    const { groups } = await send<{ groups: Group[] }>({
      method: "GET",
      path: `${path}/aggregate${query(options)}`,
      signal: options.signal,
    });
    return groups;
  };
}

/** The options as a query string, with its `?`; lists that are empty ask for nothing. */
function query(options: AggregateOptions<unknown, boolean, unknown, unknown, unknown, unknown>): string {
  const { groupBy, count, sum, avg, min, max, filter, having } = options;
  const parts = count === true ? ["count=true"] : [];
  for (const [name, fields = []] of Object.entries({ groupBy, sum, avg, min, max })) {
    const escaped = fields.map((field) => encodeURIComponent(String(field)));
    if (escaped.length > 0) parts.push(`${name}=${escaped.join(",")}`);
  }
  // An empty filter is sent as it is and refused, rather than read as "all rows".
  for (const [name, text] of Object.entries({ filter, having })) {
    if (text !== undefined) parts.push(`${name}=${encodeURIComponent(text)}`);
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
