import path from "node:path";
import { parse, TomlError, type TomlTable } from "smol-toml";
import { type Copies, planCopies } from "./copies.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { hasErrors } from "./diagnostics/has-errors.ts";
import { emit } from "./emit/index.ts";
import { emitStarters } from "./emit/starters.ts";
import { hasClass } from "./emit/wrangler-classes.ts";
import { checkExpressions } from "./load/expressions.ts";
import { loadConfig, projectFiles } from "./load/index.ts";
import { locate } from "./load/positions.ts";
import { planMigration } from "./migrations/index.ts";
import { buildModel } from "./model/index.ts";
import { ownClasses } from "./model/own-classes.ts";
import type { Model } from "./model/types.ts";
import { missingPeers } from "./peers.ts";
import { type OutputFolder, openOutput } from "./write/folder.ts";
import { readHistory, SNAPSHOT } from "./write/history.ts";
import type { Output } from "./write/inspect.ts";
import { fingerprint, MANIFEST, printManifest } from "./write/manifest.ts";

/** What to generate from, and where to. */
export interface GenerateOptions {
  /** Absolute path of the config. */
  readonly configPath: string;
  /** Absolute path of the output folder; default: `generated` beside the config. */
  readonly outDir?: string;
  /** Lets migrations drop tables and columns. */
  readonly allowDestructive?: boolean;
  /** Name of a new migration, after its number. */
  readonly migrationName?: string;
  /** Accepts edited migrations and an unreadable manifest. */
  readonly force?: boolean;
  /** Absolute path of the folder that messages name files from; default: that of the config. */
  readonly cwd?: string;
  /** Is told what is being done, for a progress display. */
  readonly onPhase?: (phase: string) => void;
}

/** The output of a config, or what is wrong with it. Nothing is written. */
export interface Generation {
  /** Null where a diagnostic is an error. */
  readonly result: {
    readonly output: Output;
    readonly folder: OutputFolder;
    readonly copies: Copies;
    /** Modules of the user's that the config names and that are missing: their first text by absolute path. */
    readonly starters: ReadonlyMap<string, string>;
  } | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files that the result depends on, including named ones that do not exist. */
  readonly inputs: readonly string[];
}

/** The output folder of a config: `generated` beside it, unless it is set. */
export function outputFolderOf(options: Pick<GenerateOptions, "configPath" | "outDir">): string {
  return options.outDir ?? path.join(path.dirname(options.configPath), "generated");
}

/**
 * Runs the config through all the steps up to the text of every file. Reads the config, what it imports, and the output
 * folder; writes nothing.
 *
 * @throws the file system's error where the output folder cannot be read.
 */
export async function generate(options: GenerateOptions): Promise<Generation> {
  const phase = options.onPhase ?? (() => {});
  const { configPath, force = false } = options;
  const root = outputFolderOf(options);
  const inputs = new Set([configPath]);
  const fail = async (diagnostics: readonly Diagnostic[]): Promise<Generation> => ({
    result: null,
    diagnostics: await locateAll(diagnostics, configPath),
    inputs: [...inputs],
  });

  phase("Reading the config");
  const loaded = await loadConfig(configPath);
  for (const input of loaded.inputs) inputs.add(input);
  if (!loaded.ok) return fail(loaded.diagnostics);

  phase("Checking the config");
  const configFolder = path.dirname(configPath);
  const files = await projectFiles(configFolder, loaded.config);
  for (const input of files.inputs) inputs.add(input);
  const { model, diagnostics: found } = buildModel(loaded.config, files);
  if (model === null) return fail(found);

  const { folder, diagnostics: unreadable } = openOutput(
    root,
    labelOf(root, options.cwd ?? configFolder),
    force,
  );
  const history = readHistory(folder, force);
  const wranglerToml = folder.read("wrangler.toml");
  const diagnostics = [
    ...found,
    ...(await checkExpressions(model)),
    ...unreadable,
    ...history.diagnostics,
    ...tomlProblem(wranglerToml, folder.label),
  ];
  if (hasErrors(diagnostics)) return fail(diagnostics);

  phase("Planning the migration");
  const migration = planMigration(
    model,
    {
      snapshot: folder.read(SNAPSHOT),
      files: history.taken,
      classes: wranglerToml === null ? [] : classesIn(parse(wranglerToml)),
    },
    {
      allowDestructive: options.allowDestructive ?? false,
      ...(options.migrationName === undefined ? {} : { name: options.migrationName }),
    },
  );
  diagnostics.push(...migration.diagnostics);
  if (hasErrors(diagnostics)) return fail(diagnostics);

  phase("Generating");
  const copies = await planCopies(model, folder, {
    configFolder,
    labelOf: (copy) => labelOf(copy, options.cwd ?? configFolder),
    force,
  });
  diagnostics.push(...copies.diagnostics);
  if (model.react) diagnostics.push(...missingPeers(folder));
  if (hasErrors(diagnostics)) return fail(diagnostics);
  const emitted = emit(model, {
    wranglerToml,
    generations: migration.generations,
    configFolder: path.relative(root, configFolder).replaceAll(path.sep, "/"),
  });
  const output = new Map([...emitted, ...migration.files]);
  const started = emitStarters(model, path.relative(configFolder, root).replaceAll(path.sep, "/"));
  const starters = new Map([...started].map(([file, text]) => [path.resolve(configFolder, file), text]));
  const prints = new Map(history.files);
  for (const [file, text] of output) prints.set(file, fingerprint(file, text));
  output.set(MANIFEST, printManifest(prints, copies.folders));
  return {
    result: { output: { files: output, history: history.files }, folder, copies, starters },
    diagnostics: await locateAll(diagnostics, configPath),
    inputs: [...inputs],
  };
}

/** Names of our Durable Object classes that Cloudflare has, or is about to get. */
const classesIn = (wranglerToml: TomlTable): string[] =>
  ownClasses.filter((own) => hasClass(wranglerToml, own)).map(({ className }) => className);

/** Ids can only be kept from a file that can be read, and losing one silently would bind another database. */
function tomlProblem(text: string | null, label: string): Diagnostic[] {
  if (text === null) return [];
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const place = `${label}/wrangler.toml:${error.line}:${error.column}`;
    return [
      {
        code: "COV3012",
        severity: "error",
        message: `${place} is not valid TOML, so its ids cannot be kept.`,
      },
    ];
  }
}

/** Reads a config and builds its model: the first steps of {@link generate}, for commands that only look. */
export async function loadModel(
  configPath: string,
): Promise<{ readonly model: Model | null; readonly diagnostics: readonly Diagnostic[] }> {
  const loaded = await loadConfig(configPath);
  if (!loaded.ok) return { model: null, diagnostics: await locateAll(loaded.diagnostics, configPath) };
  const files = await projectFiles(path.dirname(configPath), loaded.config);
  const { model, diagnostics } = buildModel(loaded.config, files);
  return { model, diagnostics: await locateAll(diagnostics, configPath) };
}

async function locateAll(
  diagnostics: readonly Diagnostic[],
  configPath: string,
): Promise<readonly Diagnostic[]> {
  return diagnostics.length === 0 ? diagnostics : locate(diagnostics, configPath);
}

function labelOf(root: string, from: string): string {
  return path.relative(from, root).replaceAll(path.sep, "/");
}
