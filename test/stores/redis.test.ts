/** The emitted Durable Object in workerd replies what Redis does: cases by hand, and sequences that were recorded. */
import { env } from "cloudflare:workers";
import { accessor } from "covara/runtime/kv";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { runCase, suites } from "../kv/conformance/index.ts";
import type { Subject } from "../kv/step.ts";
import { stores } from "../kv/stores.ts";
import { engineSubject } from "../kv/subject.ts";
import { parseVectors, replay } from "../kv/vectors.ts";
import counter from "../node/kv/vectors/counter.jsonl?raw";
import hash from "../node/kv/vectors/hash.jsonl?raw";
import list from "../node/kv/vectors/list.jsonl?raw";
import set from "../node/kv/vectors/set.jsonl?raw";
import sortedSet from "../node/kv/vectors/sortedSet.jsonl?raw";
import string from "../node/kv/vectors/string.jsonl?raw";

/** The object reads the time from the same clock as the test. Its alarms lie in the future of the real one. */
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

let objects = 0;

/** The stores in an object that was never used before. */
function fresh(): Subject {
  const name = `redis-${objects++}`;
  const binding = { getByName: () => env.COVARA_KV.getByName(name) };
  return engineSubject(accessor(stores)(binding), (time) => {
    vi.setSystemTime(time);
  });
}

for (const { structure, same, ours } of suites) {
  describe(structure, () => {
    for (const [name, lines] of Object.entries({ ...same, ...ours })) {
      test(`contract ${name}`, () => runCase(structure, lines, fresh()));
    }
  });
}

describe("contract 6: the object replies what Redis replied", () => {
  for (const text of [string, counter, hash, set, list, sortedSet]) {
    const { structure, sequences } = parseVectors(text);
    // Every message passes through RPC here, so a part of the sequences has to do; Node replays them all.
    const some = sequences.slice(0, 15);
    test(`${structure}: ${some.length} sequences`, { timeout: 60_000 }, async () => {
      for (const sequence of some) await replay(sequence, fresh());
    });
  }
});
