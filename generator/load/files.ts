import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

/** What the model asks about files that the config names. Paths are relative to the folder of the config. */
export interface ProjectFiles {
  readonly exists: (path: string) => boolean;
  /** Whether the module, which exists, exports a default. True if it cannot be parsed: its own compiler will say why. */
  readonly hasDefaultExport: (path: string) => boolean;
}

/** The files of a project on disk. */
export function projectFiles(folder: string): ProjectFiles {
  return {
    exists: (name) => statSync(path.resolve(folder, name), { throwIfNoEntry: false })?.isFile() ?? false,
    hasDefaultExport: (name) => hasDefaultExport(path.resolve(folder, name)),
  };
}

function hasDefaultExport(file: string): boolean {
  try {
    const result = buildSync({
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
