/** Starts workerd with the objects that are measured, and asks them. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root, work } from "../paths.ts";
import { compatibilityDate, type Server, startWorkerd } from "../workerd/process.ts";
import type { Answer, Ask } from "./object.ts";
import type { Message } from "./worker.ts";

/** What one call costs, in microseconds. */
export interface Cost {
  /** CPU time of all of workerd's threads. */
  readonly cpu: number;
  /** Time that passes for the caller. */
  readonly wall: number;
}

/** Objects with SQLite on the local disk, in a workerd of their own. */
export class Objects implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param dist The built package. */
  static async start(dist: string): Promise<Objects> {
    const folder = path.join(work, "kv");
    const disk = path.join(folder, "objects");
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk, { recursive: true });
    await build({
      entryPoints: [path.join(import.meta.dirname, "worker.ts")],
      outfile: path.join(folder, "worker.mjs"),
      bundle: true,
      format: "esm",
      target: "es2024",
      external: ["cloudflare:workers"],
      plugins: [
        {
          name: "built",
          setup({ onResolve }) {
            // The package as it is installed, not its sources.
            onResolve({ filter: /runtime\/kv\/[\w-]+\.ts$/ }, ({ path: file, resolveDir }) => {
              const source = path.relative(root, path.resolve(resolveDir, file));
              return { path: path.join(dist, source.replace(/\.ts$/, ".js")) };
            });
          },
        },
      ],
    });
    const config = path.join(folder, "objects.capnp");
    writeFileSync(config, configText(disk));
    return new Objects(await startWorkerd(config));
  }

  async ask(members: number, ask: Ask): Promise<Answer> {
    return (await this.#send({ object: `${members}`, ask })) as Answer;
  }

  /** What a call costs besides what was asked for: everything from here to the object and back. */
  async measure(message: Message): Promise<Cost & { readonly answer: Answer }> {
    const cpu = this.#server.cpu();
    const start = performance.now();
    const answer = (await this.#send(message)) as Answer;
    const wall = (performance.now() - start) * 1000;
    return { cpu: this.#server.cpu() - cpu, wall, answer };
  }

  async #send(message: Message): Promise<unknown> {
    const response = await fetch(this.#server.url, { method: "POST", body: JSON.stringify(message) });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${JSON.stringify(message)} in workerd: ${text}`);
    return JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

const configText = (disk: string): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "${compatibilityDate}",
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  durableObjectNamespaces = [
    (className = "BenchObject", uniqueKey = "bench", enableSql = true, preventEviction = true),
  ],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "OBJECTS", durableObjectNamespace = "BenchObject")],
);
`;
