/** The React code of a copy of the client: it imports nothing but React and TanStack Query. */
import type { ClientCopyModel, Model } from "../model/types.ts";
import { emitClientCopy, planCopy, type RuntimeStatement, reachable } from "./client-copy.ts";
import { emitReact, type Moved } from "./react.ts";
import { SourceFile } from "./source-file.ts";

/** Some modules of `covara/react` as one file. */
export interface ReactRuntimeFile {
  readonly file: "react-runtime.ts" | "react-hooks.ts";
  readonly directive: string | null;
  /** What the modules import; from files of this list, and from `covara/client`, as from there. */
  readonly imports: readonly { readonly module: string; readonly name: string; readonly isType: boolean }[];
  readonly statements: readonly RuntimeStatement[];
}

/** The sources that copies are made of. */
export interface Runtime {
  /** The statements of `covara/client`. */
  readonly client: readonly RuntimeStatement[];
  readonly react: readonly ReactRuntimeFile[];
}

/** All files of a copy: path relative to its folder → text. */
export function emitCopy(model: Model, copy: ClientCopyModel, runtime: Runtime): Map<string, string> {
  const needed = new Set<string>();
  const react = copy.react ? emitReactCopy(model, copy, runtime, needed) : [];
  return new Map([["client.ts", emitClientCopy(model, copy, runtime.client, needed)], ...react]);
}

/** @param needed Is told what the files import of `covara/client`. */
function emitReactCopy(
  model: Model,
  copy: ClientCopyModel,
  runtime: Runtime,
  needed: Set<string>,
): Map<string, string> {
  const { part, renamed } = planCopy(model, copy, runtime.client);
  const hooks = new Set(
    runtime.react
      .filter(({ file }) => file === "react-hooks.ts")
      .flatMap(({ statements }) => statements.flatMap(({ names }) => names)),
  );
  const used = new Set<string>();
  const moved: Moved = (module, name) => {
    if (module === "./types.js") return ["./client.js", name];
    if (module === "covara/react") {
      used.add(name);
      return [hooks.has(name) ? "./react-hooks.js" : "./react-runtime.js", name];
    }
    if (module !== "covara/client") return [module, name];
    needed.add(name);
    return ["./client.js", renamed.get(name) ?? name];
  };
  const own = emitReact(part, moved);
  const all = runtime.react.flatMap(({ statements }) => statements);
  const kept = new Set(reachable(all, used));
  const runtimeFiles = runtime.react.map((file) => [file.file, emitRuntimeFile(file, kept, moved)] as const);
  return new Map([...own, ...runtimeFiles]);
}

/** @param kept The statements that the application needs. */
function emitRuntimeFile(
  { directive, imports, statements }: ReactRuntimeFile,
  kept: ReadonlySet<RuntimeStatement>,
  moved: Moved,
): string {
  const own = statements.filter((statement) => kept.has(statement));
  const names = own.flatMap((statement) => statement.names);
  const file = new SourceFile(names, null, { moved, ...(directive === null ? {} : { directive }) });
  for (const { module, name, isType } of imports) {
    if (!own.some(({ words }) => words.has(name))) continue;
    if (isType) file.useType(module, name);
    else file.use(module, name);
  }
  return file
    .section("// What follows is the same for every application.", ...own.flatMap(({ text }) => ["", text]))
    .toString();
}
