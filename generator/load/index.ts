/** Loading a config: bundle it, run it, and say where it went wrong if it did. */
import { statSync } from "node:fs";
import path from "node:path";
import type { ConfigData } from "../../schema/data.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { bundleConfig } from "./bundle.ts";
import { evaluate } from "./evaluate.ts";
import { namedModules } from "./files.ts";

export { type ProjectFiles, projectFiles } from "./files.ts";

/**
 * `inputs` are the absolute paths of all files that the config consists of or names, for the watcher. They are
 * known, as far as possible, when loading fails too.
 */
export type LoadResult =
  | { readonly ok: true; readonly config: ConfigData; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly inputs: readonly string[] };

/**
 * Runs the config and returns what it exports. The value is not checked beyond being an object: that is the
 * model's part.
 *
 * @param configPath Path of the config file, absolute or relative to the working directory.
 */
export async function loadConfig(configPath: string): Promise<LoadResult> {
  const file = path.resolve(configPath);
  if (!isFile(file)) {
    const diagnostic: Diagnostic = {
      code: "COV1001",
      severity: "error",
      message: `There is no file ${configPath}.`,
    };
    return { ok: false, diagnostics: [diagnostic], inputs: [file] };
  }
  const bundle = await bundleConfig(file);
  if (!bundle.ok) return bundle;
  const result = await evaluate(bundle.code, file, bundle.inputs);
  if (!result.ok) return { ok: false, diagnostics: [result.diagnostic], inputs: bundle.inputs };
  const problem = exportProblem(result.value);
  if (problem !== null) {
    const diagnostic: Diagnostic = { code: "COV1005", severity: "error", message: problem, path: [] };
    return { ok: false, diagnostics: [diagnostic], inputs: bundle.inputs };
  }
  const config = result.value as ConfigData;
  const named = namedModules(config).map((name) => path.resolve(path.dirname(file), name));
  return { ok: true, config, inputs: [...bundle.inputs, ...named] };
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Why the value cannot be a config at all, or null. */
function exportProblem(value: unknown): string | null {
  if (value === undefined) return "The config has no default export.";
  if (value instanceof Promise) return "The config's default export is a promise.";
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const type = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    return `The config's default export is ${type}.`;
  }
  if (!("resources" in value) && !("name" in value)) {
    return "The config's default export is an object without `name` and `resources`.";
  }
  return null;
}
