import fs from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";
import type { RunResult } from "../../run.ts";
import { singleFlight } from "../../watch/single-flight.ts";
import { isRemote, migrationArguments } from "./arguments.ts";
import type { Server, Wrangler } from "./wrangler.ts";

/** What a development session runs on. */
export interface SessionOptions {
  readonly wrangler: Wrangler;
  /** Absolute path of the folder of the config, which is where wrangler runs. */
  readonly projectFolder: string;
  /** Absolute path of the output folder. */
  readonly outDir: string;
  readonly port: string;
  /** Arguments for `wrangler dev` itself. */
  readonly passed: readonly string[];
  /** Prints a line for the developer. */
  readonly say: (text: string) => void;
}

/** The local database and the server, kept in step with what is generated. */
export interface Session extends AsyncDisposable {
  /**
   * Brings the local database up to a new migration. Resolves to false where the database refuses it. In a folder that
   * has no `wrangler.toml` yet, and so no database either, this waits for the server's start.
   */
  migrate(): Promise<boolean>;
  /** Takes over what a run wrote. */
  update(result: RunResult): void;
  /** Restarts the server, since its environment changed. */
  restart(): void;
  /** Resolves to a reason when the server ends by itself. */
  readonly ended: Promise<string>;
}

/** How often a migration is tried while another process, such as the server, writes to the local database. */
const ATTEMPTS = 10;

/** Milliseconds between two attempts. */
const PAUSE = 500;

/** What SQLite says where another process writes: the same statements may pass a moment later. */
const isBusy = (output: string): boolean => /SQLITE_BUSY|database is locked/.test(output);

/** A session that starts with the first run that succeeds. */
export function startSession({
  wrangler,
  projectFolder,
  outDir,
  port,
  passed,
  say,
}: SessionOptions): Session {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const configFile = path.join(outDir, "wrangler.toml");
  const config = ["-c", configFile];
  let server: Server | null = null;
  let generated = false;
  let migrated = false;
  let mustRestart = false;
  let isEnding = false;

  const apply = async () => {
    const binding = databaseBinding(configFile);
    for (let attempt = 1; ; attempt++) {
      // A migration that is written from here on may come too late for wrangler to see, and says so by clearing this.
      migrated = true;
      const applied = await wrangler.run([
        ...["d1", "migrations", "apply", binding, "--local"],
        ...config,
        ...migrationArguments(passed),
      ]);
      if (applied.code === 0 || !isBusy(applied.output) || attempt === ATTEMPTS || isEnding) return applied;
      if (attempt === 1) say("The local database is in use. Waiting until it can be migrated.");
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };

  const migrate = async () => {
    const { code, output } = await apply();
    if (code !== 0) {
      migrated = false;
      say(`${output.trim()}\nThe local database was not migrated; the next change tries again.`);
    } else if (!output.includes("No migrations to apply")) say("Migrated the local database.");
  };

  const start = () => {
    const environment = path.join(projectFolder, ".dev.vars");
    const started = wrangler.start([
      ...["dev", ...config, "--ip", "127.0.0.1", "--port", port, "--show-interactive-dev-session=false"],
      // Wrangler looks for it beside its config; a relative path would be taken from there too.
      ...(fs.existsSync(environment) ? ["--env-file", environment] : []),
      ...passed,
    ]);
    server = started;
    const report = (reason: string) => {
      if (server === started) end(reason);
    };
    started.exited.then(
      (code) => report(`wrangler dev ended${code === null ? "" : ` with exit code ${code}`}.`),
      (error: Error) => report(`wrangler dev could not be started: ${error.message}`),
    );
  };

  const stop = async () => {
    const stopping = server;
    server = null;
    await stopping?.stop();
  };

  const flight = singleFlight(0, async () => {
    try {
      if (!migrated && !isRemote(passed)) await migrate();
      if (!generated || (server !== null && !mustRestart)) return;
      mustRestart = false;
      if (server !== null) say("Starting wrangler anew: its config or .dev.vars has changed.");
      await stop();
      start();
    } catch (error) {
      migrated = false;
      end(error instanceof Error ? error.message : String(error));
    }
  });

  return {
    async migrate() {
      if (isRemote(passed) || !fs.existsSync(configFile)) return true;
      migrated = false;
      await flight.request();
      return migrated;
    },
    update({ ok, changes }) {
      if (!ok) return;
      generated = true;
      // Wrangler reloads changed sources by itself, but loses sight of its config when that is replaced.
      const replaced = changes.some(({ path: file }) => file === "wrangler.toml");
      mustRestart ||= replaced;
      // It may name another database.
      if (replaced) migrated = false;
      void flight.request();
    },
    restart() {
      mustRestart = true;
      if (generated) void flight.request();
    },
    ended,
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await flight.stop();
      await stop();
    },
  };
}

/** The binding of the database that the migrations are for. */
function databaseBinding(configFile: string): string {
  const { d1_databases: databases } = parse(fs.readFileSync(configFile, "utf8"));
  for (const database of Array.isArray(databases) ? databases : []) {
    if (typeof database !== "object" || !("migrations_dir" in database)) continue;
    if (database.migrations_dir === "migrations" && typeof database.binding === "string") {
      return database.binding;
    }
  }
  throw new Error("The generated wrangler.toml names no database with migrations.");
}
