/** One stream of events that stays open for ever: it comes back after whatever cut it, and goes on where it was. */
import { CovaraError, CovaraNetworkError } from "../errors.ts";
import { query } from "../operations.ts";
import { readAnswer, type Send } from "../transport.ts";
import { EventStreamParser, readEvents } from "./event-stream.ts";
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
export const openStream = (
  send: Send,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  handlers: StreamHandlers,
  timing: StreamTiming = usual,
): Stream => new Connection(send, path, parameters, handlers, timing);

class Connection implements Stream {
  readonly #send: Send;
  readonly #path: string;
  readonly #parameters: Readonly<Record<string, unknown>>;
  readonly #handlers: StreamHandlers;
  readonly #timing: StreamTiming;
  /** For messages. */
  readonly #name: string;
  readonly #unwatch: () => void;
  /** Cuts the stream that is open, or being opened. */
  #controller = new AbortController();
  #isClosed = false;
  #isRestarting = false;
  #restartedAt = 0;
  #lastEventId = "";
  /** The longest first pause in milliseconds, until the server says another. */
  #retry = 2_000;
  /** Attempts since the last stream that worked. */
  #failures = 0;
  /** When the server gave its last sign of life; infinite while what it sent waits to be taken. */
  #heardAt = 0;
  /** Ends the pause. */
  #wake: () => void = () => undefined;

  constructor(
    send: Send,
    path: string,
    parameters: Readonly<Record<string, unknown>>,
    handlers: StreamHandlers,
    timing: StreamTiming,
  ) {
    this.#send = send;
    this.#path = path;
    this.#parameters = parameters;
    this.#handlers = handlers;
    this.#timing = timing;
    this.#name = `GET ${send.url(path)}`;
    const watch = setInterval(() => this.#cutAfter(timing.silence), timing.silence / 9);
    const unwatch = watchPage({
      online: () => this.#wake(),
      offline: () => this.#cut("the device is offline"),
      visible: () => {
        this.#wake();
        this.#cutAfter(suspicious);
      },
    });
    this.#unwatch = () => {
      clearInterval(watch);
      unwatch();
    };
    void this.#run();
  }

  restart(): void {
    this.#isRestarting = true;
    this.#cut("it begins anew");
    this.#wake();
  }

  close(): void {
    if (!this.#isClosed) this.#end(null);
  }

  #end(error: unknown): void {
    this.#isClosed = true;
    this.#unwatch();
    this.#cut("it was closed");
    this.#wake();
    this.#handlers.state("closed", error);
  }

  #cut(why: string): void {
    const message = `${this.#name} was cut: ${why}.`;
    this.#controller.abort(new CovaraNetworkError(this.#name, null, message));
  }

  #cutAfter(silence: number): void {
    const quiet = Date.now() - this.#heardAt;
    if (quiet > silence) this.#cut(`nothing was heard for ${Math.round(quiet / 1000)} s`);
  }

  async #run(): Promise<void> {
    this.#handlers.state("connecting", null);
    while (!this.#isClosed) {
      const { wasOpen, error } = await this.#attempt();
      if (this.#isClosed) return;
      if (isFinal(error)) return this.#end(error);
      const delay = this.#delay(error);
      this.#handlers.state(wasOpen || this.#isRestarting ? "connecting" : "offline", error);
      if (delay > 0) await this.#pause(delay);
    }
  }

  /** Reads one stream until it ends or is cut, whatever it waits for. */
  async #attempt(): Promise<{ readonly wasOpen: boolean; readonly error: unknown }> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.#heardAt = Date.now();
    if (this.#isRestarting) this.#lastEventId = "";
    this.#isRestarting = false;
    const from = this.#lastEventId;
    let openedAt = 0;
    let error: unknown = null;
    const parser = new EventStreamParser(from, ({ type, data }) => {
      if (signal.aborted) return;
      // What is no JSON was damaged on the way, and ends this stream as a broken connection does.
      const event: ServerEvent = { type, data: JSON.parse(data) };
      if (openedAt === 0) {
        openedAt = Date.now();
        this.#handlers.state("live", null);
        this.#handlers.opened(from !== "");
      }
      this.#handlers.event(event);
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    try {
      await Promise.race([aborted, this.#read(parser, signal)]);
    } catch (reason) {
      error = reason;
    }
    this.#lastEventId = parser.lastEventId;
    this.#retry = parser.retry ?? this.#retry;
    const wasOpen = openedAt > 0;
    const hasWorked = parser.lastEventId !== from || Date.now() - openedAt > this.#timing.settled;
    if (wasOpen && hasWorked) this.#failures = 0;
    return { wasOpen, error };
  }

  async #read(parser: EventStreamParser, signal: AbortSignal): Promise<void> {
    const { ready } = this.#handlers;
    const path = this.#path + query({ ...this.#parameters, resumeFrom: parser.lastEventId || undefined });
    const response = await this.#send.open({ method: "GET", path, accept: "text/event-stream", signal });
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || response.body === null || !/^text\/event-stream\b/i.test(type)) {
      await readAnswer(this.#name, response);
      throw new CovaraNetworkError(this.#name, null, `${this.#name} gave no stream of events, but ${type}.`);
    }
    const heard = async (): Promise<void> => {
      this.#heardAt = Number.POSITIVE_INFINITY;
      await ready?.();
      this.#heardAt = Date.now();
    };
    await readEvents(response.body, parser, heard, signal);
  }

  /** Milliseconds until the next attempt. */
  #delay(error: unknown): number {
    if (this.#isRestarting && Date.now() - this.#restartedAt > this.#retry) {
      this.#restartedAt = Date.now();
      return 0;
    }
    const limit = Math.min(this.#retry * 2 ** this.#failures, this.#timing.longestPause);
    this.#failures += 1;
    const asked = error instanceof CovaraError ? (error.retryAfter ?? 0) * 1_000 : 0;
    return Math.random() * limit + Math.min(asked, longestAsked);
  }

  #pause(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Whether the next attempt would end alike. */
const isFinal = (error: unknown): boolean =>
  error instanceof CovaraError &&
  error.status >= 400 &&
  error.status < 500 &&
  !passingRefusals.includes(error.status);
