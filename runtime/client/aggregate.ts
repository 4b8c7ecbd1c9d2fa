/** Counts, sums, averages, minima and maxima of a resource's rows. */
import type { NumberCondition, TextCondition, TimeCondition } from "./conditions.ts";
import { type AnyOptions, type Filtering, read } from "./operations.ts";
import type { CallOptions, Send } from "./transport.ts";
import { filterOf } from "./where.ts";

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
export interface AggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>
  extends CallOptions,
    Filtering<Where> {
  /** The fields whose values make a group. Default: all rows are one group. */
  readonly groupBy?: readonly Key[] | undefined;
  /** Whether to count the rows. */
  readonly count?: Count | undefined;
  readonly sum?: readonly Sum[] | undefined;
  readonly avg?: readonly Avg[] | undefined;
  readonly min?: readonly Min[] | undefined;
  readonly max?: readonly Max[] | undefined;
  /** The groups that are meant, by what is asked of them. Default: all. As text: `count>=2;sum.estimate>10`. */
  readonly having?: string | Having<Row, NoInfer<Sum>, NoInfer<Avg>, NoInfer<Min>, NoInfer<Max>> | undefined;
}

/** Conditions on groups, all of which have to hold: `{ count: { gte: 2 }, sum: { estimate: { gt: 10 } } }`. */
export interface Having<Row, Sum, Avg, Min, Max> {
  readonly count?: NumberCondition;
  readonly sum?: { readonly [Field in keyof Row & Sum]?: NumberCondition<null> };
  readonly avg?: { readonly [Field in keyof Row & Avg]?: NumberCondition<null> };
  readonly min?: { readonly [Field in keyof Row & Min]?: MeasureCondition<Row[Field]> };
  readonly max?: { readonly [Field in keyof Row & Max]?: MeasureCondition<Row[Field]> };
}

/** Moments are texts in rows, and may be given as a `Date`. */
type MeasureCondition<Value> =
  NonNullable<Value> extends number ? NumberCondition<null> : TextCondition<null> | TimeCondition<null>;

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
export type Aggregate<Row, Order, Where> = <
  Key extends SingleField<Row, Order> = never,
  Count extends boolean = false,
  Sum extends NumericField<Row, Order> = never,
  Avg extends NumericField<Row, Order> = never,
  Min extends OrderedField<Row, Order> = never,
  Max extends OrderedField<Row, Order> = never,
>(
  options: AggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>,
) => Promise<AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>[]>;

/** Makes the call for a resource. */
export const aggregating =
  <Row, Order, Where extends object>(send: Send, path: string): Aggregate<Row, Order, Where> =>
  // What a group is, the type of the call says.
  async (options: AnyAggregate) => {
    const { groups } = await read<{ groups: never[] }>(send, `${path}/aggregate`, spellHaving(options));
    return groups;
  };

/** The options of all aggregates together. */
export interface AnyAggregate extends Omit<AnyOptions, "having"> {
  readonly having?: string | object | undefined;
}

/** The options with conditions on groups as text, by the names that the server has for measures: `sum.estimate`. */
export function spellHaving({ having, ...options }: AnyAggregate): AnyOptions {
  if (typeof having !== "object") return { ...options, having };
  const where = Object.entries(having).flatMap(([measure, conditions]: [string, object]) =>
    measure === "count"
      ? [[measure, conditions]]
      : Object.entries(conditions).map(([name, condition]) => [`${measure}.${name}`, condition]),
  );
  return { ...options, having: filterOf({ where: Object.fromEntries(where) }) };
}
