import path from "node:path";
import { outputFolderOf } from "../generate.ts";
import { type RunOptions, type RunResult, run } from "../run.ts";
import { projectWatch, watchedFiles } from "./files.ts";
import { changedByOthers, type MigrationsState, readMigrations, sameMigrations } from "./migrations.ts";
import { singleFlight } from "./single-flight.ts";

/** What a watcher reports: a finished run, or a failure of covara itself, after which it goes on. */
export type WatchEvent =
  | { readonly type: "run"; readonly result: RunResult }
  | { readonly type: "fault"; readonly error: unknown };

/** Regenerates until it is disposed of. */
export interface Watcher extends AsyncDisposable {
  /** Resolves after the first run and once changes are being noticed. */
  readonly firstRun: Promise<void>;
}

/** Milliseconds for which the files must be quiet, since saving in an editor is several changes. */
const QUIET = 50;

/**
 * Generates now, and again whenever a file changes that the last run read or named, or somebody else than the run
 * changes the folder of migrations. One run at a time; changes during a run lead to one more. While the config has
 * errors the last good output stays, and every new file of the project is a reason to try again, since it may be the
 * one that was missing.
 */
export function watch(options: RunOptions, onEvent: (event: WatchEvent) => void): Watcher {
  const outDir = outputFolderOf(options);
  const folder = path.join(outDir, "migrations");
  const request = () => void flight.request();
  const onError = (error: unknown) => onEvent({ type: "fault", error });
  const files = watchedFiles(request, onError);
  const migrations = watchedFiles(() => {
    try {
      // Events come late, and tell of the run's own files too; what changes during a run is looked at when it ends.
      if (known !== null && !sameMigrations(known, readMigrations(outDir))) request();
    } catch (error) {
      onError(error);
    }
  }, onError);
  const project = projectWatch(path.dirname(options.configPath), outDir, request, onError);
  /** The migrations as the last run left them, none where it failed; null during a run. */
  let known: MigrationsState | null = null;

  const flight = singleFlight(QUIET, async () => {
    try {
      known = null;
      const since = Date.now();
      const before = readMigrations(outDir);
      const result = await run(options);
      const missed = await files.set(result.inputs, since);
      await migrations.set([folder], since);
      await (result.ok ? project.stop() : project.start());
      onEvent({ type: "run", result });
      known = readMigrations(outDir);
      // A file that changed between being read and being watched gave no event. The run's own files do not count.
      if (missed || changedByOthers(before, known, result)) request();
    } catch (error) {
      known = new Map();
      onError(error);
    }
  });

  return {
    firstRun: flight.request(),
    async [Symbol.asyncDispose]() {
      await flight.stop();
      await Promise.all([files.close(), migrations.close(), project.stop()]);
    },
  };
}
