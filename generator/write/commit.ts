import fs from "node:fs";
import path from "node:path";
import type { OutputFolder } from "./folder.ts";
import { type Finding, isOwn, type Output } from "./inspect.ts";
import { removeTemporaries, writeAtomically } from "./io.ts";
import { fingerprint, JOURNAL, MANIFEST, printJournal } from "./manifest.ts";
import { writeOrder } from "./order.ts";

/** One file that a run changed. */
export interface Change {
  /** Relative to the output folder. */
  readonly path: string;
  readonly action: "created" | "updated" | "removed";
}

/**
 * Brings the disk to the output, file by file, and returns what changed. The findings must be free of refusals.
 *
 * Before the first file a journal records every content that is the generator's own, and it goes after the manifest is
 * in place. So a run that is killed at any point leaves nothing that the next one would take for a hand edit.
 *
 * @param afterMigrations Called, if there is a new migration, once it is history and before any other file changes.
 * @throws the file system's error; the next run continues from what is there.
 */
export async function commit(
  output: Output,
  folder: OutputFolder,
  findings: readonly Finding[],
  afterMigrations: () => Promise<void> = async () => {},
): Promise<Change[]> {
  const unfinished = folder.journal.size > 0;
  cleanTemporaries(folder);
  if (findings.length > 0) {
    writeAtomically(path.join(folder.root, JOURNAL), printJournal(makeJournal(output, folder)));
  }
  const states = new Map(findings.map((finding) => [finding.path, finding.state]));
  const changes: Change[] = [];
  let announced = false;
  for (const file of writeOrder(output.files)) {
    if (!announced && !file.startsWith("migrations/")) {
      announced = true;
      if (changes.some(isMigration)) await afterMigrations();
    }
    const state = states.get(file);
    const text = output.files.get(file);
    if (state === undefined || text === undefined || file === MANIFEST) continue;
    writeAtomically(path.join(folder.root, file), text);
    changes.push({ path: file, action: state === "missing" ? "created" : "updated" });
  }
  for (const { path: file, state } of findings) {
    if (state !== "leftover") continue;
    remove(folder.root, file);
    changes.push({ path: file, action: "removed" });
  }
  const manifest = output.files.get(MANIFEST);
  const manifestState = states.get(MANIFEST);
  if (manifest !== undefined && manifestState !== undefined) {
    writeAtomically(path.join(folder.root, MANIFEST), manifest);
    changes.push({ path: MANIFEST, action: manifestState === "missing" ? "created" : "updated" });
  }
  if (unfinished || findings.length > 0) fs.rmSync(path.join(folder.root, JOURNAL), { force: true });
  return changes;
}

function isMigration({ path: file }: Change): boolean {
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
