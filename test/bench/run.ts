/**
 * `npm run bench`: side by side with a worker written by hand, on this machine.
 *
 *     node test/bench/run.ts [--only gen,cpu,workerd,bundle,startup] [--json] [--dist <folder>]
 *
 * It measures the built package. Absolute times depend on the machine; ratios of contenders that take turns much less.
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchBundle } from "./bundle.ts";
import { type Contenders, makeContenders } from "./contenders.ts";
import { benchCpu } from "./cpu.ts";
import { compare, importWorker } from "./equivalence.ts";
import { benchGeneration } from "./generation/bench.ts";
import { root, work } from "./paths.ts";
import { type Line, table } from "./report.ts";
import { benchCpuInWorkerd } from "./workerd/cpu.ts";
import { benchStartup } from "./workerd/startup.ts";

type Bench = (dist: string, contenders: () => Promise<Contenders>) => Line[] | Promise<Line[]>;

const benches: Readonly<Record<string, Bench>> = {
  gen: (dist) => benchGeneration(dist),
  bundle: async (_dist, contenders) => benchBundle(await contenders()),
  cpu: async (_dist, contenders) => benchCpu(await contenders()),
  workerd: async (_dist, contenders) => benchCpuInWorkerd(await contenders()),
  startup: async (_dist, contenders) => benchStartup(await contenders()),
};

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(benches).join(",") },
    json: { type: "boolean", default: false },
    dist: { type: "string", default: path.join(root, "dist") },
  },
});

const dist = path.resolve(values.dist);
if (!existsSync(dist)) throw new Error(`There is no ${dist}: run \`npm run build\` first.`);
const names = values.only.split(",");
for (const name of names) {
  if (!Object.hasOwn(benches, name)) {
    throw new Error(`There is no benchmark ${name}; there are ${Object.keys(benches).join(", ")}.`);
  }
}

rmSync(work, { recursive: true, force: true });
let made: Promise<Contenders> | undefined;
const contenders = (): Promise<Contenders> => {
  made ??= makeContenders(dist).then(checked);
  return made;
};

const lines: Line[] = [];
for (const name of names) {
  process.stderr.write(`${name} …\n`);
  lines.push(...((await benches[name]?.(dist, contenders)) ?? []));
}
process.stdout.write(values.json ? `${JSON.stringify(lines, null, 2)}\n` : table(lines));

/** Nothing is compared that does not do the same. */
async function checked(all: Contenders): Promise<Contenders> {
  const workers = [await importWorker(all.generated), await importWorker(all.handwritten)] as const;
  const { requests, differences } = await compare(workers, all.migrations);
  for (const { request, answers } of differences) {
    process.stderr.write(`${request}\n--- generated\n${answers[0]}\n--- by hand\n${answers[1]}\n`);
  }
  if (differences.length > 0)
    throw new Error(`${differences.length} of ${requests} requests are answered differently.`);
  return all;
}
