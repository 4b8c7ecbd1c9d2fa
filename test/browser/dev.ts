/** The task board as its developers have it: a project of its own, served by `covara dev`, with a database of its own. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, prepare } from "../../demo/server.ts";
import { code, leashed } from "./leashed.ts";

const root = path.join(import.meta.dirname, "../..");
const temporary = path.join(root, "test/.tmp");

/** `covara dev` while it runs. It ends with the process that started it, at the latest. */
export interface Dev extends AsyncDisposable {
  readonly origin: string;
  /** What it printed so far. */
  output(): string;
  /** Ends it, and removes the project. */
  stop(): Promise<void>;
}

/**
 * Starts `covara dev`.
 *
 * @param sql Fills the database.
 * @throws Error with what was printed, when nothing is served.
 */
export async function startDev(sql: string): Promise<Dev> {
  const project = makeProject();
  const state = path.join(project, "state");
  const port = await freePort();
  const bin = code === "package" ? "dist/generator/cli/bin.js" : "generator/cli/bin.ts";
  const forWrangler = [
    ...["--persist-to", state, "--inspector-port", "0", "--log-level", "error"],
    ...["--var", "DEMO_SIGN_IN:on"],
  ];
  const server = leashed(
    {
      file: process.execPath,
      args: [path.join(root, bin), "dev", "--port", String(port), "--", ...forWrangler],
      options: { cwd: project, env: { ...process.env, CI: "true", NO_COLOR: "1" } },
    },
    port,
  );
  const dev: Dev = {
    origin: `http://127.0.0.1:${port}`,
    output: server.output,
    stop: async () => {
      await server.end();
      rmSync(project, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => dev.stop(),
  };
  try {
    await prepare(state, sql);
    await server.start();
  } catch (error) {
    await dev.stop();
    throw error;
  }
  return dev;
}

/** Copies the task board. Its generated code is that of the repository, so that `covara dev` finds it up to date. */
function makeProject(): string {
  mkdirSync(temporary, { recursive: true });
  const project = mkdtempSync(path.join(temporary, "taskboard-"));
  for (const part of ["covara.config.ts", "demo", "generated"]) {
    cpSync(path.join(root, part), path.join(project, part), {
      recursive: true,
      filter: (file) => !["page", ".wrangler"].includes(path.basename(file)),
    });
  }
  writeFileSync(path.join(project, "package.json"), '{ "type": "module" }\n');
  const packages = path.join(project, "node_modules");
  mkdirSync(packages);
  for (const name of ["hono", "drizzle-orm", "zod", "wrangler"]) {
    symlinkSync(path.join(root, "node_modules", name), path.join(packages, name));
  }
  if (code === "package") symlinkSync(root, path.join(packages, "covara"));
  else linkSources(path.join(packages, "covara"));
  return project;
}

/** Has `covara` and what is below it stand for the sources. */
function linkSources(folder: string): void {
  mkdirSync(folder);
  for (const part of ["schema", "runtime"]) symlinkSync(path.join(root, part), path.join(folder, part));
  const exports = {
    ".": "./schema/index.ts",
    "./runtime": "./runtime/http/index.ts",
    "./client": "./runtime/client/index.ts",
    "./react": "./runtime/react/index.ts",
    "./runtime/*": "./runtime/*/index.ts",
  };
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: "covara", type: "module", exports }),
  );
}
