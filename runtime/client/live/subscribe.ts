/** The calls that follow the changes of a resource. */
import {
  type AggregateGroup,
  type AggregateOptions,
  type AnyAggregate,
  type NumericField,
  type OrderedField,
  spellHaving,
} from "../aggregate.ts";
import { type AnyOptions, type Filtering, parametersOf } from "../operations.ts";
import type { Send } from "../transport.ts";
import { openStream } from "./connection.ts";
import type { AggregateEvent, RowEvent } from "./events.ts";
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

/** The calls that follow the changes of a resource. */
export function subscribing<Row, Order, Where extends object>(
  send: Send,
  path: string,
): Subscribing<Row, Order, Where> {
  const stream = (
    at: string,
    options: AnyOptions,
    observer: Observer<never> | undefined,
    isSnapshot = false,
  ): AsyncIterable<never> & (() => void) => {
    const parameters = parametersOf(options);
    const open: OpenStream = (handlers) =>
      openStream(send, path + at, parameters, {
        ...handlers,
        event: ({ type, data }) => handlers.event({ type, data: send.dates?.event(path, data) ?? data }),
      });
    const streamed =
      observer === undefined
        ? iterate(open, isSnapshot, options.signal)
        : observe(open, isSnapshot, observer, options.signal);
    // Each of the two where its overload says so.
    return streamed as AsyncIterable<never> & (() => void);
  };
  return {
    subscribe: (options: SubscribeOptions<PropertyKey, Where> = {}, observer?: Observer<never>) =>
      stream("/subscribe", options, observer, options.snapshot),
    subscribeAggregate: (options: AnyAggregate, observer?: Observer<never>) =>
      stream("/aggregate/subscribe", spellHaving(options), observer),
  };
}
