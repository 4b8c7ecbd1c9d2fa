/** What commands cost those who call: a Worker over RPC, and a process that talks to Redis over loopback. */
import { alternate, median, pairedRatio } from "../measure.ts";
import { identify } from "./case.ts";
import type { CommandResult } from "./commands.ts";
import { fill } from "./commands.ts";
import { commonMembers, commons, seedRedis, together } from "./common.ts";
import { Redis } from "./redis.ts";
import type { Objects } from "./server.ts";
import type { Mode } from "./worker.ts";

/** Wall-clock time of one command, in microseconds. */
export interface CallResult {
  readonly name: string;
  /** Inside the object, from the measurement of all commands. Null where that left out the size. */
  readonly inside: number | null;
  readonly modes: Readonly<Record<Mode, number>>;
  /** Of 100 commands in one pipeline to one command that is awaited. */
  readonly pipelineRatio: number;
  readonly redis: RedisResult | null;
}

export interface RedisResult {
  /** One command after the other. */
  readonly single: number;
  /** One of 100 in a pipeline. */
  readonly pipelined: number;
  /** How many times as long a Worker's calls take, round by round; `inside` is against one of 100. */
  readonly ratios: Readonly<Record<Mode, number>> & { readonly inside: number | null };
}

const modes: readonly Mode[] = ["one by one", "one tick", "pipeline", "multi"];

const rounds = 9;
/** Calls of one round. */
const singles = 30;
const batches = 3;

export async function measureCalls(
  objects: Objects,
  inObject: readonly CommandResult[],
  withRedis: boolean,
): Promise<readonly CallResult[]> {
  await fill(objects, commonMembers);
  await using redis = withRedis ? await Redis.start() : null;
  await redis?.send([...seedRedis()]);
  const results: CallResult[] = [];
  for (const [name, { cases, redis: toRedis }] of Object.entries(commons)) {
    let next = 0;
    const ours = modes.map((mode) => async (): Promise<number> => {
      const times = mode === "one by one" ? singles : batches;
      const message = { command: name, mode, from: next, rounds: times };
      next += times * together;
      const { wall } = await objects.measure(message);
      return wall / (mode === "one by one" ? times : times * together);
    });
    const theirs =
      redis === null
        ? []
        : [1, together].map((size) => async (): Promise<number> => {
            const times = size === 1 ? singles : batches;
            const start = performance.now();
            for (let round = 0; round < times; round++) {
              await redis.send(Array.from({ length: size }, () => toRedis(next++)));
            }
            return ((performance.now() - start) * 1000) / (times * size);
          });
    for (const warmUp of [...ours, ...theirs]) await warmUp();
    const samples = await alternate(rounds, [...ours, ...theirs]);
    const [single = [], tick = [], pipeline = [], multi = [], redisSingle = [], redisPipelined = []] =
      samples;
    const inside = insideObject(inObject, cases);
    results.push({
      name,
      inside,
      modes: {
        "one by one": median(single),
        "one tick": median(tick),
        pipeline: median(pipeline),
        multi: median(multi),
      },
      pipelineRatio: pairedRatio(pipeline, single) * together,
      redis:
        redis === null
          ? null
          : {
              single: median(redisSingle),
              pipelined: median(redisPipelined),
              ratios: {
                inside: inside === null ? null : inside / median(redisPipelined),
                "one by one": pairedRatio(single, redisSingle),
                "one tick": pairedRatio(tick, redisPipelined),
                pipeline: pairedRatio(pipeline, redisPipelined),
                multi: pairedRatio(multi, redisPipelined),
              },
            },
    });
  }
  return results;
}

/** The mean of the cases, at the size that the calls work on. */
function insideObject(results: readonly CommandResult[], ids: readonly string[]): number | null {
  const costs = results
    .filter(({ measured }) => ids.includes(identify(measured)))
    .map(({ sizes }) => sizes.find(({ members }) => members === commonMembers)?.cost?.wall ?? Number.NaN);
  const mean = costs.reduce((sum, wall) => sum + wall, 0) / costs.length;
  return Number.isFinite(mean) ? mean : null;
}
