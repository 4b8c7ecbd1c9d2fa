/** Collects the commands of one tick, and sends those for the same object in one RPC. */
import type { Batch, BatchReply } from "./engine.ts";
import { KVError, type KVFailure } from "./errors.ts";
import type { Command } from "./replies.ts";
import { maxBytes, sizeOf } from "./size.ts";

/** The part of a `DurableObjectNamespace` that is used. */
interface Binding {
  getByName(name: string): { run(batch: Batch): PromiseLike<BatchReply> };
}

/** Bytes of arguments after which a message takes no further command. */
const fullBytes = 4 * 2 ** 20;

interface Pending {
  readonly calls: Call[];
  bytes: number;
}

interface Call {
  readonly command: Command;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Commands wait for the end of the current run of microtasks at most, so nothing outlives the request that made them.
 * All callers with the same binding share an outbox, so that `kv(env)` may be called anew for each command.
 */
export class Outbox {
  static readonly #known = new WeakMap<Binding, Outbox>();
  readonly #binding: Binding;
  readonly #pending = new Map<string, Pending>();

  private constructor(binding: Binding) {
    this.#binding = binding;
  }

  static of(binding: Binding): Outbox {
    let outbox = Outbox.#known.get(binding);
    if (outbox === undefined) {
      outbox = new Outbox(binding);
      Outbox.#known.set(binding, outbox);
    }
    return outbox;
  }

  /** Sends a command together with the others of this tick. */
  post(object: string, command: Command): Promise<unknown> {
    let bytes: number;
    try {
      bytes = measured(command);
    } catch (error) {
      return Promise.reject(error);
    }
    let pending = this.#pending.get(object);
    if (pending !== undefined && pending.bytes + bytes > fullBytes) {
      this.#flush(object);
      pending = undefined;
    }
    if (pending === undefined) {
      pending = { calls: [], bytes: 0 };
      this.#pending.set(object, pending);
      queueMicrotask(() => this.#flush(object));
    }
    const { calls } = pending;
    pending.bytes += bytes;
    return new Promise((resolve, reject) => {
      calls.push({ command, resolve, reject });
    });
  }

  /** Sends a batch at once, after what waits for the same object. */
  async send(object: string, batch: Batch): Promise<BatchReply> {
    const bytes = batch.commands.reduce((sum, command) => sum + measured(command), 0);
    if (bytes > maxBytes) throw tooLarge("The commands together", bytes);
    this.#flush(object);
    return this.#run(object, batch);
  }

  #flush(object: string): void {
    const pending = this.#pending.get(object);
    if (pending === undefined) return;
    this.#pending.delete(object);
    void this.#settle(object, pending.calls);
  }

  /** The object replies to fewer commands than it got where their replies would not fit into one message. */
  async #settle(object: string, calls: readonly Call[]): Promise<void> {
    for (let rest = calls; rest.length > 0; ) {
      try {
        const { replies } = await this.#run(object, {
          commands: rest.map(({ command }) => command),
          atomic: false,
        });
        if (replies.length === 0)
          throw new KVError("INTERNAL", `The object ${JSON.stringify(object)} sent no reply.`);
        for (const [index, reply] of replies.entries()) {
          const call = rest[index];
          if (reply.ok) call?.resolve(reply.value);
          else call?.reject(named(call.command, reply.error));
        }
        rest = rest.slice(replies.length);
      } catch (error) {
        for (const { reject } of rest) reject(error as Error);
        return;
      }
    }
  }

  /** Each message takes a stub of its own: one that has failed once stays broken, and none may outlive its request. */
  async #run(object: string, batch: Batch): Promise<BatchReply> {
    try {
      return await this.#binding.getByName(object).run(batch);
    } catch (cause) {
      throw unreachable(object, cause);
    }
  }
}

/** The size of a command's arguments. */
function measured(command: Command): number {
  try {
    const bytes = sizeOf(command.args);
    if (bytes > maxBytes) throw tooLarge("The arguments", bytes);
    return bytes;
  } catch (error) {
    throw error instanceof KVError ? named(command, error) : error;
  }
}

const tooLarge = (what: string, bytes: number): KVError =>
  new KVError(
    "VALUE_TOO_LARGE",
    `${what} take ${bytes} bytes; one message carries ${maxBytes}. Send fewer at a time.`,
  );

/** An error that says which command failed. */
const named = ({ store, command }: Command, { code, message }: KVFailure): KVError =>
  new KVError(code, `${store}.${command}: ${message}`);

/** Tells what Cloudflare says of a call that did not come back. */
function unreachable(object: string, cause: unknown): KVError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const marks: object = typeof cause === "object" && cause !== null ? cause : {};
  if ("overloaded" in marks && marks.overloaded === true) {
    return new KVError(
      "OVERLOADED",
      `The object ${JSON.stringify(object)} has more to do than it can. ${reason}`,
      { cause },
    );
  }
  return new KVError("UNAVAILABLE", `The object ${JSON.stringify(object)} did not answer. ${reason}`, {
    cause,
  });
}
