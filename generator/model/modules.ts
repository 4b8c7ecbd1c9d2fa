/** Modules of the user's that the config names by path. */
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { quote, type Report } from "./report.ts";

/** What the model asks about files that the config names. Paths are relative to the folder of the config. */
export interface NamedFiles {
  exists(path: string): boolean;
  /** Whether the module, which exists, exports a default. Not asked where it is left out. */
  hasDefaultExport?(path: string): boolean;
  /** Whether a package is installed where the config can import it. Not asked where it is left out. */
  hasPackage?(name: string): boolean;
  /** What the module, which exists, exports. Nothing is known of it where this is left out. */
  exportsOf?(path: string): ModuleExports;
}

/** The values that a module exports, sorted by name, or why they cannot be read. */
export type ModuleExports =
  | { readonly ok: true; readonly exports: readonly ExportedValue[] }
  | { readonly ok: false; readonly reason: string };

export interface ExportedValue {
  readonly name: string;
  /** `unknown` where only running or compiling the module could tell. */
  readonly kind: "function" | "async function" | "generator function" | "class" | "value" | "unknown";
  /** How many arguments the function declares, infinite with a rest parameter; null where it is not known. */
  readonly parameters: number | null;
  /** The properties of an object literal; absent where the value is none, or has properties that only running it would tell. */
  readonly keys?: readonly string[];
}

/** A module that an option names. */
export interface NamedModule {
  /** As the config has it. */
  readonly module: string;
  /** `auth module` */
  readonly what: string;
  /** The option that names it, or the thing that has the option. */
  readonly by: string;
  readonly path: ConfigPath;
  /** A path as it could be, without `./`. */
  readonly example: string;
  /** `covara gen` writes the module where it is missing. */
  readonly isStarted?: true;
}

/** Where a module is. */
export interface ModulePath {
  /** Without `./`. */
  readonly path: string;
  /** Whether it leads to a module that generated code can import. */
  readonly usable: boolean;
  /** Whether the module is still to be written. */
  readonly isMissing: boolean;
}

/** Where the module is; reports one that generated code cannot import. */
export function modulePath(
  { module, what, by, path, example, isStarted }: NamedModule,
  files: NamedFiles,
  report: Report,
): ModulePath {
  const normal = normalise(module);
  if (!/^\.\.?\//.test(module)) {
    const message = `The ${what} ${quote(module)} is not a relative path.`;
    report.error("COV1503", path, message, { text: module, fix: `Write "./${normal || example}".` });
  } else if (!/\.[cm]?[jt]sx?$/.test(module)) {
    const found = [".ts", ".js", "/index.ts"].find((ending) => files.exists(`${normal}${ending}`));
    const message = `The ${what} ${quote(module)} has no file extension.`;
    report.error("COV1503", path, message, { text: module, fix: `Write "${module}${found ?? ".ts"}".` });
  } else if (!files.exists(normal) && isStarted && /\.m?ts$/.test(module)) {
    return { path: normal, usable: true, isMissing: true };
  } else if (!files.exists(normal)) {
    report.error("COV1006", path, `There is no file ${quote(module)}, which ${by} names.`, { text: module });
  } else {
    return { path: normal, usable: true, isMissing: false };
  }
  return { path: normal, usable: false, isMissing: false };
}

/** Reports a module without a default export; `fix` says what to export. */
export function requireDefaultExport(
  { module, what, path }: NamedModule,
  normal: string,
  fix: string,
  files: NamedFiles,
  report: Report,
): void {
  if (files.hasDefaultExport?.(normal) !== false) return;
  report.error("COV1007", path, `The ${what} ${quote(module)} has no default export.`, { text: module, fix });
}

/** `./src/../auth.ts` → `auth.ts`; leading `..` stay. */
function normalise(module: string): string {
  const parts: string[] = [];
  for (const part of module.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
