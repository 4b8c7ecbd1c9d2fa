/** The calls that follow the changes of a resource. */
import {
  type AggregateGroup,
  type AggregateOptions,
  type AnyAggregate,
  type NumericField,
  type OrderedField,
  parametersOf,
} from "../aggregate.ts";
import type { Filtering } from "../operations.ts";
import type { Send } from "../transport.ts";
import { filterOf } from "../where.ts";
import { openStream } from "./connection.ts";
import type { AggregateEvent, RowEvent } from "./events.ts";
import { withDates } from "./fields.ts";
import type { AnyRow } from "./matches.ts";
import { iterate, type Observer, type OpenStream, observe } from "./observe.ts";

/** Settings of {@link Subscribing.subscribe}. */
export interface SubscribeOptions<Field, Where> extends Filtering<Where> {
  /** The fields of the rows. Default: all that are not hidden. */
  readonly select?: readonly Field[] | undefined;
  /**
   * Whether to begin with the rows that are there: `connected`, an `existing` for each, then `synced`. After an `invalidate` they
   * come again, and where the stream is cut before `synced`.
   */
  readonly snapshot?: boolean | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of {@link SubscribeAggregate}. */
export type SubscribeAggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where> = Omit<
  AggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>,
  "timeout" | "retries"
>;

/** The call that follows the aggregates of the rows that you may read: to iterate over, or with callbacks. */
export interface SubscribeAggregate<Row, Order, Where> {
  <
    Key extends Extract<keyof Row, Order> = never,
    Count extends boolean = false,
    Sum extends NumericField<Row, Order> = never,
    Avg extends NumericField<Row, Order> = never,
    Min extends OrderedField<Row, Order> = never,
    Max extends OrderedField<Row, Order> = never,
  >(
    options: SubscribeAggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>,
  ): AsyncIterable<AggregateEvent<AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>>>;
  <
    Key extends Extract<keyof Row, Order> = never,
    Count extends boolean = false,
    Sum extends NumericField<Row, Order> = never,
    Avg extends NumericField<Row, Order> = never,
    Min extends OrderedField<Row, Order> = never,
    Max extends OrderedField<Row, Order> = never,
  >(
    options: SubscribeAggregateOptions<Row, Key, Count, Sum, Avg, Min, Max, Where>,
    observer: Observer<AggregateEvent<AggregateGroup<Row, Key, Count, Sum, Avg, Min, Max>>>,
  ): () => void;
}

export interface Subscribing<Row, Order, Where extends object> {
  subscribe<Field extends keyof Row = keyof Row>(
    options?: SubscribeOptions<Field, Where>,
  ): AsyncIterable<RowEvent<Pick<Row, Field>>>;
  subscribe<Field extends keyof Row = keyof Row>(
    options: SubscribeOptions<Field, Where>,
    observer: Observer<RowEvent<Pick<Row, Field>>>,
  ): () => void;
  readonly subscribeAggregate: SubscribeAggregate<Row, Order, Where>;
}

/**
 * The calls that follow the changes of a resource.
 *
 * @param dates Names of the fields that are to be `Date`.
 */
export function subscribing<Row, Order, Where extends object>(
  send: Send,
  path: string,
  dates: readonly string[] = [],
): Subscribing<Row, Order, Where> {
  const stream = (
    at: string,
    parameters: Readonly<Record<string, unknown>>,
    { snapshot = false, signal }: { readonly snapshot?: boolean; readonly signal?: AbortSignal | undefined },
    observer: Observer<never> | undefined,
  ): AsyncIterable<never> & (() => void) => {
    const open: OpenStream = (handlers) =>
      openStream(send, path + at, parameters, {
        ...handlers,
        event: ({ type, data }) =>
          handlers.event({ type, data: dates.length === 0 ? data : revive(data, dates) }),
      });
    const streamed =
      observer === undefined ? iterate(open, snapshot, signal) : observe(open, snapshot, observer, signal);
    // Each of the two where its overload says so.
    return streamed as AsyncIterable<never> & (() => void);
  };
  return {
    subscribe: (options: SubscribeOptions<PropertyKey, Where> = {}, observer?: Observer<never>) => {
      const { select, snapshot = false, signal } = options;
      const parameters = { filter: filterOf(options), select, snapshot: snapshot || undefined };
      return stream("/subscribe", parameters, { snapshot, signal }, observer);
    },
    subscribeAggregate: (
      options: AnyAggregate & { readonly signal?: AbortSignal | undefined },
      observer?: Observer<never>,
    ) => stream("/aggregate/subscribe", parametersOf(options), { signal: options.signal }, observer),
  };
}

/** The data of an event with moments as `Date`. */
function revive(data: object, dates: readonly string[]): object {
  const { object, groups } = data as {
    object?: AnyRow;
    groups?: readonly Readonly<Record<string, AnyRow>>[];
  };
  if (object !== undefined) return { ...data, object: withDates(object, dates) };
  if (groups === undefined) return data;
  const dated = groups.map((group) => ({
    ...group,
    ...Object.fromEntries(
      ["key", "min", "max"].flatMap((part) => (group[part] ? [[part, withDates(group[part], dates)]] : [])),
    ),
  }));
  return { ...data, groups: dated };
}
