/** The task board in a workerd of its own, and what tests do to it past the API. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { parse } from "smol-toml";
import { Heap } from "./heap.ts";

const root = path.join(import.meta.dirname, "../..");
const temporary = path.join(root, "test/.tmp");

/** Somebody with a token. */
export interface User {
  readonly id: string;
  readonly token: string;
  readonly isAdmin: boolean;
}

/** What of `generated/wrangler.toml` workerd needs. */
interface Wrangler {
  readonly compatibility_date: string;
  readonly compatibility_flags: string[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
}

export class Board implements AsyncDisposable {
  readonly #miniflare: Miniflare;
  readonly #folder: string;
  readonly #pid: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;

  private constructor(miniflare: Miniflare, folder: string, pid: number, url: string) {
    this.#miniflare = miniflare;
    this.#folder = folder;
    this.#pid = pid;
    this.url = url;
  }

  static async start(): Promise<Board> {
    mkdirSync(temporary, { recursive: true });
    const folder = mkdtempSync(path.join(temporary, "soak-"));
    const scriptPath = path.join(folder, "worker.mjs");
    await build({
      entryPoints: [path.join(import.meta.dirname, "worker.ts")],
      outfile: scriptPath,
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker", "import"],
      external: ["cloudflare:workers", "node:*"],
      tsconfig: path.join(root, "tsconfig.json"),
      logLevel: "error",
    });
    const wrangler = parse(
      readFileSync(path.join(root, "generated/wrangler.toml"), "utf8"),
    ) as unknown as Wrangler;
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: "127.0.0.1",
        port: 0,
        inspectorPort: 0,
        modules: true,
        scriptPath,
        compatibilityDate: wrangler.compatibility_date,
        compatibilityFlags: wrangler.compatibility_flags,
        d1Databases: { DB: "soak" },
        durableObjects: Object.fromEntries(
          wrangler.durable_objects.bindings.map(({ name, class_name }) => [
            name,
            { className: class_name, useSQLite: true },
          ]),
        ),
        resourcePersistencePath: path.join(folder, "state"),
      }),
    );
    const url = await miniflare.ready;
    const board = new Board(miniflare, folder, workerd(), url.origin);
    const database = await board.#database();
    for (const { queries } of await readD1Migrations(path.join(root, "generated/migrations"))) {
      await database.batch(queries.map((query) => database.prepare(query)));
    }
    return board;
  }

  #database() {
    return this.#miniflare.getD1Database("DB");
  }

  async addUsers(count: number, admins: number): Promise<User[]> {
    const users = Array.from({ length: count }, (_, index) => ({
      id: crypto.randomUUID(),
      token: `token-of-user-${index}-${crypto.randomUUID()}`,
      isAdmin: index < admins,
    }));
    const database = await this.#database();
    const statement = database.prepare(
      "INSERT INTO users (id, email, name, role, token_hash, created_at) VALUES (?, ?, ?, ?, ?, '2026-01-01T00:00:00.000Z')",
    );
    await database.batch(
      users.map(({ id, token, isAdmin }, index) =>
        statement.bind(
          ...[id, `user${index}@example.com`, `User ${index}`, isAdmin ? "admin" : "member"],
          createHash("sha256").update(token).digest("hex"),
        ),
      ),
    );
    return users;
  }

  /** Runs SQL of the application's own, of which nobody is told. */
  async sql(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
    const database = await this.#database();
    return (
      await database
        .prepare(text)
        .bind(...values)
        .all()
    ).results;
  }

  /** Connections that hubs have. */
  async sockets(hubs: readonly string[]): Promise<number> {
    const objects = await this.#miniflare.getDurableObjectNamespace("COVARA_LIVE");
    const counts = await Promise.all(
      hubs.map(async (hub) => {
        const answer = await objects.get(objects.idFromName(hub)).fetch("https://hub/sockets");
        return Number(await answer.text());
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** The heap of the Worker and its objects, which are in one isolate here. */
  async heap(): Promise<Heap> {
    const url = await this.#miniflare.getInspectorURL();
    // The Worker has no name of its own, which would come last.
    url.pathname = "/core:user:";
    return Heap.open(url, async () => {
      await (await fetch(`${this.url}/api/nothing`)).arrayBuffer();
    });
  }

  /** Memory of workerd that is in use, in MiB: heaps with their garbage, and what the platform has besides. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#miniflare.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The workerd that this process has started. */
function workerd(): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
      if (name === "workerd" && Number(parent) === process.pid) return Number(pid);
    } catch (error) {
      // It has ended meanwhile.
      if (!(error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))))
        throw error;
    }
  }
  throw new Error("workerd does not run");
}
