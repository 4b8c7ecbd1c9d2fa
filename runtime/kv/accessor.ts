/** What Worker code calls: the stores, `multi` and `pipeline`, over RPC. */
import type { Definition, Definitions, StoresOf } from "./definition.ts";
import type { Batch, BatchReply } from "./engine.ts";
import { KVError, MultiError } from "./errors.ts";
import { Outbox } from "./outbox.ts";
import { isSpread } from "./placement.ts";
import { Queued, type Sender } from "./replies.ts";
import { bindStores, promiseSender, queueSender } from "./senders.ts";

/** The part of a `DurableObjectNamespace` that is used. */
export interface KVNamespaceBinding {
  getByName(name: string): { run(batch: Batch): PromiseLike<BatchReply> };
}

/** What the commands of a batch reply, in their order. */
export type Results<C extends readonly Queued<unknown>[]> = {
  -readonly [Index in keyof C]: C[Index] extends Queued<infer T> ? T : never;
};

/** How one command of a pipeline went. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: KVError };

export type Outcomes<C extends readonly Queued<unknown>[]> = {
  -readonly [Index in keyof C]: C[Index] extends Queued<infer T> ? Outcome<T> : never;
};

/**
 * Runs commands of one object in one transaction: all or nothing.
 *
 * @throws MultiError with the index and the cause of the first command that failed; KVError `CROSSSLOT` where the
 *   commands name several objects.
 */
export type Multi<S> = <const C extends readonly Queued<unknown>[]>(
  commands: (stores: S) => C,
) => Promise<Results<C>>;

/** Sends commands together, each of which stands for itself. */
export type Pipeline<S> = <const C extends readonly Queued<unknown>[]>(
  commands: (stores: S) => C,
) => Promise<Outcomes<C>>;

/** All stores, `multi` and `pipeline`. */
export type Accessor<D extends Definitions> = StoresOf<D, "promise"> & {
  readonly multi: Multi<StoresOf<D, "queued">>;
  readonly pipeline: Pipeline<StoresOf<D, "queued">>;
};

/** Makes the function that opens the stores for a request. */
export function accessor<D extends Definitions>(
  definitions: D,
): (binding: KVNamespaceBinding) => Accessor<D> {
  return (binding) => {
    const outbox = Outbox.of(binding);
    const stores = bindStores(
      definitions,
      (store, definition) => {
        const sender = promiseSender(definition, store, (object, command) => outbox.post(object, command));
        return Object.assign(definition.bind(sender), functionsOf(definition, sender));
      },
      (store, definition) =>
        definition.connect((object, command, args) => outbox.post(object, { store, command, args })),
    );
    const collect = <const C extends readonly Queued<unknown>[]>(
      build: (stores: StoresOf<D, "queued">) => C,
    ): C => {
      if (typeof build !== "function")
        throw new KVError("INVALID_ARGUMENT", "The commands must be given as a function: (tx) => [tx.…].");
      const made: Queued<unknown>[] = [];
      const queues = bindStores(definitions, (store, definition) =>
        definition.bind(queueSender(definition, store, (queued) => made.push(queued))),
      );
      const commands = build(queues as StoresOf<D, "queued">);
      checkReturned(commands, made);
      return commands;
    };
    const multi: Multi<StoresOf<D, "queued">> = async (build) => {
      const commands = collect(build);
      type R = Results<typeof commands>;
      const [first, ...others] = commands;
      if (first === undefined) return [] as unknown as R;
      for (const [index, { failure }] of commands.entries())
        if (failure) throw new MultiError(index, failure);
      const stray = others.find(({ object }) => object !== first.object);
      if (stray !== undefined) {
        throw new KVError(
          "CROSSSLOT",
          `A multi runs inside one object, but ${nameOf(first)} and ${nameOf(stray)} live in ${JSON.stringify(first.object)} and ${JSON.stringify(stray.object)}.`,
        );
      }
      const batch = { commands: commands.map(({ command }) => command), atomic: true };
      const { replies, failed } = await outbox.send(first.object, batch);
      return replies.map((reply, index) => {
        if (reply.ok) return commands[index]?.decode(reply.value);
        throw new MultiError(failed ?? index, new KVError(reply.error.code, reply.error.message));
      }) as unknown as R;
    };
    const pipeline: Pipeline<StoresOf<D, "queued">> = async (build) => {
      const commands = collect(build);
      const replies = await Promise.all(
        commands.map(({ object, command, decode, failure }) =>
          (failure ? Promise.reject(failure) : outbox.post(object, command)).then(
            (raw): Outcome<unknown> => outcome(() => decode(raw)),
            (error: unknown): Outcome<unknown> => outcome(() => rethrow(error)),
          ),
        ),
      );
      return replies as unknown as Outcomes<typeof commands>;
    };
    return Object.defineProperties(stores, {
      multi: { value: multi },
      pipeline: { value: pipeline },
    }) as Accessor<D>;
  };
}

/**
 * The functions of a store. Where its keys are spread over objects, the first argument is the key that says which
 * object to run in.
 */
function functionsOf({ options }: Definition, sender: Sender<"promise">): object {
  const names = Object.keys(options.functions ?? {});
  const entries = names.map((name) => {
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      sender.send(
        name,
        isSpread(options) ? [args[0] as string] : [],
        () => args,
        (result: unknown) => result,
      );
    return [name, call] as const;
  });
  return Object.fromEntries(entries);
}

function outcome<T>(run: () => T): Outcome<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (error instanceof KVError) return { ok: false, error };
    throw error;
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** A command that was made but not returned would be lost without a word. */
function checkReturned(commands: unknown, made: readonly Queued<unknown>[]): void {
  if (!Array.isArray(commands) || !commands.every((command) => command instanceof Queued)) {
    throw new KVError("INVALID_ARGUMENT", "The function must return an array of queued commands.");
  }
  if (commands.length !== made.length || made.some((queued) => !commands.includes(queued))) {
    throw new KVError(
      "INVALID_ARGUMENT",
      `${made.length} commands were queued but ${commands.length} returned. Return each of them, once.`,
    );
  }
}

const nameOf = ({ command }: Queued<unknown>): string => `${command.store}.${command.command}`;
