/** What a live room shows, from what its stream tells, as one snapshot after the other. */
import type { ChannelSnapshot, Presence } from "./channel-types.ts";
import type { ConnectionState, ServerEvent } from "./connection.ts";
import type { Followed } from "./listeners.ts";
import type { LiveStatus } from "./live.ts";
import type { AnyRow } from "./matches.ts";

/** Milliseconds until those who listen are asked for again, where that failed. */
const askingPause = 5_000;

export interface RoomOptions {
  /** How many messages are shown at most. */
  readonly limit: number;
  /** What is shown of a message. */
  readonly show: (message: AnyRow) => AnyRow;
  /** Asks who listens; undefined where the channel does not tell. */
  readonly presence: (() => Promise<Presence>) | undefined;
  /** Something may look different. */
  readonly changed: () => void;
}

/** With users where the channel tells who listens. */
export interface RoomSnapshot extends ChannelSnapshot<AnyRow> {
  readonly users?: readonly string[];
}

/** What events carry, together. */
interface RoomData extends AnyRow {
  readonly seq: number;
  readonly latest: number;
  readonly userId: string;
}

export class Room implements Followed<RoomSnapshot> {
  readonly #options: RoomOptions;
  #messages: AnyRow[] = [];
  /** Those of a beginning that is not complete: until then the ones before it are shown. */
  #next: AnyRow[] | null = null;
  /** The number of the last message that the stream has told; less than 0 until it says where it begins. */
  #at = -1;
  /** The number of the newest message that was there when the stream was opened. */
  #latest = 0;
  #users = new Set<string>();
  /** Who came and went since it was asked who listens; null unless an answer is awaited. */
  #moves: Map<string, boolean> | null = null;
  #isLoaded = false;
  #isClosed = false;
  #state: ConnectionState = "connecting";
  #error: unknown = null;
  #snapshot: RoomSnapshot;
  #isChanged = false;
  /** Whether the messages that are shown have changed. */
  #isGrown = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#snapshot = { messages: [], ...(options.presence && { users: [] }), status: "loading", error: null };
  }

  get snapshot(): RoomSnapshot {
    if (!this.#isChanged) return this.#snapshot;
    const before = this.#snapshot;
    const users = [...this.#users].sort();
    const isSame = JSON.stringify(users) === JSON.stringify(before.users ?? []);
    const now: RoomSnapshot = {
      ...before,
      ...(this.#isGrown && { messages: [...this.#messages] }),
      ...(!isSame && { users }),
      status: this.#status(),
      error: this.#error,
    };
    this.#isChanged = this.#isGrown = false;
    const names = Object.keys(now) as (keyof RoomSnapshot)[];
    if (names.some((name) => now[name] !== before[name])) this.#snapshot = now;
    return this.#snapshot;
  }

  #status(): LiveStatus {
    if (this.#isClosed) return "closed";
    if (this.#state === "offline") return "offline";
    if (!this.#isLoaded) return "loading";
    return this.#state === "live" && this.#isComplete ? "live" : "connecting";
  }

  /** Whether all is there that the stream was opened for. */
  get #isComplete(): boolean {
    return this.#next === null && !(this.#at < this.#latest) && this.#moves === null;
  }

  opened(isResumed: boolean): void {
    if (isResumed) return;
    this.#next = [];
    this.#at = -1;
  }

  state(state: ConnectionState, error: unknown): void {
    this.#state = state;
    this.#error = error;
    // What is answered now may miss what happens until the stream is open again, and is asked then.
    if (state !== "live") this.#moves &&= new Map();
    this.#touch();
  }

  end(error: unknown): void {
    this.#isClosed = true;
    this.state("closed", error);
  }

  /** @returns whether the stream has to begin anew, since messages are missing. */
  event({ type, data }: ServerEvent): boolean {
    const { seq, latest, userId } = data as RoomData;
    if (type === "invalidate") return true;
    if (type === "connected") {
      if (this.#at < 0) this.#at = seq;
      if (seq !== this.#at) return true;
      this.#latest = latest;
      this.#ask();
    } else if (type === "message") {
      if (seq > this.#at + 1) return true;
      if (seq === this.#at + 1) this.#add(seq, data as RoomData);
    } else if (type === "join" || type === "leave") {
      this.#move(userId, type === "join");
    }
    this.#settle();
    return false;
  }

  #add(seq: number, message: AnyRow): void {
    const { limit, show } = this.#options;
    const messages = this.#next ?? this.#messages;
    messages.push(show(message));
    if (messages.length > limit) messages.shift();
    this.#at = seq;
    this.#isGrown = true;
  }

  #move(userId: string, isHere: boolean): void {
    this.#moves?.set(userId, isHere);
    if (isHere) this.#users.add(userId);
    else this.#users.delete(userId);
  }

  #ask(): void {
    const { presence } = this.#options;
    if (presence === undefined) return;
    const moves = new Map<string, boolean>();
    this.#moves = moves;
    presence().then(
      ({ items }) => {
        if (this.#moves !== moves) return;
        this.#moves = null;
        this.#users = new Set(items.map(({ userId }) => userId));
        // The answer may be older than what was heard meanwhile. Where it is newer, that is still to be heard.
        for (const [userId, isHere] of moves) this.#move(userId, isHere);
        this.#error = null;
        this.#settle();
      },
      (error: unknown) => {
        if (this.#moves !== moves) return;
        this.#error = error;
        this.#touch();
        setTimeout(() => {
          if (this.#moves === moves) this.#ask();
        }, askingPause);
      },
    );
  }

  #settle(): void {
    if (this.#next !== null && !(this.#at < this.#latest)) {
      this.#messages = this.#next;
      this.#next = null;
      this.#isGrown = true;
    }
    this.#isLoaded ||= this.#isComplete;
    this.#touch();
  }

  #touch(): void {
    this.#isChanged = true;
    this.#options.changed();
  }
}
