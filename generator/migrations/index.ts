/** Plans the next migration: what takes a database from the last snapshot to the model. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { initialGroups, renderGroups } from "./init.ts";
import { snapshotOf } from "./snapshot.ts";
import { renderSnapshot } from "./snapshot-file.ts";

export interface MigrationPlan {
  /** Path relative to the output folder → text. Empty where there are errors. */
  readonly files: Map<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the output folder holds. */
export interface PreviousMigrations {
  /** Text of `migrations/snapshot.json`, if there is one. */
  readonly snapshot: string | null;
  /** Names or paths of the migration files. */
  readonly files: readonly string[];
}

export interface MigrationOptions {
  readonly allowDestructive: boolean;
  /** What the new file is about, for its name. */
  readonly name?: string;
}

/**
 * The new migration file, if the model differs from the snapshot, and the snapshot. Existing files are never
 * rewritten. With an error in `diagnostics`, `files` is empty and nothing may be written.
 */
export function planMigration(
  model: Model,
  previous: PreviousMigrations,
  _options: MigrationOptions,
): MigrationPlan {
  const next = snapshotOf(model);
  const files = new Map<string, string>();
  if (previous.snapshot === null && previous.files.length === 0) {
    files.set("migrations/0001_init.sql", renderGroups(initialGroups(model, next.tables)));
  }
  files.set("migrations/snapshot.json", renderSnapshot(next));
  return { files, diagnostics: [] };
}
