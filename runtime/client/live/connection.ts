/** One stream of events that stays open for ever: it comes back after whatever cut it, and goes on where it was. */
import { CovaraError, CovaraNetworkError } from "../errors.ts";
import { query } from "../operations.ts";
import { readAnswer, type Send } from "../transport.ts";
import { eventParser, readEvents, type StreamPlace } from "./event-stream.ts";
import { watchPage } from "./page.ts";

/**
 * Whether a stream is being opened, is open, cannot be opened for now, or has ended for good. One that was cut is `connecting`
 * at first, and `offline` once an attempt to come back has failed.
 */
export type ConnectionState = "connecting" | "live" | "offline" | "closed";

/** An event with its data read. */
export interface ServerEvent {
  readonly type: string;
  readonly data: object;
}

/** What is told of a stream. None of these may throw. */
export interface StreamHandlers {
  /** @param isResumed Whether the server goes on behind what it told before, rather than begin anew. */
  readonly opened: (isResumed: boolean) => void;
  readonly event: (event: ServerEvent) => void;
  /** @param error What cut or ended the stream; null where nothing is wrong. */
  readonly state: (state: ConnectionState, error: unknown) => void;
  /** Waits until more events can be taken: meanwhile nothing is read. */
  readonly ready?: () => void | Promise<void>;
}

export interface Stream {
  /** Opens the stream anew, from its beginning. */
  restart(): void;
  close(): void;
}

/** Times in milliseconds. */
export interface StreamTiming {
  /** How long a stream may be silent. The server gives a sign of life every 15 seconds. */
  readonly silence: number;
  /** The longest pause between two attempts. */
  readonly longestPause: number;
  /** A stream that was open that long counts as one that works: the pauses are short again. */
  readonly settled: number;
}

const usual: StreamTiming = { silence: 45_000, longestPause: 30_000, settled: 10_000 };

/** The longest first pause in milliseconds, until the server says another. */
const firstRetry = 2_000;

/** The longest pause that a server may ask for (`Retry-After`), in milliseconds. */
const longestAsked = 600_000;

/** After so many milliseconds without a sign of life, a page that may have been asleep does not wait for the next one. */
const suspicious = 20_000;

/** Statuses from 400 to 499 that say "not now". */
const passingRefusals: readonly number[] = [408, 425, 429];

/**
 * Opens a stream and keeps it open until it is closed, or the server refuses it (400, 401 after a new token, 403, 404). All else
 * passes: it is tried again after a random pause, which may be twice as long each time.
 *
 * @param path Path of the stream, without a query.
 * @param parameters Its query.
 */
export function openStream(
  send: Send,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  handlers: StreamHandlers,
  timing: StreamTiming = usual,
): Stream {
  const name = `GET ${send.url(path)}`;
  const place: StreamPlace = { lastEventId: "", retry: firstRetry };
  /** Aborted once the stream has ended for good. */
  const closing = new AbortController();
  /** Cuts the stream that is open, or being opened. */
  let cutting = new AbortController();
  let isRestarting = false;
  let restartedAt = 0;
  /** Attempts since the last stream that worked. */
  let failures = 0;
  /** When the server gave its last sign of life; infinite while what it sent waits to be taken. */
  let heardAt = 0;
  /** Ends the pause. */
  let wake: () => void = () => undefined;

  const cut = (why: string): void =>
    cutting.abort(new CovaraNetworkError(name, null, `${name} was cut: ${why}.`));
  const cutAfter = (silence: number): void => {
    const quiet = Date.now() - heardAt;
    if (quiet > silence) cut(`nothing was heard for ${Math.round(quiet / 1000)} s`);
  };
  const end = (error: unknown): void => {
    if (closing.signal.aborted) return;
    closing.abort();
    clearInterval(watch);
    cut("it was closed");
    wake();
    handlers.state("closed", error);
  };

  const read = async (push: (text: string) => void, signal: AbortSignal): Promise<void> => {
    const at = path + query({ ...parameters, resumeFrom: place.lastEventId || undefined });
    const response = await send.open({ method: "GET", path: at, accept: "text/event-stream", signal });
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || response.body === null || !/^text\/event-stream\b/i.test(type)) {
      await readAnswer(`GET ${path}`, response);
      throw new CovaraNetworkError(name, null, `${name} gave no stream of events, but ${type}.`);
    }
    const heard = async (): Promise<void> => {
      heardAt = Number.POSITIVE_INFINITY;
      await handlers.ready?.();
      heardAt = Date.now();
    };
    await readEvents(response.body, push, heard, signal);
  };

  /** Reads one stream until it ends or is cut, whatever it waits for. */
  const attempt = async (): Promise<{ readonly wasOpen: boolean; readonly error: unknown }> => {
    cutting = new AbortController();
    const { signal } = cutting;
    heardAt = Date.now();
    if (isRestarting) place.lastEventId = "";
    isRestarting = false;
    const from = place.lastEventId;
    let openedAt = 0;
    let error: unknown = null;
    const push = eventParser(place, ({ type, data }) => {
      if (signal.aborted) return;
      // What is no JSON was damaged on the way, and ends this stream as a broken connection does.
      const event: ServerEvent = { type, data: JSON.parse(data) };
      if (openedAt === 0) {
        openedAt = Date.now();
        handlers.state("live", null);
        handlers.opened(from !== "");
      }
      handlers.event(event);
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    try {
      await Promise.race([aborted, read(push, signal)]);
    } catch (reason) {
      error = reason;
    }
    const wasOpen = openedAt > 0;
    const hasWorked = place.lastEventId !== from || Date.now() - openedAt > timing.settled;
    if (wasOpen && hasWorked) failures = 0;
    return { wasOpen, error };
  };

  /** Milliseconds until the next attempt. */
  const delayAfter = (error: unknown): number => {
    if (isRestarting && Date.now() - restartedAt > place.retry) {
      restartedAt = Date.now();
      return 0;
    }
    const limit = Math.min(place.retry * 2 ** failures, timing.longestPause);
    failures += 1;
    const asked = error instanceof CovaraError ? (error.retryAfter ?? 0) * 1_000 : 0;
    return Math.random() * limit + Math.min(asked, longestAsked);
  };

  const keepOpen = async (): Promise<void> => {
    handlers.state("connecting", null);
    while (!closing.signal.aborted) {
      const { wasOpen, error } = await attempt();
      if (closing.signal.aborted) return;
      if (isFinal(error)) return end(error);
      const delay = delayAfter(error);
      handlers.state(wasOpen || isRestarting ? "connecting" : "offline", error);
      if (delay === 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delay);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };

  const watch = setInterval(() => cutAfter(timing.silence), timing.silence / 9);
  watchPage(
    {
      online: () => wake(),
      offline: () => cut("the device is offline"),
      visible: () => {
        wake();
        cutAfter(suspicious);
      },
    },
    closing.signal,
  );
  void keepOpen();
  return {
    restart: () => {
      isRestarting = true;
      cut("it begins anew");
      wake();
    },
    close: () => end(null),
  };
}

/** Whether the next attempt would end alike. */
const isFinal = (error: unknown): boolean =>
  error instanceof CovaraError &&
  error.status >= 400 &&
  error.status < 500 &&
  !passingRefusals.includes(error.status);
