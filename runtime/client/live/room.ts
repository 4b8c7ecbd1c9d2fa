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

export interface Room extends Followed<RoomSnapshot> {
  /** @param isResumed Whether the stream goes on behind what it told before. */
  opened(isResumed: boolean): void;
  /** @returns whether the stream has to begin anew, since messages are missing. */
  event(event: ServerEvent): boolean;
}

export function liveRoom({ limit, show, presence, changed }: RoomOptions): Room {
  let messages: AnyRow[] = [];
  /** Those of a beginning that is not complete: until then the ones before it are shown. */
  let next: AnyRow[] | null = null;
  /** The number of the last message that the stream has told; less than 0 until it says where it begins. */
  let at = -1;
  /** The number of the newest message that was there when the stream was opened. */
  let newest = 0;
  let users = new Set<string>();
  /** Who came and went since it was asked who listens; null unless an answer is awaited. */
  let moves: Map<string, boolean> | null = null;
  let isLoaded = false;
  let isClosed = false;
  let state: ConnectionState = "connecting";
  let error: unknown = null;
  let snapshot: RoomSnapshot = { messages: [], ...(presence && { users: [] }), status: "loading", error };
  let isChanged = false;
  /** Whether the messages that are shown have changed. */
  let isGrown = false;

  /** Whether all is there that was when the stream was opened. */
  const isCaughtUp = (): boolean => !(at < newest);
  const isComplete = (): boolean => next === null && isCaughtUp() && moves === null;

  const status = (): LiveStatus => {
    if (isClosed) return "closed";
    if (state === "offline") return "offline";
    if (!isLoaded) return "loading";
    return state === "live" && isComplete() ? "live" : "connecting";
  };

  const touch = (): void => {
    isChanged = true;
    changed();
  };

  const settle = (): void => {
    if (next !== null && isCaughtUp()) {
      messages = next;
      next = null;
      isGrown = true;
    }
    isLoaded ||= isComplete();
    touch();
  };

  const move = (userId: string, isHere: boolean): void => {
    moves?.set(userId, isHere);
    if (isHere) users.add(userId);
    else users.delete(userId);
  };

  const ask = (): void => {
    if (presence === undefined) return;
    const own = new Map<string, boolean>();
    moves = own;
    presence().then(
      ({ items }) => {
        if (moves !== own) return;
        moves = null;
        users = new Set(items.map(({ userId }) => userId));
        // The answer may be older than what was heard meanwhile. Where it is newer, that is still to be heard.
        for (const [userId, isHere] of own) move(userId, isHere);
        error = null;
        settle();
      },
      (reason: unknown) => {
        if (moves !== own) return;
        error = reason;
        touch();
        setTimeout(() => {
          if (moves === own) ask();
        }, askingPause);
      },
    );
  };

  const tellState = (now: ConnectionState, reason: unknown): void => {
    state = now;
    error = reason;
    // What is answered now may miss what happens until the stream is open again, and is asked then.
    if (now !== "live") moves &&= new Map();
    touch();
  };

  return {
    get snapshot() {
      if (!isChanged) return snapshot;
      const before = snapshot;
      const sorted = [...users].sort();
      const now: RoomSnapshot = {
        ...before,
        ...(isGrown && { messages: [...messages] }),
        ...(JSON.stringify(sorted) !== JSON.stringify(before.users ?? []) && { users: sorted }),
        status: status(),
        error,
      };
      isChanged = isGrown = false;
      const names = Object.keys(now) as (keyof RoomSnapshot)[];
      if (names.some((name) => now[name] !== before[name])) snapshot = now;
      return snapshot;
    },
    opened: (isResumed) => {
      if (isResumed) return;
      next = [];
      at = -1;
    },
    state: tellState,
    end: (reason) => {
      isClosed = true;
      tellState("closed", reason);
    },
    event: ({ type, data }) => {
      const message = data as RoomData;
      const { seq, latest, userId } = message;
      if (type === "invalidate") return true;
      if (type === "connected") {
        if (at < 0) at = seq;
        if (seq !== at) return true;
        newest = latest;
        ask();
      } else if (type === "message") {
        if (seq > at + 1) return true;
        if (seq === at + 1) {
          const taken = next ?? messages;
          taken.push(show(message));
          if (taken.length > limit) taken.shift();
          at = seq;
          isGrown = true;
        }
      } else if (type === "join" || type === "leave") move(userId, type === "join");
      settle();
      return false;
    },
  };
}
