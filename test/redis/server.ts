import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RedisClient } from "./client.ts";

/** How to get what is missing, said where it is missed. */
const install =
  "The live comparison needs Redis 7 and a C compiler on Linux:\n" +
  "  Debian, Ubuntu: sudo apt-get install redis-server gcc\n" +
  "  Fedora:         sudo dnf install redis gcc\n" +
  "`npm test` needs neither: it replays recorded replies.";

/** A redis-server of its own, without persistence, whose clock stands still until it is set. */
export interface RedisServer {
  readonly client: RedisClient;
  readonly version: string;
  /** Sets Redis's wall clock, in milliseconds since 1970. The next command sees it. */
  setTime(milliseconds: number): void;
  stop(): Promise<void>;
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (cause) {
    throw new Error(`\`${command} ${args.join(" ")}\` failed.\n${install}`, { cause });
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

/** Starts redis-server on a free port of 127.0.0.1. `stop` ends it and removes its folder. */
export async function startRedis(startTime: number): Promise<RedisServer> {
  const version = /v=(\S+)/.exec(run("redis-server", ["--version"]))?.[1] ?? "unknown";
  if (!version.startsWith("7."))
    throw new Error(`redis-server is ${version}; the comparison is with Redis 7.\n${install}`);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "covara-redis-"));
  const library = path.join(folder, "clock.so");
  run("cc", ["-O2", "-shared", "-fPIC", "-o", library, path.join(import.meta.dirname, "clock.c")]);
  const clock = fs.openSync(path.join(folder, "clock"), "w+");
  const setTime = (milliseconds: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(milliseconds) * 1000n);
    fs.writeSync(clock, bytes, 0, 8, 0);
  };
  setTime(startTime);

  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no", databases: 16 };
  const child = spawn(
    "redis-server",
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      env: { ...process.env, LD_PRELOAD: library, COVARA_TEST_CLOCK: path.join(folder, "clock") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    client?.close();
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      kill();
      await ended;
    }
    fs.closeSync(clock);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  let client: RedisClient | null = null;
  try {
    client = await connect(child, port);
    return { client, version, setTime, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(child: ChildProcess, port: number): Promise<RedisClient> {
  let output = "";
  child.stdout?.on("data", (text) => (output += text));
  child.stderr?.on("data", (text) => (output += text));
  let cause: unknown;
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    try {
      return await RedisClient.connect(port);
    } catch (error) {
      cause = error;
      await sleep(25);
    }
  }
  throw new Error(`redis-server did not start on port ${port}:\n${output}`, { cause });
}
