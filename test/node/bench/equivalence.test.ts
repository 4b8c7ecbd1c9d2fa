import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { bundle, handwrittenEntry, readMigrations } from "../../bench/contenders.ts";
import { compare, importWorker } from "../../bench/equivalence.ts";
import { root } from "../../bench/paths.ts";

test("the worker that benchmarks compare with answers as the generated one does", async () => {
  const runtime = path.join(root, "runtime", "http", "index.ts");
  const out = path.join(root, "test", ".tmp", "bench-equivalence");
  mkdirSync(out, { recursive: true });
  const generated = path.join(root, "generated");
  // Without the class of the key-value stores, which can only be made inside workerd.
  const entry = path.join(out, "worker.ts");
  writeFileSync(entry, `export { app as default } from "../../../generated/app.js";\n`);
  const workers = [
    await importWorker(await bundle("generated", entry, runtime, out)),
    await importWorker(await bundle("handwritten", handwrittenEntry, runtime, out)),
  ] as const;
  const { requests, differences } = await compare(workers, readMigrations(generated));
  expect(differences).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});
