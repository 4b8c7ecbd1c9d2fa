/** What the channels of a client are made of, for those who use it. */
import type { LiveStatus } from "./live.ts";

/** What happens in a room. */
export type ChannelEvent<Message> =
  /**
   * The stream is open: at first, and each time it had to be opened again. Messages behind `seq` follow; those up to `latest`, the
   * newest there is, were published before.
   */
  | { readonly type: "connected"; readonly seq: number; readonly latest: number }
  | { readonly type: "message"; readonly message: Message }
  /** Messages up to `seq` are missing: the room does not keep them any more, or they came faster than they were read. */
  | { readonly type: "invalidate"; readonly seq: number; readonly reason: "gap" | "overflow" };

/** What happens besides where a channel tells who listens: a user has begun to, or has ended the last of their connections. */
export interface PresenceEvent {
  readonly type: "join" | "leave";
  readonly userId: string;
}

/** Who listens to a room. Those who are not signed in are not among them. */
export interface Presence {
  /** By the ids of users, the first 1,000. */
  readonly items: readonly {
    readonly userId: string;
    /** How many streams and sockets the user has open. */
    readonly connections: number;
  }[];
  /** The number of all users. */
  readonly total: number;
}

/** Settings of a stream of messages. */
export interface ChannelOptions {
  /** How many of the newest messages to begin with, as far as the room keeps them. Default: 0. */
  readonly history?: number | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of a live room. */
export interface ChannelLiveOptions {
  /** How many of the newest messages to begin with, as far as the room keeps them. Default: 50. */
  readonly history?: number | undefined;
  /** How many messages to show at most: the oldest go. Default: 1,000. */
  readonly limit?: number | undefined;
}

/** A live room at one moment. It never changes: another moment is another object. */
export interface ChannelSnapshot<Message> {
  /** In order, without a gap, each once. */
  readonly messages: readonly Message[];
  readonly status: LiveStatus;
  /** What keeps the room from being live, or has ended it; null where nothing does. */
  readonly error: unknown;
}

/** The same where the channel tells who listens. */
export interface PresenceSnapshot<Message> extends ChannelSnapshot<Message> {
  /** The ids of those who listen, in order, yours among them. Those who are not signed in are not listed. */
  readonly users: readonly string[];
}

/**
 * A room that follows the server: it begins with the newest messages, and then gets those that come. It opens its connection for its
 * first listener, and closes it a few seconds after its last.
 */
export interface ChannelStore<Snapshot> {
  /** The room as it is now: the same object until something has changed. */
  getSnapshot(): Snapshot;
  /** Calls back whenever the room has changed. @returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Begins anew with the newest messages. Those that are there stay shown until then. */
  refetch(): void;
  /** Ends it for good. */
  close(): void;
}
