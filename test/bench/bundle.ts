/** What is uploaded and parsed: the size of the bundles. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Contender, Contenders } from "./contenders.ts";
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

function sizes({ file }: Contender): { minified: number; gzipped: number } {
  const bytes = readFileSync(file);
  return { minified: bytes.length / 1024, gzipped: gzipSync(bytes, { level: 9 }).length / 1024 };
}
