/** What a stream keeps in memory for its client. */
import { afterEach, expect, test, vi } from "vitest";
import { EventWriter } from "../../../runtime/live/sse.ts";
import { addUser, call } from "../api.ts";
import { follow, leaveAll } from "./stream.ts";

const rowLength = 9_000;

afterEach(async () => {
  vi.restoreAllMocks();
  await leaveAll();
});

test("contract 5.4: a snapshot is read no faster than its client reads", async () => {
  const ann = await addUser();
  for (let count = 0; count < 2; count++) {
    const items = Array.from({ length: 40 }, (_, index) => ({
      title: `${index}`,
      notes: "n".repeat(rowLength),
    }));
    expect((await call("/api/todos/batch", { as: ann, json: { items } })).status).toBe(201);
  }
  let written = 0;
  const original = EventWriter.prototype.write;
  vi.spyOn(EventWriter.prototype, "write").mockImplementation(function (this: EventWriter, text: string) {
    written += text.length;
    original.call(this, text);
  });
  const stream = await follow("todos/subscribe?snapshot=true", { as: ann });
  for (let rounds = 0; rounds < 8; rounds++) {
    // All that can happen without the client has happened once nothing more is written.
    for (let before = -1; before < written; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const waiting = written - stream.text.length;
    expect(waiting, "what waits for the client").toBeLessThan(65_536 + 3 * rowLength);
    await stream.take(10);
  }
  await stream.until("synced");
  expect(written, "it was more than may wait").toBeGreaterThan(80 * rowLength);
});
