import fs from "node:fs";
import path from "node:path";
import type { RunResult } from "../run.ts";
import { isMissing, readText } from "../write/io.ts";
import { fingerprint } from "../write/manifest.ts";

/** The content of a folder of migrations at one time: path relative to the output folder → fingerprint. */
export type MigrationsState = ReadonlyMap<string, string>;

/**
 * Reads the folder of migrations below an output folder.
 *
 * @throws the file system's error, except where the folder or a file in it is missing.
 */
export function readMigrations(outDir: string): MigrationsState {
  const state = new Map<string, string>();
  for (const name of namesIn(path.join(outDir, "migrations"))) {
    const file = `migrations/${name}`;
    const text = readText(path.join(outDir, file));
    if (text !== null) state.set(file, fingerprint(file, text));
  }
  return state;
}

/** Whether somebody else than the run itself changed the folder between two states: one before the run, one after it. */
export function changedByOthers(
  before: MigrationsState,
  after: MigrationsState,
  { changes }: RunResult,
): boolean {
  const own = new Set(changes.map((change) => change.path));
  return [...before.keys(), ...after.keys()].some(
    (file) => !own.has(file) && before.get(file) !== after.get(file),
  );
}

/** Whether the folder is the same in two states. */
export function sameMigrations(left: MigrationsState, right: MigrationsState): boolean {
  return left.size === right.size && [...left].every(([file, print]) => right.get(file) === print);
}

/** Files whose names begin with a dot are temporary. */
function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
