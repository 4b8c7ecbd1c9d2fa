/** The time from starting a fresh workerd to its first answer, a row that was read for a signed-in user. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Contenders } from "../contenders.ts";
import { recordAnswers } from "../cpu.ts";
import { importWorker } from "../equivalence.ts";
import { alternate, median, pairedRatio } from "../measure.ts";
import { work } from "../paths.ts";
import type { Line } from "../report.ts";
import { measured } from "../requests.ts";
import { buildParts, startWorkerd, writeConfig } from "./process.ts";

const rounds = 15;
const group = "Start-up: a fresh workerd to its first answer";

export async function benchStartup({ generated, handwritten, migrations }: Contenders): Promise<Line[]> {
  await buildParts();
  writeFileSync(path.join(work, "empty.mjs"), `export default { fetch: () => new Response("") };\n`);
  const configs = [writeConfig({ name: "empty" }, {}, "itself")];
  for (const contender of [generated, handwritten]) {
    const recording = await recordAnswers(await importWorker(contender), migrations);
    configs.push(writeConfig(contender, recording, "itself"));
  }
  const cpu: number[][] = configs.map(() => []);
  const wall = await alternate(
    rounds,
    configs.map((config, index) => async () => {
      const first = await firstAnswer(config);
      cpu[index]?.push(first.cpu);
      return first.milliseconds;
    }),
  );
  return [...lines("wall clock", wall), ...lines("CPU", cpu)];
}

function lines(name: string, [empty = [], ours = [], theirs = []]: readonly number[][]): Line[] {
  return [
    {
      group,
      name,
      unit: "ms",
      ours: median(ours),
      theirs: median(theirs),
      ratio: pairedRatio(ours, theirs),
      aim: 0.7,
    },
    {
      group,
      name: "  of which an empty Worker takes",
      unit: "ms",
      ours: median(empty),
      theirs: median(empty),
    },
  ];
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
  return { milliseconds, cpu: server.cpu() / 1000 };
}
