import { readFileSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../../generator/diagnostics/render.ts";
import { checkExpressions } from "../../../generator/load/expressions.ts";
import { loadConfig, projectFiles } from "../../../generator/load/index.ts";
import { locate } from "../../../generator/load/positions.ts";
import { buildModel } from "../../../generator/model/index.ts";

/** All diagnostics of the project in a folder, with positions. */
export async function diagnose(folder: string): Promise<readonly Diagnostic[]> {
  const config = path.join(folder, "covara.config.ts");
  const loaded = await loadConfig(config);
  if (!loaded.ok) return locate(loaded.diagnostics, config);
  const { model, diagnostics } = buildModel(loaded.config, await projectFiles(folder, loaded.config));
  const refused = model === null ? [] : await checkExpressions(model);
  return locate([...diagnostics, ...refused], config);
}

/** The diagnostics as the command line shows them, without colour. */
export function rendered(diagnostics: readonly Diagnostic[], folder: string): string {
  return renderDiagnostics(diagnostics, {
    color: false,
    readFile: (name) => readFileSync(path.join(folder, name), "utf8"),
  });
}
