import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Diagnostic, Position } from "../diagnostics/diagnostic.ts";
import { misspeltFix } from "./misspelt.ts";

export type Evaluation =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/**
 * Runs the bundled config and returns its default export. The code is written beside the config, because Node
 * resolves packages from where a module lies, under a name of its own, because Node never forgets a module.
 */
export async function evaluate(code: string, file: string, inputs: readonly string[]): Promise<Evaluation> {
  const folder = path.dirname(file);
  const bundle = path.join(folder, `.covara-config-${process.pid}-${randomUUID()}.mjs`);
  const remove = (): void => rmSync(bundle, { force: true });
  // A config that calls process.exit() must not leave the file behind either.
  process.once("exit", remove);
  try {
    writeFileSync(bundle, code);
  } catch (error) {
    process.off("exit", remove);
    remove();
    const message = `Cannot write to the folder ${folder}: ${describe(error)}.`;
    return { ok: false, diagnostic: { code: "COV1008", severity: "error", message } };
  }
  try {
    const module: { default?: unknown } = await import(pathToFileURL(bundle).href);
    return { ok: true, value: module.default };
  } catch (error) {
    return { ok: false, diagnostic: thrown(error, code, { bundle, folder, inputs }) };
  } finally {
    process.off("exit", remove);
    remove();
  }
}

interface Place {
  readonly bundle: string;
  readonly folder: string;
  readonly inputs: readonly string[];
}

function thrown(error: unknown, code: string, place: Place): Diagnostic {
  const missing =
    error instanceof SyntaxError ? /does not provide an export named '(.+)'/.exec(error.message) : null;
  if (missing?.[1] !== undefined) {
    const source = /module '(.+?)'/.exec(error instanceof Error ? error.message : "")?.[1] ?? "";
    const from = source.startsWith("file:") ? "covara" : source;
    const message = `"${from}" exports no \`${missing[1]}\`.`;
    return {
      code: "COV1003",
      severity: "error",
      message,
      fix: "Correct the imported name.",
      path: [],
      text: missing[1],
    };
  }
  const message = `Running the config failed: ${describe(error)}.`;
  const position = error instanceof Error ? stackPosition(error.stack ?? "", code, place) : null;
  const fix = misspeltFix(error);
  return {
    code: "COV1004",
    severity: "error",
    message,
    ...(fix === null ? {} : { fix }),
    ...(position === null ? {} : { position }),
  };
}

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\.+$/, "");
}

/** The innermost frame that lies in the user's files. The stack names the bundle, or the sources if Node maps them. */
function stackPosition(stack: string, code: string, { bundle, folder, inputs }: Place): Position | null {
  for (const line of stack.split("\n")) {
    const frame = /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (frame?.[1] === undefined) continue;
    const file = frame[1].startsWith("file:") ? fileURLToPath(frame[1]) : frame[1];
    const at = { line: Number(frame[2]), column: Number(frame[3]) };
    if (inputs.includes(file)) return position(file, at, folder);
    if (file !== bundle) continue;
    const mapped = mapBack(code, at);
    if (mapped !== null) return position(path.resolve(folder, mapped.file), mapped, folder);
  }
  return null;
}

function position(file: string, at: { line: number; column: number }, folder: string): Position {
  const relative = path.relative(folder, file).replaceAll(path.sep, "/");
  return { file: relative, line: at.line, column: at.column, length: 1 };
}

function mapBack(
  code: string,
  at: { line: number; column: number },
): { file: string; line: number; column: number } | null {
  const encoded = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/.exec(
    code,
  )?.[1];
  if (encoded === undefined) return null;
  const payload: SourceMapPayload = JSON.parse(Buffer.from(encoded, "base64").toString());
  const entry = new SourceMap(payload).findEntry(at.line - 1, at.column - 1);
  if (!("originalSource" in entry)) return null;
  return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
