/**
 * Moves the keys of a store whose sharding changed from the objects that held them to those that hold them now.
 *
 * An object that takes keys over does so before it answers its first command about the store. From that moment the
 * object that hands them over refuses commands about the store, so no write can be lost on the way; it forgets the
 * keys once they are stored at their new place.
 */

import type { KVNamespaceBinding } from "./accessor.ts";
import { type Definition, type Definitions, hasKeys } from "./definition.ts";
import type { Batch, BatchReply, Engine } from "./engine.ts";
import { KVError } from "./errors.ts";
import { KVHost, type ObjectState } from "./host.ts";
import type { Keyspace } from "./keyspace.ts";
import { Outbox } from "./outbox.ts";
import { objectOf, objectsOf } from "./placement.ts";
import type { SqlRow, SqlValue } from "./sql.ts";
import type { Structure } from "./structure.ts";

/** Asks an object for what it has of a store that belongs to another object now. */
export type HandOver =
  | { readonly type: "keys"; readonly store: string; readonly target: string; readonly after: string | null }
  | {
      readonly type: "members";
      readonly store: string;
      readonly ids: readonly number[];
      readonly skip: number;
    }
  /** Everything has arrived, and can be forgotten here. */
  | { readonly type: "done"; readonly store: string; readonly target: string };

export interface HandOverReply {
  readonly keys: readonly MovingKey[];
  /** Members of the keys asked for, as rows of their table, the key's id first. */
  readonly members: readonly (readonly SqlValue[])[];
  /** Whether there may be more. */
  readonly more: boolean;
}

