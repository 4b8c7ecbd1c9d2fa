import { openKV } from "../../runtime/kv/node.ts";
import { difference, isAdvance, startTime } from "../kv/step.ts";
import { stores } from "../kv/stores.ts";
import { engineSubject } from "../kv/subject.ts";
import { RedisSubject } from "./adapter/index.ts";
import type { Sequence } from "./generate/index.ts";
import type { RedisServer } from "./server.ts";

/** The first step that the two sides reply to differently. */
export interface Mismatch {
  readonly index: number;
  readonly reason: string;
}

/** Runs a sequence on Redis and on the engine over node:sqlite, both empty, step by step. */
export async function compare(server: RedisServer, { encoding, steps }: Sequence): Promise<Mismatch | null> {
  let now = startTime;
  const redis = await RedisSubject.empty(server, encoding, now);
  using database = openKV(stores, { now: () => now });
  const engine = engineSubject(database.kv, (time) => {
    now = time;
  });
  for (const [index, step] of steps.entries()) {
    if (isAdvance(step)) {
      await engine.setTime(now + step.advance);
      await redis.setTime(now);
      // What the alarm deletes must not show. Sometimes it comes late.
      if (step.advance >= 1_000) database.sweep();
      continue;
    }
    const expected = await redis.run(step);
    const actual = await engine.run(step);
    const reason = difference(step, expected, actual);
    if (reason !== null) return { index, reason };
    await redis.follow(step, expected, actual);
  }
  return null;
}
