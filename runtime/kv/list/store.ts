/** Lists, on the caller's side. */
import { checkCount } from "../checks.ts";
import { type Codec, text } from "../codec.ts";
import type { Definition, StoreOptions } from "../definition.ts";
import { count, KeyStore, nothing } from "../facade.ts";
import type { Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import type { ListCommands, ListEnd, LposOptions } from "./commands.ts";
import { lists } from "./positions.ts";
import { Lists } from "./structure.ts";

class ListStore<V, R extends ReplyMode> extends KeyStore<R> implements ListCommands<V, R> {
  static override readonly variadic: readonly string[] = ["lpush", "rpush", "lpushx", "rpushx"];
  readonly #codec: Codec<V>;

  constructor(sender: Sender<R>, codec: Codec<V>) {
    super(sender);
    this.#codec = codec;
  }

  lpush(key: string, ...values: V[]): Reply<number, R> {
    return this.#push("lpush", key, values);
  }

  rpush(key: string, ...values: V[]): Reply<number, R> {
    return this.#push("rpush", key, values);
  }

  lpushx(key: string, ...values: V[]): Reply<number, R> {
    return this.#push("lpushx", key, values);
  }

  rpushx(key: string, ...values: V[]): Reply<number, R> {
    return this.#push("rpushx", key, values);
  }

  lpop(key: string): Reply<V | null, R>;
  lpop(key: string, count: number): Reply<V[] | null, R>;
  lpop(key: string, count?: number): Reply<V | null, R> | Reply<V[] | null, R> {
    return this.#pop("lpop", key, count);
  }

  rpop(key: string): Reply<V | null, R>;
  rpop(key: string, count: number): Reply<V[] | null, R>;
  rpop(key: string, count?: number): Reply<V | null, R> | Reply<V[] | null, R> {
    return this.#pop("rpop", key, count);
  }

  lrange(key: string, start: number, stop: number): Reply<V[], R> {
    return this.sender.send("lrange", [key], () => [key, start, stop], this.#all);
  }

  lindex(key: string, index: number): Reply<V | null, R> {
    return this.sender.send("lindex", [key], () => [key, index], this.#one);
  }

  lset(key: string, index: number, value: V): Reply<void, R> {
    return this.sender.send("lset", [key], () => [key, index, this.#codec.encode(value)], nothing);
  }

  linsert(key: string, where: "before" | "after", pivot: V, value: V): Reply<number, R> {
    const args = () => [key, where, this.#codec.encode(pivot), this.#codec.encode(value)];
    return this.sender.send("linsert", [key], args, count);
  }

  lrem(key: string, amount: number, value: V): Reply<number, R> {
    return this.sender.send("lrem", [key], () => [key, amount, this.#codec.encode(value)], count);
  }

  ltrim(key: string, start: number, stop: number): Reply<void, R> {
    return this.sender.send("ltrim", [key], () => [key, start, stop], nothing);
  }

  llen(key: string): Reply<number, R> {
    return this.sender.send("llen", [key], () => [key], count);
  }

  lpos(key: string, value: V, options?: LposOptions & { count?: undefined }): Reply<number | null, R>;
  lpos(key: string, value: V, options: LposOptions & { count: number }): Reply<number[], R>;
  lpos(
    key: string,
    value: V,
    options?: LposOptions & { count?: number | undefined },
  ): Reply<number | null, R> | Reply<number[], R> {
    const args = () => [key, this.#codec.encode(value), options];
    return options?.count === undefined
      ? this.sender.send("lpos", [key], args, (raw: number | null) => raw)
      : this.sender.send("lpos", [key], args, (raw: number[]) => raw);
  }

  lmove(source: string, destination: string, from: ListEnd, to: ListEnd): Reply<V | null, R> {
    const args = () => [source, destination, from, to];
    return this.sender.send("lmove", [source, destination], args, this.#one);
  }

  #push(command: string, key: string, values: readonly V[]): Reply<number, R> {
    const args = () => [key, values.map((value) => this.#codec.encode(value))];
    return this.sender.send(command, [key], args, count);
  }

  #pop(command: string, key: string, amount: number | undefined): Reply<V | null, R> | Reply<V[] | null, R> {
    return amount === undefined || amount === null
      ? this.sender.send(command, [key], () => [key], this.#one)
      : this.sender.send(
          command,
          [key],
          () => [key, amount],
          (raw: string[] | null) => (raw === null ? null : this.#all(raw)),
        );
  }

  readonly #one = (raw: string | null): V | null => (raw === null ? null : this.#codec.decode(raw));

  readonly #all = (raw: readonly string[]): V[] => raw.map((value) => this.#codec.decode(value));
}

/** Options of a store of lists. */
export interface ListOptions extends StoreOptions {
  /** How long a list may get: a push drops from the other end what is too much. */
  readonly max?: number;
}

type Of<V> = Definition<ListCommands<V, "promise">, ListCommands<V, "queued">, ListCommands<V, "value">>;

/** Declares a store of lists. Without a codec, values are text. */
export function list(options: ListOptions): Of<string>;
export function list<V>(options: ListOptions & { readonly value: Codec<V> }): Of<V>;
export function list<V>(options: ListOptions & { readonly value?: Codec<V> }): Of<string> | Of<V> {
  const { value } = options;
  const max = options.max === undefined ? null : checkCount(options.max, "The option max", 1);
  const store = { structure: lists, options, open: (keys: StoreKeys) => new Lists(keys, max) };
  return value === undefined
    ? { ...store, bind: <R extends ReplyMode>(sender: Sender<R>) => new ListStore(sender, text()) }
    : {
        ...store,
        taking: { commands: taking, read: value.decode },
        bind: <R extends ReplyMode>(sender: Sender<R>) => new ListStore(sender, value),
      };
}

/** Commands that give out a value and delete or replace it. */
const taking = ["lpop", "rpop"];
