import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type GenerateOptions, outputFolderOf } from "../../generate.ts";
import { check, type RunResult, run } from "../../run.ts";
import type { WatchEvent } from "../../watch/index.ts";
import type { Change } from "../../write/commit.ts";
import type { Invocation } from "../options.ts";
import { startProgress } from "../progress.ts";
import { catchStop } from "../signals.ts";
import { fromHere, paint, printDiagnostics, printJson, type Terminal, toJson } from "../terminal.ts";
import { UsageError } from "../usage.ts";

/** `covara gen`. Returns the exit code. */
export async function gen(invocation: Invocation, terminal: Terminal): Promise<number> {
  const { flags } = invocation;
  const mode = flags.has("check") ? "check" : flags.has("watch") ? "watch" : "run";
  if (flags.has("check") && flags.has("watch"))
    throw new UsageError("--check and --watch exclude each other.", "gen");
  if (mode !== "run") forbidConfirmations(invocation, mode);
  const options: GenerateOptions = {
    ...locations(invocation, terminal),
    allowDestructive: flags.has("allow-destructive"),
    force: flags.has("force"),
    ...migrationName(invocation),
  };
  const json = flags.has("json");
  if (mode === "watch") return watchUntilStopped(options, json, terminal);

  const progress = startProgress(terminal);
  const step = mode === "check" ? check : run;
  const result = await step({ ...options, onPhase: progress.phase }).finally(progress.end);
  report(result, { command: mode === "check" ? "gen --check" : "gen", options, json, terminal });
  return result.ok ? 0 : 1;
}

/**
 * The config and the output folder that a command line names.
 *
 * @throws {UsageError} where the output folder would hold the config.
 */
export function locations(
  { command, values }: Invocation,
  terminal: Terminal,
): Pick<GenerateOptions, "configPath" | "outDir" | "cwd"> {
  const configPath = path.resolve(terminal.cwd, values.get("config") ?? "covara.config.ts");
  const named = values.get("out");
  const outDir =
    named === undefined
      ? path.join(path.dirname(configPath), "generated")
      : path.resolve(terminal.cwd, named);
  const up = path.relative(outDir, path.dirname(configPath));
  if (up === "" || (!up.startsWith("..") && !path.isAbsolute(up))) {
    throw new UsageError("--out must name a folder of its own: this one holds the config.", command);
  }
  if (named !== undefined && fs.statSync(outDir, { throwIfNoEntry: false })?.isFile() === true) {
    throw new UsageError(`--out must name a folder, and ${named} is a file.`, command);
  }
  return { configPath, outDir, cwd: terminal.cwd };
}

/** Confirmations and names are for one run that somebody looks at, not for a check or for every change to come. */
function forbidConfirmations({ flags, values }: Invocation, mode: "check" | "watch"): void {
  const given = flags.has("force")
    ? "--force"
    : flags.has("allow-destructive")
      ? "--allow-destructive"
      : values.has("name")
        ? "--name"
        : null;
  if (given !== null) {
    throw new UsageError(
      `${given} is for a single run of \`covara gen\`, and does not go with --${mode}.`,
      "gen",
    );
  }
}

function migrationName({ values }: Invocation): { migrationName?: string } {
  const name = values.get("name");
  if (name === undefined) return {};
  if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name) || name.length > 60) {
    throw new UsageError(
      "--name takes lower-case letters, digits and single underscores: add_due_date.",
      "gen",
    );
  }
  return { migrationName: name };
}

async function watchUntilStopped(
  options: GenerateOptions,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const reportRun = runReporter({ command: "gen --watch", options, json, terminal });
  const onEvent = (event: WatchEvent) => {
    if (event.type === "fault") reportFault(event.error, terminal);
    else reportRun(event.result);
  };
  using stop = catchStop();
  // Loaded only here: the watcher costs a run that ends a fifth of its time.
  const { watch } = await import("../../watch/index.ts");
  await using watcher = watch(options, onEvent);
  await watcher.firstRun;
  if (!json) terminal.err("Watching for changes; Ctrl+C stops.\n");
  await stop.requested;
  return 0;
}

/** Says that covara itself failed while watching, which goes on. */
export function reportFault(error: unknown, terminal: Terminal): void {
  const text = error instanceof Error ? (terminal.verbose ? error.stack : error.message) : String(error);
  terminal.err(`A fault in covara, not in your project: ${text}\n`);
}

interface ReportContext {
  readonly command: string;
  readonly options: GenerateOptions;
  readonly json: boolean;
  readonly terminal: Terminal;
  /** A run that changed nothing is worth no line while watching. */
  readonly watching?: boolean;
}

/**
 * Prints each run of a watch as {@link report} does. One that changes nothing is told after one that failed, so that
 * the last words are not about an error that is gone.
 */
export function runReporter(context: Omit<ReportContext, "watching">): (result: RunResult) => void {
  let failed = false;
  return (result) => {
    report(result, { ...context, watching: !failed });
    failed = !result.ok;
  };
}

/** Prints how a run ended: a line per changed file and the time, or the diagnostics. */
function report(result: RunResult, { command, options, json, terminal, watching }: ReportContext): void {
  const diagnostics = fromHere(result.diagnostics, path.dirname(options.configPath), terminal.cwd);
  const changes = result.changes.map((change) => ({
    ...change,
    path: changePath(change, options, terminal),
  }));
  if (json) {
    const { ok, milliseconds } = result;
    printJson({ command, ok, changes, diagnostics: toJson(diagnostics), milliseconds }, terminal);
    return;
  }
  for (const { action, path: file } of changes) {
    const style = action === "removed" ? "red" : action === "created" ? "green" : "yellow";
    terminal.out(`${paint(action.padEnd(7), style, terminal.colors.out)}  ${file}\n`);
  }
  printDiagnostics(diagnostics, terminal);
  if (!result.ok) {
    terminal.err(`\n${[...count(diagnostics, "error"), ...count(diagnostics, "warning")].join(", ")}.\n`);
  } else if (command === "gen --check") {
    terminal.out(`Up to date: ${result.fileCount} files, checked in ${result.milliseconds} ms.\n`);
  } else if (changes.length > 0) {
    // Modules that were started and files that went are changes too, and not among the files that are kept up.
    terminal.out(
      `Changed ${changes.length} ${changes.length === 1 ? "file" : "files"} in ${result.milliseconds} ms.\n`,
    );
  } else if (watching !== true) {
    terminal.out(`Up to date: ${result.fileCount} files, in ${result.milliseconds} ms.\n`);
  }
}

/** `1 error` or `2 warnings`; empty where there are none. */
function count(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): string[] {
  const number = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return number === 0 ? [] : [`${number} ${severity}${number === 1 ? "" : "s"}`];
}

function changePath(change: Change, options: GenerateOptions, terminal: Terminal): string {
  return path
    .relative(terminal.cwd, path.join(outputFolderOf(options), change.path))
    .replaceAll(path.sep, "/");
}
