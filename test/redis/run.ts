/**
 * Compares the engine on node:sqlite with a real Redis on random sequences of commands: `npm run test:redis`.
 *
 * SEED chooses the sequences (default: by the time), RUNS how many for each structure (default 300), ONLY one structure.
 */
import fc from "fast-check";
import { runCase, suites } from "../kv/conformance/index.ts";
import { describe, type StructureName, startTime, structures } from "../kv/step.ts";
import { RedisSubject } from "./adapter/index.ts";
import { compare } from "./compare.ts";
import { largeSequences, type Sequence, sequences } from "./generate/index.ts";
import { type RedisServer, startRedis } from "./server.ts";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 300);
const only = process.env.ONLY;
const chosen = structures.filter((name) => only === undefined || name === only);
if (chosen.length === 0) throw new Error(`ONLY=${only} is none of ${structures.join(", ")}.`);
if (!Number.isInteger(seed) || !Number.isInteger(runs))
  throw new Error("SEED and RUNS must be whole numbers.");

async function check(server: RedisServer, structure: StructureName): Promise<boolean> {
  let commands = 0;
  const same = async (sequence: Sequence): Promise<boolean> => {
    commands += sequence.steps.length;
    return (await compare(server, sequence)) === null;
  };
  const made = [
    { weight: 14, arbitrary: sequences(structure, 60) },
    { weight: 1, arbitrary: largeSequences(structure, 200) },
  ];
  const started = performance.now();
  const result = await fc.check(fc.asyncProperty(fc.oneof(...made), same), { seed, numRuns: runs });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!result.failed) {
    report(`${structure}: ${commands} commands in ${runs} sequences, all replies as Redis's (${seconds} s)`);
    return true;
  }
  if (result.counterexample === null) throw result.errorInstance;
  const [sequence] = result.counterexample;
  const mismatch = await compare(server, sequence);
  if (mismatch === null) {
    report(`${structure}: a reply differed once, but not again (sequence ${result.numRuns})`);
    return false;
  }
  const steps = sequence.steps.slice(0, mismatch.index + 1);
  report(
    `${structure}: replies differ (texts are in ${sequence.encoding})\n${describe(steps, mismatch.reason)}`,
  );
  return false;
}

/** The cases written by hand, run on Redis: they are to expect what it does. */
async function checkCases(server: RedisServer): Promise<boolean> {
  let failed = 0;
  const cases = suites.flatMap(({ structure, same }) =>
    Object.entries(same).map(([name, lines]) => ({ structure, name, lines })),
  );
  for (const { structure, name, lines } of cases) {
    const redis = await RedisSubject.empty(server, "utf8", startTime);
    try {
      await runCase(structure, lines, redis);
    } catch (error) {
      failed++;
      report(`${structure}: ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  report(`cases: ${cases.length - failed} of ${cases.length} are as Redis is`);
  return failed === 0;
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

const server = await startRedis(startTime);
try {
  report(`Redis ${server.version}, SEED=${seed} RUNS=${runs}`);
  if (!(await checkCases(server))) process.exitCode = 1;
  for (const structure of chosen) if (!(await check(server, structure))) process.exitCode = 1;
} finally {
  await server.stop();
}
