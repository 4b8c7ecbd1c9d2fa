/** Subscribers: connections that count the events which they get. */
import { get, type IncomingMessage } from "node:http";

interface Connection {
  readonly response: IncomingMessage;
  /** Events so far. */
  events: number;
}

const row = "event: added\n";

export class Listeners implements Disposable {
  readonly #connections: Connection[] = [];
  #awaited = 0;
  #missing = 0;
  #done: ((at: number) => void) | null = null;

  /** Connects this many, each to the path of its number. */
  static async connect(url: string, count: number, path: (index: number) => string): Promise<Listeners> {
    const listeners = new Listeners();
    // A few at a time: the backlog of connections is short.
    for (let from = 0; from < count; from += 50) {
      const some = Array.from({ length: Math.min(50, count - from) }, (_, index) => from + index);
      await Promise.all(some.map((index) => listeners.#connect(`${url}${path(index)}`)));
    }
    return listeners;
  }

  get count(): number {
    return this.#connections.length;
  }

  /** Begins to count anew. Resolves, with the time, once each connection has this many events. */
  next(events: number): Promise<number> {
    for (const connection of this.#connections) connection.events = 0;
    this.#awaited = events;
    this.#missing = this.#connections.length;
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  [Symbol.dispose](): void {
    for (const { response } of this.#connections) response.destroy();
  }

  #connect(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: false }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`${url} answered ${response.statusCode}`));
          return;
        }
        const connection: Connection = { response, events: 0 };
        this.#connections.push(connection);
        let rest = "";
        response.setEncoding("utf8");
        // A connection that is closed at the end is reported as broken.
        response.on("error", () => {});
        response.on("data", (text: string) => {
          rest += text;
          if (rest.includes("event: connected\n")) resolve();
          let from = 0;
          for (;;) {
            const at = rest.indexOf(row, from);
            if (at === -1) break;
            this.#count(connection);
            from = at + row.length;
          }
          // Enough to find a name that came in two parts.
          rest = rest.slice(Math.max(from, rest.length - 64));
        });
      });
      request.on("error", reject);
    });
  }

  #count(connection: Connection): void {
    connection.events += 1;
    if (connection.events !== this.#awaited) return;
    this.#missing -= 1;
    if (this.#missing === 0) this.#done?.(performance.now());
  }
}
