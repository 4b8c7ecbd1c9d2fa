/** The application whose streams are measured, with and without live resources. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root } from "../paths.ts";

/** A built Worker, and the SQL that sets up its database. */
export interface Project {
  /** The bundle, one ES module. */
  readonly file: string;
  readonly migrations: string;
  readonly isLive: boolean;
}

/**
 * - `counted`: live, and counts its calls of the database and of objects.
 * - `live` and `still`: as they are deployed, to compare their writes.
 */
export type Kind = "counted" | "live" | "still";

const configText = (isLive: boolean): string => `import { d1, defineConfig, field } from "covara";

const fields = {
  id: field.id(),
  title: field.text(),
  notes: field.text(),
  done: field.boolean().default(false),
  priority: field.enum(["low", "normal", "high"]).default("normal"),
  listId: field.text(),
  createdAt: field.timestamp().createdAt(),
  version: field.version(),
};
const access = (rules) => ({ read: rules.public(), create: rules.public(), update: rules.public() });

export default defineConfig({
  name: "live-bench",
  database: d1(),
  resources: {
    tasks: { fields, live: ${isLive}, access },
    cards: { fields, live: ${isLive ? `{ by: "listId" }` : false}, access },
  },
});
`;

const countedText = `import app from "./generated/worker.ts";
import { CovaraLiveDurableObject as Generated } from "./generated/live-object.ts";
import { counted, counts } from "bench/counting";

export class CovaraLiveDurableObject extends Generated {
  constructor(state, env) {
    super(state, counted(env));
  }
}

export default {
  fetch(request, env, context) {
    if (request.url.endsWith("/counts")) return Response.json(counts);
    return app.fetch(request, counted(env), context);
  },
};
`;

/** @param dist The built package. */
export async function makeProject(dist: string, folder: string, kind: Kind): Promise<Project> {
  const own = path.join(folder, kind);
  const generated = path.join(own, "generated");
  const isLive = kind !== "still";
  mkdirSync(own, { recursive: true });
  const bin = path.join(dist, "generator", "cli", "bin.js");
  const config = path.join(own, "covara.config.ts");
  writeFileSync(config, configText(isLive));
  // It warns of what is open to everybody.
  execFileSync(process.execPath, [bin, "gen", "--config", config, "--out", generated], {
    cwd: root,
    stdio: "pipe",
  });
  writeFileSync(path.join(own, "counted.ts"), countedText);
  const file = path.join(own, "worker.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: [kind === "counted" ? path.join(own, "counted.ts") : path.join(generated, "worker.ts")],
    outfile: file,
    bundle: true,
    minify: true,
    keepNames: true,
    format: "esm",
    target: "es2024",
    supported: { using: true },
    conditions: ["workerd", "worker", "browser"],
    define: { "process.env.NODE_ENV": `"production"`, "navigator.userAgent": `"Cloudflare-Workers"` },
    alias: {
      "bench/counting": path.join(import.meta.dirname, "counting.ts"),
      "covara/runtime/live": path.join(dist, "runtime", "live", "index.js"),
      "covara/runtime": path.join(dist, "runtime", "http", "index.js"),
    },
    external: ["cloudflare:workers"],
  });
  return { file, migrations: readMigrations(path.join(generated, "migrations")), isLive };
}

const readMigrations = (folder: string): string =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
