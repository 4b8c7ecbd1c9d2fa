/** Collects the commands of one tick, and sends those for the same object in one RPC. */
import type { Batch, BatchReply } from "./engine.ts";
import { KVError } from "./errors.ts";
import type { Command } from "./replies.ts";

/** The part of a `DurableObjectNamespace` that is used. */
interface Binding {
  getByName(name: string): { run(batch: Batch): PromiseLike<BatchReply> };
}

/** UTF-16 units of arguments that go into one message at the most; an RPC carries 32 MiB. */
const messageUnits = 4 * 1024 * 1024;

interface Pending {
  readonly commands: Command[];
  readonly settle: { resolve(value: unknown): void; reject(error: Error): void }[];
  units: number;
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
    const units = unitsOf(command.args);
    let pending = this.#pending.get(object);
    if (pending !== undefined && pending.units + units > messageUnits) {
      this.#flush(object);
      pending = undefined;
    }
    if (pending === undefined) {
      pending = { commands: [], settle: [], units: 0 };
      this.#pending.set(object, pending);
      queueMicrotask(() => this.#flush(object));
    }
    const { commands, settle } = pending;
    pending.units += units;
    return new Promise((resolve, reject) => {
      commands.push(command);
      settle.push({ resolve, reject });
    });
  }

  /** Sends a batch at once, after what waits for the same object. */
  async send(object: string, batch: Batch): Promise<BatchReply> {
    this.#flush(object);
    return this.#run(object, batch);
  }

  #flush(object: string): void {
    const pending = this.#pending.get(object);
    if (pending === undefined) return;
    this.#pending.delete(object);
    const { commands, settle } = pending;
    this.#run(object, { commands, atomic: false }).then(
      ({ replies }) => {
        for (const [index, { resolve, reject }] of settle.entries()) {
          const reply = replies[index];
          if (reply?.ok) resolve(reply.value);
          else reject(failed(commands[index], reply?.error));
        }
      },
      (error: Error) => {
        for (const { reject } of settle) reject(error);
      },
    );
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

function failed(
  command: Command | undefined,
  error: { code: KVError["code"]; message: string } | undefined,
): KVError {
  const name = `${command?.store}.${command?.command}`;
  if (error === undefined) return new KVError("INTERNAL", `${name}: the object sent no reply.`);
  return new KVError(error.code, `${name}: ${error.message}`);
}

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

function unitsOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let units = 8;
  for (const item of Object.values(value)) units += unitsOf(item);
  return units;
}
