/** The time from starting a fresh workerd to its first answer, a row that was read for a signed-in user. */
import type { Contenders } from "../contenders.ts";
import { recordAnswers } from "../cpu.ts";
import { importWorker } from "../equivalence.ts";
import { alternate, median, pairedRatio } from "../measure.ts";
import type { Line } from "../report.ts";
import { measured } from "../requests.ts";
import { buildParts, startWorkerd, writeConfig } from "./process.ts";

const rounds = 15;

export async function benchStartup(contenders: Contenders): Promise<Line[]> {
  await buildParts();
  const sides = await Promise.all(
    [contenders.generated, contenders.handwritten].map(async (contender) => {
      const recording = await recordAnswers(await importWorker(contender), contenders.migrations);
      return { config: writeConfig(contender, recording, "itself"), cpu: [] as number[] };
    }),
  );
  const [ours = [], theirs = []] = await alternate(
    rounds,
    sides.map((side) => async () => {
      const { milliseconds, cpu } = await firstAnswer(side.config);
      side.cpu.push(cpu / 1000);
      return milliseconds;
    }),
  );
  const [mine, other] = sides.map((side) => side.cpu);
  const line = (name: string, a: readonly number[], b: readonly number[]): Line => ({
    group: "Start-up: a fresh workerd to its first answer",
    name,
    unit: "ms",
    ours: median(a),
    theirs: median(b),
    ratio: pairedRatio(a, b),
    aim: 0.7,
  });
  return [line("wall clock", ours, theirs), line("CPU", mine ?? [], other ?? [])];
}

async function firstAnswer(config: string): Promise<{ milliseconds: number; cpu: number }> {
  const ask = measured.get;
  if (ask === undefined) throw new Error("There is no measured request named get");
  const start = performance.now();
  await using server = await startWorkerd(config);
  const response = await fetch(`${server.url}${ask.path}`, { headers: ask.headers });
  await response.text();
  const milliseconds = performance.now() - start;
  if (response.status !== 200) throw new Error(`The first answer was ${response.status}`);
  return { milliseconds, cpu: server.cpu() };
}
