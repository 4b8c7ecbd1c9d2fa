/** The React code of a copy of the client: it imports nothing but React and TanStack Query. */
import type { ClientCopyModel, Model } from "../model/types.ts";
import { emitClientCopy, planCopy, type RuntimeStatement } from "./client-copy.ts";
import { emitReact, type Moved } from "./react.ts";
import { SourceFile } from "./source-file.ts";

/** Some modules of `covara/react` as one file. */
export interface ReactRuntimeFile {
  readonly file: "react-runtime.ts" | "react-hooks.ts";
  readonly directive: string | null;
  /** What the modules import; from files of this list, and from `covara/client`, as from there. */
  readonly imports: readonly { readonly module: string; readonly name: string; readonly isType: boolean }[];
  /** What they declare. */
  readonly names: readonly string[];
  /** The texts of their statements. */
  readonly texts: readonly string[];
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
  const hooks = new Set(runtime.react.find(({ file }) => file === "react-hooks.ts")?.names);
  const moved: Moved = (module, name) => {
    if (module === "./types.js") return ["./client.js", name];
    if (module === "covara/react") return [hooks.has(name) ? "./react-hooks.js" : "./react-runtime.js", name];
    if (module !== "covara/client") return [module, name];
    needed.add(name);
    return ["./client.js", renamed.get(name) ?? name];
  };
  const runtimeFiles = runtime.react.map((file) => [file.file, emitRuntimeFile(file, moved)] as const);
  return new Map([...emitReact(part, moved), ...runtimeFiles]);
}

function emitRuntimeFile({ directive, imports, names, texts }: ReactRuntimeFile, moved: Moved): string {
  const file = new SourceFile(names, null, { moved, ...(directive === null ? {} : { directive }) });
  for (const { module, name, isType } of imports) {
    if (isType) file.useType(module, name);
    else file.use(module, name);
  }
  return file
    .section("// This file is the same for every application.", ...texts.flatMap((text) => ["", text]))
    .toString();
}
