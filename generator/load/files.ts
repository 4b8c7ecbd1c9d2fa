import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import type { ConfigData } from "../../schema/data.ts";

/** What the model asks about files that the config names. Paths are relative to the folder of the config. */
export interface ProjectFiles {
  readonly exists: (path: string) => boolean;
  /** Whether the module, which exists, exports a default. True if it cannot be parsed: its own compiler will say why. */
  readonly hasDefaultExport: (path: string) => boolean;
}

/** The files of a project on disk. The modules that the config names are read before this returns. */
export async function projectFiles(folder: string, config: ConfigData): Promise<ProjectFiles> {
  const exists = (name: string): boolean =>
    statSync(path.resolve(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
  // A config that TypeScript has not checked may hold anything here.
  const module: unknown = config.auth?.module;
  const file = typeof module === "string" && exists(module) ? path.resolve(folder, module) : null;
  const lacking = file !== null && !(await hasDefaultExport(file));
  return { exists, hasDefaultExport: (name) => !(lacking && path.resolve(folder, name) === file) };
}

/** Asks the esbuild service that has just bundled the config; its synchronous API would start another process. */
async function hasDefaultExport(file: string): Promise<boolean> {
  try {
    const result = await build({
      stdin: {
        contents: readFileSync(file, "utf8"),
        sourcefile: file,
        loader: file.endsWith("x") ? "tsx" : "ts",
      },
      bundle: false,
      write: false,
      metafile: true,
      format: "esm",
      logLevel: "silent",
    });
    return Object.values(result.metafile.outputs).some((output) => output.exports.includes("default"));
  } catch (error) {
    if (error instanceof Error && "errors" in error) return true;
    throw error;
  }
}
