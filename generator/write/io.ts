import fs from "node:fs";
import path from "node:path";

/** Ends the name of every temporary file, so that one left by a killed run is recognised. */
const TEMPORARY = ".covara-tmp";

/** Whether an error says that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The text of a file; null where there is none, or a folder in its place: that is reported when it is written. */
export function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === "EISDIR") return null;
    throw error;
  }
}

/** Whether an error is the file system's, such as a missing permission or a full disk. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "path" in error;
}

/**
 * Puts a text into a file so that readers see the old content or the new, never a part.
 *
 * @throws the file system's error.
 */
export function writeAtomically(file: string, text: string): void {
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}${TEMPORARY}`);
  fs.rmSync(temporary, { force: true });
  fs.writeFileSync(temporary, text, { flag: "wx" });
  try {
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes the temporary files that a killed run left in a folder. */
export function removeTemporaries(folder: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const name of names) {
    if (!name.startsWith(".") || !name.endsWith(TEMPORARY)) continue;
    const writer = Number(name.slice(0, -TEMPORARY.length).split(".").at(-1));
    if (writer === process.pid || !isRunning(writer)) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether a process of this machine has the id. */
function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Why a file below `root` must not be written or removed: null where nothing is in the way. Links are refused so
 * that generating never changes a file that lies elsewhere.
 */
export function obstacle(root: string, file: string): string | null {
  const parts = file.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const here = parts.slice(0, depth).join("/");
    const stat = fs.lstatSync(path.join(root, here), { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (stat.isSymbolicLink()) return `${here} is a symbolic link`;
    if (depth < parts.length && !stat.isDirectory()) return `${here} is not a folder`;
    if (depth === parts.length && !stat.isFile()) return `${here} is not a file`;
  }
  return null;
}
