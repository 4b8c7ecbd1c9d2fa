import path from "node:path";
import { commitCopy } from "./copies.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { hasErrors } from "./diagnostics/has-errors.ts";
import { type GenerateOptions, type Generation, generate, outputFolderOf } from "./generate.ts";
import { type Change, commit } from "./write/commit.ts";
import type { OutputFolder } from "./write/folder.ts";
import { checkFindings, type Finding, inspect, refusals } from "./write/inspect.ts";
import { isFileSystemError } from "./write/io.ts";
import { missingModules, writeStarters } from "./write/starters.ts";

/** What to generate, and what else to do on the way. */
export interface RunOptions extends GenerateOptions {
  /**
   * Called once a new migration is written, before the code that relies on it. Resolves to whether the migration
   * stays; else the run takes it back and ends with an error.
   */
  readonly afterMigrations?: () => Promise<boolean>;
}

/** How a run or a check ended. */
export interface RunResult {
  /** Whether the output folder now holds, or for a check held, what the config gives. */
  readonly ok: boolean;
  /** What the run changed, in the order in which it did; empty for a check. */
  readonly changes: readonly Change[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files that the result depends on, including named ones that do not exist. */
  readonly inputs: readonly string[];
  /** How many files make up the output, earlier migrations included. */
  readonly fileCount: number;
  readonly milliseconds: number;
}

/** Generates and writes what changed. Nothing is written where a diagnostic is an error. */
export function run(options: RunOptions): Promise<RunResult> {
  return attempt(options, async ({ output, folder, copies, starters }, findings) => {
    const refused = (found: readonly Finding[], where: OutputFolder): readonly Diagnostic[] =>
      refusals(found, where, options.force ?? false);
    const diagnostics = [
      ...refused(findings, folder),
      ...[...copies.named, ...copies.dropped].flatMap((copy) =>
        refused(inspect(copy.output, copy.folder), copy.folder),
      ),
    ];
    if (hasErrors(diagnostics)) return { diagnostics, changes: [] };
    const started = writeStarters(starters, outputFolderOf(options));
    // Before the manifest forgets them.
    const dropped: Change[] = [];
    for (const copy of copies.dropped) dropped.push(...(await commitCopy(copy, folder)));
    const { changes, withdrawn } = await commit(output, folder, findings, options.afterMigrations);
    const copied: Change[] = [];
    // The clients stay as they were with the code that they are for.
    if (withdrawn.length === 0) {
      for (const copy of copies.named) copied.push(...(await commitCopy(copy, folder)));
    }
    return {
      diagnostics: [...diagnostics, ...withdrawn.map((file) => withdrawal(file, folder))],
      changes: [...dropped, ...changes, ...copied, ...started],
    };
  });
}

/** Compares the output folder with what the config gives; writes nothing, and reports each difference as an error. */
export function check(options: GenerateOptions): Promise<RunResult> {
  return attempt(options, async ({ folder, copies, starters }, findings) => ({
    diagnostics: [
      ...missingModules(starters, options.cwd ?? path.dirname(options.configPath)),
      ...checkFindings(findings, folder),
      ...[...copies.named, ...copies.dropped].flatMap((copy) =>
        checkFindings(inspect(copy.output, copy.folder), copy.folder),
      ),
    ],
    changes: [],
  }));
}

type Step = (
  result: NonNullable<Generation["result"]>,
  findings: readonly Finding[],
) => Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly changes: readonly Change[] }>;

async function attempt(options: GenerateOptions, step: Step): Promise<RunResult> {
  const start = performance.now();
  let inputs: readonly string[] = [options.configPath];
  const roots = [outputFolderOf(options)];
  const end = (
    diagnostics: readonly Diagnostic[],
    changes: readonly Change[],
    fileCount: number,
  ): RunResult => ({
    ok: !hasErrors(diagnostics),
    changes,
    diagnostics,
    inputs,
    fileCount,
    milliseconds: Math.round(performance.now() - start),
  });
  try {
    const generation = await generate(options);
    inputs = generation.inputs;
    if (generation.result === null) return end(generation.diagnostics, [], 0);
    const { output, folder, copies } = generation.result;
    roots.push(...[...copies.named, ...copies.dropped].map((copy) => copy.folder.root));
    options.onPhase?.("Writing");
    const { diagnostics, changes } = await step(generation.result, inspect(output, folder));
    const copied = copies.named.reduce((sum, copy) => sum + copy.output.files.size, 0);
    const fileCount = output.files.size + output.history.size + copied;
    return end([...generation.diagnostics, ...diagnostics], changes, fileCount);
  } catch (error) {
    const failure = outputFailure(error, roots, options);
    if (failure === null) throw error;
    return end([failure], [], 0);
  }
}

function withdrawal(file: string, { label }: OutputFolder): Diagnostic {
  return {
    code: "COV3013",
    severity: "error",
    message: `${label}/${file} could not be applied to the local database, and was withdrawn. The code stays as it was.`,
    fix: "Change the config, or correct the rows that are in the way and save the config again.",
  };
}

/** A file system's refusal inside an output folder is the machine's affair; null for any other error. */
function outputFailure(
  error: unknown,
  roots: readonly string[],
  options: GenerateOptions,
): Diagnostic | null {
  if (!isFileSystemError(error) || error.path === undefined) return null;
  const { path: file } = error;
  const isInside = roots.some((root) => {
    const relative = path.relative(root, file);
    return !relative.startsWith("..") && !path.isAbsolute(relative);
  });
  if (!isInside) return null;
  const shown = path.relative(options.cwd ?? path.dirname(options.configPath), error.path) || ".";
  return {
    code: "COV3010",
    severity: "error",
    message: `${shown.replaceAll(path.sep, "/")} cannot be read or written: ${error.message}.`,
  };
}
