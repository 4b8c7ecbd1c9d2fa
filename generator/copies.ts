/** Further folders that a config's output goes to: copies of the client, each with a manifest of its own. */
import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { emitCopy, type Runtime } from "./emit/react-copy.ts";
import type { Model } from "./model/types.ts";
import { missingPeers } from "./peers.ts";
import type { Change } from "./write/commit.ts";
import { commit } from "./write/commit.ts";
import { type OutputFolder, openOutput } from "./write/folder.ts";
import { inspect, type Output } from "./write/inspect.ts";
import { fingerprint, MANIFEST, printManifest } from "./write/manifest.ts";

/** What belongs into one folder. */
export interface Target {
  readonly output: Output;
  readonly folder: OutputFolder;
}

/** Where the folders are. */
export interface CopyPlaces {
  /** Absolute path of the folder of the config. */
  readonly configFolder: string;
  /** How messages call a folder. */
  readonly labelOf: (root: string) => string;
  readonly force: boolean;
}

/** The folders of a run. */
export interface Copies {
  /** Those that the config names. */
  readonly named: readonly Target[];
  /** Those that only the last run's config named: nothing belongs there any more. */
  readonly dropped: readonly Target[];
  /** What the main folder's manifest says of them: paths relative to it. */
  readonly folders: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Emits the copies, and reads what is on disk where they belong.
 *
 * @throws the file system's error where a folder cannot be read.
 */
export async function planCopies(
  model: Model,
  main: OutputFolder,
  { configFolder, labelOf, force }: CopyPlaces,
): Promise<Copies> {
  const diagnostics: Diagnostic[] = [];
  const open = (root: string): OutputFolder => {
    const opened = openOutput(root, labelOf(root), force);
    diagnostics.push(...opened.diagnostics);
    return opened.folder;
  };
  const runtime = await runtimeFor(model);
  const named = model.clients.map((copy, index): Target => {
    const root = path.resolve(configFolder, copy.folder);
    if (root === main.root) diagnostics.push(taken(copy.folder, index));
    const folder = open(root);
    if (copy.react) diagnostics.push(...missingPeers(folder));
    return { output: withManifest(emitCopy(model, copy, runtime)), folder };
  });
  const roots = new Set(named.map(({ folder }) => folder.root));
  const dropped = main.folders
    .map((folder) => path.resolve(main.root, folder))
    .filter((root) => !roots.has(root) && root !== main.root)
    .map((root): Target => ({ output: { files: new Map(), history: new Map() }, folder: open(root) }));
  const folders = [...roots].map((root) => path.relative(main.root, root).replaceAll(path.sep, "/"));
  return { named, dropped, folders, diagnostics };
}

/** The sources that the copies are made of. They take a while to load and to read, which only those wait for who need them. */
async function runtimeFor({ clients }: Model): Promise<Runtime> {
  const client = clients.length === 0 ? [] : await (await import("./load/client-runtime.ts")).clientRuntime();
  const needsReact = clients.some(({ react }) => react);
  const react = needsReact ? await (await import("./load/react-runtime.ts")).reactRuntime() : [];
  return { client, react };
}

function withManifest(files: ReadonlyMap<string, string>): Output {
  const prints = [...files].map(([file, text]) => [file, fingerprint(file, text)] as const);
  return { files: new Map([...files, [MANIFEST, printManifest(new Map(prints))]]), history: new Map() };
}

const taken = (folder: string, index: number): Diagnostic => ({
  code: "COV1503",
  severity: "error",
  path: ["clients", index, "out"],
  message: `${JSON.stringify(folder)} is the output folder, which has a client already.`,
  text: folder,
  fix: "Name another folder, or remove the entry.",
});

/** Brings the disk to a target. The changes are told relative to the main folder. */
export async function commitCopy({ output, folder }: Target, main: OutputFolder): Promise<Change[]> {
  const { changes } = await commit(output, folder, inspect(output, folder));
  const isDropped = output.files.size === 0 && folder.read(MANIFEST) !== null;
  if (isDropped) {
    fs.rmSync(path.join(folder.root, MANIFEST));
    if (fs.readdirSync(folder.root).length === 0) fs.rmdirSync(folder.root);
  }
  const all: readonly Change[] = isDropped ? [...changes, { path: MANIFEST, action: "removed" }] : changes;
  const prefix = path.relative(main.root, folder.root).replaceAll(path.sep, "/");
  return all.map((change) => ({ ...change, path: `${prefix}/${change.path}` }));
}
