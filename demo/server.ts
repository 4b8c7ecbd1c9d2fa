/** The task board on this machine: wrangler's local database, and `wrangler dev`, with the sign-in of the demo. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "..");
const wrangler = path.join(root, "node_modules", "wrangler", "bin", "wrangler.js");

/** How to start a process: what `spawn` takes. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
}

/** A wrangler command on the task board, with its state in a folder. */
const command = (state: string, args: readonly string[]): Command => ({
  file: process.execPath,
  args: [wrangler, ...args, "-c", path.join(root, "generated", "wrangler.toml"), "--persist-to", state],
  options: {
    cwd: root,
    env: {
      ...process.env,
      CI: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    },
  },
});

/** Runs a wrangler command to its end. @throws Error with what it printed, when it fails. */
async function run({ file, args, options }: Command): Promise<void> {
  try {
    await promisify(execFile)(file, args, options);
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error)) throw error;
    throw new Error(`${error.message}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/** Makes a database with all migrations applied, and runs some SQL on it. */
export async function prepare(state: string, sql: string): Promise<void> {
  await mkdir(state, { recursive: true });
  await run(command(state, ["d1", "migrations", "apply", "DB", "--local"]));
  const file = path.join(state, "seed.sql");
  await writeFile(file, sql);
  await run(command(state, ["d1", "execute", "DB", "--local", "--file", file]));
}

/**
 * What serves the task board on a port of 127.0.0.1, API and page. This is where the demo's sign-in is let through.
 *
 * @param page Folder of the page as `buildPage` made it. Of the generated config it is no part: the API needs none.
 * @param code What `covara/runtime` stands for: the built package, as for its users, or the sources, to which `tsconfig.json` maps it.
 */
export const serving = (state: string, port: number, page: string, code: "package" | "sources"): Command =>
  command(state, [
    ...["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
    ...["--log-level", "error", "--var", "DEMO_SIGN_IN:on", "--assets", page],
    ...["--tsconfig", path.join(root, code === "package" ? "tsconfig.base.json" : "tsconfig.json")],
  ]);

/**
 * Waits for the task board to serve.
 *
 * @param ended Says how the server ended; null while it runs.
 * @throws Error when it ended, or did not answer within three minutes.
 */
export async function answering(port: number, ended: () => string | null): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt++) {
    const how = ended();
    if (how !== null) throw new Error(`wrangler dev ended with ${how}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("wrangler dev did not answer within three minutes");
}

/** The wished port of 127.0.0.1 if it is free, else any other. */
export function freePort(wished = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" && wished !== 0) resolve(freePort());
      else reject(error);
    });
    server.listen(wished, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
