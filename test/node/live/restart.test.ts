/** What the pump still knows after it was made anew. */
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { cleanUp } from "../matrix/bundle.ts";
import { calm } from "./network.ts";
import { openNotes, settle, stopTimers } from "./notes.ts";

beforeEach(() => {
  stopTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
afterAll(cleanUp);

test("contract 5.3: a change that a hub did not take is told after the pump was made anew, without another change", async () => {
  const { network, ...notes } = await openNotes(1_000);
  network.weather = { ...calm, failedCall: 1 };
  notes.write(1, "ann");
  const poke = notes.poke();
  for (let attempt = 0; attempt < 3; attempt++) {
    await settle();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await poke;
  network.restartPump();
  network.weather = calm;
  expect(notes.told()).not.toContain("event: added");
  await network.alarm();
  await settle();
  expect(notes.told()).toContain("event: added");
  await notes.close();
});
