/**
 * Records what Redis replies to random sequences, for the tests that run without it: `node test/redis/record.ts`.
 *
 * The sequences depend on SEED alone (default 1), so recording again changes what Redis or the generator changed.
 */
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { isAdvance, startTime, structures } from "../kv/step.ts";
import { printVectors, type Recorded } from "../kv/vectors.ts";
import { RedisSubject } from "./adapter/index.ts";
import { type Sequence, sequences } from "./generate/index.ts";
import { type RedisServer, startRedis } from "./server.ts";

const seed = Number(process.env.SEED ?? 1);
const wanted = 60;
const maxLength = 40;
const folder = path.join(import.meta.dirname, "../node/kv/vectors");

async function record(server: RedisServer, { encoding, steps }: Sequence): Promise<Recorded[]> {
  let now = startTime;
  const redis = await RedisSubject.empty(server, encoding, now);
  const recorded: Recorded[] = [];
  for (const step of steps) {
    if (isAdvance(step)) {
      now += step.advance;
      await redis.setTime(now);
      recorded.push({ step });
      continue;
    }
    const reply = await redis.run(step);
    const popped = step.command === "spop" && reply.ok ? reply : null;
    const taken = Array.isArray(popped?.value) ? popped.value : [popped?.value];
    if (popped?.pick === undefined || taken.length >= popped.pick.from.length) {
      recorded.push({ step, reply });
    } else if (taken.length > 0) {
      // Another run would choose others: what Redis took is taken away by name.
      const srem = { store: step.store, command: "srem", args: [step.args[0], ...taken] };
      recorded.push({ step: srem, reply: { ok: true, value: taken.length } });
    }
  }
  return recorded;
}

const server = await startRedis(startTime);
try {
  for (const structure of structures) {
    const made: Recorded[][] = [];
    // Long sequences say more than many short ones.
    const drawn = fc.sample(sequences(structure, maxLength), { seed, numRuns: wanted * 4 });
    const longest = drawn.filter(({ steps }) => steps.length >= maxLength * 0.75).slice(0, wanted);
    for (const sequence of longest) made.push(await record(server, sequence));
    const text = printVectors({ redis: server.version, structure, sequences: made });
    fs.writeFileSync(path.join(folder, `${structure}.jsonl`), text);
    process.stdout.write(`${structure}: ${made.flat().length} steps, ${text.length} characters\n`);
  }
} finally {
  await server.stop();
}
