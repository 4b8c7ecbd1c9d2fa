/** What is sent to a client over a WebSocket, no faster than it is read. */
import { pingInterval } from "./protocol.ts";

/** Characters that may be on their way to a client that has not said that they came. */
const maxUnread = 65_536;

/** Characters after which the client is asked whether they came, besides the question of every 15 seconds. */
const askAfter = 32_768;

/** Milliseconds without a word from the client until it counts as gone, which is looked at with each question. */
const maxSilence = 2.5 * pingInterval;

/** An event, as the client gets it. */
const eventJson = (event: string, data: string, id?: string): string =>
  `{"event":${JSON.stringify(event)}${id === undefined ? "" : `,"id":${JSON.stringify(id)}`},"data":${data}}`;

/**
 * The events to one client. A WebSocket of a Worker does not tell whether what was sent has been read, so the client is asked: it
 * answers each `ping` with a `pong`.
 */
export class SocketWriter {
  readonly #socket: WebSocket;
  readonly #gone = new AbortController();
  /** The characters in front of each question that has no answer yet. */
  readonly #asked: number[] = [];
  #unasked = 0;
  #unread = 0;
  #heard = Date.now();
  #drained: (() => void)[] = [];

  /** @param socket Accepted. */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    const timer = setInterval(() => {
      if (Date.now() - this.#heard > maxSilence) this.close(1001, "No sign of life");
      else this.#ask();
    }, pingInterval);
    this.gone.addEventListener("abort", () => clearInterval(timer), { once: true });
    for (const type of ["close", "error"] as const) socket.addEventListener(type, () => this.#end());
  }

  /** Aborted once the connection has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** @param data JSON. */
  write(event: string, data: string, id?: string): void {
    if (this.gone.aborted) return;
    const text = eventJson(event, data, id);
    this.#unread += text.length;
    this.#unasked += text.length;
    this.#socket.send(text);
    if (this.#unasked > askAfter) this.#ask();
  }

  /** The client has said something. */
  heard(): void {
    this.#heard = Date.now();
  }

  /** The client has answered a question. */
  answered(): void {
    this.#unread -= this.#asked.shift() ?? 0;
    if (this.#unread <= maxUnread) this.#release();
  }

  /** Resolves once more can be sent, or the connection has ended. */
  async drained(): Promise<void> {
    while (this.#unread > maxUnread && !this.gone.aborted) {
      await new Promise<void>((resolve) => {
        this.#drained.push(resolve);
      });
    }
  }

  /** Ends the connection. @param code Of RFC 6455, section 7.4. */
  close(code: number, reason: string): void {
    if (this.gone.aborted) return;
    this.#socket.close(code, reason);
    this.#end();
  }

  #ask(): void {
    if (this.gone.aborted) return;
    this.#asked.push(this.#unasked);
    this.#unasked = 0;
    this.#socket.send('{"event":"ping"}');
  }

  #end(): void {
    if (!this.gone.aborted) this.#gone.abort();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
