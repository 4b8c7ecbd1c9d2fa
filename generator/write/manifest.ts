import { createHash } from "node:crypto";

/** Name of the file that records what the generator wrote. */
export const MANIFEST = "manifest.json";

/** Name of the journal that stands beside the manifest while files are being written. */
export const JOURNAL = "manifest.pending.json";

/** Paths relative to the output folder, with `/` separators, and the fingerprints of their content. */
export type Fingerprints = ReadonlyMap<string, string>;

/** For each path, every content that is the generator's own while a run is under way. */
export type Journal = ReadonlyMap<string, readonly string[]>;

const NOTE =
  "Generated from covara.config.ts by `covara gen`: fingerprints of the files written. Do not edit.";

/** Lines of `wrangler.toml` that wrangler or a person fills in after the file was generated. */
const IDENTIFIER_LINE = /^[ \t]*(?:preview_)?database_id[ \t]*=.*\n?/gm;

/**
 * The SHA-256 of a file's content, in hex. Line ends do not count, since git may convert them, and neither do the
 * ids in `wrangler.toml`, since filling one in is not editing generated code.
 */
export function fingerprint(path: string, text: string): string {
  const unix = text.replaceAll("\r\n", "\n");
  const own = path === "wrangler.toml" ? unix.replace(IDENTIFIER_LINE, "") : unix;
  return createHash("sha256").update(own).digest("hex");
}

/** Whether two texts differ in more than their line ends. */
export function sameText(left: string, right: string): boolean {
  return left === right || left.replaceAll("\r\n", "\n") === right.replaceAll("\r\n", "\n");
}

/**
 * The text of `manifest.json`, sorted by path.
 *
 * @param folders Further folders with files and a manifest of their own, relative to this one's.
 */
export function printManifest(files: Fingerprints, folders: readonly string[] = []): string {
  return print(
    Object.fromEntries([...files].sort(byPath)),
    folders.length === 0 ? {} : { folders: [...folders].sort() },
  );
}

/** The further folders that a manifest names; empty where the text is not a manifest. */
export function parseFolders(text: string): readonly string[] {
  const folders: unknown = parseObject(text)?.folders;
  return Array.isArray(folders) ? folders.filter((folder) => typeof folder === "string") : [];
}

/** The text of the journal, sorted by path. */
export function printJournal(files: Journal): string {
  return print(Object.fromEntries([...files].sort(byPath)));
}

/** Reads `manifest.json`; null where the text is not a manifest. */
export function parseManifest(text: string): Fingerprints | null {
  const files = parse(text);
  if (files === null) return null;
  const result = new Map<string, string>();
  for (const [path, hash] of files) {
    if (typeof hash !== "string") return null;
    result.set(path, hash);
  }
  return result;
}

/** Reads the journal; null where the text is not one. */
export function parseJournal(text: string): Journal | null {
  const files = parse(text);
  if (files === null) return null;
  const result = new Map<string, readonly string[]>();
  for (const [path, hashes] of files) {
    if (!Array.isArray(hashes)) return null;
    result.set(
      path,
      hashes.filter((hash) => typeof hash === "string"),
    );
  }
  return result;
}

/** Whether a path is relative, normal, and stays inside the folder that it is relative to. */
export function isSafePath(path: string): boolean {
  const parts = path.split("/");
  return !/[\\:\0]/.test(path) && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

function print(files: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ note: NOTE, files, ...more }, null, 2)}\n`;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function parse(text: string): [string, unknown][] | null {
  const files: unknown = parseObject(text)?.files;
  if (typeof files !== "object" || files === null || Array.isArray(files)) return null;
  const entries = Object.entries(files);
  return entries.every(([path]) => isSafePath(path)) ? entries : null;
}

function byPath([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
