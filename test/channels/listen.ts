import { exports } from "cloudflare:workers";

export const origin = "https://covara.test";

const path = (room: string): string => `${origin}/api/channels/${room}`;

/** Headers of somebody who is signed in. */
export const as = (who: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${who}` });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** Sends a request for a room. */
export async function call(room: string, who: string | null, init: RequestInit = {}): Promise<Answer> {
  const response = await exports.default.fetch(path(room), {
    ...init,
    headers: { ...(who === null ? {} : as(who)), ...init.headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === "" ? {} : JSON.parse(text) };
}

/** Publishes a message. */
export const publish = (room: string, who: string | null, message: unknown): Promise<Answer> =>
  call(room, who, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });

/** An event, with its data parsed. */
export interface Event {
  readonly event: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

function parse(block: string): Event | null {
  const fields = new Map(
    block.split("\n").map((line) => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const event = fields.get("event");
  if (event === undefined) return null;
  return { event, id: fields.get("id") ?? null, data: JSON.parse(fields.get("data") ?? "null") };
}

/** The events of a stream, as they are asked for. */
export class Stream {
  readonly #abort = new AbortController();
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #text = new TextDecoder();
  #rest = "";
  readonly response: Response;

  constructor(response: Response, abort: AbortController) {
    if (response.body === null) throw new Error("no body");
    this.response = response;
    this.#reader = response.body.getReader();
    this.#abort = abort;
  }

  /** The next event; null at the end. */
  async next(): Promise<Event | null> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end !== -1) {
        const block = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        const event = parse(block);
        if (event !== null) return event;
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#rest += this.#text.decode(value, { stream: true });
    }
  }

  /** The next event of this kind. */
  async nextOf(event: string): Promise<Event> {
    for (;;) {
      const next = await this.next();
      if (next === null) throw new Error(`The stream ended before ${event}`);
      if (next.event === event) return next;
    }
  }

  /** The next so many messages. */
  async messages(count: number): Promise<Event[]> {
    const messages: Event[] = [];
    while (messages.length < count) messages.push(await this.nextOf("message"));
    return messages;
  }

  /** Goes away. */
  async leave(): Promise<void> {
    this.#abort.abort();
    await this.#reader.cancel();
  }
}

const open: Stream[] = [];

/** Listens to a room. Gives the stream behind its first event. */
export async function listen(
  room: string,
  who: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Stream> {
  const abort = new AbortController();
  const response = await exports.default.fetch(path(room), {
    headers: { ...(who === null ? {} : as(who)), ...headers },
    signal: abort.signal,
  });
  if (response.status !== 200) throw new Error(`listen: ${response.status} ${await response.text()}`);
  const stream = new Stream(response, abort);
  open.push(stream);
  return stream;
}

/** Ends all streams. */
export async function leaveAll(): Promise<void> {
  await Promise.all(open.splice(0).map((stream) => stream.leave()));
}

/** The texts of messages. */
export const texts = (events: readonly Event[]): unknown[] => events.map(({ data }) => data.text);
