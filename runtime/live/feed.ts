/** Follows the log for one stream: told of changes by a hub, and reading the log itself where it has missed some. */
import { type Told, tell, type Wanted } from "./events.ts";
import { type HubSocket, type LiveNamespace, openHub } from "./hub-socket.ts";
import { Keys, keysStatement, pathsOf } from "./keys.ts";
import { headOf, type LogRead, type Position, readLog, selectHead } from "./log.ts";
import type { Batch, Change, Log } from "./types.ts";

/** Why a subscriber has to read everything anew. */
export type Reason = "gap" | "scope" | "overflow" | "schema";

/** What becomes of the changes. */
export interface Sink {
  /** A change has happened, of which something is to be told. */
  changed(change: Change, told: Extract<Told, { type: "events" }>): void;
  /** What was told before is no base for what comes. The feed goes on from where it is now. */
  invalidated(reason: Reason): void;
  /** Whether so much was told already that the client has to read first. */
  readonly isFull: boolean;
  /** Bytes that the client has read so far. */
  readonly read: number;
  /** Waits until the client has read what was told, or has gone. */
  ready(): Promise<void>;
  /** A fault of ours: the stream cannot go on. */
  failed(error: unknown): void;
}

export interface FeedOptions {
  readonly db: D1Database;
  readonly hubs: LiveNamespace;
  readonly log: Log;
  /** Name of the hub. */
  readonly hub: string;
  readonly wanted: Wanted;
  /** Ends the feed. */
  readonly signal: AbortSignal;
}

/** Changes that are read again, in order to take them back, at most. */
const maxRewound = 5_000;

/**
 * Milliseconds that a client has to make room for what a hub tells, and those in which it has to have read something. A burst of
 * changes may be larger than what is kept for a client; one that reads gets all of it.
 */
const [patience, shortPatience] = [10_000, 1_000];

/** Characters of images that a stream reads from the log at a time: they wait in memory until its client has read. */
const maxLength = 250_000;

/** Milliseconds before a lost hub is looked for again: at random up to this, so that a restart does not bring all streams at once. */
const reconnectWithin = 2_000;

export class Feed {
  readonly #options: FeedOptions;
  readonly #sink: Sink;
  #at: Position = { seq: 0, tag: "" };
  #keys: Keys;
  #socket: HubSocket | null = null;
  /** Whether it reads the log by itself. What the hub tells meanwhile is read with it. */
  #isReading = true;
  /** Whether the hub has told of something since the log was read. */
  #isBehind = false;

