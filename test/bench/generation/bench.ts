/** `covara gen` as users run it: a process of its own, from nothing, and again. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { median } from "../measure.ts";
import { work } from "../paths.ts";
import type { Line } from "../report.ts";
import { authText, configText } from "./config-text.ts";
import type { PhaseReport } from "./phases.ts";

interface Size {
  readonly resources: number;
  /** How often it is generated from nothing, and again unchanged. */
  readonly times: number;
  /** Milliseconds. */
  readonly aims?: { readonly cold: number; readonly unchanged: number; readonly edit: number };
  /** MiB. */
  readonly memory?: number;
}

const sizes: readonly Size[] = [
  { resources: 10, times: 7 },
  { resources: 100, times: 7, aims: { cold: 1500, unchanged: 400, edit: 100 } },
  { resources: 500, times: 3, memory: 500 },
];

export function benchGeneration(dist: string): Line[] {
  const lines: Line[] = [];
  /** Milliseconds from nothing, by number of resources. */
  const costs = new Map<number, number>();
  for (const { resources, times, aims, memory } of sizes) {
    const folder = path.join(work, `gen-${resources}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const config = path.join(folder, "covara.config.ts");
    writeFileSync(config, configText(resources));
    writeFileSync(path.join(folder, "auth.ts"), authText);
    const out = path.join(folder, "generated");
    const cold: number[] = [];
    const again: number[] = [];
    const bare: number[] = [];
    for (let time = 0; time < times; time++) {
      rmSync(out, { recursive: true, force: true });
      cold.push(gen(dist, folder));
      again.push(gen(dist, folder));
      bare.push(timed(["--eval", ""], folder));
    }
    rmSync(out, { recursive: true, force: true });
    const peak = peakMemory(dist, folder);
    costs.set(resources, median(cold));
    const group = `covara gen, ${resources} resources of 10 fields`;
    const aim = (value: number | undefined) => (value === undefined ? {} : { aim: value });
    lines.push(
      { group, name: "from nothing, whole process", unit: "ms", ours: median(cold), ...aim(aims?.cold) },
      { group, name: "no change, whole process", unit: "ms", ours: median(again), ...aim(aims?.unchanged) },
      { group, name: "  of which Node takes to start", unit: "ms", ours: median(bare) },
      { group, name: "peak memory", unit: "MiB", ours: peak, ...aim(memory) },
      ...phaseLines(group, dist, config, out, times, aims?.edit),
    );
  }
  const cost = (resources: number): number => costs.get(resources) ?? Number.NaN;
  lines.push({
    group: "covara gen, growth",
    name: "a resource more, 100 to 500 against 10 to 100",
    unit: "×",
    ours: (cost(500) - cost(100)) / 400 / ((cost(100) - cost(10)) / 90),
    aim: 1.5,
  });
  return lines;
}

const binOf = (dist: string): string => path.join(dist, "generator", "cli", "bin.js");

/** Milliseconds of one process of `covara gen`. */
const gen = (dist: string, folder: string): number => timed([binOf(dist), "gen"], folder);

function timed(args: readonly string[], cwd: string): number {
  const start = performance.now();
  execFileSync(process.execPath, args, { cwd, stdio: "pipe" });
  return performance.now() - start;
}

/** MiB that one process of `covara gen` takes at most. */
function peakMemory(dist: string, folder: string): number {
  const usage = path.join(folder, "usage");
  execFileSync(
    process.execPath,
    ["--import", path.join(import.meta.dirname, "usage.ts"), binOf(dist), "gen"],
    {
      cwd: folder,
      env: { ...process.env, BENCH_USAGE: usage },
      stdio: "pipe",
    },
  );
  return Number(readFileSync(usage, "utf8")) / 1024;
}

function phaseLines(
  group: string,
  dist: string,
  config: string,
  out: string,
  times: number,
  aim: number | undefined,
): Line[] {
  rmSync(out, { recursive: true, force: true });
  const script = path.join(import.meta.dirname, "phases.ts");
  const printed = execFileSync(process.execPath, [script, dist, config, String(times + 4)], {
    encoding: "utf8",
  });
  const { imports, runs }: PhaseReport = JSON.parse(printed);
  const [first, ...edits] = runs;
  const warm = edits.slice(1);
  const line = (name: string, ours: number): Line => ({ group, name: `  ${name}`, unit: "ms", ours });
  return [
    line("from nothing: loading the generator", imports),
    ...Object.entries(first?.phases ?? {}).map(([name, ms]) =>
      line(`from nothing: ${name.toLowerCase()}`, ms),
    ),
    {
      group,
      name: "one field changed, watching",
      unit: "ms",
      ours: median(warm.map((run) => run.total)),
      ...(aim === undefined ? {} : { aim }),
    },
    ...Object.keys(first?.phases ?? {}).map((name) =>
      line(`changed: ${name.toLowerCase()}`, median(warm.map((run) => run.phases[name] ?? Number.NaN))),
    ),
  ];
}
