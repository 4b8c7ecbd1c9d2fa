/**
 * The object of a channel that knows all of its rooms in which somebody has published: rooms hand it their messages, and it sends
 * them to those who listen to many rooms at once. What it sends may be lost; how far each room has come is stored.
 */
import type { LogStorage } from "./log.ts";
import { roomMatcher } from "./patterns.ts";
import { type LoggedMessage, type Page, ping, pong, valuesOf } from "./protocol.ts";

/** How far a room has come. */
export interface RoomEnd {
  /** Name of the room's object. */
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Some rooms by name. */
export interface RoomPage {
  readonly rooms: readonly RoomEnd[];
  /** Whether others follow … */
  readonly hasMore: boolean;
  /** … behind this one. */
  readonly next: string;
}

/** What it sends. */
export type SwitchboardFrame =
  | { readonly type: "connected" }
  | ({ readonly type: "message"; readonly room: string; readonly epoch: string } & LoggedMessage);

/** The header with the patterns of a connection. */
export const patternsHeader = "Covara-Patterns";

/** Rooms that are looked at for one page. */
const pageSize = 1000;

export class Switchboard {
  readonly #state: DurableObjectState;
  readonly #storage: LogStorage;

  constructor(state: DurableObjectState) {
    this.#state = state;
    this.#storage = state.storage;
    this.#rows(
      "CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    );
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, pong));
  }

  /**
   * Takes messages of a room, and sends them on.
   *
   * @param page Messages in order, and which of them is the oldest that the room keeps.
   * @returns the number of the last message that it has: where messages are missing, those after that are to be sent again.
   */
  forward(room: string, { epoch, first, messages }: Page): number {
    const [row] = this.#rows("SELECT seq FROM rooms WHERE name = ? AND epoch = ?", room, epoch);
    const known = Number(row?.seq ?? 0);
    const fresh = messages.filter(({ seq }) => seq > known);
    const [next] = fresh;
    const last = fresh.at(-1);
    // A room that was cut off for long does not keep all that is missing.
    if (next === undefined || last === undefined || next.seq > Math.max(known + 1, first)) return known;
    this.#rows(
      "INSERT INTO rooms (name, epoch, seq) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET epoch = ?2, seq = ?3",
      room,
      epoch,
      last.seq,
    );
    const values = valuesOf(room);
    for (const socket of this.#state.getWebSockets()) {
      if (socket.readyState !== WebSocket.OPEN || !matches(socket, values)) continue;
      for (const { seq, text } of fresh) {
        socket.send(JSON.stringify({ type: "message", room, epoch, seq, text } satisfies SwitchboardFrame));
      }
    }
    return last.seq;
  }

  /** The rooms that match, behind one of them by name. A page may be empty, and others follow all the same. */
  rooms(patterns: readonly string[], after: string): RoomPage {
    const isMatch = roomMatcher(patterns);
    const rows = this.#rows(
      "SELECT name, epoch, seq FROM rooms WHERE name > ? ORDER BY name LIMIT ?",
      after,
      pageSize,
    );
    const all = rows.map(({ name, epoch, seq }) => ({
      room: String(name),
      epoch: String(epoch),
      seq: Number(seq),
    }));
    return {
      rooms: all.filter(({ room }) => isMatch(valuesOf(room))),
      hasMore: all.length === pageSize,
      next: all.at(-1)?.room ?? after,
    };
  }

  /** Opens the connection of one who listens. */
  fetch(request: Request): Response {
    const patterns = request.headers.get(patternsHeader);
    if (request.headers.get("Upgrade") !== "websocket" || patterns === null)
      return new Response("This takes a WebSocket.", { status: 426 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#state.acceptWebSocket(server);
    server.serializeAttachment(JSON.parse(decodeURIComponent(patterns)));
    server.send(JSON.stringify({ type: "connected" } satisfies SwitchboardFrame));
    return new Response(null, { status: 101, webSocket: client });
  }

  #rows(statement: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#storage.sql.exec(statement, ...values).toArray();
  }
}

const matches = (socket: WebSocket, values: readonly string[]): boolean =>
  roomMatcher(socket.deserializeAttachment() as readonly string[])(values);
