import { type CatalogueEntry, catalogue } from "./catalogue.ts";
import type { Diagnostic, Position } from "./diagnostic.ts";

/** How diagnostics are shown. */
export interface RenderOptions {
  /** Whether to use ANSI colours. */
  readonly color: boolean;
  /** Text of a file named in a position (relative to the folder of the config), or null if it cannot be read. */
  readonly readFile: (path: string) => string | null;
}

type Paint = (text: string) => string;

/** Lines shown before the marked one. */
const CONTEXT_LINES = 2;
const TAB = "    ";

/** The text for a terminal: one block per diagnostic, an empty line between two. Ends with a line break unless empty. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  return diagnostics.map((diagnostic) => renderOne(diagnostic, options)).join("\n");
}

function renderOne(diagnostic: Diagnostic, options: RenderOptions): string {
  const paint = (code: number): Paint =>
    options.color ? (text) => `\u001B[${code}m${text}\u001B[0m` : (text) => text;
  const bold = paint(1);
  const severity = paint(diagnostic.severity === "error" ? 31 : 33);
  const dim = paint(2);
  const { position } = diagnostic;
  const entry: CatalogueEntry = catalogue[diagnostic.code];
  const where =
    position === undefined ? "" : `${bold(`${position.file}:${position.line}:${position.column}`)} `;
  const lines = [`${where}${severity(diagnostic.severity)} ${diagnostic.code} ${diagnostic.message}`];
  const source = position === undefined ? null : options.readFile(position.file);
  if (position !== undefined && source !== null) lines.push(...frame(source, position, severity, dim));
  lines.push(`  ${dim("cause")}  ${entry.cause}`, `  ${dim("fix")}    ${diagnostic.fix ?? entry.fix}`);
  return `${lines.join("\n")}\n`;
}

/** The marked line with the lines before it, and a line of carets. Empty if the file no longer has that line. */
function frame(source: string, position: Position, mark: Paint, dim: Paint): string[] {
  const lines = source.split(/\r\n|\n|\r/);
  const marked = lines[position.line - 1];
  if (marked === undefined) return [];
  const width = String(position.line).length;
  const shown: string[] = [];
  for (let number = Math.max(1, position.line - CONTEXT_LINES); number <= position.line; number++) {
    const text = expand(lines[number - 1] ?? "");
    const prefix = `${number === position.line ? ">" : " "} ${String(number).padStart(width)} |`;
    shown.push(`${number === position.line ? mark(prefix) : dim(prefix)}${text === "" ? "" : ` ${text}`}`);
  }
  const before = marked.slice(0, position.column - 1);
  const under = marked.slice(position.column - 1, position.column - 1 + position.length);
  const carets = "^".repeat(Math.max(1, displayWidth(expand(under))));
  shown.push(`  ${" ".repeat(width)} | ${" ".repeat(displayWidth(expand(before)))}${mark(carets)}`);
  return shown;
}

function expand(text: string): string {
  return text.replaceAll("\t", TAB);
}

/** Columns that the text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/^\p{M}$/u.test(character)) continue;
    width +=
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]$/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** A diagnostic as `--json` prints it. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  /** Keys that lead to the place in the config. */
  readonly path: readonly (string | number)[] | null;
  readonly position: Position | null;
}

/** Plain data for `JSON.stringify`, with the texts of the catalogue filled in. */
export function toJson(diagnostics: readonly Diagnostic[]): DiagnosticJson[] {
  return diagnostics.map((diagnostic) => {
    const entry: CatalogueEntry = catalogue[diagnostic.code];
    return {
      code: diagnostic.code,
      severity: diagnostic.severity,
      title: entry.title,
      message: diagnostic.message,
      cause: entry.cause,
      fix: diagnostic.fix ?? entry.fix,
      path: diagnostic.path ?? null,
      position: diagnostic.position ?? null,
    };
  });
}
