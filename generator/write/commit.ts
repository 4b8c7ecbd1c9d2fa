import fs from "node:fs";
import path from "node:path";
import type { OutputFolder } from "./folder.ts";
import { SNAPSHOT } from "./history.ts";
import { type Finding, isOwn, type Output } from "./inspect.ts";
import { removeTemporaries, writeAtomically } from "./io.ts";
import { fingerprint, JOURNAL, MANIFEST, printJournal, printManifest } from "./manifest.ts";
import { writeOrder } from "./order.ts";

/** One file that a run changed. */
export interface Change {
  /** Relative to the output folder. */
  readonly path: string;
  readonly action: "created" | "updated" | "removed";
}

/** What became of an output. */
export interface Commit {
  /** In the order in which the files changed; empty where the migration was withdrawn. */
  readonly changes: readonly Change[];
  /** The new migrations that were taken back, relative to the output folder. */
  readonly withdrawn: readonly string[];
}

/**
 * Brings the disk to the output, file by file. The findings must be free of refusals.
 *
 * Before the first file a journal records every content that is the generator's own, and it goes after the manifest is
 * in place. So a run that is killed at any point leaves nothing that the next one would take for a hand edit.
 *
 * @param afterMigrations Called, if there is a new migration, once it is history and before any other file changes.
 * Resolves to whether it stays; else it is withdrawn, and the folder is as it was before.
 * @throws the file system's error; the next run continues from what is there.
 */
export async function commit(
  output: Output,
  folder: OutputFolder,
  findings: readonly Finding[],
  afterMigrations: () => Promise<boolean> = async () => true,
): Promise<Commit> {
  const unfinished = folder.journal.size > 0;
  cleanTemporaries(folder);
  if (findings.length > 0) {
    adoptFinishedMigrations(output, folder);
    writeAtomically(path.join(folder.root, JOURNAL), printJournal(makeJournal(output, folder)));
  }
  const snapshot = folder.read(SNAPSHOT);
  const states = new Map(findings.map((finding) => [finding.path, finding.state]));
  const changes: Change[] = [];
  const removeLeftovers = (wanted: (file: string) => boolean) => {
    for (const { path: file, state } of findings) {
      if (state !== "leftover" || !wanted(file)) continue;
      remove(folder.root, file);
      changes.push({ path: file, action: "removed" });
    }
  };
  // What an interrupted run planned must not be applied along with what is planned now.
  removeLeftovers(isMigration);
  let announced = false;
  for (const file of writeOrder(output.files)) {
    if (!announced && !file.startsWith("migrations/")) {
      announced = true;
      const migrations = changes.filter(({ action }) => action !== "removed").map(({ path }) => path);
      if (migrations.some(isMigration) && !(await afterMigrations())) {
        withdraw(migrations, snapshot, folder);
        return { changes: [], withdrawn: migrations.filter(isMigration) };
      }
    }
    const state = states.get(file);
    const text = output.files.get(file);
    if (state === undefined || text === undefined || file === MANIFEST) continue;
    writeAtomically(path.join(folder.root, file), text);
    changes.push({ path: file, action: state === "missing" ? "created" : "updated" });
  }
  removeLeftovers((file) => !isMigration(file));
  const manifest = output.files.get(MANIFEST);
  const manifestState = states.get(MANIFEST);
  if (manifest !== undefined && manifestState !== undefined) {
    writeAtomically(path.join(folder.root, MANIFEST), manifest);
    changes.push({ path: MANIFEST, action: manifestState === "missing" ? "created" : "updated" });
  }
  if (unfinished || findings.length > 0) fs.rmSync(path.join(folder.root, JOURNAL), { force: true });
  return { changes, withdrawn: [] };
}

/**
 * Records in the manifest the migrations that an interrupted run finished. Until the new snapshot is in place, a
 * migration that only the journal knows counts as unfinished.
 */
function adoptFinishedMigrations(output: Output, { root, manifest, journal }: OutputFolder): void {
  const finished = [...output.history].filter(([file]) => journal.has(file) && !manifest?.has(file));
  if (finished.length === 0) return;
  writeAtomically(path.join(root, MANIFEST), printManifest(new Map([...(manifest ?? []), ...finished])));
}

/**
 * Takes back the files below `migrations/` that this run wrote. The snapshot goes first: without the one that belongs to
 * it a migration is not history, so a run that is killed here leaves only what the next one clears away.
 */
function withdraw(written: readonly string[], snapshot: string | null, folder: OutputFolder): void {
  for (const file of [...written].reverse()) {
    if (file === SNAPSHOT && snapshot !== null) writeAtomically(path.join(folder.root, file), snapshot);
    else remove(folder.root, file);
  }
  const journal = path.join(folder.root, JOURNAL);
  // The code on disk may still be that of an interrupted run, which only its journal vouches for.
  if (folder.journal.size > 0) writeAtomically(journal, printJournal(folder.journal));
  else fs.rmSync(journal, { force: true });
}

function isMigration(file: string): boolean {
  return file.startsWith("migrations/") && file.endsWith(".sql");
}

function makeJournal(output: Output, folder: OutputFolder): Map<string, readonly string[]> {
  const journal = new Map<string, readonly string[]>();
  const owned = [...(folder.manifest?.keys() ?? []), ...folder.journal.keys()];
  for (const file of new Set([...owned, ...output.files.keys()])) {
    if (file === MANIFEST || output.history.has(file)) continue;
    const found = folder.read(file);
    const wanted = output.files.get(file);
    const contents = [
      ...(found !== null && isOwn(file, found, folder) ? [fingerprint(file, found)] : []),
      ...(wanted === undefined ? [] : [fingerprint(file, wanted)]),
    ];
    if (contents.length > 0) journal.set(file, contents);
  }
  // Migrations that an interrupted run finished are in no manifest yet.
  for (const [file, hash] of output.history) journal.set(file, [hash]);
  return journal;
}

function cleanTemporaries(folder: OutputFolder): void {
  const folders = new Set([
    folder.root,
    ...[...folder.journal.keys()].map((file) => path.dirname(path.join(folder.root, file))),
  ]);
  for (const each of folders) removeTemporaries(each);
}

/** Removes a file, and the folders below the root that this leaves empty. */
function remove(root: string, file: string): void {
  fs.rmSync(path.join(root, file), { force: true });
  for (let parent = path.dirname(file); parent !== "."; parent = path.dirname(parent)) {
    const folder = path.join(root, parent);
    if (fs.readdirSync(folder).length > 0) return;
    fs.rmdirSync(folder);
  }
}
