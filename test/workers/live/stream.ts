/** Streams of changes as clients read them, over HTTP. */
import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import document from "../../../generated/openapi.json" with { type: "json" };
import { Description } from "../../openapi/description.ts";
import type { Caller } from "../api.ts";

/** An event, with its data parsed. */
export interface Event {
  readonly event: string;
  readonly id: string | null;
  readonly data: {
    readonly seq: number;
    readonly objectId?: string;
    readonly object?: Readonly<Record<string, unknown>> & { readonly id: string };
    readonly reason?: string;
    readonly groups?: readonly Readonly<Record<string, unknown>>[];
  };
}

const description = new Description(document);

/** The fields of one block of an event stream. */
function fieldsOf(block: string): ReadonlyMap<string, string> {
  return new Map(
    block.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")] as const;
    }),
  );
}

/** What one client gets. Each event is held against `openapi.json`, and the ids of one connection must rise. */
export class Stream {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #schema: string;
  #rest = "";
  #latest = -1;
  /** All that came. */
  text = "";
  /** The latest id, as a browser would send it when it comes back. */
  lastId: string | null = null;

  constructor(response: Response, abort: AbortController, schema: string) {
    if (response.body === null) throw new Error("The stream has no body");
    this.response = response;
    this.#abort = abort;
    this.#reader = response.body.getReader();
    this.#schema = schema;
  }

  /** The text up to the next empty line; null at the end. */
  async block(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end !== -1) {
        const block = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        this.#note(fieldsOf(block).get("id"));
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      const text = this.#decoder.decode(value, { stream: true });
      this.text += text;
      this.#rest += text;
    }
  }

  #note(id: string | undefined): void {
    if (id === undefined) return;
    expect(id).toMatch(/^[\w-]+\.\d+$/);
    const seq = Number(id.slice(id.lastIndexOf(".") + 1));
    expect(seq, "ids strictly rise").toBeGreaterThan(this.#latest);
    this.#latest = seq;
    this.lastId = id;
  }

  /** The next event; null at the end. */
  async next(): Promise<Event | null> {
    for (;;) {
      const block = await this.block();
      if (block === null) return null;
      const fields = fieldsOf(block);
      const event = fields.get("event");
      if (event === undefined) continue;
      const id = fields.get("id");
      const data = JSON.parse(fields.get("data") ?? "null");
      const told = { event, ...(id === undefined ? {} : { id }), data };
      const problem = description.problem(told, { $ref: `#/components/schemas/${this.#schema}` });
      if (problem !== null) throw new Error(`${block} is not as described: ${problem}`);
      return { event, id: id ?? null, data };
    }
  }

  /** The next so many events. */
  async take(count: number): Promise<Event[]> {
    const events: Event[] = [];
    while (events.length < count) {
      const event = await this.next();
      if (event === null) throw new Error(`The stream ended after ${events.length} of ${count} events`);
      events.push(event);
    }
    return events;
  }

  /** The next event, which must be of this kind. */
  async expect(event: string): Promise<Event> {
    const [next] = await this.take(1);
    if (next?.event !== event) throw new Error(`${JSON.stringify(next)} came instead of ${event}`);
    return next;
  }

  /** Events up to one of this kind. */
  async until(event: string): Promise<Event[]> {
    const events: Event[] = [];
    do events.push(...(await this.take(1)));
    while (events.at(-1)?.event !== event);
    return events;
  }

  /** Reads to the end of the stream. */
  async end(): Promise<Event[]> {
    const events: Event[] = [];
    for (let event = await this.next(); event !== null; event = await this.next()) events.push(event);
    return events;
  }

  /** Hangs up. */
  async leave(): Promise<void> {
    this.#abort.abort();
    await this.#reader.cancel();
  }
}

const open: Stream[] = [];

/** Hangs up everywhere. */
export async function leaveAll(): Promise<void> {
  await Promise.all(open.splice(0).map((stream) => stream.leave()));
}

export interface Follow {
  readonly as?: Caller;
  readonly headers?: Readonly<Record<string, string>>;
}

const schemas: Readonly<Record<string, string>> = { todos: "Todo", lists: "List", comments: "Comment" };

/** Asks for a stream, and gives it before anything of it was read. The path is that behind `/api/`. */
export async function follow(path: string, { as, headers = {} }: Follow): Promise<Stream> {
  const abort = new AbortController();
  const response = await exports.default.fetch(`https://covara.test/api/${path}`, {
    headers: { ...(as === undefined ? {} : { Authorization: `Bearer ${as.token}` }), ...headers },
    signal: abort.signal,
  });
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  const [resource = ""] = path.split("/");
  const kind = path.includes("/aggregate/") ? "AggregateEvent" : "Event";
  const stream = new Stream(response, abort, `${schemas[resource]}${kind}`);
  open.push(stream);
  return stream;
}

/** A stream behind its `connected`. */
export async function connected(path: string, as: Caller, lastId?: string | null): Promise<Stream> {
  const headers: Record<string, string> = typeof lastId === "string" ? { "Last-Event-ID": lastId } : {};
  const stream = await follow(path, { as, headers });
  await stream.expect("connected");
  return stream;
}

/** What an event says, in short. */
export const short = ({ event, data }: Event): unknown[] => [event, data.objectId ?? data.object?.id];
