/** Modules of the user's that are missing: written once, and never touched again. */
import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Change } from "./commit.ts";
import { isFileSystemError } from "./io.ts";

/**
 * Writes each module unless there is a file by now.
 *
 * @param starters Text by absolute path.
 * @param root Absolute path of the output folder, which the paths of changes are relative to.
 * @throws the file system's error where one cannot be written.
 */
export function writeStarters(starters: ReadonlyMap<string, string>, root: string): Change[] {
  return [...starters].flatMap(([file, text]): Change[] => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    try {
      fs.writeFileSync(file, text, { flag: "wx" });
    } catch (error) {
      if (isFileSystemError(error) && error.code === "EEXIST") return [];
      throw error;
    }
    return [{ path: path.relative(root, file).replaceAll(path.sep, "/"), action: "created" }];
  });
}

/** What a check says of them. @param cwd The folder that messages name files from. */
export const missingModules = (starters: ReadonlyMap<string, string>, cwd: string): Diagnostic[] =>
  [...starters.keys()].map((file) => ({
    code: "COV3014",
    severity: "error",
    message: `${path.relative(cwd, file).replaceAll(path.sep, "/")} is missing, and the config names it.`,
  }));
