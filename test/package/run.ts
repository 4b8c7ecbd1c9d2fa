/**
 * The package as a new user meets it: packed, installed in an empty folder, and taken through init, gen, the compiler
 * and dev. Run by `npm run test:package`; it installs packages, so it is no part of `npm test`.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "covara-package-"));

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Runs a command and returns its standard output; both outputs are in the error when it fails. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed\n${stdout}${stderr}`);
  }
}

/** The exit code of a command that may fail, and what it said. */
function attempt(cwd: string, command: string, ...args: readonly string[]): { code: number; output: string } {
  try {
    return { code: 0, output: execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  assert(address !== null && typeof address === "object");
  return address.port;
}

async function until<T>(what: () => string, probe: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = await probe();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what()}: nothing after a minute`);
}

async function serve(app: string): Promise<void> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const bin = path.join(app, "node_modules/covara/dist/generator/cli/bin.js");
  const dev = spawn(process.execPath, [bin, "dev", "--port", String(port)], {
    cwd: app,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [dev.stdout, dev.stderr]) {
    stream.on("data", (chunk) => {
      log += chunk;
    });
  }
  try {
    await until(
      () => `covara dev\n${log}`,
      async () => ((await fetch(`${base}/readyz`).catch(() => null))?.ok ? true : null),
    );
    const token = /^ {2}(\S{32,})$/m.exec(run(app, "npm", "run", "--silent", "add-user", "--", "ann"))?.[1];
    assert(token !== undefined, "add-user prints a token");
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const made = await fetch(`${base}/api/notes`, { method: "POST", headers, body: `{"title":"First"}` });
    assert.equal(made.status, 201, await made.clone().text());
    assert.equal((await fetch(`${base}/api/notes`)).status, 401);

    // The viewer's files are in the package.
    const page = /API page: (\S+)/.exec(log)?.[1];
    assert(page !== undefined, `covara dev says where the API page is\n${log}`);
    const html = await (await fetch(page)).text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = ""]) => link);
    assert(links.length > 0);
    for (const link of [...links, "/openapi.json"]) {
      assert.equal((await fetch(new URL(link, page))).status, 200, link);
    }

    const config = path.join(app, "covara.config.ts");
    const text = fs.readFileSync(config, "utf8");
    fs.writeFileSync(
      config,
      text
        .replace("        pinned:", "        stars: field.integer().default(3),\n        pinned:")
        .replace("defineConfig({\n", 'defineConfig({\n  clients: [{ out: "web/api" }],\n'),
    );
    const row = await until(
      () => `a new field\n${log}`,
      async () => {
        const answer = await fetch(`${base}/api/notes`, { headers }).catch(() => null);
        const page =
          answer?.status === 200 ? ((await answer.json()) as { items: Record<string, unknown>[] }) : null;
        return page?.items[0]?.stars === undefined ? null : page.items[0];
      },
    );
    assert.equal(row.stars, 3);
    // The client's sources are in the package.
    const copy = fs.readFileSync(path.join(app, "web/api/client.ts"), "utf8");
    assert.match(copy, /export function createClient/);
    assert.doesNotMatch(copy, /from "/);
  } finally {
    dev.kill("SIGINT");
    if (dev.exitCode === null) await once(dev, "exit");
  }
  const after = await fetch(`${base}/healthz`).catch(() => null);
  assert.equal(after, null, "nothing listens after SIGINT");
}

async function main(): Promise<void> {
  const tarball = path.join(
    folder,
    run(root, "npm", "pack", "--silent", "--pack-destination", folder).trim().split("\n").at(-1) ?? "",
  );
  const app = path.join(folder, "app");
  fs.mkdirSync(app);
  run(app, "npm", "install", "--no-audit", "--no-fund", tarball);
  say("ok  the tarball installs in an empty folder");
  run(app, "npx", "covara", "init");
  const again = attempt(app, "npx", "covara", "init");
  assert.equal(again.code, 1);
  assert.match(again.output, /covara\.config\.ts/);
  say("ok  covara init makes a project, and overwrites nothing");
  assert.match(run(app, "npx", "covara", "gen"), /created {2}generated\/worker\.ts/);
  assert.doesNotMatch(run(app, "npx", "covara", "gen"), /created|updated/);
  run(app, "npx", "covara", "gen", "--check");
  run(app, "npx", "tsc", "--noEmit");
  say("ok  covara gen writes once, covara gen --check agrees, and the project compiles");
  const worker = path.join(app, "generated/worker.ts");
  const text = fs.readFileSync(worker, "utf8");
  fs.appendFileSync(worker, "// by hand\n");
  for (const args of [["gen", "--check"], ["gen"]]) {
    const { code, output } = attempt(app, "npx", "covara", ...args);
    assert.equal(code, 1);
    assert.match(output, /generated\/worker\.ts/);
  }
  fs.writeFileSync(worker, text);
  say("ok  a file edited by hand is named, and left alone");
  await serve(app);
  say("ok  covara dev serves, migrates and reloads, and leaves nothing running");
}

try {
  await main();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
