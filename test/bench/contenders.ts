/** The Workers that are compared, bundled as wrangler does it for a deployment. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { parse } from "smol-toml";
import { root, work } from "./paths.ts";

export interface Contender {
  readonly name: string;
  /** The bundle, one ES module. */
  readonly file: string;
}

export interface Contenders {
  /** All five resources of the reference application. */
  readonly generated: Contender;
  /** Its users, lists and todos: what the hand-written worker has tables for. */
  readonly reduced: Contender;
  /** The routes of todos, by hand. */
  readonly handwritten: Contender;
  /** The SQL that sets up the reference application's database. */
  readonly migrations: string;
}

/**
 * Generates, and bundles all contenders.
 *
 * @param dist The built package.
 */
export async function makeContenders(dist: string): Promise<Contenders> {
  mkdirSync(work, { recursive: true });
  const reference = generate(dist, "reference", "users, lists, memberships, todos, comments");
  const reduced = generate(dist, "reduced", "users, lists, todos: { ...todos, relations: {} }");
  const runtime = path.join(dist, "runtime", "http", "index.js");
  return {
    generated: await bundle("generated", path.join(reference, "worker.ts"), runtime),
    reduced: await bundle("reduced", path.join(reduced, "worker.ts"), runtime),
    handwritten: await bundle("handwritten", handwrittenEntry, runtime),
    migrations: readMigrations(reference),
  };
}

/**
 * The config of the reference application, less what the worker written by hand has nothing to compare with: stores, routes of
 * its own, an OpenAPI document, search, deleted rows, hooks and procedures, and todos that are created inside their list or with it. Comments stay, to be included.
 */
const configText = (resources: string): string => `import config from "../../../../covara.config.ts";

const { kv, routes, openapi, ...rest } = config;
const { users, lists: allLists, memberships, todos: allTodos, comments } = config.resources;
const { search, softDelete, procedures, hooks, access, relations, ...todosRest } = allTodos;
const lists = { ...allLists, relations: {} };
const todos = {
  ...todosRest,
  relations: { comments: relations.comments },
  access: (rules) => {
    const { read, create, update, delete: remove } = access(rules);
    return { read, create, update, delete: remove };
  },
};
export default {
  ...rest,
  auth: { ...config.auth, module: "../../../../demo/auth.ts" },
  resources: { ${resources} },
};
`;

/** Generates a variant of the reference application; returns the folder of what was generated. */
function generate(dist: string, name: string, resources: string): string {
  const config = path.join(work, name, "covara.config.ts");
  mkdirSync(path.dirname(config), { recursive: true });
  writeFileSync(config, configText(resources));
  const out = path.join(work, name, "generated");
  const bin = path.join(dist, "generator", "cli", "bin.js");
  execFileSync(process.execPath, [bin, "gen", "--config", config, "--out", out], { cwd: root });
  return out;
}

/** The worker written by hand. */
export const handwrittenEntry = path.join(import.meta.dirname, "handwritten", "worker.ts");

/** The SQL of all migrations in an output folder. */
export function readMigrations(generated: string): string {
  const folder = path.join(generated, "migrations");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
}

/**
 * Bundles a Worker with the options that `wrangler deploy --minify` gives to esbuild.
 *
 * @param runtime The module that `covara/runtime` stands for.
 * @param folder Where the bundle goes.
 * @param platform The module that `cloudflare:workers` stands for where the bundle is to run in Node.
 */
export async function bundle(
  name: string,
  entry: string,
  runtime: string,
  folder: string = work,
  platform?: string,
): Promise<Contender> {
  const file = path.join(folder, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    keepNames: keepsNames(path.dirname(entry)),
    format: "esm",
    target: "es2024",
    supported: { using: true },
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    define: { "process.env.NODE_ENV": `"production"`, "navigator.userAgent": `"Cloudflare-Workers"` },
    alias: {
      "covara/runtime": runtime,
      "covara/runtime/kv": path.join(path.dirname(runtime), "..", "kv", `index${path.extname(runtime)}`),
      ...(platform === undefined ? {} : { "cloudflare:workers": platform }),
    },
    external: ["cloudflare:workers"],
  });
  return { name, file };
}

/** Whether wrangler has minified functions keep their names, which it does unless it is told otherwise. */
function keepsNames(folder: string): boolean {
  const config = path.join(folder, "wrangler.toml");
  return !existsSync(config) || parse(readFileSync(config, "utf8")).keep_names !== false;
}
