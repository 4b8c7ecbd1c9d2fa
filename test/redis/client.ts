import { once } from "node:events";
import net from "node:net";

/** A reply of Redis in RESP2: bulk strings stay bytes, since only the caller knows how they were written. */
export type Resp = Buffer | string | number | null | RedisError | Resp[];

export const isBytes = (reply: unknown): reply is Buffer => reply instanceof Buffer;

/** An error reply, such as `ERR syntax error`. */
export class RedisError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Parsed {
  readonly value: Resp;
  /** Where the next reply starts. */
  readonly end: number;
}

/** Reads one reply, or null where the bytes do not hold a whole one yet. */
function parse(bytes: Buffer, start: number): Parsed | null {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd === -1) return null;
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (bytes[start]) {
    case 0x2b: // "+"
      return { value: line, end };
    case 0x2d: // "-"
      return { value: new RedisError(line), end };
    case 0x3a: // ":"
      return { value: Number(line), end };
    case 0x24: // "$"
      return parseBulk(bytes, Number(line), end);
    case 0x2a: // "*"
      return parseArray(bytes, Number(line), end);
    default:
      throw new Error(`Redis sent a reply that is not RESP2: ${JSON.stringify(line)}`);
  }
}

function parseBulk(bytes: Buffer, length: number, start: number): Parsed | null {
  if (length === -1) return { value: null, end: start };
  const end = start + length + 2;
  // A copy: the incoming buffer is reused while the reply lives on.
  return bytes.length < end ? null : { value: Buffer.from(bytes.subarray(start, start + length)), end };
}

function parseArray(bytes: Buffer, length: number, start: number): Parsed | null {
  if (length === -1) return { value: null, end: start };
  const items: Resp[] = [];
  let at = start;
  for (let i = 0; i < length; i++) {
    const item = parse(bytes, at);
    if (item === null) return null;
    items.push(item.value);
    at = item.end;
  }
  return { value: items, end: at };
}

/** One connection. Calls are answered in the order in which they were made. */
export class RedisClient {
  readonly #socket: net.Socket;
  readonly #waiting: { resolve(reply: Resp): void; reject(error: Error): void }[] = [];
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("The connection to Redis was closed.")));
  }

  static async connect(port: number, host = "127.0.0.1"): Promise<RedisClient> {
    const socket = net.connect(port, host);
    await once(socket, "connect");
    return new RedisClient(socket);
  }

  /** Sends one command. An error reply is a value of type RedisError, not a rejection. */
  call(...args: readonly (string | number | Buffer)[]): Promise<Resp> {
    const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
    for (const arg of args) {
      const bytes = isBytes(arg) ? arg : Buffer.from(String(arg));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(Buffer.concat(parts));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    for (let next = parse(this.#received, at); next !== null; next = parse(this.#received, at)) {
      at = next.end;
      this.#waiting.shift()?.resolve(next.value);
    }
    this.#received = this.#received.subarray(at);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
