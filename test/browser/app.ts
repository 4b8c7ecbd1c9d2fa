/** The task board as it is served in development, with a database of its own and three people. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { freePort, prepare, serving } from "../../demo/server.ts";
import { code, leashed } from "./leashed.ts";

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

/** Where the setup builds the page. */
export const builtPage = path.join(temporary, "page");

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
  const server = leashed(serving(state, port, builtPage, code), port);
  const app: App = {
    origin: `http://127.0.0.1:${port}`,
    output: server.output,
    kill: server.kill,
    restart: async () => {
      await server.kill();
      await server.start();
    },
    stop: async () => {
      await server.end();
      rmSync(state, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => app.stop(),
  };

  try {
    await prepare(state, seed);
    await server.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
  return app;
}
