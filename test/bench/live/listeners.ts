/** Subscribers: connections that count the events which they get. */
import { get, type IncomingMessage } from "node:http";

interface Connection {
  readonly response: IncomingMessage;
  /** Events so far. */
  events: number;
  /** Whether it was told to read everything anew: it did not keep up. */
  isOverflown: boolean;
}

const named = /event: (connected|added|invalidate)\n/g;

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

  /** Events of rows that all have got since {@link next}. */
  get events(): number {
    return this.#connections.reduce((sum, { events }) => sum + events, 0);
  }

  /** Those that did not keep up. */
  get overflown(): number {
    return this.#connections.filter(({ isOverflown }) => isOverflown).length;
  }

  /** Begins to count anew. Resolves, with the time, once each connection has this many events, or did not keep up. */
  next(events: number): Promise<number> {
    for (const connection of this.#connections) Object.assign(connection, { events: 0, isOverflown: false });
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
        const connection: Connection = { response, events: 0, isOverflown: false };
        this.#connections.push(connection);
        let rest = "";
        response.setEncoding("utf8");
        // A connection that is closed at the end is reported as broken.
        response.on("error", () => {});
        response.on("data", (text: string) => {
          rest += text;
          let end = 0;
          for (const { 0: line, 1: name, index } of rest.matchAll(named)) {
            end = index + line.length;
            if (name === "connected") resolve();
            else this.#count(connection, name === "added");
          }
          // Enough to find a name that came in two parts.
          rest = rest.slice(Math.max(end, rest.length - 64));
        });
      });
      request.on("error", reject);
    });
  }

  #count(connection: Connection, isRow: boolean): void {
    if (connection.isOverflown) return;
    if (isRow) connection.events += 1;
    else connection.isOverflown = true;
    if (isRow && connection.events !== this.#awaited) return;
    this.#missing -= 1;
    if (this.#missing === 0) this.#done?.(performance.now());
  }
}
