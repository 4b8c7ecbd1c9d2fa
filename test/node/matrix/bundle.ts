/** Generated applications as modules of this process. */
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { emit } from "../../../generator/emit/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { Log } from "../../../runtime/live/types.ts";
import { moduleText } from "./modules.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/matrix-${process.pid}`);

export const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });

/** Names the caller of a request, as JSON. */
export const userHeader = "X-Test-User";

const authModule = `export default (request) => JSON.parse(request.headers.get("${userHeader}") ?? "null");`;

/** What applications go on with after their answers. */
export const waiting: Promise<unknown>[] = [];

const waitingName = "covara.test.waiting";
Object.assign(globalThis, { [waitingName]: waiting });

/** The part of the platform's module that runs here. */
const platform: Plugin = {
  name: "platform",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^cloudflare:workers$/ }, ({ path: name }) => ({
      path: name,
      namespace: "platform",
    }));
    onLoad({ filter: /.*/, namespace: "platform" }, () => ({
      contents: `export const waitUntil = (promise) => void globalThis["${waitingName}"].push(promise);`,
    }));
  },
};

let runtime: Promise<void> | null = null;
let made = 0;

/** The runtime, bundled once for all applications. */
async function bundleRuntime(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: {
      runtime: "runtime/http/index.ts",
      "runtime-live": "runtime/live/index.ts",
      "runtime-kv": "runtime/kv/index.ts",
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    plugins: [platform],
  });
}

/** Resolves generated files, and the user's module for identities, from memory. */
function inMemory(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: "in-memory",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^covara\/runtime(\/live|\/kv)?$/ }, ({ path: name }) => ({
        path: pathToFileURL(path.join(folder, `${name.slice("covara/".length).replace("/", "-")}.mjs`)).href,
        external: true,
      }));
      onResolve({ filter: /^\.|^entry$/ }, ({ path: name, importer }) => ({
        path:
          name === "entry"
            ? "generated/entry.ts"
            : path.posix.join(path.posix.dirname(importer), name).replace(/\.js$/, ".ts"),
        namespace: "generated",
      }));
      onLoad({ filter: /.*/, namespace: "generated" }, ({ path: name }) => {
        const own = name.endsWith("auth.ts") ? authModule : moduleText(name);
        const contents = own ?? files.get(name.replace(/^generated\//, ""));
        if (contents === undefined) throw new Error(`nothing was emitted for ${name}`);
        return { contents, loader: name.endsWith(".json") ? "json" : "ts", resolveDir: root };
      });
    },
  };
}

export interface App {
  fetch(request: Request, env: object, context?: object): Response | Promise<Response>;
}

/** The parts of a generated application that run without a Worker. */
export interface Application {
  readonly app: App;
  /** What its change log has; absent where nothing is live. */
  readonly log?: Log;
}

/** Emits an application, bundles and loads it. */
export async function loadApplication(model: Model): Promise<Application> {
  mkdirSync(folder, { recursive: true });
  runtime ??= bundleRuntime();
  await runtime;
  made += 1;
  const outfile = path.join(folder, `app-${made}.mjs`);
  const entry = [
    `export { app } from "./app.js";`,
    ...(model.live === null ? [] : [`export { log } from "./live.js";`]),
  ];
  await build({
    entryPoints: ["entry"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    plugins: [inMemory(new Map([...emit(model, { wranglerToml: null }), ["entry.ts", entry.join("\n")]]))],
    logLevel: "silent",
  });
  return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Application;
}
