/** Starting workerd, and reading what it costs. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import type { Recording } from "../d1/recorded.ts";
import { work } from "../paths.ts";
import { measured } from "../requests.ts";

const binary = createRequire(import.meta.url).resolve("workerd/bin/workerd");
export const compatibilityDate = "2026-10-01";

/** A running workerd. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** CPU time that all threads have used so far, in microseconds. */
  cpu(): number;
}

/**
 * Starts workerd with a configuration file and waits until it listens.
 *
 * @throws {Error} with what workerd wrote, when it ends instead.
 */
export async function startWorkerd(config: string): Promise<Server> {
  const child = spawn(binary, ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const port = await listening(child, () => errors);
  return {
    url: `http://127.0.0.1:${port}`,
    cpu: () => cpuOf(child.pid ?? 0),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function listening(child: ChildProcess, errors: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const port = /"event":"listen".*?"port":(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`workerd ended with code ${code}: ${errors()}`)));
  });
}

/** Nanoseconds on a processor come first in a thread's schedstat. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  }
  return nanoseconds / 1000;
}

/** The parts that run inside workerd, bundled. */
export async function buildParts(): Promise<void> {
  for (const name of ["driver", "d1-service"]) {
    await build({
      entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
      outfile: path.join(work, `${name}.mjs`),
      bundle: true,
      format: "esm",
      external: ["recording", "requests", "contender"],
    });
  }
  writeFileSync(path.join(work, "requests.mjs"), `export default ${JSON.stringify(measured)};\n`);
}

const service = (name: string, modules: readonly (readonly [string, string])[], bindings = ""): string => `
    (name = "${name}", worker = (
      compatibilityDate = "${compatibilityDate}",
      modules = [${modules.map(([module, file]) => `(name = "${module}", esModule = embed "${file}")`).join(", ")}],
      bindings = [${bindings}],
    ))`;

const database = (name: string): string =>
  `(name = "${name}", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")]))`;

/**
 * Writes a configuration of workerd in which a contender is served, by itself or by the driver.
 *
 * @returns the path of the configuration.
 */
export function writeConfig(
  { name }: { readonly name: string },
  recording: Recording,
  serve: "itself" | "driver",
): string {
  const answers = `${name}.recording.mjs`;
  writeFileSync(path.join(work, answers), `export default ${JSON.stringify(recording)};\n`);
  const main =
    serve === "itself"
      ? service("main", [["worker", `${name}.mjs`]], database("DB"))
      : service(
          "main",
          [
            ["driver", "driver.mjs"],
            ["contender", `${name}.mjs`],
            ["recording", answers],
            ["requests", "requests.mjs"],
          ],
          database("D1"),
        );
  const d1 = service("d1", [
    ["d1", "d1-service.mjs"],
    ["recording", answers],
  ]);
  const file = path.join(work, `${name}-${serve}.capnp`);
  writeFileSync(
    file,
    `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [${main},${d1}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  return file;
}
