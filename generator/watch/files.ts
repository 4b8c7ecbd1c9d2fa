import fs from "node:fs";
import path from "node:path";
import { type FSWatcher, watch as watchPaths } from "chokidar";

/** Milliseconds by which a file's time of change may lag behind the clock. */
const CLOCK_LAG = 10;

/** Folders in which no config keeps its sources. The config's own bundle, `.covara-…`, comes and goes with each run. */
const IGNORED = new Set(["node_modules", ".git", ".wrangler"]);

/** A set of files, existing or awaited, whose changes are told. */
export interface WatchedFiles {
  /**
   * Watches these paths and no others. Resolves, once changes are being noticed, to whether one of those that were
   * not watched before has changed since `since`, a time as of `Date.now()`.
   */
  set(files: readonly string[], since: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Watches nothing yet. Paths may be files or folders, and need not exist. */
export function watchedFiles(onChange: () => void, onError: (error: unknown) => void): WatchedFiles {
  let watcher: FSWatcher | null = null;
  let current = new Set<string>();
  return {
    async set(files, since) {
      const next = new Set(files);
      const added = files.filter((file) => !current.has(file));
      const removed = [...current].filter((file) => !next.has(file));
      current = next;
      if (watcher === null) {
        watcher = await ready(watchPaths(added, { ignoreInitial: true }), onChange, onError);
      } else {
        watcher.unwatch(removed);
        watcher.add(added);
      }
      return added.some((file) => changedSince(file, since));
    },
    close: async () => watcher?.close(),
  };
}

/** A watcher over a whole project, which can be off. */
export interface ProjectWatch {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Tells of new files anywhere in a project, and of changes to what is installed. The output folder and folders of
 * tools do not count.
 */
export function projectWatch(
  folder: string,
  outDir: string,
  onNewFile: () => void,
  onError: (error: unknown) => void,
): ProjectWatch {
  let watcher: FSWatcher | null = null;
  const ignored = (file: string) =>
    file === outDir || IGNORED.has(path.basename(file)) || path.basename(file).startsWith(".covara-");
  return {
    async start() {
      if (watcher !== null) return;
      const started = watchPaths(folder, { ignoreInitial: true, ignored });
      watcher = started;
      await ready(started, () => {}, onError);
      started.on("add", onNewFile);
      // npm writes it last, when the packages are in place.
      started.on("change", (file) => {
        if (path.basename(file) === "package.json") onNewFile();
      });
    },
    async stop() {
      const stopping = watcher;
      watcher = null;
      await stopping?.close();
    },
  };
}

function ready(
  watcher: FSWatcher,
  onChange: () => void,
  onError: (error: unknown) => void,
): Promise<FSWatcher> {
  watcher.on("all", onChange);
  watcher.on("error", onError);
  return new Promise((resolve) => watcher.once("ready", () => resolve(watcher)));
}

function changedSince(file: string, since: number): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.mtimeMs >= since - CLOCK_LAG;
}
