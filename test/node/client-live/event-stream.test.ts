import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventParser, readEvents, type StreamEvent } from "../../../runtime/client/live/event-stream.ts";

interface Outcome {
  readonly events: StreamEvent[];
  readonly lastEventId: string;
  readonly retry: number;
}

/** What a stream says, read at once and line by line as the standard describes it. */
function meaning(text: string): Outcome {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  lines.pop(); // Without an end it is no line.
  const events: StreamEvent[] = [];
  let [lastEventId, id, type, data]: [string, string, string, string | null] = ["", "", "", null];
  let retry = 0;
  for (const line of lines) {
    if (line === "") {
      lastEventId = id;
      if (data !== null) events.push({ type: type === "" ? "message" : type, data });
      [type, data] = ["", null];
      continue;
    }
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (name === "event") type = value;
    if (name === "data") data = data === null ? value : `${data}\n${value}`;
    if (name === "id" && !value.includes("\0")) id = value;
    if (name === "retry" && value !== "" && [...value].every((digit) => digit >= "0" && digit <= "9")) {
      retry = Number(value);
    }
  }
  return { events, lastEventId, retry };
}

/** Reads bytes that come in pieces. */
async function read(pieces: readonly Uint8Array[]): Promise<Outcome> {
  const events: StreamEvent[] = [];
  const place = { lastEventId: "", retry: 0 };
  const push = eventParser(place, (event) => events.push(event));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  await readEvents(body, push, () => undefined, new AbortController().signal);
  return { events, ...place };
}

const word = fc.constantFrom("a", "é", "€", "😀", "\u2028", "\0", ":", " ", "1", "23", "{}", "\uFEFF", "");
const value = fc.array(word, { maxLength: 4 }).map((words) => words.join(""));
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("data", "event", "id", "retry", "", "other", "dat"),
      fc.constantFrom(":", ": ", ""),
      value,
    )
    .map((parts) => parts.join("")),
  fc.constant(""),
  value,
);
const stream = fc
  .tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n"))), value)
  .map(([mark, lines, rest]) => mark + lines.flat().join("") + rest);

describe("text/event-stream", () => {
  test("means the same however it is cut into pieces", async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(stream, cuts, async (text, places) => {
        const bytes = new TextEncoder().encode(text);
        const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        );
        const pieces = sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
        expect(await read(pieces)).toEqual(meaning(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test("an event is told as soon as it is complete, and CR LF is one end of a line", () => {
    const events: StreamEvent[] = [];
    const push = eventParser({ lastEventId: "", retry: 0 }, (event) => events.push(event));
    push("data: a\r");
    push("\n");
    expect(events).toEqual([]);
    push("\r");
    expect(events).toEqual([{ type: "message", data: "a" }]);
    push("\ndata: b\n");
    push("");
    push("\n");
    expect(events).toEqual([
      { type: "message", data: "a" },
      { type: "message", data: "b" },
    ]);
  });

  test("a comment may move the id, and half a block does not", () => {
    const place = { lastEventId: "e.1", retry: 0 };
    const push = eventParser(place, () => undefined);
    push(": keepalive\nid: e.2\n\n");
    expect(place.lastEventId).toBe("e.2");
    push("id: e.3\nevent: added\ndata: {}\n");
    expect(place.lastEventId).toBe("e.2");
  });
});
