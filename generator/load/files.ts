import { statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { ConfigData } from "../../schema/data.ts";
import type { ModuleExports } from "../model/modules.ts";
import { type ModuleReading, readExports } from "./exports.ts";

/** What the model asks about files that the config names. Paths are relative to the folder of the config. */
export interface ProjectFiles {
  readonly exists: (path: string) => boolean;
  /** Whether the module, which exists, exports a default. True if it cannot be parsed: its own compiler will say why. */
  readonly hasDefaultExport: (path: string) => boolean;
  readonly exportsOf: (path: string) => ModuleExports;
  /** Whether a package is installed where the config can import it. */
  readonly hasPackage: (name: string) => boolean;
  /** Absolute paths of the files that the answers depend on. */
  readonly inputs: readonly string[];
}

/** The files of a project on disk. The modules that the config names are read before this returns. */
export async function projectFiles(folder: string, config: ConfigData): Promise<ProjectFiles> {
  const exists = (name: string): boolean =>
    statSync(path.resolve(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
  const files = namedModules(config).filter((name) => exists(name) && /\.[cm]?[jt]sx?$/.test(name));
  const paths = [...new Set(files.map((name) => path.resolve(folder, name)))];
  const readings = await Promise.all(paths.map(async (file) => [file, await readExports(file)] as const));
  const byFile = new Map<string, ModuleReading>(readings);
  const exportsOf = (name: string): ModuleExports =>
    byFile.get(path.resolve(folder, name))?.exports ?? { ok: true, exports: [] };
  return {
    exists,
    exportsOf,
    hasPackage: (name) => isInstalled(name, folder),
    hasDefaultExport(name) {
      const read = exportsOf(name);
      return !read.ok || read.exports.some((value) => value.name === "default");
    },
    inputs: readings.flatMap(([, { inputs }]) => inputs),
  };
}

function isInstalled(name: string, folder: string): boolean {
  try {
    createRequire(path.join(folder, "covara.config.ts")).resolve(name);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/** What a resource names: its hooks, its procedures and its computed fields. */
function resourceModules(resource: unknown): unknown[] {
  if (typeof resource !== "object" || resource === null) return [];
  const { hooks, procedures, computed } = resource as Partial<
    Record<"hooks" | "procedures" | "computed", unknown>
  >;
  const isObject = typeof procedures === "object" && procedures !== null;
  return [hooks, isObject && "module" in procedures ? procedures.module : undefined, computed];
}

function authModules(auth: unknown): unknown[] {
  if (Array.isArray(auth)) return auth.flatMap(authModules);
  if (typeof auth !== "object" || auth === null) return [];
  return ["module" in auth ? auth.module : undefined, "options" in auth ? auth.options : undefined];
}

/** Paths of modules as the config has them. They need not exist: the watcher waits for them. */
export function namedModules(config: ConfigData): string[] {
  // A config that TypeScript has not checked may hold anything here.
  const stores: readonly unknown[] =
    typeof config.kv === "object" && config.kv !== null ? Object.values(config.kv) : [];
  const functions = stores.map((store) =>
    typeof store === "object" && store !== null && "functions" in store ? store.functions : undefined,
  );
  const resources: readonly unknown[] =
    typeof config.resources === "object" && config.resources !== null ? Object.values(config.resources) : [];
  const named: readonly unknown[] = [
    ...authModules(config.auth),
    config.routes,
    config.operators,
    ...resources.flatMap(resourceModules),
    ...functions,
  ];
  return named.filter((name) => typeof name === "string" && name !== "") as string[];
}
