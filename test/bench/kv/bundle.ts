/** What each structure adds to the bundle of a Worker. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundle } from "../contenders.ts";
import { work } from "../paths.ts";
import type { Line } from "../report.ts";
import type { stores } from "./stores.ts";

const declarations: Readonly<Record<keyof typeof stores, string>> = {
  string: `string({ prefix: "s", object: "main" })`,
  counter: `counter({ prefix: "s", object: "main" })`,
  hash: `hash({ prefix: "s", object: "main" })`,
  set: `set({ prefix: "s", object: "main" })`,
  list: `list({ prefix: "s", object: "main" })`,
  sortedSet: `sortedSet({ prefix: "s", object: "main" })`,
  session: `session({ prefix: "s", object: "main", ttl: 1000 })`,
  rateLimit: `rateLimit({ prefix: "s", object: "main", requests: 1, per: 1000 })`,
};

/**
 * Bundles Workers with the object and the accessor that `kv.ts` has, with one structure each.
 *
 * @param dist The built package.
 */
export async function benchStructures(dist: string): Promise<Line[]> {
  const names = Object.keys(declarations) as (keyof typeof declarations)[];
  const nothing = await sizes(dist, []);
  const all = await sizes(dist, names);
  const lines = [
    ...line("what all stores share", nothing),
    ...line("all structures, with what they share", all),
  ];
  for (const name of names) {
    const one = await sizes(dist, [name]);
    lines.push(
      ...line(`${name}, alone`, {
        minified: one.minified - nothing.minified,
        gzipped: one.gzipped - nothing.gzipped,
      }),
    );
  }
  return lines;
}

interface Sizes {
  readonly minified: number;
  readonly gzipped: number;
}

const line = (name: string, size: Sizes): Line[] =>
  (["minified", "gzipped"] as const).map((kind) => ({
    group: "Key-value stores in the bundle of a Worker",
    name: `${name}, ${kind}`,
    unit: "KiB",
    ours: size[kind],
  }));

async function sizes(dist: string, names: readonly (keyof typeof declarations)[]): Promise<Sizes> {
  const folder = path.join(work, "structures");
  mkdirSync(folder, { recursive: true });
  const entry = path.join(folder, "worker.ts");
  writeFileSync(entry, workerText(names));
  const { file } = await bundle("bundle", entry, path.join(dist, "runtime", "http", "index.js"), folder);
  const bytes = readFileSync(file);
  return { minified: bytes.length / 1024, gzipped: gzipSync(bytes, { level: 9 }).length / 1024 };
}

const workerText = (names: readonly (keyof typeof declarations)[]): string => `
import { DurableObject } from "cloudflare:workers";
import { ${["accessor", "KVHost", ...names].join(", ")} } from "covara/runtime/kv";

const stores = { ${names.map((name) => `${name}: ${declarations[name]}`).join(", ")} };
const connect = accessor(stores);

export class CovaraKVDurableObject extends DurableObject {
  host = new KVHost(this.ctx, stores);
  run(batch) {
    return this.host.run(batch);
  }
  alarm() {
    return this.host.alarm();
  }
}

export default { fetch: (request, env) => Response.json(Object.keys(connect(env.COVARA_KV))) };
`;