interface MovingKey extends SqlRow {
  readonly key: string;
  readonly id: number;
  readonly count: number;
  readonly expires_at: number | null;
}

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
    for (const store of new Set(batch.commands.map((command) => command.store))) {
      const definition = storeOf(this.#definitions, store);
      if (definition?.options.movedFrom === undefined) continue;
      if (objectsOf(definition.options).includes(this.#name)) await this.#arrival(store, definition);
      else if (isFrozen(this.engine, definition)) return refusal(batch, store);
    }
    return super.run(batch);
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
    const { movedFrom, prefix } = definition.options;
    if (movedFrom === undefined) return;
    const mark = `moved:${prefix}`;
    const target = this.#name;
    const state = this.engine.maintain((space) => space.meta(mark));
    if (state === done) return;
    if (state !== arrived) {
      // What an earlier attempt brought is only a part.
      this.engine.maintain((space) => removeAll(space, definition));
      for (const object of objectsOf(movedFrom)) await this.#takeFrom(object, store, definition);
      this.engine.maintain((space) => space.setMeta(mark, arrived));
    }
    for (const object of objectsOf(movedFrom)) {
      await this.#binding.getByName(object).handOver({ type: "done", store, target });
    }
    this.engine.maintain((space) => space.setMeta(mark, done));
  }

  async #takeFrom(object: string, store: string, definition: Definition): Promise<void> {
    const source = (request: HandOver): PromiseLike<HandOverReply> =>
      this.#binding.getByName(object).handOver(request);
    for (let after: string | null = null; ; ) {
      const page: HandOverReply = await source({ type: "keys", store, target: this.#name, after });
      const ids = this.engine.maintain((space) => writeKeys(space, definition, page.keys));
      for (let skip = 0; ids.size > 0; ) {
        const part = await source({ type: "members", store, ids: [...ids.keys()], skip });
        this.engine.maintain((space) => writeMembers(space, definition.structure, part.members, ids));
        skip += part.members.length;
        if (!part.more) break;
      }
      if (!page.more) return;
      after = page.keys.at(-1)?.key ?? null;
    }
  }
}

/** A store of keys. Others do not move. */
function storeOf(definitions: Definitions, store: string): Definition | undefined {
  const definition = Object.hasOwn(definitions, store) ? definitions[store] : undefined;
  return definition !== undefined && hasKeys(definition) ? definition : undefined;
}

/** States of a store's arrival in an object. */
const arrived = 1;
const done = 2;

const frozenMark = ({ options }: Definition): string => `frozen:${options.prefix}`;

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

/** Keys that one message carries, and members; the latter no further once their text has so many UTF-16 units. */
const pageKeys = 1_000;
const pageMembers = 5_000;
const pageUnits = 4 * 1024 * 1024;

function handOver(space: Keyspace, definition: Definition, request: HandOver): HandOverReply {
  switch (request.type) {
    case "keys":
      // From here on nobody changes the keys in this object.
      space.setMeta(frozenMark(definition), 1);
      return readKeys(space, definition, request.target, request.after);
    case "members":
      return readMembers(space, definition.structure, request.ids, request.skip);
    default:
      for (let after: string | null = null, more = true; more; ) {
        const page = readKeys(space, definition, request.target, after);
        remove(space, definition, page.keys);
        more = page.more;
        after = page.keys.at(-1)?.key ?? null;
      }
      return { keys: [], members: [], more: false };
  }
}

/** Keys of the store that belong to `target` now. Those of other structures stay, where nobody can read them anyway. */
function readKeys(
  space: Keyspace,
  definition: Definition,
  target: string,
  after: string | null,
): HandOverReply {
  const { structure, options } = definition;
  const keys: MovingKey[] = [];
  for (let last = after; ; ) {
    const rows: readonly MovingKey[] = space.sql.all<MovingKey>(
      `SELECT key, id, count, expires_at FROM kv_keys
        WHERE store = ?1 AND (?2 IS NULL OR key > ?2) AND type = ?3 ORDER BY key LIMIT ?4`,
      options.prefix,
      last,
      structure.type,
      pageKeys,
    );
    for (const row of rows) if (objectOf(options, row.key) === target) keys.push(row);
    last = rows.at(-1)?.key ?? null;
    const more = rows.length === pageKeys;
    if (!more || keys.length >= pageKeys) return { keys, members: [], more };
  }
}

function readMembers(
  space: Keyspace,
  structure: Structure,
  ids: readonly number[],
  skip: number,
): HandOverReply {
  const { table, columns } = structure;
  const members: SqlValue[][] = [];
  for (let units = 0; units < pageUnits && members.length < pageMembers; ) {
    const rows = space.sql.all(
      `SELECT id, ${columns.join(", ")} FROM ${table} WHERE id IN (SELECT value FROM json_each(?))
        ORDER BY id LIMIT 64 OFFSET ?`,
      JSON.stringify(ids),
      skip + members.length,
    );
    for (const row of rows) {
      const values = Object.values(row);
      members.push(values);
      for (const value of values) units += typeof value === "string" ? value.length : 8;
    }
    if (rows.length < 64) return { keys: [], members, more: false };
  }
  return { keys: [], members, more: true };
}

/** Stores keys; gives their ids here by their ids there. */
function writeKeys(
  space: Keyspace,
  { structure, options }: Definition,
  keys: readonly MovingKey[],
): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { key, id, count, expires_at } of keys) {
    const own = space.nextId();
    ids.set(id, own);
    space.sql.run(
      "INSERT INTO kv_keys (store, key, id, type, count, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
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

/** Deletes every key of the store in this object. */
function removeAll(space: Keyspace, definition: Definition): void {
  const keys = space.sql.all<MovingKey>(
    "SELECT key, id, count, expires_at FROM kv_keys WHERE store = ? AND type = ?",
    definition.options.prefix,
    definition.structure.type,
  );
  remove(space, definition, keys);
}

function remove(space: Keyspace, { structure, options }: Definition, keys: readonly MovingKey[]): void {
  for (const { key, id } of keys) {
    space.sql.run("DELETE FROM kv_keys WHERE store = ? AND key = ?", options.prefix, key);
    space.discard(id, structure.type);
  }
}
