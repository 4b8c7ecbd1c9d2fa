/** Streams to which nothing happens, while others fill a log that keeps little. */
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { cleanUp } from "../matrix/bundle.ts";
import { openNotes, settle, stopTimers } from "./notes.ts";

beforeEach(stopTimers);
afterEach(() => {
  vi.useRealTimers();
});
afterAll(cleanUp);

test.each([100, 250, 1_999])(
  "contract 5.3: with a retention of %i a quiet hub's streams keep their place",
  async (retention) => {
    const notes = await openNotes(retention);
    const most = Math.floor(retention / 2);
    for (let rounds = 0; rounds < 6; rounds++) {
      for (let times = 0; times < rounds; times++) {
        notes.write(most, "bob");
        await notes.poke();
      }
      // The connection to the hub is lost before the pump has read the latest changes: the stream reads them from its place.
      notes.write(most, "bob");
      notes.network.breakHubs();
      await vi.advanceTimersByTimeAsync(2_000);
      await settle();
      expect(notes.told(), `after ${rounds} reads of the pump`).not.toContain("invalidate");
      await notes.poke();
    }
    notes.write(1, "ann");
    await notes.poke();
    expect(notes.told()).toContain("event: added");
    await notes.close();
  },
);
