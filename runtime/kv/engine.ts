/** Runs batches of commands on the stores of one object. */
import { checkKey } from "./checks.ts";
import {
  type Definition,
  type Definitions,
  hasKeys,
  type KVFunction,
  type Standalone,
} from "./definition.ts";
import { KVError, type KVFailure } from "./errors.ts";
import { callFunction, type FunctionCall } from "./functions.ts";
import { Keyspace } from "./keyspace.ts";
import { isSpread, objectOf, type Placement } from "./placement.ts";
import type { Command } from "./replies.ts";
import { bindStores, valueSender } from "./senders.ts";
import { maxBytes, sizeOf } from "./size.ts";
import { type Sql, TrackedSql } from "./sql.ts";
import { StoreKeys } from "./store-keys.ts";
import { pause, sweep } from "./sweep.ts";
import { readTaken, type Taking } from "./taking.ts";

/** Commands for one object. */
export interface Batch {
  readonly commands: readonly Command[];
  /** All or nothing. Otherwise each command stands for itself. */
  readonly atomic: boolean;
}

export type CommandReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: KVFailure };

/**
 * The replies in the order of the commands. A failed atomic batch has one reply, the error of the command `failed`. One
 * that is not atomic may have fewer than there were commands, but one at least: the others have not run, since their
 * replies would not fit into the message.
 */
export interface BatchReply {
  readonly replies: readonly CommandReply[];
  readonly failed?: number;
}

/** What an engine needs from its host. */
export interface EngineOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Asks for {@link Engine.sweep} to be called at a time, in milliseconds since 1970, or soon after. */
  readonly schedule: (at: number) => void;
}

interface OpenStore {
  readonly commands: ReadonlyMap<string, (...args: readonly unknown[]) => unknown>;
  readonly functions: Readonly<Record<string, KVFunction>>;
  readonly placement: Placement;
  readonly taking?: Taking | undefined;
}

export class Engine {
  readonly #sql: TrackedSql;
  readonly #space: Keyspace;
  readonly #definitions: Definitions;
  readonly #options: EngineOptions;
  #stores = new Map<string, OpenStore>();
  /** About how large the replies of the current batch are. */
  #bytes = 0;
  /** Whether this engine has asked for a sweep since it was made. */
  #hasScheduled = false;

  constructor(sql: Sql, definitions: Definitions, options: EngineOptions) {
    this.#sql = new TrackedSql(sql);
    this.#space = new Keyspace(this.#sql);
    this.#definitions = definitions;
    this.#options = options;
    this.#sql.transaction(() => this.#space.createTables());
  }

  /** Runs a batch. Never throws for what a command does: failures are replies. */
  run(batch: Batch): BatchReply {
    this.#space.now = this.#options.now();
    this.#bytes = 0;
    const reply = batch.atomic ? this.#all(batch.commands) : { replies: this.#each(batch.commands) };
    this.#schedule();
    return reply;
  }

