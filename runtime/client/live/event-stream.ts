/** Reads `text/event-stream` (HTML Living Standard, 9.2.6) from bytes, however they are cut. */

/** One event of a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/** Takes the text of a stream in pieces. */
export class EventStreamParser {
  /** The id to go on from, `""` for none: that of the last block that was read to its end, whether or not it was an event. */
  lastEventId: string;
  /** Milliseconds that the server wants clients to wait before they come back; null where it has not said. */
  retry: number | null = null;
  readonly #dispatch: (event: StreamEvent) => void;
  /** The beginning of a line whose end has not come. */
  #rest = "";
  /** Whether the last piece ended with CR: a LF that follows belongs to it. */
  #endedWithReturn = false;
  #id: string;
  #type = "";
  #data: string[] = [];

  constructor(lastEventId: string, dispatch: (event: StreamEvent) => void) {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
    this.#dispatch = dispatch;
  }

  /** @param text The next piece, without a byte order mark. */
  push(text: string): void {
    let start = this.#endedWithReturn && text.startsWith("\n") ? 1 : 0;
    if (text !== "") this.#endedWithReturn = text.endsWith("\r");
    const ends = /\r\n|\r|\n/g;
    ends.lastIndex = start;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      const line = this.#rest + text.slice(start, end.index);
      this.#rest = "";
      start = ends.lastIndex;
      this.#line(line);
    }
    this.#rest += text.slice(start);
  }

  #line(line: string): void {
    // With `s`, since JSON may hold the line separators of Unicode as they are.
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === "") this.#end();
    else if (name === "data") this.#data.push(value);
    else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  /** The end of a block. One without data is no event, and its id counts all the same. */
  #end(): void {
    const [type, data] = [this.#type || "message", this.#data];
    this.#type = "";
    this.#data = [];
    this.lastEventId = this.#id;
    if (data.length > 0) this.#dispatch({ type, data: data.join("\n") });
  }
}

/**
 * Reads a body to its end. An event that is not complete by then is dropped.
 *
 * @param heard Called for each piece, before its events. The next piece is read once it resolves.
 * @throws what the connection broke with, and the reason of the signal.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  parser: EventStreamParser,
  heard: () => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  // A decoder drops the byte order mark at the start.
  const decoder = new TextDecoder();
  const reader = body.getReader();
  // Not every `fetch` ends the body of a call that is aborted after its headers came. One that did fails to cancel.
  signal.addEventListener("abort", () => void reader.cancel(signal.reason).catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return;
    await heard();
    signal.throwIfAborted();
    parser.push(decoder.decode(value, { stream: true }));
  }
}
