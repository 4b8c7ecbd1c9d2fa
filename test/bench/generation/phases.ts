/**
 * `node phases.ts <dist> <config> <times>`: generates that often in one process, changing one field in between as an
 * edit would, and prints as JSON how long each run took and where the time went, in milliseconds.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { run as Run, RunResult } from "../../../generator/run.ts";

/** One run: the milliseconds of its phases by name, and of all of it. */
export interface PhasedRun {
  readonly total: number;
  readonly phases: Readonly<Record<string, number>>;
}

/** What the process prints. `imports` is the time it took to load the generator. */
export interface PhaseReport {
  readonly imports: number;
  readonly runs: readonly PhasedRun[];
}

const [dist = "", config = "", times = "1"] = process.argv.slice(2);

const before = performance.now();
const module: { run: typeof Run } = await import(pathToFileURL(path.join(dist, "generator", "run.js")).href);
const imports = performance.now() - before;

const original = readFileSync(config, "utf8");
const runs: PhasedRun[] = [];
for (let time = 0; time < Number(times); time++) {
  // The longest title is a check of a schema: one line of one file changes, and nothing migrates.
  if (time > 0) writeFileSync(config, original.replace(".max(200)", `.max(${200 + time})`));
  runs.push(await timed());
}
writeFileSync(config, original);
const report: PhaseReport = { imports, runs };
process.stdout.write(JSON.stringify(report));

async function timed(): Promise<PhasedRun> {
  const phases: Record<string, number> = {};
  const start = performance.now();
  let phase = "";
  let since = start;
  const end = (): void => {
    const now = performance.now();
    if (phase !== "") phases[phase] = now - since;
    since = now;
  };
  const result: RunResult = await module.run({
    configPath: config,
    onPhase: (next) => {
      end();
      phase = next;
    },
  });
  end();
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return { total: performance.now() - start, phases };
}
