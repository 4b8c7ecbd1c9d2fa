/** What is uploaded and parsed: the size of the bundles. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundle, type Contender, type Contenders } from "./contenders.ts";
import { authText, configText } from "./generation/config-text.ts";
import { work } from "./paths.ts";
import type { Line } from "./report.ts";

export function benchBundle({ generated, reduced, handwritten }: Contenders): Line[] {
  const theirs = sizes(handwritten);
  return [
    { side: generated, note: "5 resources against the todos routes" },
    { side: reduced, note: "users, lists and todos against the todos routes" },
  ].flatMap(({ side, note }) => {
    const ours = sizes(side);
    return (["minified", "gzipped"] as const).map((kind) => ({
      group: "Bundle of the Worker",
      name: `${side.name}, ${kind}`,
      unit: "KiB",
      ours: ours[kind],
      theirs: theirs[kind],
      ratio: ours[kind] / theirs[kind],
      aim: 0.5,
      note,
    }));
  });
}

/** Numbers of resources, of ten fields each. */
const counts = [5, 10, 20] as const;

/**
 * What one resource more adds to a bundle, among resources of the same kind.
 *
 * @param dist The built package.
 */
export async function benchResources(dist: string): Promise<Line[]> {
  const all: { count: number; minified: number; gzipped: number }[] = [];
  for (const count of counts) all.push({ count, ...sizes(await bundleOf(dist, count)) });
  return all.slice(1).flatMap((more, index) => {
    const less = all[index];
    if (less === undefined) return [];
    return (["minified", "gzipped"] as const).map((kind) => ({
      group: "Bundle of the Worker, a resource of ten fields more",
      name: `${less.count} to ${more.count} resources, ${kind}`,
      unit: "bytes",
      ours: ((more[kind] - less[kind]) * 1024) / (more.count - less.count),
      note: `${more.count} resources take ${more[kind].toFixed(1)} KiB`,
    }));
  });
}

/** The Worker of so many resources. */
function bundleOf(dist: string, count: number): Promise<Contender> {
  const folder = path.join(work, `resources-${count}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "covara.config.ts"), configText(count));
  writeFileSync(path.join(folder, "auth.ts"), authText);
  execFileSync(process.execPath, [path.join(dist, "generator", "cli", "bin.js"), "gen"], { cwd: folder });
  const runtime = path.join(dist, "runtime", "http", "index.js");
  return bundle(`resources-${count}`, path.join(folder, "generated", "worker.ts"), runtime);
}

function sizes({ file }: Contender): { minified: number; gzipped: number } {
  const bytes = readFileSync(file);
  return { minified: bytes.length / 1024, gzipped: gzipSync(bytes, { level: 9 }).length / 1024 };
}
