/** What all live stores have in common: listeners, for whom a stream is open, and who are told of changes once a frame. */
import type { ConnectionState, Stream } from "./connection.ts";
import { run } from "./observe.ts";

/** Milliseconds between the last listener's leave and the end of the connection. */
const grace = 5_000;

/** Milliseconds between two calls of the listeners, at least: as long as a screen shows one picture. */
const frame = 16;

/** What a store follows. */
export interface Followed<Snapshot> {
  /** The same object until something has changed. */
  readonly snapshot: Snapshot;
  /** @param error What cut the stream, or keeps it from being opened; null where nothing is wrong. */
  state(state: ConnectionState, error: unknown): void;
  /** Nothing comes any more. @param error Why; null where that was asked for. */
  end(error: unknown): void;
}

/** What is a store to those who use it. */
export interface Store<Snapshot> {
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  refetch(): void;
  close(): void;
}

/** Opens a stream. @param state Is told how it is. */
export type OpenFollowed = (state: (state: ConnectionState, error: unknown) => void) => Stream;

/** The listeners of one store. */
export class Listeners<Snapshot> {
  readonly store: Store<Snapshot>;
  readonly #followed: Followed<Snapshot>;
  readonly #open: OpenFollowed;
  readonly #all = new Set<() => void>();
  #stream: Stream | null = null;
  #isClosed = false;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #isScheduled = false;
  #toldAt = 0;
  #told: Snapshot | null = null;

  constructor(followed: Followed<Snapshot>, open: OpenFollowed) {
    this.#followed = followed;
    this.#open = open;
    this.store = {
      getSnapshot: () => followed.snapshot,
      subscribe: (listener) => this.#add(listener),
      refetch: () => this.#stream?.restart(),
      close: () => {
        this.end(null);
        this.tell();
      },
    };
  }

  /** Something may look different: the listeners are told soon. */
  changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const delay = this.#toldAt + frame - Date.now();
    if (delay > 0) setTimeout(() => this.tell(), delay);
    else queueMicrotask(() => this.tell());
  }

  /** Tells the listeners at once. */
  tell(): void {
    this.#isScheduled = false;
    const { snapshot } = this.#followed;
    if (snapshot === this.#told) return;
    this.#told = snapshot;
    this.#toldAt = Date.now();
    for (const listener of [...this.#all]) run(listener);
  }

  /** Ends the store for good. @param error Why; null where that was asked for. */
  end(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leave();
    this.#stay();
    this.#followed.end(error);
  }

  #add(listener: () => void): () => void {
    // A listener that is given twice is called twice, and each time ended by itself.
    const own = (): void => listener();
    this.#all.add(own);
    this.#stay();
    if (this.#stream === null && !this.#isClosed) {
      this.#stream = this.#open((state, error) => {
        if (state !== "closed") this.#followed.state(state, error);
        else if (error !== null) this.end(error);
      });
    }
    return () => {
      if (!this.#all.delete(own) || this.#all.size > 0 || this.#isClosed) return;
      this.#leaving = setTimeout(() => {
        this.#leave();
        this.#followed.state("connecting", null);
      }, grace);
    };
  }

  #stay(): void {
    if (this.#leaving !== undefined) clearTimeout(this.#leaving);
  }

  #leave(): void {
    const stream = this.#stream;
    this.#stream = null;
    stream?.close();
  }
}
