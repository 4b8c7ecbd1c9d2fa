import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { checkExpressions } from "../../../generator/load/expressions.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel, type NamedFiles } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { compiles, isFormatted, strict } from "./compile.ts";
import { randomProject } from "./random-project.ts";
import { serverExports, serverText } from "./random-server.ts";
import { exportsOf, moduleText } from "./random-stores.ts";

/** Not below `.tmp`: biome skips what git ignores. */
const folder = path.join(import.meta.dirname, `random-${process.pid}`);
/** Fixed, so that a run says something of the change and not of its luck; `npm run test:fuzz` draws others. */
const seed = Number(process.env.SEED ?? 1);
const wanted = Number(process.env.RUNS ?? 6);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const files: NamedFiles = {
  exists: () => true,
  exportsOf: (file) => serverExports(file) ?? exportsOf(file),
};

/** Models of random configs, names as hostile as the DSL lets through. */
function models(): Model[] {
  const configs = fc.sample(randomProject, { seed, numRuns: wanted * 10 });
  return configs
    .map((config) => buildModel(config, files).model)
    .filter((model) => model !== null)
    .slice(0, wanted);
}

/** The modules that generated code imports. */
function userModules({ auth, routes, kv, resources }: Model): [path: string, text: string][] {
  const server = resources.flatMap(({ hooks, procedures, computed }) =>
    [hooks?.module, procedures?.module, computed.module?.path].filter((module) => module !== undefined),
  );
  const functions = (kv?.stores ?? []).flatMap((store) => store.functions?.module ?? []);
  return [
    ...(auth?.providers ?? []).flatMap((provider): [string, string][] =>
      provider.type === "custom" ? [[provider.module, "export default () => null;\n"]] : [],
    ),
    ...(routes === null
      ? []
      : [[routes, 'import { Hono } from "hono";\n\nexport default new Hono();\n'] as [string, string]]),
    ...server.map((module): [string, string] => [module, serverText(module)]),
    ...functions.map((module): [string, string] => [module, moduleText(module)]),
  ];
}

test(`random configs give code that compiles, is formatted, and SQL that SQLite takes (SEED=${seed})`, () => {
  const made = models();
  expect(made.length).toBe(wanted);
  made.forEach((model, index) => {
    const project = path.join(folder, String(index));
    for (const [file, text] of emit(model, { wranglerToml: null })) {
      fs.mkdirSync(path.dirname(path.join(project, "generated", file)), { recursive: true });
      fs.writeFileSync(path.join(project, "generated", file), text);
    }
    for (const [file, text] of userModules(model)) {
      const module = path.join(project, file);
      fs.mkdirSync(path.dirname(module), { recursive: true });
      fs.writeFileSync(module, text);
    }
    const { files, diagnostics } = planMigration(
      model,
      { snapshot: null, files: [] },
      { allowDestructive: false },
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const database = new DatabaseSync(":memory:");
    for (const [file, sql] of files) if (file.endsWith(".sql")) database.exec(sql);
    database.close();
  });
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(strict));
  compiles(folder);
  isFormatted(...made.map((_, index) => path.join(folder, String(index), "generated")));
});

test(`SQLite takes the expressions of random configs (SEED=${seed})`, async () => {
  for (const model of models()) expect(await checkExpressions(model)).toEqual([]);
});
