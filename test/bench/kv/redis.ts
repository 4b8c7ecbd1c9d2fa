/** A redis-server to compare with, and the least that talks to it: commands are written at once, replies only counted. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How to get what is missing. */
export const installRedis = "install it with `sudo apt-get install redis-server` (Debian, Ubuntu)";

/** The version of the redis-server that is installed; null where there is none. */
export function redisVersion(): string | null {
  const { stdout, error } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  return error === undefined ? (/v=(\S+)/.exec(stdout)?.[1] ?? null) : null;
}

export class Redis implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #socket: net.Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { replies: number; resolve(): void; reject(error: Error): void } | null = null;

  private constructor(child: ChildProcess, socket: net.Socket) {
    this.#child = child;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    const fail = (error: Error) => this.#waiting?.reject(error);
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("redis-server has closed the connection.")));
  }

  /** Starts a redis-server without persistence on a free port of this machine. */
  static async start(): Promise<Redis> {
    const port = await freePort();
    const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no" };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const child = spawn("redis-server", args, { stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
      const socket = net.connect(port, "127.0.0.1");
      try {
        await once(socket, "connect");
        return new Redis(child, socket);
      } catch {
        // It has only just begun to start. Should it never listen, the error below says so.
        socket.destroy();
        await sleep(25);
      }
    }
    child.kill("SIGKILL");
    throw new Error(`redis-server does not listen on port ${port}.`);
  }

  /** Sends commands in one write, and waits for their replies. */
  async send(commands: readonly (readonly string[])[]): Promise<void> {
    const text = commands.map((words) => `*${words.length}\r\n${words.map(bulk).join("")}`).join("");
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { replies: commands.length, resolve, reject };
      this.#socket.write(text);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    for (let end = replyEnd(this.#received, at); end !== null; end = replyEnd(this.#received, at)) {
      if (this.#received[at] === 0x2d)
        this.#waiting?.reject(new Error(this.#received.toString("utf8", at, end)));
      at = end;
      if (this.#waiting !== null) this.#waiting.replies--;
    }
    this.#received = this.#received.subarray(at);
    if (this.#waiting?.replies === 0) this.#waiting.resolve();
  }
}

const bulk = (word: string): string => `$${Buffer.byteLength(word)}\r\n${word}\r\n`;

/** Where a reply ends that is a line or a text; null where it has not come whole. None of the commands replies a list. */
function replyEnd(bytes: Buffer, start: number): number | null {
  const line = bytes.indexOf("\r\n", start);
  if (line === -1) return null;
  if (bytes[start] !== 0x24) return line + 2;
  const length = Number(bytes.toString("latin1", start + 1, line));
  const end = length === -1 ? line + 2 : line + 2 + length + 2;
  return end <= bytes.length ? end : null;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}
