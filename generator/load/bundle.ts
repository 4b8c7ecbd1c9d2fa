import { readFile } from "node:fs/promises";
import path from "node:path";
import { type BuildFailure, build, type Message, type Metafile, type Plugin } from "esbuild";
import type { Diagnostic, Position } from "../diagnostics/diagnostic.ts";
import { JsonCalls, loaderOf } from "./json-calls.ts";

export type Bundle =
  | { readonly ok: true; readonly code: string; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly inputs: readonly string[] };

/**
 * The package's own DSL, by URL, so that `import … from "covara"` works in any folder: the source beside this
 * source, the build beside this build.
 */
const schemaEntry = new URL(
  import.meta.url.endsWith(".ts") ? "../../schema/index.ts" : "../../schema/index.js",
  import.meta.url,
).href;

/** Bundles the config and the files it imports into one ES module with an inline source map. */
export async function bundleConfig(file: string): Promise<Bundle> {
  const folder = path.dirname(file);
  const calls = new JsonCalls(folder);
  try {
    const result = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      outfile: path.join(folder, "covara.config.bundle.mjs"),
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node22",
      sourcemap: "inline",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
      plugins: [externalPackages, typeArguments(calls)],
    });
    const inputs = [...new Set([...inputFiles(result.metafile, folder), ...calls.inputs])];
    // esbuild only warns of a repeated key, but the earlier resource or field would be lost without a word.
    const repeated = result.warnings.filter((warning) => warning.id === "duplicate-object-key");
    if (repeated.length > 0) return { ok: false, diagnostics: repeated.map(toDiagnostic), inputs };
    return { ok: true, code: calls.complete(result.outputFiles[0]?.text ?? ""), inputs };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const named = error.errors.flatMap((message) => concerned(message, folder));
    return { ok: false, diagnostics: error.errors.map(toDiagnostic), inputs: [...new Set([file, ...named])] };
  }
}

/** Files whose change may mend the failure: the one with the problem, and the one that it fails to import. */
function concerned({ text, location }: Message, folder: string): string[] {
  if (location === null) return [];
  const file = path.resolve(folder, location.file);
  const missing = unresolvedImport(text);
  return missing?.startsWith(".") ? [file, path.resolve(path.dirname(file), missing)] : [file];
}

function unresolvedImport(text: string): string | undefined {
  return /^Could not resolve "(.*)"$/.exec(text)?.[1];
}

function inputFiles(metafile: Metafile, folder: string): string[] {
  return Object.keys(metafile.inputs)
    .filter((input) => !input.startsWith("<"))
    .map((input) => path.resolve(folder, input))
    .sort();
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** Marks the resolutions that {@link externalPackages} asks for itself. */
const resolvedHere = Symbol("resolved by covara");

/**
 * Leaves installed packages out of the bundle, so that they run as they are, and has esbuild report the ones that
 * are missing at their import. Workspace packages and path aliases lead to sources outside node_modules, which
 * Node could not run, and are bundled.
 */
const externalPackages: Plugin = {
  name: "covara-packages",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^covara$/ }, () => ({ path: schemaEntry, external: true }));
    onResolve({ filter: /^[^./]/ }, async ({ path: name, pluginData, kind, importer, resolveDir }) => {
      if (kind === "entry-point" || pluginData === resolvedHere || path.isAbsolute(name)) return null;
      const result = await resolve(name, { kind, importer, resolveDir, pluginData: resolvedHere });
      if (result.errors.length > 0) return null;
      const installed = result.path.includes(`${path.sep}node_modules${path.sep}`);
      return installed ? { path: name, external: true } : result;
    });
  },
};

/** Keeps what the type arguments of `json<T>()` say. */
const typeArguments = (calls: JsonCalls): Plugin => ({
  name: "covara-json-types",
  setup({ onLoad }) {
    onLoad({ filter: /\.[mc]?tsx?$/ }, async ({ path: file }) => {
      const contents = calls.rewrite(file, await readFile(file, "utf8"));
      return contents === null ? null : { contents, loader: loaderOf(file) };
    });
  },
});

function toDiagnostic(message: Message): Diagnostic {
  const unresolved = unresolvedImport(message.text);
  const base = {
    severity: "error",
    ...(message.location === null ? {} : { position: toPosition(message.location) }),
  } as const;
  if (unresolved !== undefined)
    return { ...base, code: "COV1003", message: `There is no "${unresolved}" to import.` };
  if (message.id === "duplicate-object-key") return { ...base, code: "COV1009", message: `${message.text}.` };
  return { ...base, code: "COV1002", message: `${message.text}.` };
}

/** esbuild counts columns in bytes from 0. */
function toPosition({ file, line, column, length, lineText }: NonNullable<Message["location"]>): Position {
  const bytes = Buffer.from(lineText);
  const before = bytes.subarray(0, column).toString();
  const marked = bytes.subarray(column, column + length).toString();
  return {
    file: file.replaceAll("\\", "/"),
    line,
    column: before.length + 1,
    length: Math.max(1, marked.length),
  };
}
