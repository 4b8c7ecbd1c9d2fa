import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { OutputFolder } from "./folder.ts";
import { type Fingerprints, fingerprint } from "./manifest.ts";

/** Where the migrations' model of the last release lies. */
export const SNAPSHOT = "migrations/snapshot.json";

/** The migrations that are written for good. */
export interface History {
  /** Kept as they are, and recorded in the manifest. */
  readonly files: Fingerprints;
  /** What the migration planner must number after: the history and migrations written by hand. */
  readonly taken: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Tells which migrations are history. Databases have run them, so they are never written again or pruned, and a
 * change to one is an error; `force` accepts an edited migration as the new history.
 */
export function readHistory(folder: OutputFolder, force: boolean): History {
  const files = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const unfinished = unfinishedMigrations(folder);
  const taken = folder.migrations.filter((file) => !unfinished.has(file));
  const startsOver = folder.migrations.length === 0 && folder.read(SNAPSHOT) === null;

  const known = new Set(
    [...(folder.manifest ?? taken.map((file) => [file])), ...folder.journal].map(([file]) => file),
  );
  for (const file of [...known].sort()) {
    if (
      file === undefined ||
      !file.startsWith("migrations/") ||
      !file.endsWith(".sql") ||
      unfinished.has(file)
    )
      continue;
    const text = folder.read(file);
    const written = folder.manifest?.get(file);
    if (text === null) {
      if (written !== undefined && !startsOver) diagnostics.push(deleted(`${folder.label}/${file}`));
      continue;
    }
    const found = fingerprint(file, text);
    const ours = folder.manifest === null || found === written || folder.journal.get(file)?.includes(found);
    if (!ours && !force) diagnostics.push(edited(`${folder.label}/${file}`));
    files.set(file, ours || force ? found : (written ?? found));
  }
  return { files, taken, diagnostics };
}

/**
 * The migrations of a run that was stopped before it wrote the snapshot that belongs to them. They never became
 * history: the next run plans them again.
 */
function unfinishedMigrations(folder: OutputFolder): ReadonlySet<string> {
  const snapshot = folder.read(SNAPSHOT);
  // The journal names the old content first and the new content last.
  const expected = folder.journal.get(SNAPSHOT)?.at(-1);
  if (expected === undefined || (snapshot !== null && fingerprint(SNAPSHOT, snapshot) === expected))
    return new Set();
  return new Set(
    [...folder.journal.keys()].filter((file) => file.endsWith(".sql") && !folder.manifest?.has(file)),
  );
}

function edited(file: string): Diagnostic {
  return {
    code: "COV3004",
    severity: "error",
    message: `${file} was edited after it was written, and databases may have run the earlier text.`,
    fix: "Restore it and write a further migration instead; if no database has run it yet, `covara gen --force` accepts it as it is now.",
  };
}

function deleted(file: string): Diagnostic {
  return {
    code: "COV3005",
    severity: "error",
    message: `${file} is missing: the later migrations and the snapshot build on it.`,
    fix: "Restore it from version control. To start the history over, delete the whole migrations folder.",
  };
}
