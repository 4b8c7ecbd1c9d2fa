/** Starts an application in workerd, and its database in another, so that the CPU time of the two is apart. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { compatibilityDate, type Server, startWorkerd } from "../workerd/process.ts";
import type { Counts } from "./counting.ts";
import type { Rows } from "./d1.ts";
import type { Project } from "./project.ts";

export class Application implements AsyncDisposable {
  readonly #worker: Server;
  readonly #database: Server;

  private constructor(worker: Server, database: Server) {
    this.#worker = worker;
    this.#database = database;
  }

  static async start({ file, migrations, isLive }: Project): Promise<Application> {
    const folder = path.dirname(file);
    await build({
      entryPoints: [path.join(import.meta.dirname, "d1.ts")],
      outfile: path.join(folder, "d1.mjs"),
      bundle: true,
      format: "esm",
      target: "es2024",
      external: ["cloudflare:workers"],
    });
    const database = await startWorkerd(write(folder, "database", databaseText(disk(folder, "database"))));
    const { status } = await fetch(`${database.url}/migrate`, { method: "POST", body: migrations });
    if (status !== 200) throw new Error(`The migrations failed with ${status}`);
    const address = new URL(database.url).host;
    const text = workerText(address, isLive ? disk(folder, "objects") : null);
    return new Application(await startWorkerd(write(folder, "worker", text)), database);
  }

  get url(): string {
    return this.#worker.url;
  }

  /** CPU time of the Worker and its objects so far, in microseconds. */
  cpu(): number {
    return this.#worker.cpu();
  }

  /** CPU time of the database so far, in microseconds. */
  databaseCpu(): number {
    return this.#database.cpu();
  }

  async counts(): Promise<Counts> {
    return (await fetch(`${this.url}/counts`)).json() as Promise<Counts>;
  }

  /** Rows of the database that were read and written so far. */
  async rows(): Promise<Rows> {
    return (await fetch(`${this.#database.url}/rows`)).json() as Promise<Rows>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }
}

function disk(folder: string, name: string): string {
  const place = path.join(folder, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  return place;
}

function write(folder: string, name: string, text: string): string {
  const file = path.join(folder, `${name}.capnp`);
  writeFileSync(file, text);
  return file;
}

const config = (
  services: readonly string[],
  rest: string,
): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
${services.map((service) => `    ${service},`).join("\n")}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "${compatibilityDate}",
${rest}
);
`;

const onDisk = (place: string): string =>
  `(name = "disk", disk = (path = ${JSON.stringify(place)}, writable = true))`;

const objects = (className: string): string => `  durableObjectNamespaces = [
    (className = "${className}", uniqueKey = "bench", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "disk"),`;

const databaseText = (place: string): string =>
  config(
    [`(name = "main", worker = .worker)`, onDisk(place)],
    `  modules = [(name = "d1", esModule = embed "d1.mjs")],
${objects("Database")}
  bindings = [(name = "DATABASE", durableObjectNamespace = "Database")],`,
  );

const workerText = (database: string, place: string | null): string =>
  config(
    [
      `(name = "main", worker = .worker)`,
      `(name = "d1", external = (address = "${database}", http = ()))`,
      ...(place === null ? [] : [onDisk(place)]),
    ],
    `  compatibilityFlags = ["enable_request_signal"],
  modules = [(name = "worker", esModule = embed "worker.mjs")],
${place === null ? "" : objects("CovaraLiveDurableObject")}
  bindings = [
    (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")])),
    ${place === null ? "" : `(name = "COVARA_LIVE", durableObjectNamespace = "CovaraLiveDurableObject"),`}
  ],`,
  );
