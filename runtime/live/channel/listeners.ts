/** Who listens to a room: counted by their connections, which outlive the memory of an object that sleeps. */
import { type Presence, pingInterval } from "./protocol.ts";

/** What is kept with a connection. */
interface Attachment {
  /** Null for those who are not counted, and once a connection has been counted out. */
  readonly userId: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** A Worker that has not asked for so long whether the connection is alive is gone itself. Milliseconds. */
const maxSilence = 3 * pingInterval;

/** Users that one list names. */
const maxListed = 1000;

export class Listeners {
  readonly #state: DurableObjectState;
  /** Connections by user; null until they have been counted. */
  #counts: Map<string, number> | null = null;

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  /**
   * Counts a new connection in.
   *
   * @param userId Null for somebody who is not to be listed.
   * @param now Milliseconds since 1970.
   * @returns whether it is the user's only one.
   */
  add(socket: WebSocket, userId: string | null, now: number): boolean {
    // Counted before the new one has its user.
    const counts = this.#counted();
    socket.serializeAttachment({ userId, since: now } satisfies Attachment);
    if (userId === null) return false;
    const count = (counts.get(userId) ?? 0) + 1;
    counts.set(userId, count);
    return count === 1;
  }

  /**
   * Counts a connection out, and closes it.
   *
   * @returns its user, where that was the last of theirs.
   */
  remove(socket: WebSocket): string | null {
    const { userId, since } = attachmentOf(socket);
    // A connection that breaks may be told of twice, and one that has closed may still be among the others.
    socket.serializeAttachment({ userId: null, since } satisfies Attachment);
    if (socket.readyState === WebSocket.OPEN) socket.close(1001, "No sign of life");
    if (userId === null) return null;
    const known = this.#counts;
    const counts = this.#counted();
    const count = (counts.get(userId) ?? 0) - (known === null ? 0 : 1);
    if (count > 0) counts.set(userId, count);
    else counts.delete(userId);
    return count > 0 ? null : userId;
  }

  /** Connections whose other end has gone without a word. @param now Milliseconds since 1970. */
  stale(now: number): WebSocket[] {
    return this.#state.getWebSockets().filter((socket) => {
      const asked = this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      return now - (asked ?? attachmentOf(socket).since) > maxSilence;
    });
  }

  /** All users by id. */
  list(): Presence {
    const users = [...this.#counted()].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      items: users.slice(0, maxListed).map(([userId, connections]) => ({ userId, connections })),
      total: users.length,
    };
  }

  #counted(): Map<string, number> {
    if (this.#counts !== null) return this.#counts;
    const counts = new Map<string, number>();
    for (const socket of this.#state.getWebSockets()) {
      const { userId } = attachmentOf(socket);
      if (userId !== null) counts.set(userId, (counts.get(userId) ?? 0) + 1);
    }
    this.#counts = counts;
    return counts;
  }
}

/** A connection that was not counted in yet has none. */
const attachmentOf = (socket: WebSocket): Attachment =>
  (socket.deserializeAttachment() as Attachment | null) ?? { userId: null, since: Number.POSITIVE_INFINITY };
