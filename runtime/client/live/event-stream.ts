/** Reads `text/event-stream` (HTML Living Standard, 9.2.6) from bytes, however they are cut. */

/** One event of a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/** Where a stream is to go on, which reading it moves. */
export interface StreamPlace {
  /** The id to go on from, `""` for none: that of the last block that was taken, whether or not it was an event. */
  lastEventId: string;
  /** Milliseconds that the server wants clients to wait before they come back. */
  retry: number;
}

/** @returns what takes the text of a stream in pieces, without a byte order mark. */
export function eventParser(
  place: StreamPlace,
  dispatch: (event: StreamEvent) => void,
): (text: string) => void {
  /** The beginning of a line whose end has not come. */
  let rest = "";
  /** Whether the last piece ended with CR: a LF that follows belongs to it. */
  let endedWithReturn = false;
  let id = place.lastEventId;
  let type = "";
  let data: string[] = [];

  const take = (line: string): void => {
    // With `s`, since JSON may hold the line separators of Unicode as they are.
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === "") endBlock();
    else if (name === "data") data.push(value);
    else if (name === "event") type = value;
    else if (name === "id" && !value.includes("\0")) id = value;
    else if (name === "retry" && /^\d+$/.test(value)) place.retry = Number(value);
  };
  /** A block without data is no event, and its id counts all the same. */
  const endBlock = (): void => {
    const event = { type: type || "message", data: data.join("\n") };
    const isEvent = data.length > 0;
    type = "";
    data = [];
    if (isEvent) dispatch(event);
    // Behind an event that could not be taken, a stream would go on without it.
    place.lastEventId = id;
  };
  return (text) => {
    const lines = text.slice(endedWithReturn && text.startsWith("\n") ? 1 : 0).split(/\r\n|\r|\n/);
    if (text !== "") endedWithReturn = text.endsWith("\r");
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  };
}

/**
 * Reads a body to its end. An event that is not complete by then is dropped.
 *
 * @param push Takes its text: {@link eventParser}.
 * @param heard Called for each piece, before its events. The next piece is read once it resolves.
 * @throws what the connection broke with, and the reason of the signal.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  push: (text: string) => void,
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
    push(decoder.decode(value, { stream: true }));
  }
}
