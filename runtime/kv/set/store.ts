/** Sets, on the caller's side. */
import { type Codec, text } from "../codec.ts";
import type { Definition, StoreOptions } from "../definition.ts";
import { count, flag, KeyStore, type ScanOptions } from "../facade.ts";
import type { PageReply, Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import type { SetCommands } from "./commands.ts";
import { Sets, sets } from "./structure.ts";

class SetStore<V, R extends ReplyMode> extends KeyStore<R> implements SetCommands<V, R> {
  static override readonly variadic: readonly string[] = [
    "sadd",
    "srem",
    "smismember",
    "sinter",
    "sunion",
    "sdiff",
    "sinterstore",
    "sunionstore",
    "sdiffstore",
  ];
  readonly #codec: Codec<V>;

  constructor(sender: Sender<R>, codec: Codec<V>) {
    super(sender);
    this.#codec = codec;
  }

  sadd(key: string, ...members: V[]): Reply<number, R> {
    return this.sender.send("sadd", [key], () => [key, this.#encode(members)], count);
  }

  srem(key: string, ...members: V[]): Reply<number, R> {
    return this.sender.send("srem", [key], () => [key, this.#encode(members)], count);
  }

  sismember(key: string, member: V): Reply<boolean, R> {
    return this.sender.send("sismember", [key], () => [key, this.#codec.encode(member)], flag);
  }

  smismember(key: string, ...members: V[]): Reply<boolean[], R> {
    const args = () => [key, this.#encode(members)];
    return this.sender.send("smismember", [key], args, (raw: boolean[]) => raw);
  }

  smembers(key: string): Reply<V[], R> {
    return this.sender.send("smembers", [key], () => [key], this.#decode);
  }

  scard(key: string): Reply<number, R> {
    return this.sender.send("scard", [key], () => [key], count);
  }

  spop(key: string): Reply<V | null, R>;
  spop(key: string, count: number): Reply<V[], R>;
  spop(key: string, count?: number): Reply<V | null, R> | Reply<V[], R> {
    return this.#random("spop", key, count);
  }

  srandmember(key: string): Reply<V | null, R>;
  srandmember(key: string, count: number): Reply<V[], R>;
  srandmember(key: string, count?: number): Reply<V | null, R> | Reply<V[], R> {
    return this.#random("srandmember", key, count);
  }

  smove(source: string, destination: string, member: V): Reply<boolean, R> {
    const args = () => [source, destination, this.#codec.encode(member)];
    return this.sender.send("smove", [source, destination], args, flag);
  }

  sinter(...keys: string[]): Reply<V[], R> {
    return this.sender.send("sinter", keys, () => [keys], this.#decode);
  }

  sunion(...keys: string[]): Reply<V[], R> {
    return this.sender.send("sunion", keys, () => [keys], this.#decode);
  }

  sdiff(...keys: string[]): Reply<V[], R> {
    return this.sender.send("sdiff", keys, () => [keys], this.#decode);
  }

  sintercard(keys: readonly string[], options?: { readonly limit?: number }): Reply<number, R> {
    // Callers without types may give anything; the object refuses what is no list.
    const named = Array.isArray(keys) ? keys : [];
    return this.sender.send("sintercard", named, () => [keys, options], count);
  }

  sinterstore(destination: string, ...keys: string[]): Reply<number, R> {
    return this.#store("sinterstore", destination, keys);
  }

  sunionstore(destination: string, ...keys: string[]): Reply<number, R> {
    return this.#store("sunionstore", destination, keys);
  }

  sdiffstore(destination: string, ...keys: string[]): Reply<number, R> {
    return this.#store("sdiffstore", destination, keys);
  }

  sscan(key: string, cursor?: string, options?: ScanOptions): PageReply<V, R> {
    return this.sender.page("sscan", key, cursor ?? "0", options, (raw: string) => this.#codec.decode(raw));
  }

  #random(command: string, key: string, count: number | undefined): Reply<V | null, R> | Reply<V[], R> {
    const args = () => [key, count];
    if (count !== undefined) return this.sender.send(command, [key], args, this.#decode);
    const decode = (raw: string | null) => (raw === null ? null : this.#codec.decode(raw));
    return this.sender.send(command, [key], args, decode);
  }

  #store(command: string, destination: string, keys: readonly string[]): Reply<number, R> {
    return this.sender.send(command, [destination, ...keys], () => [destination, keys], count);
  }

  #encode(members: readonly V[]): string[] {
    return members.map((member) => this.#codec.encode(member));
  }

  readonly #decode = (raw: readonly string[]): V[] => raw.map((member) => this.#codec.decode(member));
}

type Of<V> = Definition<SetCommands<V, "promise">, SetCommands<V, "queued">, SetCommands<V, "value">>;

/** Declares a store of sets: of plain text, or of what a codec says. */
export function set(options: StoreOptions): Of<string>;
export function set<V>(options: StoreOptions & { readonly member: Codec<V> }): Of<V>;
export function set(options: StoreOptions & { readonly member?: Codec<unknown> }): Definition {
  const { member = text() } = options;
  return {
    structure: sets,
    options,
    open: (keys: StoreKeys) => new Sets(keys),
    // Members that are given out are gone.
    taking: { commands: ["spop"], read: member.decode },
    bind: <R extends ReplyMode>(sender: Sender<R>) => new SetStore(sender, member),
  };
}
