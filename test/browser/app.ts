/** The task board as it is served in development, with a database of its own and three people. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { answering, freePort, prepare, serving } from "../../demo/server.ts";

/** Somebody who is there from the beginning. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "member" | "admin";
}

const person = (number: number, name: string, role: Person["role"]): Person => ({
  id: `01890000-0000-7000-8000-00000000000${number}`,
  email: `${name.toLowerCase().replace(" ", ".")}@example.com`,
  name,
  role,
});

export const people = {
  ann: person(1, "Ann Archer", "admin"),
  bob: person(2, "Bob Bishop", "member"),
  cara: person(3, "Cara Cook", "member"),
} as const;

const seed = `INSERT INTO users (id, email, name, role, created_at) VALUES ${Object.values(people)
  .map(
    ({ id, email, name, role }) => `('${id}', '${email}', '${name}', '${role}', '2026-10-01T09:00:00.000Z')`,
  )
  .join(", ")};`;

const temporary = path.join(import.meta.dirname, "../.tmp");
const leash = path.join(import.meta.dirname, "leash.ts");

/** Where the setup builds the page. */
export const builtPage = path.join(temporary, "page");

/** `npm run test:browser` builds the package and tests that; vitest alone tests the sources. */
export const code = process.env.BUILT === undefined ? "sources" : "package";

/** The task board while it runs. It ends with the process that started it, at the latest. */
export interface App extends AsyncDisposable {
  /** Where pages find it: `http://127.0.0.1:<port>`, which Chromium counts as secure. */
  readonly origin: string;
  /** What the server printed so far. */
  output(): string;
  /** Kills the server, as a crash would. What it stored stays. */
  kill(): Promise<void>;
  /** Kills the server, if it runs, and starts it again on the same port with what it stored. */
  restart(): Promise<void>;
  /** Ends the server, and removes what it stored. */
  stop(): Promise<void>;
}

/** Starts the task board. @throws Error with what the server printed, when it does not come up. */
export async function startApp(): Promise<App> {
  mkdirSync(temporary, { recursive: true });
  const state = mkdtempSync(path.join(temporary, "browser-"));
  const port = await freePort();
  let output = "";
  let server: ChildProcess | null = null;

  const launch = async (): Promise<void> => {
    const { file, args, options } = serving(state, port, builtPage, code);
    const child = spawn(process.execPath, [leash, file, ...args], { ...options, stdio: "pipe" });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    await answering(port, () => (child.exitCode === null ? null : `code ${child.exitCode}:\n${output}`));
  };

  // Wrangler looks for free ports for its own use, and another process may be faster to take one.
  const start = async (attempts = 3): Promise<void> => {
    const before = output.length;
    try {
      await launch();
    } catch (error) {
      if (attempts === 1 || !output.slice(before).includes("Address already in use")) throw error;
      await start(attempts - 1);
    }
  };

  const end = async (how: string): Promise<void> => {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.stdin?.end(how);
    await exited;
  };

  const app: App = {
    origin: `http://127.0.0.1:${port}`,
    output: () => output,
    kill: () => end("kill\n"),
    restart: async () => {
      await app.kill();
      await start();
    },
    stop: async () => {
      await end("");
      rmSync(state, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => app.stop(),
  };

  try {
    await prepare(state, seed);
    await start();
  } catch (error) {
    await app.stop();
    throw error;
  }
  return app;
}
