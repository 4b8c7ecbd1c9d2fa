/** Documents to look at: of the reference application, of the projects among the cases, and of random configs. */
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { emit } from "../../../generator/emit/index.ts";
import { loadConfig, projectFiles } from "../../../generator/load/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { randomProject } from "../emit/random-project.ts";
import { exportsOf } from "../emit/random-stores.ts";

export const root = path.join(import.meta.dirname, "../../..");

/** An application that is described. */
export interface Described {
  readonly name: string;
  readonly model: Model;
  /** The document. */
  readonly document: Record<string, unknown>;
  readonly files: ReadonlyMap<string, string>;
}

export function describeModel(name: string, model: Model): Described {
  const files = emit(
    { ...model, openapi: { title: name, version: "1.0.0", description: null } },
    { wranglerToml: null },
  );
  const text = files.get("openapi.json");
  if (text === undefined) throw new Error(`${name} is not described`);
  return { name, model, document: JSON.parse(text), files };
}

/** The model of a config on disk. */
export async function modelOf(configPath: string): Promise<Model> {
  const loaded = await loadConfig(configPath);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const files = await projectFiles(path.dirname(configPath), loaded.config);
  const { model, diagnostics } = buildModel(loaded.config, files);
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
}

/** The reference application and the projects among the cases. */
export async function projects(): Promise<Described[]> {
  const cases = path.join(root, "test/cases/projects");
  const configs = ["", ...fs.readdirSync(cases).map((name) => path.join("test/cases/projects", name))];
  return Promise.all(
    configs.map(async (folder) =>
      describeModel(folder || "reference", await modelOf(path.join(root, folder, "covara.config.ts"))),
    ),
  );
}

/** Some applications with random configs, their names as hostile as the DSL lets through. */
export function randoms(count: number): Described[] {
  return fc
    .sample(randomProject, { seed: 7, numRuns: count * 10 })
    .map((config) => buildModel(config, { exists: () => true, exportsOf }).model)
    .filter((model) => model !== null)
    .slice(0, count)
    .map((model, index) => describeModel(`random ${index}`, model));
}
