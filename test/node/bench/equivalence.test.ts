import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { stores } from "../../../generated/kv.js";
import { openKV } from "../../../runtime/kv/node.ts";
import { bundle, handwrittenEntry, readMigrations } from "../../bench/contenders.ts";
import { compare, importWorker, type Worker } from "../../bench/equivalence.ts";
import { root } from "../../bench/paths.ts";

test("the worker that benchmarks compare with answers as the generated one does", async () => {
  const runtime = path.join(root, "runtime", "http", "index.ts");
  const out = path.join(root, "test", ".tmp", "bench-equivalence");
  mkdirSync(out, { recursive: true });
  const generated = path.join(root, "generated");
  // The class of the key-value stores can only be made inside workerd: here they run on node:sqlite.
  const entry = path.join(out, "worker.ts");
  writeFileSync(entry, `export { app as default } from "../../../generated/app.js";\n`);
  const platform = path.join(out, "platform.ts");
  writeFileSync(platform, "export const waitUntil = (work: Promise<unknown>) => work;\n");
  using db = openKV(stores);
  const objects = {
    getByName: (name: string) => ({ ...db.binding.getByName(name), ping: async () => {} }),
  };
  const app = await importWorker(await bundle("generated", entry, runtime, out, platform));
  const withStores: Worker = {
    fetch: (request, env, context) => app.fetch(request, { ...env, ...{ COVARA_KV: objects } }, context),
  };
  const workers = [
    withStores,
    await importWorker(await bundle("handwritten", handwrittenEntry, runtime, out)),
  ] as const;
  const { requests, differences } = await compare(workers, readMigrations(generated));
  expect(differences).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});
