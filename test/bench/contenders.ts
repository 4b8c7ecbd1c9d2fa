/** The Workers that are compared, bundled as wrangler does it for a deployment. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
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
  const reference = path.join(work, "reference");
  gen(dist, path.join(root, "covara.config.ts"), reference);
  const reducedConfig = path.join(work, "reduced", "covara.config.ts");
  mkdirSync(path.dirname(reducedConfig), { recursive: true });
  writeFileSync(reducedConfig, reducedConfigText);
  const reduced = path.join(work, "reduced", "generated");
  gen(dist, reducedConfig, reduced);
  const migrations = path.join(reference, "migrations");
  return {
    generated: await bundle("generated", path.join(reference, "worker.ts"), dist),
    reduced: await bundle("reduced", path.join(reduced, "worker.ts"), dist),
    handwritten: await bundle(
      "handwritten",
      path.join(import.meta.dirname, "handwritten", "worker.ts"),
      dist,
    ),
    migrations: readdirSync(migrations)
      .filter((file) => file.endsWith(".sql"))
      .sort()
      .map((file) => readFileSync(path.join(migrations, file), "utf8"))
      .join("\n"),
  };
}

const reducedConfigText = `import config from "../../../../covara.config.ts";

const { users, lists, todos } = config.resources;
export default {
  ...config,
  auth: { ...config.auth, module: "../../../../demo/auth.ts" },
  resources: { users, lists: { ...lists, relations: {} }, todos: { ...todos, relations: {} } },
};
`;

function gen(dist: string, config: string, out: string): void {
  const bin = path.join(dist, "generator", "cli", "bin.js");
  execFileSync(process.execPath, [bin, "gen", "--config", config, "--out", out], { cwd: root });
}

/** Bundles a Worker with the options that `wrangler deploy --minify` gives to esbuild. */
export async function bundle(name: string, entry: string, dist: string): Promise<Contender> {
  const file = path.join(work, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    keepNames: true,
    format: "esm",
    target: "es2024",
    supported: { using: true },
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    define: { "process.env.NODE_ENV": `"production"`, "navigator.userAgent": `"Cloudflare-Workers"` },
    alias: { "covara/runtime": path.join(dist, "runtime", "http", "index.js") },
  });
  return { name, file };
}
