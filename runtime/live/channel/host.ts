/** One room of a channel, inside its Durable Object. */

import { Listeners } from "./listeners.ts";
import { ChannelLog, type LogOptions } from "./log.ts";
import {
  channelOf,
  type Frame,
  type LoggedMessage,
  type Page,
  type Presence,
  ping,
  pong,
  userHeader,
} from "./protocol.ts";

/** What a channel is to its objects. */
export interface RoomOptions extends LogOptions {
  /** Whether those who listen are told of each other. */
  readonly presence: boolean;
}

/** A Durable Object takes 32,768 connections; the rest of them are kept for those that are about to close. */
const maxListeners = 32_000;

/**
 * What the emitted `CovaraChannelDurableObject` hands its calls to. It numbers messages, keeps the newest of them, and sends them to
 * those who listen. It knows nothing of rules: Workers ask them before they call.
 */
export class ChannelHost {
  readonly #state: DurableObjectState;
  readonly #options: RoomOptions;
  readonly #log: ChannelLog;
  readonly #listeners: Listeners;

  /** @param channels All channels by key. */
  constructor(state: DurableObjectState, channels: Readonly<Record<string, RoomOptions>>) {
    const name = state.id.name ?? "";
    const key = channelOf(name);
    const options = Object.hasOwn(channels, key) ? channels[key] : undefined;
    if (options === undefined) throw new Error(`There is no channel for the object ${JSON.stringify(name)}`);
    this.#state = state;
    this.#options = options;
    this.#log = new ChannelLog(state.storage, options);
    this.#listeners = new Listeners(state);
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, pong));
  }

  /**
   * Adds a message to the log, and sends it to those who listen. Nobody hears of it before it is stored: the platform holds back
   * what an object sends until its writes are durable.
   *
   * @param content A JSON object, without number and time.
   */
  publish(content: string): LoggedMessage {
    const { epoch, seq, text } = this.#log.append(content, new Date());
    this.#tell({ type: "message", epoch, seq, text });
    return { seq, text };
  }

  /** The messages behind a place. */
  read(after: number): Page {
    return this.#log.read(after);
  }

  /** Who listens. */
  presence(): Presence {
    this.#leave(this.#listeners.stale(Date.now()));
    return this.#listeners.list();
  }

  /** Opens the connection of one who listens. */
  fetch(request: Request): Response {
    if (request.headers.get("Upgrade") !== "websocket")
      return new Response("This takes a WebSocket.", { status: 426 });
    this.#leave(this.#listeners.stale(Date.now()));
    if (this.#state.getWebSockets().length >= maxListeners)
      return new Response("The room is full.", { status: 503 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#state.acceptWebSocket(server);
    const { epoch, seq } = this.#log.end;
    send(server, JSON.stringify({ type: "connected", epoch, seq, first: this.#log.first } satisfies Frame));
    const user = request.headers.get(userHeader);
    const userId = user === null || !this.#options.presence ? null : decodeURIComponent(user);
    const isNew = this.#listeners.add(server, userId, Date.now());
    if (userId !== null && isNew) this.#tell({ type: "join", userId });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A connection has closed, or broken. */
  closed(socket: WebSocket): void {
    this.#leave([socket]);
  }

  /** Ends connections, and tells the others of users who have no other one. */
  #leave(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) {
      const userId = this.#listeners.remove(socket);
      if (userId !== null) this.#tell({ type: "leave", userId });
    }
  }

  #tell(frame: Frame): void {
    const text = JSON.stringify(frame);
    for (const socket of this.#state.getWebSockets()) send(socket, text);
  }
}

/** Sends to a connection unless it is closing: its end has a handler of its own. */
function send(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
