import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The wrangler of a project. */
export interface Wrangler {
  /** Runs a command to its end. Resolves to its exit code and what it printed. */
  run(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  /** Starts a command that goes on until it is stopped; it prints to this process's output. */
  start(args: readonly string[]): Server;
}

/** A wrangler command that is running. */
export interface Server {
  /** Resolves, whoever ended it, to the exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it and everything that it started. */
  stop(): Promise<void>;
}

/** Milliseconds that wrangler has to end by itself. */
const GRACE = 10_000;

/** Milliseconds that the processes which wrangler started have to follow it. */
const GROUP_GRACE = 250;

/** Where nobody but its own project needs to know of wrangler: no banner, no reports, no request for a sample `cf` object. */
const quiet = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** `follow-parent.ts`, or what it was compiled to. */
const followParent = new URL(`./follow-parent${path.extname(import.meta.filename)}`, import.meta.url).href;

/** The wrangler that is installed for a project, or null where there is none. */
export function findWrangler(projectFolder: string): Wrangler | null {
  const bin = wranglerBin(projectFolder);
  if (bin === null) return null;
  const env = { ...process.env, ...quiet };
  // Ctrl+C goes to the whole foreground group, and wrangler must hear of it once, from us: a group of its own.
  const detached = process.platform !== "win32";
  return {
    run(args) {
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: projectFolder,
        env,
        detached,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      const collect = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code: code ?? 1, output }));
      });
    },
    start(args) {
      return serverOf(
        spawn(process.execPath, ["--import", followParent, bin, ...args], {
          cwd: projectFolder,
          env,
          detached,
          stdio: ["ignore", "inherit", "inherit", "ipc"],
        }),
        detached,
      );
    },
  };
}

function serverOf(child: ChildProcess, hasGroup: boolean): Server {
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  return {
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
      await exited;
      clearTimeout(timer);
      if (hasGroup && child.pid !== undefined) await endGroup(child.pid);
    },
  };
}

/** Ends what is left of a process group, such as the esbuild service that wrangler does not wait for. */
async function endGroup(group: number): Promise<void> {
  for (let waited = 0; waited < GROUP_GRACE; waited += 50) {
    if (!signalGroup(group, 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signalGroup(group, "SIGKILL");
}

/** Sends a signal to a process group; false where the group is empty. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function wranglerBin(projectFolder: string): string | null {
  const require = createRequire(path.join(projectFolder, "package.json"));
  try {
    const manifest = require.resolve("wrangler/package.json");
    const { bin }: { bin: Readonly<Record<string, string>> } = JSON.parse(fs.readFileSync(manifest, "utf8"));
    return bin.wrangler === undefined ? null : path.join(path.dirname(manifest), bin.wrangler);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
