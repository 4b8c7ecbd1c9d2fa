/** What a module of the user's exports, without running it. */
import path from "node:path";
import { type BuildFailure, build, type Plugin } from "esbuild";
import type { ExportedValue, ModuleExports } from "../model/modules.ts";

/** What reading a module gave, and the absolute paths of the files that it was read from. */
export interface ModuleReading {
  readonly exports: ModuleExports;
  readonly inputs: readonly string[];
}

/**
 * Reads the values that a module exports, those it passes on from other files of the project included. esbuild, which
 * runs anyway, prints every declaration in one form and at the start of a line: that is all there is to recognise, so
 * neither a parser nor the compiler has to be loaded.
 *
 * @param file Absolute path of the module, which exists.
 */
export async function readExports(file: string): Promise<ModuleReading> {
  try {
    const result = await build({
      absWorkingDir: path.dirname(file),
      entryPoints: [file],
      outfile: path.join(path.dirname(file), "module.mjs"),
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      target: "es2022",
      legalComments: "none",
      // A template could hold a line that looks like a declaration.
      supported: { "template-literal": false },
      tsconfigRaw: {},
      logLevel: "silent",
      plugins: [projectOnly],
    });
    const [output] = Object.values(result.metafile.outputs);
    const code = result.outputFiles[0]?.text ?? "";
    const locals = localNames(code);
    const exports = (output?.exports ?? []).toSorted().map((name) => describe(name, locals.get(name), code));
    const inputs = Object.keys(result.metafile.inputs).map((input) =>
      path.resolve(path.dirname(file), input),
    );
    return { exports: { ok: true, exports }, inputs };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const [first] = error.errors;
    const place = first?.location ? `, line ${first.location.line}` : "";
    return { exports: { ok: false, reason: `${first?.text ?? error.message}${place}` }, inputs: [file] };
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

const asked = Symbol("resolved by covara");

/** Packages stay outside, and so does what cannot be found yet, such as generated code that a type comes from. */
const projectOnly: Plugin = {
  name: "covara-exports",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path: name, kind, importer, resolveDir, pluginData }) => {
      if (kind === "entry-point" || pluginData === asked) return null;
      if (!name.startsWith(".")) return { path: name, external: true };
      const result = await resolve(name, { kind, importer, resolveDir, pluginData: asked });
      return result.errors.length > 0 || !/\.[cm]?[jt]sx?$/.test(result.path)
        ? { path: name, external: true }
        : result;
    });
  },
};

/** The local name of each export, as the closing `export { local as name };` has it. */
function localNames(code: string): ReadonlyMap<string, string> {
  const [, list = ""] = /^export \{\n([^}]*)\};$/m.exec(code) ?? [];
  return new Map(
    list
      .split(",")
      .map((entry) => entry.trim().split(" as "))
      .map(([local = "", name = local]) => [name, local]),
  );
}

const literal = /^(?:[\d"'[{/]|(?:-|new |null\b|true\b|false\b|void 0|Symbol\())/;

function describe(name: string, local: string | undefined, code: string): ExportedValue {
  const unknown: ExportedValue = { name, kind: "unknown", parameters: null };
  if (local === undefined || !/^[\w$]+$/.test(local)) return unknown;
  const escaped = local.replaceAll("$", "\\$");
  const declared = new RegExp(`^(async )?function(\\*)? ?${escaped}\\(`, "m").exec(code);
  if (declared !== null) return callable(name, declared, code);
  if (new RegExp(`^(?:var ${escaped} = )?class\\b(?: ${escaped}\\b)?`, "m").test(code)) {
    return { name, kind: "class", parameters: null };
  }
  const assigned = new RegExp(`^(?:var|let|const) ${escaped} = `, "m").exec(code);
  if (assigned === null) return unknown;
  const start = assigned.index + assigned[0].length;
  const value = code.slice(start);
  const head = /^(async )?(?:function(\*)?(?: [\w$]+)?)? ?\(/.exec(value);
  if (head !== null) {
    const found = callable(name, { ...head, index: start, 0: head[0] }, code);
    const isArrow = !/function/.test(head[0]);
    // `(…)` without an arrow behind it is some expression.
    return isArrow && !code.startsWith(" =>", end(code, start + head[0].length)) ? unknown : found;
  }
  if (!literal.test(value)) return unknown;
  const keys = value.startsWith("{") ? propertyNames(code.slice(start + 1, end(code, start + 1) - 1)) : null;
  return { name, kind: "value", parameters: null, ...(keys === null ? {} : { keys }) };
}

/** The properties of an object literal, given what stands between its braces; null where one has no name that is written there. */
function propertyNames(text: string): string[] | null {
  const names: string[] = [];
  for (const part of parts(text)) {
    if (part.trim() === "") continue;
    const [, quoted, bare] = /^\s*(?:async )?\*?(?:"([^"\\]*)"|([\w$]+))\s*(?:[:(,]|$)/.exec(part) ?? [];
    const name = quoted ?? bare;
    if (name === undefined) return null;
    names.push(name);
  }
  return names;
}

/** What stands between the commas that no bracket holds. */
function parts(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (const { depth, at } of outside(text, 0)) {
    if (depth !== 0 || text[at] !== ",") continue;
    found.push(text.slice(start, at));
    start = at + 1;
  }
  return [...found, text.slice(start)];
}

interface Head {
  readonly 0: string;
  readonly 1?: string | undefined;
  readonly 2?: string | undefined;
  readonly index: number;
}

function callable(name: string, { 0: head, 1: async, 2: star, index }: Head, code: string): ExportedValue {
  const kind =
    async !== undefined ? "async function" : star !== undefined ? "generator function" : "function";
  const from = index + head.length;
  return { name, kind, parameters: countParameters(code.slice(from, end(code, from) - 1)) };
}

/** The position behind the parenthesis that closes the one before `from`. */
function end(code: string, from: number): number {
  for (const { depth, at } of outside(code, from)) if (depth < 0) return at + 1;
  return code.length;
}

/** How many arguments the parameters take; a rest parameter takes any number. */
function countParameters(text: string): number {
  if (text.trim() === "") return 0;
  const each = parts(text);
  const rest = each.some((part) => part.trimStart().startsWith("..."));
  return rest ? Number.POSITIVE_INFINITY : each.length;
}

/** The characters outside string literals, with how many brackets are open behind each. */
function* outside(code: string, from: number): Generator<{ readonly depth: number; readonly at: number }> {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const character = code[at] ?? "";
    if (character === '"' || character === "'") {
      at++;
      while (at < code.length && code[at] !== character) at += code[at] === "\\" ? 2 : 1;
      continue;
    }
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    yield { depth, at };
  }
}
