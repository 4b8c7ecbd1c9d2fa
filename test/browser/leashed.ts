/** Servers of the tests: they end with the process that started them, at the latest. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { answering, type Command } from "../../demo/server.ts";

const leash = path.join(import.meta.dirname, "leash.ts");

/** `npm run test:browser` builds the package and tests that; vitest alone tests the sources. */
export const code = process.env.BUILT === undefined ? "sources" : "package";

/** A server, which may be started more than once. */
export interface Leashed {
  /** What it printed so far. */
  output(): string;
  /** Starts it, and waits until the task board answers. @throws Error with what it printed, when it does not come up. */
  start(): Promise<void>;
  /** Asks it to end, and waits for that. */
  end(): Promise<void>;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
}

/** A server that runs by a command, and serves the task board on a port of 127.0.0.1. */
export function leashed({ file, args, options }: Command, port: number): Leashed {
  let output = "";
  let server: ChildProcess | null = null;

  const launch = async (): Promise<void> => {
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

  const tell = async (how: string): Promise<void> => {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.stdin?.end(how);
    await exited;
  };

  return { output: () => output, start: () => start(), end: () => tell(""), kill: () => tell("kill\n") };
}
