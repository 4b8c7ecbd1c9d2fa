/**
 * `npm run demo`: the task board, seeded and served, with a tour of curl lines to paste into another terminal.
 * `npm run demo -- --check` runs the tour by itself and stops.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { seedSql } from "./seed.ts";
import { tour } from "./tour.ts";

const root = path.join(import.meta.dirname, "..");
const state = path.join(root, ".wrangler", "demo");
const wrangler = path.join(root, "node_modules", "wrangler", "bin", "wrangler.js");
const config = ["-c", path.join(root, "generated", "wrangler.toml"), "--persist-to", state];
const env = {
  ...process.env,
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Runs a wrangler command to its end; its output is shown only when it fails. */
function runWrangler(...args: readonly string[]): void {
  try {
    execFileSync(process.execPath, [wrangler, ...args, ...config], { cwd: root, env, stdio: "pipe" });
  } catch (error) {
    if (error instanceof Error && "stdout" in error && "stderr" in error)
      say(`${error.stdout}${error.stderr}`);
    throw error;
  }
}

/** The wished port if it is free, else any other. */
function freePort(wished: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" && wished !== 0) resolve(freePort(0));
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

async function serve(port: number): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      wrangler,
      "dev",
      "--ip",
      "127.0.0.1",
      "--port",
      String(port),
      "--inspector-port",
      "0",
      "--log-level",
      "error",
      ...config,
    ],
    { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] },
  );
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`wrangler dev ended with code ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.status === 200) return child;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill("SIGINT");
  throw new Error("wrangler dev did not answer within a minute");
}

/** Runs every line of the tour in a shell and compares its status. */
function checkTour(base: string): void {
  for (const { title, command, status } of tour(base)) {
    const output = execFileSync("sh", ["-c", `${command} -w '\\n%{http_code}'`], { encoding: "utf8" });
    const got = Number(output.trim().split("\n").at(-1));
    if (got !== status) throw new Error(`${title}: expected ${status}, got ${got}\n${command}\n${output}`);
    say(`ok ${status}  ${title}`);
  }
}

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  say("Preparing the task board: migrations and seed …");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  runWrangler("d1", "migrations", "apply", "DB", "--local");
  const { sql, rows } = await seedSql();
  const file = path.join(state, "seed.sql");
  writeFileSync(file, sql);
  runWrangler("d1", "execute", "DB", "--local", "--file", file);

  const port = await freePort(Number(process.env.PORT ?? 8787));
  const child = await serve(port);
  const stop = (): void => {
    child.kill("SIGINT");
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const base = `http://127.0.0.1:${port}`;
    say(`\nThe task board runs at ${base} with ${rows} rows.`);
    if (check) {
      checkTour(base);
      return;
    }
    say("Paste these into another terminal; Ctrl-C stops the server.\n");
    for (const { title, command } of tour(base)) say(`# ${title}\n${command}\n`);
    await new Promise((resolve) => child.once("exit", resolve));
  } finally {
    stop();
  }
}

await main();
