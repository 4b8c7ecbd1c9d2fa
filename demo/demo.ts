/**
 * `npm run demo`: the task board, seeded and served, page and API, with a tour of curl lines to paste into another terminal.
 * `npm run demo -- --check` runs the tour by itself and stops.
 */
import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildPage } from "./page/build.ts";
import { seedSql } from "./seed.ts";
import { answering, freePort, prepare, serving } from "./server.ts";
import { tour } from "./tour.ts";

const state = path.join(import.meta.dirname, "..", ".wrangler", "demo");
const page = path.join(import.meta.dirname, "..", ".wrangler", "page");

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

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
  say("Preparing the task board: page, migrations and seed …");
  rmSync(state, { recursive: true, force: true });
  const { sql, rows } = await seedSql();
  await Promise.all([prepare(state, sql), buildPage(page, "package")]);

  const port = await freePort(Number(process.env.PORT ?? 8787));
  const { file, args, options } = serving(state, port, page, "package");
  const child = spawn(file, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    await answering(port, () => (child.exitCode === null ? null : `code ${child.exitCode}`));
    const base = `http://127.0.0.1:${port}`;
    say(`\nThe task board runs at ${base} with ${rows} rows.`);
    if (check) {
      checkTour(base);
      return;
    }
    say("Paste these into another terminal, if you like:\n");
    for (const { title, command } of tour(base)) say(`# ${title}\n${command}\n`);
    say(`Open the task board in a browser, and stop it with Ctrl-C:\n\n  ${base}\n`);
    await new Promise((resolve) => child.once("exit", resolve));
  } finally {
    stop();
  }
}

await main();