  constructor(options: FeedOptions, sink: Sink) {
    this.#options = options;
    this.#sink = sink;
    this.#keys = new Keys(options.wanted.view, []);
    options.signal.addEventListener("abort", () => this.#socket?.close(), { once: true });
  }

  /** All changes up to here have been told. */
  get at(): Position {
    return this.#at;
  }

  get keys(): Keys {
    return this.#keys;
  }

  /** Connects to the hub, and then takes the end of the log as its place: from there on nothing is missed. */
  async open(): Promise<void> {
    await this.#connect();
    await this.#load();
  }

  /**
   * Goes back to a place before.
   *
   * @returns why that is impossible, or null.
   */
  async rewind(to: Position): Promise<"gap" | "scope" | null> {
    const { db, log, wanted } = this.#options;
    const head = this.#at;
    if (to.seq > head.seq) return "gap";
    if (wanted.view.paths.length === 0) {
      // There are no keys to take back. Whether the place is still in the log is seen when it is read from there.
      this.#at = to;
      return null;
    }
    const table = wanted.table.name;
    const passed: Change[] = [];
    for (let at = to; ; ) {
      const read = await readLog(db, log, at, maxLength);
      if (read.type === "gap") return "gap";
      passed.push(...read.changes.filter((change) => change.seq <= head.seq && this.#keys.concerns(change)));
      if (passed.length > maxRewound) return "scope";
      at = { seq: read.to, tag: read.tag };
      if (!read.hasMore || at.seq >= head.seq) break;
    }
    for (const change of passed.reverse()) if (this.#keys.undo(change, table).isUntold) return "scope";
    this.#at = to;
    return null;
  }

  /** Tells of all changes after its place, and then of each that comes. */
  follow(): Promise<void> {
    return this.#orFail(this.#read(null));
  }

  /** Asks whether the hub is still there. */
  ping(): void {
    this.#socket?.ping();
  }

  async #connect(): Promise<void> {
    const { hubs, hub, signal } = this.#options;
    const socket = await openHub(hubs, hub, {
      onMessage: (message) => {
        if (signal.aborted) return;
        if ("type" in message) this.#catchUp();
        else this.#receive(message);
      },
      onLost: () => {
        this.#socket = null;
        if (!signal.aborted) void this.#reconnect();
      },
    });
    if (signal.aborted) socket.close();
    else this.#socket = socket;
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#options;
    try {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * reconnectWithin));
      if (signal.aborted) return;
      await this.#connect();
      this.#catchUp();
    } catch (error) {
      this.#sink.failed(error);
    }
  }

  /** Takes the end of the log as its place, with the keys as they are there. */
  async #load(): Promise<void> {
    const { db, wanted } = this.#options;
    const statements = pathsOf(wanted.view).map((path) => keysStatement(db, path));
    const [head, ...keys] = await db.batch([db.prepare(selectHead), ...statements]);
    this.#at = headOf(head?.results ?? []);
    this.#keys = new Keys(
      wanted.view,
      keys.map(({ results }) => results),
    );
  }

  #receive(batch: Batch): void {
    if (batch.to <= this.#at.seq) return;
    if (this.#isReading || batch.from > this.#at.seq) {
      this.#catchUp();
      return;
    }
    const outcome = this.#tell(batch);
    if (outcome === null) return;
    this.#isReading = true;
    this.#isBehind = false;
    void this.#orFail(outcome === "full" ? this.#goOn(batch) : this.#startAnew(outcome));
  }

  /** Reads the log from its place, now or once more. */
  #catchUp(): void {
    this.#isBehind = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.follow();
  }

  /** Tells the rest of what a hub told, once the client has made room for it. Where it does not, it has to read everything anew. */
  async #goOn(rest: Batch): Promise<void> {
    if (await this.#hasRoomSoon()) return this.#read(rest);
    await this.#sink.ready();
    if (!this.#options.signal.aborted) await this.#startAnew("overflow");
  }

  async #hasRoomSoon(): Promise<boolean> {
    const ready = this.#sink.ready().then(() => true);
    for (let waited = 0; waited < patience; waited += shortPatience) {
      const { read } = this.#sink;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), shortPatience);
      });
      const hasRoom = await Promise.race([ready, late]);
      if (timer !== undefined) clearTimeout(timer);
      if (hasRoom) return true;
      if (this.#sink.read === read) return false;
    }
    return false;
  }

  async #startAnew(reason: Reason): Promise<void> {
    await this.#load();
    this.#sink.invalidated(reason);
    await this.#read(null);
  }

  async #orFail(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#sink.failed(error);
    }
  }

  /** Tells what follows its place, until nothing is left: first what it has at hand, and then what the log has. */
  async #read(atHand: Batch | null): Promise<void> {
    const { db, log, signal } = this.#options;
    let rest: LogRead | null = atHand === null ? null : { ...atHand, type: "changes", hasMore: false };
    for (;;) {
      await this.#sink.ready();
      if (signal.aborted) return;
      if (rest === null) {
        this.#isBehind = false;
        rest = await readLog(db, log, this.#at, maxLength);
      }
      const outcome = rest.type === "gap" ? rest.type : this.#tell(rest);
      if (outcome === "full") continue;
      if (outcome !== null) {
        await this.#load();
        this.#sink.invalidated(outcome);
      } else if (rest.type === "changes" && !rest.hasMore && !this.#isBehind) break;
      rest = null;
    }
    this.#isReading = false;
  }

  /**
   * Tells of the changes of a batch that were not told yet.
   *
   * @returns null, or why it stopped before the end: the client has to read first, or needs everything anew.
   */
  #tell({ changes, to, tag }: Batch): Reason | "full" | null {
    for (const change of changes) {
      if (change.seq <= this.#at.seq) continue;
      if (this.#sink.isFull) return "full";
      const told = tell(this.#options.wanted, this.#keys, change);
      this.#at = { seq: change.seq, tag: change.tag };
      if (told.type === "invalidate") return told.reason;
      if (told.events.length > 0) this.#sink.changed(change, told);
    }
    this.#at = { seq: to, tag };
    return null;
  }
}
