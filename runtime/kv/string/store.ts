/** Strings, on the caller's side. */
import { type Codec, text } from "../codec.ts";
import type { Definition, StoreOptions } from "../definition.ts";
import { count, flag, nothing } from "../facade.ts";
import { type Entries, keysOf, pairsOf } from "../pairs.ts";
import type { Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import { ValueStore } from "../value/store.ts";
import type { JsonStringCommands, StringCommands } from "./commands.ts";
import { Strings, strings } from "./structure.ts";

class JsonStringStore<V, R extends ReplyMode>
  extends ValueStore<V, string, R>
  implements JsonStringCommands<V, R>
{
  static override readonly variadic: readonly string[] = ["mget"];
  constructor(sender: Sender<R>, codec: Codec<V>) {
    super(sender, codec.encode, codec.decode);
  }

  getset(key: string, value: V): Reply<V | null, R> {
    return this.sender.send("getset", [key], () => [key, this.encode(value)], this.decode);
  }

  setnx(key: string, value: V): Reply<boolean, R> {
    return this.sender.send("setnx", [key], () => [key, this.encode(value)], flag);
  }

  mget(...keys: string[]): Reply<(V | null)[], R> {
    const decode = (raw: (string | null)[]): (V | null)[] => raw.map(this.decode);
    return this.sender.send("mget", keys, () => [keys], decode);
  }

  mset(entries: Entries<V>): Reply<void, R> {
    return this.#setAll("mset", entries, nothing);
  }

  msetnx(entries: Entries<V>): Reply<boolean, R> {
    return this.#setAll("msetnx", entries, flag);
  }

  #setAll<Raw, T>(command: string, entries: Entries<V>, decode: (raw: Raw) => T): Reply<T, R> {
    let pairs: readonly (readonly [string, V])[];
    try {
      pairs = pairsOf(entries);
    } catch (error) {
      // As any other failure: a promise that rejects, where replies are promises.
      const fail = (): never => {
        throw error;
      };
      return this.sender.send(command, [], fail, fail);
    }
    const args = () => [pairs.map(([key, value]) => [key, this.encode(value)])];
    return this.sender.send(command, keysOf(pairs), args, decode);
  }
}

class StringStore<R extends ReplyMode>
  extends JsonStringStore<string, R>
  implements StringCommands<string, R>
{
  append(key: string, value: string): Reply<number, R> {
    return this.sender.send("append", [key], () => [key, value], count);
  }

  strlen(key: string): Reply<number, R> {
    return this.sender.send("strlen", [key], () => [key], count);
  }

  getrange(key: string, start: number, end: number): Reply<string, R> {
    return this.sender.send(
      "getrange",
      [key],
      () => [key, start, end],
      (raw: string) => raw,
    );
  }

  setrange(key: string, offset: number, value: string): Reply<number, R> {
    return this.sender.send("setrange", [key], () => [key, offset, value], count);
  }
}

type Of<V> = Definition<
  JsonStringCommands<V, "promise">,
  JsonStringCommands<V, "queued">,
  JsonStringCommands<V, "value">
>;

type OfText = Definition<
  StringCommands<string, "promise">,
  StringCommands<string, "queued">,
  StringCommands<string, "value">
>;

/** Declares a store of strings. With a codec, values are of its type and treated as a whole. */
export function string(options: StoreOptions): OfText;
export function string<V>(options: StoreOptions & { readonly value: Codec<V> }): Of<V>;
export function string<V>(options: StoreOptions & { readonly value?: Codec<V> }): OfText | Of<V> {
  const { value } = options;
  const store = { structure: strings, options, open: (keys: StoreKeys) => new Strings(keys) };
  return value === undefined
    ? { ...store, bind: <R extends ReplyMode>(sender: Sender<R>) => new StringStore(sender, text()) }
    : {
        ...store,
        taking: { commands: taking, read: value.decode },
        bind: <R extends ReplyMode>(sender: Sender<R>) => new JsonStringStore(sender, value),
      };
}

/** Commands that give out a value and delete or replace it. */
const taking = ["set", "getset", "getdel"];
