import { rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { makeContenders } from "../../bench/contenders.ts";
import { compare, importWorker } from "../../bench/equivalence.ts";
import { root } from "../../bench/paths.ts";

test("the worker that benchmarks compare with answers as the generated one does", async () => {
  const folder = path.join(root, "test", ".tmp", "bench-equivalence");
  rmSync(folder, { recursive: true, force: true });
  const { generated, handwritten, migrations } = await makeContenders(
    {
      bin: path.join(root, "generator", "cli", "bin.ts"),
      runtime: path.join(root, "runtime", "http", "index.ts"),
    },
    folder,
  );
  const workers = [await importWorker(generated), await importWorker(handwritten)] as const;
  const { requests, differences } = await compare(workers, migrations);
  expect(differences).toEqual([]);
  expect(requests).toBeGreaterThan(150);
});
