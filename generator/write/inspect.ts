import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { OutputFolder } from "./folder.ts";
import { obstacle } from "./io.ts";
import { type Fingerprints, fingerprint, isSafePath, MANIFEST, sameText } from "./manifest.ts";

/** How one path on disk differs from the output. */
export interface Finding {
  /** Relative to the output folder. */
  readonly path: string;
  readonly state: State;
  /** Why the path cannot be used, where it is `blocked`. */
  readonly reason?: string;
}

/**
 * - `missing`: is to be created.
 * - `stale`: the generator's own, with other text.
 * - `leftover`: the generator's own, and no longer part of the output.
 * - `edited`, `editedLeftover`: the same two, but changed by hand since.
 * - `foreign`: something else lies where an output file belongs.
 * - `blocked`: cannot be written or removed safely.
 */
export type State = "missing" | "stale" | "leftover" | "edited" | "editedLeftover" | "foreign" | "blocked";

/** The output, as it belongs on disk. */
export interface Output {
  /** Path relative to the output folder → text, the manifest included. */
  readonly files: ReadonlyMap<string, string>;
  /** Earlier migrations, which stay as they are. */
  readonly history: Fingerprints;
}

/**
 * Compares the output with the disk, and lists what differs, sorted by path. Nothing is written.
 *
 * @throws the file system's error where a file cannot be read.
 */
export function inspect(output: Output, folder: OutputFolder): Finding[] {
  const findings: Finding[] = [];
  const owned = new Set([...(folder.manifest?.keys() ?? []), ...folder.journal.keys()]);
  for (const path of new Set([...output.files.keys(), ...owned])) {
    if (output.history.has(path)) continue;
    const finding = inspectFile(path, output.files.get(path), folder);
    if (finding !== null) findings.push(finding);
  }
  return findings.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** Whether the text on disk is one that the generator wrote, in the last finished run or in one that was cut short. */
export function isOwn(path: string, text: string, folder: OutputFolder): boolean {
  const found = fingerprint(path, text);
  return folder.manifest?.get(path) === found || (folder.journal.get(path)?.includes(found) ?? false);
}

function inspectFile(path: string, wanted: string | undefined, folder: OutputFolder): Finding | null {
  if (!isSafePath(path)) return { path, state: "blocked", reason: "it does not stay inside the folder" };
  const reason = obstacle(folder.root, path);
  if (reason !== null) return { path, state: "blocked", reason };
  const found = folder.read(path);
  if (wanted === undefined) {
    if (found === null) return null;
    return { path, state: isOwn(path, found, folder) ? "leftover" : "editedLeftover" };
  }
  if (found === null) return { path, state: "missing" };
  if (sameText(found, wanted)) return null;
  // The manifest vouches for the others, and one that cannot be read has been reported already.
  if (path === MANIFEST) return { path, state: "stale" };
  if (isOwn(path, found, folder) || fingerprint(path, found) === fingerprint(path, wanted))
    return { path, state: "stale" };
  return { path, state: folder.manifest?.has(path) ? "edited" : "foreign" };
}

/** What stops a run, and what `force` lets through. Empty where the output can be written. */
export function refusals(findings: readonly Finding[], folder: OutputFolder, force: boolean): Diagnostic[] {
  return findings.flatMap((finding) => {
    const file = `${folder.label}/${finding.path}`;
    switch (finding.state) {
      case "blocked":
        return [blocked(file, finding.reason ?? "it is in use")];
      case "edited":
        return force ? [] : [edited(file)];
      case "editedLeftover":
        return [force ? kept(file) : edited(file)];
      case "foreign":
        return force ? [] : [foreign(file)];
      default:
        return [];
    }
  });
}

/** The findings as `gen --check` reports them: each one is an error. */
export function checkFindings(findings: readonly Finding[], folder: OutputFolder): Diagnostic[] {
  return findings.flatMap((finding) => {
    const file = `${folder.label}/${finding.path}`;
    switch (finding.state) {
      case "missing":
        return [outdated("COV3007", `${file} is missing.`)];
      case "stale":
        return [outdated("COV3008", `${file} is stale: the config gives another text.`)];
      case "leftover":
        return [outdated("COV3009", `${file} is left over: the config no longer gives it.`)];
      default:
        return refusals([finding], folder, false);
    }
  });
}

function outdated(code: "COV3007" | "COV3008" | "COV3009", message: string): Diagnostic {
  return { code, severity: "error", message, fix: "Run `covara gen` and commit what it changes." };
}

function edited(file: string): Diagnostic {
  return {
    code: "COV3001",
    severity: "error",
    message: `${file} was edited after covara wrote it.`,
    fix: "Move the change to the config or to a module of your own; then, or after a merge, `covara gen --force` writes the generated text again.",
  };
}

function foreign(file: string): Diagnostic {
  return {
    code: "COV3002",
    severity: "error",
    message: `${file} is in the way: covara did not write it.`,
    fix: "Move it elsewhere, or choose another folder with `--out`; `covara gen --force` overwrites it.",
  };
}

function blocked(file: string, reason: string): Diagnostic {
  return {
    code: "COV3003",
    severity: "error",
    message: `covara does not write ${file}: ${reason}.`,
    fix: "Remove what is in the way, or choose another folder with `--out`.",
  };
}

function kept(file: string): Diagnostic {
  return {
    code: "COV3011",
    severity: "warning",
    message: `${file} is no longer generated, but was edited by hand and therefore stays.`,
    fix: "Delete it if you do not need it.",
  };
}
