import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type DiagnosticJson, renderDiagnostics, toJson } from "../diagnostics/render.ts";
import type { Explanation } from "../explain.ts";

/** Where a command runs and prints: results to `out`, diagnostics and progress to `err`. */
export interface Terminal {
  /** Absolute path of the folder that covara was started in. */
  readonly cwd: string;
  readonly verbose: boolean;
  /** Prints text to standard output. */
  out(text: string): void;
  /** Prints text to standard error. */
  err(text: string): void;
  /** Whether progress may be drawn over on standard error. */
  readonly live: boolean;
  readonly colors: { readonly out: boolean; readonly err: boolean };
}

/** The terminal of this process. Colour is for terminals only, and `NO_COLOR` turns it off. */
export function processTerminal(flags: ReadonlySet<string>): Terminal {
  const dumb = process.env.TERM === "dumb";
  const plain = Boolean(process.env.NO_COLOR) || dumb;
  // The reader may have gone, as in `covara gen | head -1`; that is not an error.
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  return {
    cwd: process.cwd(),
    verbose: flags.has("verbose"),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    live: process.stderr.isTTY === true && !flags.has("json") && !dumb,
    colors: { out: process.stdout.isTTY === true && !plain, err: process.stderr.isTTY === true && !plain },
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Marks a text with an ANSI style, where colour is on. */
export function paint(
  text: string,
  style: "bold" | "dim" | "red" | "green" | "yellow",
  color: boolean,
): string {
  const code = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }[style];
  return color ? `\u001B[${code}m${text}\u001B[0m` : text;
}

/** Diagnostics with their files named from the terminal's folder instead of the config's. */
export function fromHere(
  diagnostics: readonly Diagnostic[],
  configFolder: string,
  cwd: string,
): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    if (diagnostic.position === undefined) return diagnostic;
    const file = path
      .relative(cwd, path.join(configFolder, diagnostic.position.file))
      .replaceAll(path.sep, "/");
    return { ...diagnostic, position: { ...diagnostic.position, file } };
  });
}

/** Prints diagnostics to standard error, with the source lines that they point at. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  if (diagnostics.length === 0) return;
  const readFile = (file: string) => {
    try {
      return fs.readFileSync(path.resolve(terminal.cwd, file), "utf8");
    } catch {
      // The frame is a help for the reader; the message stands without it.
      return null;
    }
  };
  terminal.err(renderDiagnostics(diagnostics, { color: terminal.colors.err, readFile }));
}

/** What `--json` prints of a command. */
export interface JsonReport {
  readonly command: string;
  readonly ok: boolean;
  readonly changes?: readonly { readonly path: string; readonly action: string }[];
  readonly diagnostics?: readonly DiagnosticJson[];
  readonly milliseconds?: number;
  /** What `explain` found. */
  readonly explanations?: readonly Explanation[];
  readonly error?: { readonly message: string; readonly stack?: string };
}

/** Prints one JSON document to standard output. */
export function printJson(report: JsonReport, terminal: Terminal): void {
  terminal.out(`${JSON.stringify(report)}\n`);
}

export { toJson };
