import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { isMissing, readText } from "./io.ts";
import {
  type Fingerprints,
  JOURNAL,
  type Journal,
  MANIFEST,
  parseFolders,
  parseJournal,
  parseManifest,
} from "./manifest.ts";

/** What lies on disk in the output folder, as far as the generator is concerned. */
export interface OutputFolder {
  /** Absolute path. */
  readonly root: string;
  /** How messages call the folder: its path relative to that of the config. */
  readonly label: string;
  /** What the last finished run wrote; null where there is no readable manifest. */
  readonly manifest: Fingerprints | null;
  /** Further folders that the last finished run wrote, each with a manifest of its own; relative to this one. */
  readonly folders: readonly string[];
  /** What a run that did not finish may have written; empty where there was none. */
  readonly journal: Journal;
  /** The text of a file, or null where there is none. */
  read(file: string): string | null;
  /** The paths of the migrations on disk, sorted. */
  readonly migrations: readonly string[];
}

/**
 * Reads the state of an output folder. A manifest that cannot be understood is an error, since without it nobody
 * can tell generated files from others; with `force` it counts as absent.
 *
 * @throws the file system's error where the folder cannot be read.
 */
export function openOutput(
  root: string,
  label: string,
  force: boolean,
): { folder: OutputFolder; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const read = (file: string) => readText(path.join(root, file));

  const manifestText = read(MANIFEST);
  const manifest = manifestText === null ? null : parseManifest(manifestText);
  if (manifestText !== null && manifest === null && !force) {
    diagnostics.push({
      code: "COV3006",
      severity: "error",
      message: `${label}/${MANIFEST} is not a manifest that covara wrote (a merge may have left it in conflict).`,
      fix: "Restore it from version control, or run `covara gen --force` to write every generated file again.",
    });
  }
  const journalText = read(JOURNAL);
  const journal =
    (journalText === null ? null : parseJournal(journalText)) ?? new Map<string, readonly string[]>();
  const folders = manifestText === null ? [] : parseFolders(manifestText);
  const migrations = listMigrations(root);
  return { folder: { root, label, manifest, folders, journal, read, migrations }, diagnostics };
}

function listMigrations(root: string): string[] {
  try {
    return fs
      .readdirSync(path.join(root, "migrations"))
      .filter((name) => name.endsWith(".sql"))
      .map((name) => `migrations/${name}`)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
