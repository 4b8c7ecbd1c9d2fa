/** One stream in two shapes: callbacks, and an iterator that is read as fast as its reader is. */
import type { ConnectionState, Stream, StreamHandlers } from "./connection.ts";

/** Is told of a stream until it is closed. What these throw is reported as an uncaught error. */
export interface Observer<Event> {
  readonly onEvent?: ((event: Event) => void) | undefined;
  /** The stream has ended for good: the server refuses it. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** @param error What cut the stream, or keeps it from being opened; null where nothing is wrong. */
  readonly onState?: ((state: ConnectionState, error: unknown) => void) | undefined;
}

/** Opens a stream that tells these. */
export type OpenStream = (handlers: StreamHandlers) => Stream;

/** Events that may wait for the reader of an iterator. Then no more are read, and the server has the same patience. */
const maxWaiting = 256;

/** Runs the code of a listener. What it throws is its own: it must reach the console, and not the stream. */
export function run(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/**
 * Opens a stream that calls back.
 *
 * @param isSnapshot Whether the stream begins with the rows that are there.
 * @returns what closes it.
 */
export function observe<Event>(
  open: OpenStream,
  isSnapshot: boolean,
  { onEvent, onError, onState }: Observer<Event>,
  signal: AbortSignal | undefined,
  ready?: () => Promise<void> | undefined,
): () => void {
  if (signal?.aborted === true) return () => undefined;
  const close = (): void => stream.close();
  const stream = open({
    opened: () => undefined,
    event: (event) => {
      run(() => onEvent?.({ type: event.type, ...event.data } as Event));
      // What follows builds on rows that are out of date.
      if (isSnapshot && event.type === "invalidate") stream.restart();
    },
    state: (state, error) => {
      if (state === "closed") signal?.removeEventListener("abort", close);
      run(() => onState?.(state, error));
      if (state === "closed" && error !== null) run(() => onError?.(error));
    },
    ...(ready && { ready }),
  });
  signal?.addEventListener("abort", close);
  return close;
}

/** The events of a stream one by one. Each iteration opens a stream of its own, and closes it where it is left. */
export const iterate = <Event>(
  open: OpenStream,
  isSnapshot: boolean,
  signal: AbortSignal | undefined,
): AsyncIterable<Event> => ({
  async *[Symbol.asyncIterator]() {
    const waiting: Event[] = [];
    const end: { isReached: boolean; error: unknown } = { isReached: signal?.aborted ?? false, error: null };
    /** Called where something has arrived, and where something was taken. */
    let arrived: () => void = () => undefined;
    let taken: () => void = () => undefined;
    const close = observe<Event>(
      open,
      isSnapshot,
      {
        onEvent: (event) => {
          waiting.push(event);
          arrived();
        },
        onState: (state, error) => {
          if (state !== "closed") return;
          Object.assign(end, { isReached: true, error });
          arrived();
        },
      },
      signal,
      () =>
        waiting.length < maxWaiting
          ? undefined
          : new Promise((resolve) => {
              taken = resolve;
            }),
    );
    try {
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) {
          if (waiting.length === 0) taken();
          yield event;
        } else if (end.isReached) {
          if (end.error !== null) throw end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            arrived = resolve;
          });
        }
      }
    } finally {
      close();
    }
  },
});
