import { exports } from "cloudflare:workers";
import { as, origin } from "./listen.ts";

export interface SocketEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: Record<string, unknown>;
}

/** A client's WebSocket, whose events are taken one by one. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #events: SocketEvent[] = [];
  #wake: (() => void) | null = null;
  #answers = true;
  #pings = 0;
  /** Code and reason of its end. */
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      const event: SocketEvent = JSON.parse(String(data));
      if (event.event === "ping") {
        if (this.#answers) this.send({ event: "pong" });
        this.#pings += 1;
      } else this.#events.push(event);
      this.#release();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#release();
    });
  }

  /** Answers no pings from now on: what is sent is not read. */
  sleep(): void {
    this.#answers = false;
  }

  send(value: unknown): void {
    this.#socket.send(typeof value === "string" ? value : JSON.stringify(value));
  }

  sendBytes(bytes: ArrayBuffer): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close(1000, "Bye");
  }

  /** Resolves with its end. */
  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.closed === null) await this.#more();
    return this.closed;
  }

  /** Resolves once it has been asked, and has answered, twice more: the first answer has arrived then. */
  async pinged(): Promise<void> {
    const before = this.#pings;
    while (this.#pings < before + 2 && this.closed === null) await this.#more();
  }

  /** The next event of these kinds. */
  async nextOf(...kinds: readonly string[]): Promise<SocketEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) {
        if (kinds.includes(event.event)) return event;
        continue;
      }
      if (this.closed !== null) throw new Error(`closed with ${this.closed.code} before ${kinds.join()}`);
      await this.#more();
    }
  }

  async messages(count: number): Promise<SocketEvent[]> {
    const messages: SocketEvent[] = [];
    while (messages.length < count) messages.push(await this.nextOf("message"));
    return messages;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #release(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

const open: Socket[] = [];

/** Asks for a WebSocket. */
export const upgrade = (
  room: string,
  who: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  const query = room.indexOf("?");
  const path = query === -1 ? `${room}/ws` : `${room.slice(0, query)}/ws${room.slice(query)}`;
  return exports.default.fetch(`${origin}/api/channels/${path}`, {
    headers: { Upgrade: "websocket", ...(who === null ? {} : as(who)), ...headers },
  });
};

/** Opens a WebSocket. */
export async function connect(room: string, who: string | null): Promise<Socket> {
  const response = await upgrade(room, who);
  if (response.webSocket === null) throw new Error(`connect: ${response.status} ${await response.text()}`);
  const socket = new Socket(response.webSocket);
  open.push(socket);
  return socket;
}

/** Closes all sockets. */
export function closeAll(): void {
  for (const socket of open.splice(0)) if (socket.closed === null) socket.close();
}
