import {
  type Command,
  type Plain,
  type Reply,
  type StructureName,
  type Subject,
  structures,
} from "../../kv/step.ts";
import { RedisError } from "../client.ts";
import type { RedisServer } from "../server.ts";
import { counterHandlers } from "./counter.ts";
import { hashHandlers } from "./hash.ts";
import { keyHandlers } from "./keys.ts";
import { listHandlers } from "./list.ts";
import { type Encoding, Failure, type Handlers, Picked, Session } from "./session.ts";
import { setHandlers } from "./set.ts";
import { sortedSetHandlers } from "./sorted-set.ts";
import { stringHandlers } from "./string.ts";

const handlers: Readonly<Record<StructureName, Handlers>> = {
  string: stringHandlers,
  counter: counterHandlers,
  hash: hashHandlers,
  set: setHandlers,
  list: listHandlers,
  sortedSet: sortedSetHandlers,
};

/**
 * Our keys end with the millisecond of their expiry, Redis's can still be read in it: those are deleted here. KEYS[]
 * is empty on purpose, the script looks at every database in use.
 */
const endKeys = `
  for db = 0, tonumber(ARGV[1]) - 1 do
    redis.call('SELECT', db)
    for _, key in ipairs(redis.call('KEYS', '*')) do
      if redis.call('PTTL', key) == 0 then redis.call('DEL', key) end
    end
  end`;

/** Redis as a subject: each store is a database, and replies are as our API gives them. */
export class RedisSubject implements Subject {
  readonly #server: RedisServer;
  readonly #encoding: Encoding;
  #now = 0;
  #selected = -1;

  private constructor(server: RedisServer, encoding: Encoding) {
    this.#server = server;
    this.#encoding = encoding;
  }

  /** An empty Redis at a time, in milliseconds since 1970. */
  static async empty(server: RedisServer, encoding: Encoding, time: number): Promise<RedisSubject> {
    await must(server, "FLUSHALL");
    const subject = new RedisSubject(server, encoding);
    await subject.setTime(time);
    return subject;
  }

  async setTime(milliseconds: number): Promise<void> {
    this.#server.setTime(milliseconds);
    this.#now = milliseconds;
    await this.#endKeys();
  }

  async run({ store, command, args }: Command): Promise<Reply> {
    const handler = handlers[store][command] ?? keyHandlers[command];
    if (handler === undefined) throw new Error(`The adapter knows no ${store}.${command}.`);
    const session = await this.#session(store);
    try {
      const value = await handler(session, ...args);
      return value instanceof Picked
        ? { ok: true, value: value.value, pick: value.pick }
        : { ok: true, value };
    } catch (error) {
      if (error instanceof Failure) return { ok: false, code: error.code };
      throw error;
    } finally {
      // A value that was set with an expiry that is now.
      if (command === "set") await this.#endKeys();
    }
  }

  /** Where `spop` chose otherwise on the other side, makes this side's set the same as that. */
  async follow({ store, command, args }: Command, mine: Reply, other: Reply): Promise<void> {
    if (command !== "spop" || !mine.ok || !other.ok || mine.pick === undefined) return;
    const [returned, taken] = [listOf(mine.value), listOf(other.value)];
    // As many were taken: a set that is empty now is so on both sides.
    if (returned.length >= mine.pick.from.length) return;
    const session = await this.#session(store);
    if (returned.length > 0) await session.send("SADD", args[0], ...returned);
    if (taken.length > 0) await session.send("SREM", args[0], ...taken);
  }

  async #session(store: StructureName): Promise<Session> {
    const database = structures.indexOf(store);
    if (database !== this.#selected) await must(this.#server, "SELECT", database);
    this.#selected = database;
    return new Session(this.#server.client, this.#encoding, this.#now);
  }

  async #endKeys(): Promise<void> {
    await must(this.#server, "EVAL", endKeys, 0, structures.length);
  }
}

const listOf = (value: Plain): readonly Plain[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];

async function must(server: RedisServer, ...command: readonly (string | number)[]): Promise<void> {
  const reply = await server.client.call(...command);
  if (reply instanceof RedisError) throw new Error(`${command[0]}: ${reply.message}`);
}
