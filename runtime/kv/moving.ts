/**
 * Moves the keys of a store whose sharding changed from the objects that held them to those that hold them now.
 *
 * An object that takes keys over does so before it answers its first command about the store. From that moment the
 * object that hands them over refuses commands about the store, so no write can be lost on the way; it forgets keys
 * once they are stored at their new place.
 */

import type { KVNamespaceBinding } from "./accessor.ts";
import { type Definition, type Definitions, hasKeys } from "./definition.ts";
import type { Batch, BatchReply, Engine } from "./engine.ts";
import { KVError } from "./errors.ts";
import {
  arrivalMark,
  frozenMark,
  type HandOver,
  type HandOverReply,
  handOver,
  type MemberPlace,
  type MovingKey,
} from "./hand-over.ts";
import { KVHost, type ObjectState } from "./host.ts";
import type { Keyspace } from "./keyspace.ts";
import { Outbox } from "./outbox.ts";
import { objectsOf } from "./placement.ts";
import type { Command } from "./replies.ts";
import type { SqlValue } from "./sql.ts";
import type { Structure } from "./structure.ts";

/** The part of a `DurableObjectNamespace` that is used. */
interface Binding {
  getByName(name: string): { handOver(request: HandOver): PromiseLike<HandOverReply> };
}

/** An object's host while stores move. */
export class MovingKVHost extends KVHost {
  readonly #definitions: Definitions;
  readonly #binding: Binding;
  readonly #name: string;
  readonly #arrivals = new Map<string, Promise<void>>();

  constructor(state: ObjectState, definitions: Definitions, binding: Binding, now?: () => number) {
    super(state, definitions, now);
    const { name } = state.id;
    if (name === undefined)
      throw new Error("The object was opened by its id. Open it by its name, as kv(env) does.");
    this.#name = name;
    this.#definitions = definitions;
    this.#binding = binding;
  }

