/** The React code for a client: `react.ts`, which exports everything, and what that is made of. */
import type { Model } from "../model/types.ts";
import { emitChannelHooks } from "./react-channels.ts";
import { emitHooksFile } from "./react-hooks.ts";
import { nameReact } from "./react-names.ts";
import { emitQueriesFile } from "./react-queries.ts";
import { type FileOptions, SourceFile } from "./source-file.ts";

/** Where something is that another module exports, seen from the folder of `react.ts`, and what it is called there. */
export type Moved = NonNullable<FileOptions["moved"]>;

const unmoved: Moved = (module, name) => [module, name];

/** Path relative to the folder of `react.ts` → text. @param moved For a copy of the client, which has no packages. */
export function emitReact(model: Model, moved: Moved = unmoved): Map<string, string> {
  const { resources, channels } = nameReact(model);
  /** The files of resources are one folder deeper. */
  const deeper: Moved = (from, exported) => {
    const [module, name] = moved(from, exported);
    const path = module.startsWith("./react/")
      ? `./${module.slice("./react/".length)}`
      : module.replace(/^\.\//, "../");
    return [path, name];
  };
  return new Map([
    [
      "react.ts",
      emitIndex(
        resources.map(({ resource }) => resource.file),
        channels.length > 0,
        moved,
      ),
    ],
    ...(channels.length === 0 ? [] : [["react-channels.ts", emitChannelHooks(channels, { moved })] as const]),
    ["react-client.ts", emitProvider(moved)],
    ...resources.flatMap((names) => {
      const path = `react/${names.resource.file}`;
      return [
        [`${path}.queries.ts`, emitQueriesFile(model, names, { moved: deeper })],
        [`${path}.ts`, emitHooksFile(model, names, { moved: deeper })],
      ] as const;
    }),
  ]);
}

function emitIndex(files: readonly string[], hasChannels: boolean, moved: Moved): string {
  const types = ["CallError", "Mutation", "PagedQuery", "Query"].map((name) => moved("covara/react", name));
  const exports = [
    `export type { ${types.map(([, name]) => name).join(", ")} } from "${types[0]?.[0]}";`,
    ...[...files]
      .sort()
      .flatMap((name) => [
        `export * from "./react/${name}.js";`,
        `export * from "./react/${name}.queries.js";`,
      ]),
    ...(hasChannels ? [`export * from "./react-channels.js";`] : []),
    `export { CovaraProvider, useClient } from "./react-client.js";`,
  ];
  return new SourceFile().section(...exports).toString();
}

/** The context that hooks find the client in. */
function emitProvider(moved: Moved): string {
  const file = new SourceFile(["CovaraProvider", "useClient", "context"], null, {
    moved,
    directive: "use client",
  });
  const client = file.useType("./client.js", "Client");
  file.section(
    `const context = ${file.use("covara/react", "clientContext")}<${client}>();`,
    "",
    "/** Gives its `client` to the hooks below it. */",
    "export const CovaraProvider = context.CovaraProvider;",
    "",
    "/** The client that the provider above gives. */",
    `export const useClient: () => ${client} = context.useClient;`,
  );
  return file.toString();
}
