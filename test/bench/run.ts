/**
 * `npm run bench`: side by side with a worker written by hand, on this machine.
 *
 *     node test/bench/run.ts [--only gen,bundle,trips,cpu,workerd,client,startup,kv,live] [--json] [--dist <folder>]
 *                            [--sizes 10,1000,100000,1000000] [--commands <expression>] [--cost <file>]
 *
 * `kv` has no hand-written side: it measures every command of the key-value stores in collections of the given sizes, and
 * Redis 7 where it is installed. `--sizes 10,1000` takes half a minute, all sizes about ten minutes. `--cost` writes the page
 * of the rows that commands read and write, `--commands '^(hash|set)\.'` leaves all others and the calls out.
 *
 * `live` has none either: it measures streams of live resources in workerd, which takes some minutes.
 *
 * It measures the built package. Absolute times depend on the machine; ratios of contenders that take turns much less.
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchBundle, benchResources } from "./bundle.ts";
import { benchClient } from "./client/bench.ts";
import { builtToolkit, type Contenders, makeContenders } from "./contenders.ts";
import { benchCpu, benchRoundTrips } from "./cpu.ts";
import { compare, importWorker } from "./equivalence.ts";
import { benchGeneration } from "./generation/bench.ts";
import { benchKV } from "./kv/bench.ts";
import { benchStructures } from "./kv/bundle.ts";
import { benchLive } from "./live/bench.ts";
import { root, work } from "./paths.ts";
import { type Line, type Report, table } from "./report.ts";
import { benchCpuInWorkerd } from "./workerd/cpu.ts";
import { benchStartup } from "./workerd/startup.ts";

type Result = Line[] | Report;
type Bench = (dist: string, contenders: () => Promise<Contenders>) => Result | Promise<Result>;

const benches: Readonly<Record<string, Bench>> = {
  gen: (dist) => benchGeneration(dist),
  bundle: async (dist, contenders) => [
    ...benchBundle(await contenders()),
    ...(await benchResources(dist)),
    ...(await benchStructures(dist)),
  ],
  trips: async (_dist, contenders) => benchRoundTrips(await contenders()),
  cpu: async (_dist, contenders) => benchCpu(await contenders()),
  workerd: async (_dist, contenders) => benchCpuInWorkerd(await contenders()),
  client: (dist) => benchClient(dist),
  startup: async (_dist, contenders) => benchStartup(await contenders()),
  live: (dist) => benchLive(dist, 60),
  kv: (dist) =>
    benchKV(dist, { sizes: sizes(), costPage: values.cost ?? null, commands: values.commands ?? null }),
};

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(benches).join(",") },
    json: { type: "boolean", default: false },
    dist: { type: "string", default: path.join(root, "dist") },
    sizes: { type: "string", default: "10,1000,100000,1000000" },
    cost: { type: "string" },
    commands: { type: "string" },
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
  made ??= makeContenders(builtToolkit(dist)).then(checked);
  return made;
};

const lines: Line[] = [];
const reports: Report[] = [];
for (const name of names) {
  process.stderr.write(`${name} …\n`);
  const result = (await benches[name]?.(dist, contenders)) ?? [];
  if (Array.isArray(result)) lines.push(...result);
  else reports.push(result);
}
if (values.json) {
  process.stdout.write(`${JSON.stringify([...lines, ...reports.map(({ data }) => data)], null, 2)}\n`);
} else {
  process.stdout.write(
    [lines.length === 0 ? "" : table(lines), ...reports.map(({ text }) => text)].join("\n"),
  );
}

/** Powers of ten: only then is every member of a collection taken. */
function sizes(): number[] {
  const given = values.sizes.split(",").map(Number);
  if (!given.every((size) => size >= 10 && Number.isInteger(Math.log10(size)))) {
    throw new Error(`--sizes must be powers of ten from 10 on, such as 10,1000; not ${values.sizes}.`);
  }
  return given.sort((a, b) => a - b);
}

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
