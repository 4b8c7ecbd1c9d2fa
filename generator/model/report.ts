import type { Code } from "../diagnostics/catalogue.ts";
import type { ConfigPath, Diagnostic, ModuleExport, Position, Span } from "../diagnostics/diagnostic.ts";

/** What a diagnostic may say besides its code, place and message. */
export interface Details {
  readonly fix?: string;
  readonly text?: string;
  readonly span?: Span;
  /** The export that is wrong, where the problem lies in a module and not in the config. */
  readonly module?: ModuleExport;
  /** Where the problem is, if that is known better than by the path. */
  readonly position?: Position;
}

/** Collects the problems of all passes. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  error(code: Code, path: ConfigPath, message: string, details: Details = {}): void {
    this.diagnostics.push({ code, severity: "error", message, path, ...details });
  }

  warning(code: Code, path: ConfigPath, message: string, details: Details = {}): void {
    this.diagnostics.push({ code, severity: "warning", message, path, ...details });
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  }
}

/** `Did you mean "users"?` where one of the names is close to what was written; else the names themselves. */
export function suggest(written: string, names: readonly string[], what: string): { readonly fix?: string } {
  const near = nearest(written, names);
  if (near !== null) return { fix: `Did you mean \`${near}\`?` };
  if (names.length === 0) return {};
  const shown = names.slice(0, 12).map((name) => `\`${name}\``);
  return { fix: `${what}: ${shown.join(", ")}${names.length > shown.length ? ", …" : ""}.` };
}

/** The name with the smallest edit distance, if it is small enough to be a slip. */
export function nearest(written: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(Math.min(written.length, 40) / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - written.length) >= bestDistance) continue;
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Levenshtein distance in which swapping two neighbours counts as one edit. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** Text as it stands in a message: quoted, with control characters escaped, cut to a readable length. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