  /**
   * Deletes some of the expired keys and of the members of deleted ones.
   *
   * @returns When to call again, in milliseconds since 1970; null where nothing waits.
   */
  sweep(): number | null {
    return this.maintain((space) => sweep(space.sql, Object.values(this.#definitions), space.now));
  }

  /** Works on the tables themselves, in one transaction. */
  maintain<T>(work: (space: Keyspace) => T): T {
    this.#space.now = this.#options.now();
    // What stores remember of keys may change; and the tables of all must be there.
    this.#stores.clear();
    try {
      return this.#sql.transaction(() => {
        for (const { structure } of Object.values(this.#definitions)) this.#space.prepare(structure);
        return work(this.#space);
      });
    } catch (error) {
      this.#forget();
      throw error;
    } finally {
      this.#schedule();
    }
  }

  /** Runs one command. Inside a batch only. */
  execute({ store, command, args }: Command): unknown {
    const opened = this.#store(store);
    const body = Object.hasOwn(opened.functions, command) ? opened.functions[command] : undefined;
    if (body !== undefined) return this.#call(opened, { name: command, body, args });
    const method = opened.commands.get(command);
    if (method === undefined) {
      throw new KVError(
        "VERSION_MISMATCH",
        `The store ${JSON.stringify(store)} of this object knows no ${command}.`,
      );
    }
    const reply = method(...args);
    if (opened.taking?.commands.includes(command)) readTaken(reply, opened.taking);
    return reply;
  }

  #all(commands: readonly Command[]): BatchReply {
    let index = -1;
    try {
      return this.#sql.transaction(() => ({
        replies: commands.map((command, position) => {
          index = position;
          return { ok: true, value: this.#answer(command) } as const;
        }),
      }));
    } catch (error) {
      this.#forget();
      return { replies: [{ ok: false, error: failure(error) }], failed: Math.max(index, 0) };
    }
  }

  /**
   * Commands check before they write, so a failed one has nothing to undo, and one transaction serves all. Should
   * one fail half-way (a full disk, a function of the config), all are undone and run again, each by itself.
   */
  #each(commands: readonly Command[]): readonly CommandReply[] {
    try {
      return this.#sql.transaction(() => this.#fill(commands, (command) => this.#attempt(command)));
    } catch (error) {
      this.#forget();
      if (!(error instanceof HalfWritten)) throw error;
    }
    return this.#fill(commands, (command) => {
      try {
        return { ok: true, value: this.#sql.transaction(() => this.#answer(command)) };
      } catch (error) {
        this.#forget();
        return { ok: false, error: failure(error) };
      }
    });
  }

  /** Replies to commands until a message is full. */
  #fill(commands: readonly Command[], reply: (command: Command) => CommandReply): CommandReply[] {
    const replies: CommandReply[] = [];
    this.#bytes = 0;
    for (const command of commands) {
      if (this.#bytes > fullBytes) break;
      replies.push(reply(command));
    }
    return replies;
  }

  #attempt(command: Command): CommandReply {
    const { writes } = this.#sql;
    try {
      return { ok: true, value: this.#answer(command) };
    } catch (error) {
      if (this.#sql.writes !== writes) throw new HalfWritten();
      return { ok: false, error: failure(error) };
    }
  }

  /** Runs a command whose reply travels. */
  #answer(command: Command): unknown {
    const value = this.execute(command);
    const bytes = this.#bytes + sizeOf(value);
    if (bytes > maxBytes + fullBytes) {
      throw new KVError(
        "VALUE_TOO_LARGE",
        `The reply would take more than ${maxBytes} bytes. Ask for a part of it, by a range or a scan.`,
      );
    }
    this.#bytes = bytes;
    return value;
  }

  #call({ placement }: OpenStore, call: FunctionCall): unknown {
    const object = objectOf(placement, isSpread(placement) ? checkKey(call.args[0]) : "");
    const bind = (execute: (command: Command) => unknown): object =>
      bindStores(this.#definitions, (store, definition) =>
        definition.bind(valueSender(definition, store, object, execute)),
      );
    return callFunction(call, this.#sql, (command) => this.execute(command), bind);
  }

  #store(name: string): OpenStore {
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const definition = Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined;
    if (definition === undefined) {
      throw new KVError("VERSION_MISMATCH", `This object knows no store ${JSON.stringify(name)}.`);
    }
    const store = this.#open(definition);
    this.#stores.set(name, store);
    return store;
  }

  #open(definition: Definition | Standalone): OpenStore {
    this.#space.prepare(definition.structure);
    if (!hasKeys(definition)) {
      const commands = commandsOf(definition.open(this.#space));
      return { commands, functions: {}, placement: definition.options };
    }
    const { structure, options } = definition;
    const keys = definition.open(new StoreKeys(this.#space, structure, options.prefix, options.ttl ?? null));
    const { functions = {} } = options;
    return { commands: commandsOf(keys), functions, placement: options, taking: definition.taking };
  }

  /** After a rollback, nothing that was remembered of the database is sure. */
  #forget(): void {
    this.#stores = new Map();
    this.#space.forget();
  }

  #schedule(): void {
    const { nextExpiry, hasGarbage, now } = this.#space;
    const expiry = nextExpiry === null ? null : Math.max(nextExpiry, now + pause);
    const next = hasGarbage ? now : expiry;
    this.#space.nextExpiry = null;
    this.#space.hasGarbage = false;
    if (next === null) return;
    let at = next;
    if (!this.#hasScheduled) {
      // Before a restart an alarm may have been set for something earlier. It must not be put off by this one.
      this.#hasScheduled = true;
      try {
        at = Math.min(at, this.sweep() ?? at);
      } catch {
        // The commands have run, and are not to fail for this. The alarm sweeps again, and reports what it meets.
        at = now;
      }
    }
    this.#options.schedule(at);
  }
}

/** Bytes of replies after which a message takes no further one. */
const fullBytes = 2 * 2 ** 20;

/** Thrown through a transaction to undo it. */
class HalfWritten extends Error {}

/** The methods of a structure that callers may name: those in lower case. */
function commandsOf(target: object): ReadonlyMap<string, (...args: readonly unknown[]) => unknown> {
  const commands = new Map<string, (...args: readonly unknown[]) => unknown>();
  let prototype: unknown = Object.getPrototypeOf(target);
  while (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name === "constructor" || commands.has(name) || !/^[a-z]+$/.test(name)) continue;
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method === "function") commands.set(name, (...args) => Reflect.apply(method, target, args));
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return commands;
}

function failure(error: unknown): KVFailure {
  if (error instanceof KVError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: /SQLITE_FULL|database or disk is full/.test(message) ? "FULL" : "INTERNAL", message };
}
