import type { Code } from "./catalogue.ts";

/** A place in the user's sources. Lines and columns count from 1. */
export interface Position {
  /** Relative to the folder of the config, with `/` separators. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text in characters. */
  readonly length: number;
}

/**
 * Where in the config a problem lies, as the path of keys that leads there:
 * `["resources", "todos", "fields", "ownerId"]`. Resolved to a {@link Position} only when it is shown.
 */
export type ConfigPath = readonly (string | number)[];

/** One problem of the config or of a check. Plain data: passes collect them and never throw. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: "error" | "warning";
  /** What is wrong, in one sentence that names the things concerned. */
  readonly message: string;
  /** What to write instead, when it can be said. */
  readonly fix?: string;
  readonly path?: ConfigPath;
  /** The literal at that path which is wrong (the misspelt name), so that the squiggle lands on it. */
  readonly text?: string;
  /** The part of that literal which is wrong. */
  readonly span?: Span;
  /** The export of a module of the user's that is wrong: the place to show instead of the one that `path` leads to. */
  readonly module?: ModuleExport;
  readonly position?: Position;
}

/** A part of a text, in UTF-16 units. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** An export of a module that the config names. */
export interface ModuleExport {
  /** Path of the module relative to the folder of the config. */
  readonly file: string;
  readonly name: string;
}
