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

/** Covara as it is used to make the contenders: built, or its sources. */
export interface Toolkit {
  /** The command `covara`. */
  readonly bin: string;
  /** The module that `covara/runtime` stands for. */
  readonly runtime: string;
}

/** @param dist The built package. */
export const builtToolkit = (dist: string): Toolkit => ({
  bin: path.join(dist, "generator", "cli", "bin.js"),
  runtime: path.join(dist, "runtime", "http", "index.js"),
});

/**
 * Generates, and bundles all contenders.
 *
 * @param folder Where they go: three levels below the root.
 */
export async function makeContenders(toolkit: Toolkit, folder: string = work): Promise<Contenders> {
  const { bin, runtime } = toolkit;
  const reference = generate(bin, folder, "reference", "users, lists, memberships, todos, comments");
  const reduced = generate(bin, folder, "reduced", "users, lists, todos: { ...todos, relations: {} }");
  return {
    generated: await bundle("generated", path.join(reference, "worker.ts"), runtime, folder),
    reduced: await bundle("reduced", path.join(reduced, "worker.ts"), runtime, folder),
    handwritten: await bundle("handwritten", handwrittenEntry, runtime, folder),
    migrations: readMigrations(reference),
  };
}

/**
 * The config of the reference application, less what the worker written by hand has nothing to compare with: sessions, stores, live
 * streams, channels, routes of its own, an OpenAPI document, rate limits, computed fields, search, deleted rows, hooks and procedures,
 * and todos that are created inside their list or with it. Comments stay, to be included.
 */
const configText = (resources: string): string => `import config from "../../../../covara.config.ts";

const { kv, routes, openapi, auth, channels, clients, ...rest } = config;

const plain = ({ search, softDelete, procedures, hooks, computed, rateLimit, relations, live, ...resource }) => ({
  ...resource,
  fields: Object.fromEntries(
    Object.entries(resource.fields).filter(([, field]) => field.data.computed === undefined),
  ),
  access: (rules) => {
    const { readDeleted, procedures, ...others } = resource.access(rules);
    return others;
  },
});

const users = plain(config.resources.users);
const lists = plain(config.resources.lists);
const memberships = plain(config.resources.memberships);
const todos = {
  ...plain(config.resources.todos),
  relations: { comments: config.resources.todos.relations.comments },
};
const comments = plain(config.resources.comments);

export default {
  ...rest,
  auth: { ...auth.find(({ type }) => type === "custom"), module: "../../../../demo/auth.ts" },
  resources: { ${resources} },
};
`;

/** Generates a variant of the reference application; returns the folder of what was generated. */
function generate(bin: string, folder: string, name: string, resources: string): string {
  const config = path.join(folder, name, "covara.config.ts");
  mkdirSync(path.dirname(config), { recursive: true });
  writeFileSync(config, configText(resources));
  const out = path.join(folder, name, "generated");
  execFileSync(process.execPath, [bin, "gen", "--config", config, "--out", out], { cwd: root });
  return out;
}

/** The worker written by hand. */
const handwrittenEntry = path.join(import.meta.dirname, "handwritten", "worker.ts");

/** The SQL of all migrations in an output folder. */
function readMigrations(generated: string): string {
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
 */
export async function bundle(
  name: string,
  entry: string,
  runtime: string,
  folder: string = work,
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
