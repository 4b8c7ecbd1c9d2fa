/** A client of a stream, which breaks the connection now and then and goes on with the id it has. */
import { expect } from "vitest";
import type { App } from "../matrix/bundle.ts";
import { userHeader } from "../matrix/bundle.ts";
import type { ExpectedEvent, History, Interest } from "./history.ts";

interface Event {
  readonly name: string;
  readonly id: string | null;
  readonly data: { seq?: number; objectId?: string; object?: { id: string }; reason?: string };
}

/** Reads server-sent events, as the specification of EventSource says, from their text. */
function* parse(text: string): Generator<Event | { id: string }> {
  for (const block of text.split("\n\n")) {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const at = line.indexOf(":");
      if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).replace(/^ /, ""));
    }
    const [id, data] = [fields.get("id") ?? null, fields.get("data")];
    if (data !== undefined) yield { name: fields.get("event") ?? "message", id, data: JSON.parse(data) };
    else if (id !== null) yield { id };
  }
}

export class Subscriber {
  readonly interest: Interest;
  readonly #app: App;
  readonly #env: object;
  readonly #history: History;
  readonly #url: string;
  /** The list that is made of the events, by id. */
  readonly rows = new Map<string, unknown>();
  #connection: AbortController | null = null;
  #reading: Promise<void> = Promise.resolve();
  #lastId: string | null = null;
  /** The place that the events so far have come from, and those that were told since. */
  #from = 0;
  #told: ExpectedEvent[] = [];
  /** The number of the latest id on this connection. */
  #latest = -1;
  invalidations: string[] = [];

  constructor(app: App, env: object, history: History, interest: Interest, url: string) {
    this.#app = app;
    this.#env = env;
    this.#history = history;
    this.interest = interest;
    this.#url = url;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** What was wrong with what came. */
  #failure: unknown = null;
  /** Events of rows so far. */
  events = 0;

  /** @returns whether there is a stream: nobody who has to sign in gets one. */
  async connect(): Promise<boolean> {
    const controller = new AbortController();
    const headers = new Headers();
    if (this.interest.user !== null) headers.set(userHeader, JSON.stringify(this.interest.user));
    if (this.#lastId !== null) headers.set("Last-Event-ID", this.#lastId);
    const request = new Request(`https://covara.test${this.#url}`, { headers, signal: controller.signal });
    const response = await this.#app.fetch(request, this.#env);
    if (response.status === 401 && this.interest.user === null) return false;
    expect(response.status, this.#url).toBe(200);
    if (response.body === null) throw new Error("the stream has no body");
    this.#connection = controller;
    this.#latest = -1;
    this.#told = [];
    this.#reading = this.#read(response.body, controller).catch((error: unknown) => {
      this.#failure ??= error;
    });
    return true;
  }

  /** Breaks the connection, wherever it is. */
  async disconnect(): Promise<void> {
    this.#connection?.abort();
    this.#connection = null;
    await this.#reading;
    this.#check();
  }

  async #read(body: ReadableStream<Uint8Array>, controller: AbortController): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const stop = (): void => void reader.cancel().catch(() => undefined);
    controller.signal.addEventListener("abort", stop, { once: true });
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || controller.signal.aborted) break;
      rest += value;
      const end = rest.lastIndexOf("\n\n");
      if (end === -1) continue;
      for (const event of parse(rest.slice(0, end))) this.#take(event);
      rest = rest.slice(end + 2);
    }
    if (this.#connection === controller) this.#connection = null;
  }

  #take(event: Event | { id: string }): void {
    if (event.id !== null) {
      const seq = Number(event.id.slice(event.id.indexOf(".") + 1));
      expect(seq, "ids rise").toBeGreaterThan(this.#latest);
      this.#latest = seq;
      this.#lastId = event.id;
    }
    if (!("name" in event)) return;
    const { seq = -1, objectId = "", object, reason } = event.data;
    switch (event.name) {
      case "connected":
        this.#from = seq;
        if (this.#lastId === null) this.rows.clear();
        return;
      case "existing":
        expect(this.rows.has(object?.id ?? ""), "no row exists twice").toBe(false);
        this.rows.set(object?.id ?? "", object);
        return;
      case "synced":
        expect(Object.fromEntries(this.rows), "the snapshot").toEqual(
          Object.fromEntries(this.#history.seenAt(this.interest, seq)),
        );
        return;
      case "added":
      case "changed":
      case "removed":
        this.events += 1;
        this.#told.push({ seq, type: event.name, id: objectId, object });
        if (event.name === "removed") this.rows.delete(objectId);
        else this.rows.set(objectId, object);
        return;
      case "invalidate":
        this.#check();
        this.invalidations.push(reason ?? "");
        this.rows.clear();
        for (const [id, row] of this.#history.seenAt(this.interest, seq)) this.rows.set(id, row);
        this.#from = seq;
        return;
      default:
        throw new Error(`there is no event ${event.name}`);
    }
  }

  /**
   * Compares what was told on this connection with what should have been.
   *
   * @param complete The change that the stream must have got to; without it, all is compared up to the last change that was told, of
   * which a part may be missing.
   */
  #check(complete?: number): void {
    const told = this.#told;
    this.#told = [];
    const last = complete ?? told.at(-1)?.seq;
    if (last === undefined) return;
    const key = ({ seq, id }: ExpectedEvent): string => `${String(seq).padStart(9, "0")} ${id}`;
    const keys = told.map(key).toSorted();
    expect(keys, "no event comes twice").toEqual([...new Set(keys)]);
    const order = told.map(({ seq }) => seq);
    expect(order, "events come in order").toEqual(order.toSorted((a, b) => a - b));
    const expected = this.#history.expected(this.interest, this.#from, last);
    const sorted = told.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    const isCompared = ({ seq }: ExpectedEvent): boolean => complete !== undefined || seq < last;
    expect(sorted.filter(isCompared), `events of ${this.#url} after ${this.#from}`).toEqual(
      expected.filter(isCompared),
    );
    for (const event of sorted) expect(expected, `events of ${this.#url}`).toContainEqual(event);
  }

  /** All events were told, each once, and the list that they make is what the query gives. */
  verify(): void {
    if (this.#failure !== null) throw this.#failure;
    const { head } = this.#history;
    this.#check(head);
    this.#from = head;
    expect(Object.fromEntries(this.rows), `the list of ${this.#url}`).toEqual(
      Object.fromEntries(this.#history.seenAt(this.interest, head)),
    );
  }
}
