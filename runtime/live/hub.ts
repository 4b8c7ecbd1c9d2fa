/** A hub: holds the connections of the streams of one partition, and sends each message to all of them. */
import { type LiveNamespace, ping, pong, pumpName } from "./hub-socket.ts";
import type { LiveState } from "./object.ts";

/**
 * Milliseconds without a sign of life after which a stream has gone. Streams ask every 15 seconds. Some go without a word: where a
 * client hangs up while the connection is being made, nobody gets its other end.
 */
const maxSilence = 60_000;

/** Milliseconds between looks for those that have gone. */
const sweepInterval = 15_000;

export class Hub {
  readonly #state: LiveState;
  readonly #name: string;
  readonly #hubs: LiveNamespace;
  /** When it last looked for streams that have gone, in milliseconds since 1970. */
  #sweptAt = 0;
  /** Streams that are left, by the events so far since they were counted. */
  #left = 0;

  constructor(state: LiveState, name: string, hubs: LiveNamespace) {
    this.#state = state;
    this.#name = name;
    this.#hubs = hubs;
    // Answered by the platform: idle streams do not wake the object.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, pong));
  }

  /** Opens the connection of a stream. Once it is answered, every change that is committed will be sent. */
  async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") {
      return new Response("Hubs speak WebSocket only.", { status: 426, headers: { Upgrade: "websocket" } });
    }
    const { 0: theirs, 1: ours } = new WebSocketPair();
    // Accepted so that the object can sleep while nothing happens.
    this.#state.acceptWebSocket(ours);
    ours.serializeAttachment(Date.now());
    this.#left += 1;
    await this.#tellPump(true);
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** Sends a message to all streams. Gives their number. */
  receive(message: string): number {
    this.#sweep();
    let count = 0;
    for (const socket of this.#open()) {
      try {
        socket.send(message);
        count += 1;
      } catch {
        // The stream has gone, and its close is on the way. A stream that is still there finds the hole and reads the log.
        socket.close(1011, "Not sent");
      }
    }
    return count;
  }

  /** A stream has gone. */
  async closed(socket: WebSocket): Promise<void> {
    this.#left -= 1;
    // Where thousands go at once, each would look at all the others. Where none is left and this says otherwise, the pump finds out with
    // the next change.
    if (this.#left > 0) return;
    this.#left = this.#open().filter((each) => each !== socket).length;
    if (this.#left === 0) await this.#tellPump(false);
  }

  /** Closes the connections of streams that have gone without a word. One that has not connects again, and reads what it missed. */
  #sweep(): void {
    const now = Date.now();
    if (now - this.#sweptAt < sweepInterval) return;
    this.#sweptAt = now;
    for (const socket of this.#open()) {
      const heard = this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      const since: unknown = heard ?? socket.deserializeAttachment();
      if (typeof since === "number" && now - since > maxSilence) socket.close(1001, "No sign of life");
    }
  }

  async #tellPump(isListening: boolean): Promise<void> {
    await this.#hubs.getByName(pumpName).listen(this.#name, isListening);
  }

  #open(): WebSocket[] {
    return this.#state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }
}
