/** From the path of a value in the config to its place in the source. */
import { createRequire } from "node:module";
import path from "node:path";
import type { ts } from "ts-morph";
import type { Diagnostic, Position, Span } from "../diagnostics/diagnostic.ts";
import { exportPlace } from "./export-place.ts";
import { Sources, type Typescript } from "./sources.ts";
import { Walker } from "./walker.ts";

/**
 * Fills in the positions of diagnostics that have a path and no position yet. What cannot be followed, such as a
 * value that a function computes, gets the position of the nearest thing around it that can.
 *
 * @param configPath Path of the config file, absolute or relative to the working directory.
 */
export function locate(diagnostics: readonly Diagnostic[], configPath: string): Diagnostic[] {
  if (!diagnostics.some(isOpen)) return [...diagnostics];
  const file = path.resolve(configPath);
  // Importing ts-morph takes longer than everything else that covara does, so only a failure pays for it.
  const { ts: typescript } = createRequire(import.meta.url)("ts-morph") as { readonly ts: Typescript };
  const sources = new Sources(typescript);
  const config = sources.read(file);
  if (config === null) return [...diagnostics];
  const walker = new Walker(typescript, sources);
  const place = (node: ts.Node): Position => toPosition(node, path.dirname(file));
  return diagnostics.map((diagnostic) => {
    if (!isOpen(diagnostic)) return diagnostic;
    const named = diagnostic.module;
    const module = named === undefined ? null : sources.read(path.resolve(path.dirname(file), named.file));
    if (named !== undefined && module !== null)
      return { ...diagnostic, position: place(exportPlace(typescript, module, named.name)) };
    const found = walker.walk(config, diagnostic.path ?? []);
    const literal = diagnostic.text === undefined ? null : walker.findText(found, diagnostic.text);
    const part = literal === null ? null : within(literal, diagnostic.span, path.dirname(file));
    return { ...diagnostic, position: part ?? place(literal ?? found.mark) };
  });
}

/** The place of a part of a literal; null where escapes make it unclear. */
function within(literal: ts.Node, span: Span | undefined, folder: string): Position | null {
  if (span === undefined || !("text" in literal)) return null;
  const source = literal.getSourceFile();
  if (literal.getText(source).slice(1, -1) !== literal.text) return null;
  const start = literal.getStart(source) + 1 + span.at;
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const [marked = ""] = source.text.slice(start, start + span.length).split(/\r?\n/);
  return {
    ...toPosition(literal, folder),
    line: line + 1,
    column: character + 1,
    length: Math.max(1, marked.length),
  };
}

function isOpen(diagnostic: Diagnostic): boolean {
  return diagnostic.path !== undefined && diagnostic.position === undefined;
}

/** The place of a node in a file below the folder, or beside it. */
export function toPosition(node: ts.Node, folder: string): Position {
  const source = node.getSourceFile();
  const start = node.getStart(source);
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const [text = ""] = node.getText(source).split(/\r?\n/);
  return {
    file: path.relative(folder, source.fileName).replaceAll(path.sep, "/"),
    line: line + 1,
    column: character + 1,
    length: Math.max(1, text.length),
  };
}