  override async run(batch: Batch): Promise<BatchReply> {
    for (const store of this.#storesOf(batch)) {
      const definition = storeOf(this.#definitions, store);
      if (definition?.options.movedFrom === undefined) continue;
      if (this.#holds(definition)) await this.#arrival(store, definition);
      else if (isFrozen(this.engine, definition)) return refusal(batch, store);
    }
    return super.run(batch);
  }

  /** The stores that a batch may use: a function sees all that are in this object. */
  #storesOf({ commands }: Batch): ReadonlySet<string> {
    const stores = new Set(commands.map(({ store }) => store));
    if (!commands.some((command) => isFunction(this.#definitions, command))) return stores;
    for (const store of Object.keys(this.#definitions)) {
      const definition = storeOf(this.#definitions, store);
      if (definition !== undefined && this.#holds(definition)) stores.add(store);
    }
    return stores;
  }

  #holds({ options }: Definition): boolean {
    return objectsOf(options).includes(this.#name);
  }

  /** Answers another object that takes keys over. */
  handOver(request: HandOver): HandOverReply {
    const definition = storeOf(this.#definitions, request.store);
    if (definition === undefined) {
      throw new KVError("VERSION_MISMATCH", `This object knows no store ${JSON.stringify(request.store)}.`);
    }
    return this.engine.maintain((space) => handOver(space, definition, request));
  }

  /** Takes the store's keys over, once. Commands that come meanwhile wait for the same promise. */
  #arrival(store: string, definition: Definition): Promise<void> {
    let arrival = this.#arrivals.get(store);
    if (arrival === undefined) {
      arrival = this.#takeOver(store, definition);
      this.#arrivals.set(store, arrival);
      arrival.catch(() => this.#arrivals.delete(store));
    }
    return arrival;
  }

  async #takeOver(store: string, definition: Definition): Promise<void> {
    const { movedFrom } = definition.options;
    if (movedFrom === undefined) return;
    const mark = arrivalMark(definition);
    if (this.engine.maintain((space) => space.meta(mark)) === arrived) return;
    for (const object of objectsOf(movedFrom)) await this.#takeFrom(object, store, definition);
    this.engine.maintain((space) => {
      space.setMeta(mark, arrived);
      // From an earlier move, in the other direction.
      space.setMeta(frozenMark(definition), 0);
    });
  }

  /**
   * Each page of keys is forgotten there once it is stored here: a request may send a limited number of messages, and
   * one that comes after it was cut off finds only the rest.
   */
  async #takeFrom(object: string, store: string, definition: Definition): Promise<void> {
    const source = (request: HandOver): PromiseLike<HandOverReply> =>
      this.#binding.getByName(object).handOver(request);
    let after: string | null = null;
    do {
      const page: HandOverReply = await source({ type: "keys", store, target: this.#name, after });
      if (page.keys.length > 0) {
        const ids = this.engine.maintain((space) => writeKeys(space, definition, page.keys));
        let from: MemberPlace | null = { index: 0, value: null, skip: 0 };
        while (from !== null) {
          const part: HandOverReply = await source({ type: "members", store, ids: [...ids.keys()], from });
          this.engine.maintain((space) => writeMembers(space, definition.structure, part.members, ids));
          from = part.next;
        }
        await source({ type: "arrived", store, keys: page.keys });
      }
      after = page.after;
    } while (after !== null);
  }
}

/** A store of keys. Others do not move. */
function storeOf(definitions: Definitions, store: string): Definition | undefined {
  const definition = Object.hasOwn(definitions, store) ? definitions[store] : undefined;
  return definition !== undefined && hasKeys(definition) ? definition : undefined;
}

const isFunction = (definitions: Definitions, { store, command }: Command): boolean =>
  Object.hasOwn(storeOf(definitions, store)?.options.functions ?? {}, command);

/** Says that all of a store has arrived in an object. */
const arrived = 1;

const isFrozen = (engine: Engine, definition: Definition): boolean =>
  engine.maintain((space) => space.meta(frozenMark(definition))) !== 0;

function refusal(batch: Batch, store: string): BatchReply {
  const error = {
    code: "UNAVAILABLE",
    message: `The keys of ${store} have moved to other objects. The Worker that called is older than that.`,
  } as const;
  return batch.atomic
    ? { replies: [{ ok: false, error }], failed: 0 }
    : { replies: batch.commands.map(() => ({ ok: false, error })) };
}

/**
 * Lets every object of a store take its keys over now, instead of when it is first used. Once this resolves,
 * `reshardFrom` can be taken out of the config.
 *
 * @throws KVError where an object cannot be reached; call again.
 */
export async function reshard<D extends Definitions>(
  binding: KVNamespaceBinding,
  definitions: D,
  store: keyof D & string,
): Promise<void> {
  const definition = storeOf(definitions, store);
  if (definition === undefined)
    throw new KVError("INVALID_ARGUMENT", `There is no store of keys ${JSON.stringify(store)}.`);
  const outbox = Outbox.of(binding);
  for (const object of objectsOf(definition.options)) {
    await outbox.post(object, { store, command: "scan", args: ["0"] });
  }
}

/**
 * Stores keys; gives their ids here by their ids there. What is here under such a key is a part that an earlier attempt
 * brought. Other keys are those that the last move, in the other direction, has not fetched: they stay.
 */
function writeKeys(
  space: Keyspace,
  { structure, options }: Definition,
  keys: readonly MovingKey[],
): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { key, id, count, expires_at } of keys) {
    const own = space.nextId();
    ids.set(id, own);
    const before = space.sql.get<{ id: number; type: string }>(
      "SELECT id, type FROM kv_keys WHERE store = ? AND key = ?",
      options.prefix,
      key,
    );
    if (before !== undefined) space.discard(before.id, before.type);
    space.sql.run(
      "INSERT OR REPLACE INTO kv_keys (store, key, id, type, count, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
      options.prefix,
      key,
      own,
      structure.type,
      count,
      expires_at,
    );
    if (expires_at !== null) space.noteExpiry(expires_at);
  }
  return ids;
}

function writeMembers(
  space: Keyspace,
  { table, columns }: Structure,
  members: readonly (readonly SqlValue[])[],
  ids: ReadonlyMap<number, number>,
): void {
  const places = columns.map(() => ", ?").join("");
  const statement = `INSERT INTO ${table} (id, ${columns.join(", ")}) VALUES (?${places})`;
  for (const [id, ...values] of members) {
    const own = typeof id === "number" ? ids.get(id) : undefined;
    if (own !== undefined) space.sql.run(statement, own, ...values);
  }
}
