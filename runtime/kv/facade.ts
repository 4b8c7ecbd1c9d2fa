/** What the commands of all structures have in common, on the caller's side. */
import { KVError } from "./errors.ts";
import type { ExpireOptions } from "./expiry.ts";
import type { PageReply, Reply, ReplyMode, Sender } from "./replies.ts";

/** Options of a scan. */
export interface ScanOptions {
  /** A glob pattern: `*`, `?`, `[a-c]`, `[^a]`, `\` before a character that stands for itself. */
  readonly match?: string;
  /** About how many entries one page looks at. Default: 10. */
  readonly count?: number;
}

/** The commands that every structure has. `K` is the type of keys where a command takes several. */
export interface KeyCommands<R extends ReplyMode, K extends string = string> {
  /** Deletes keys; replies how many there were. O(1) per key, whatever it holds. */
  del(key: string): Reply<number, R>;
  del(...keys: K[]): Reply<number, R>;
  /** Whether the key exists; of several keys, how many do. */
  exists(key: string): Reply<boolean, R>;
  exists(...keys: [K, K, ...K[]]): Reply<number, R>;
  /** How many of the keys exist. */
  touch(key: string): Reply<number, R>;
  touch(...keys: K[]): Reply<number, R>;
  /** Lets a key live for so many seconds; replies whether it was set. */
  expire(key: string, seconds: number, options?: ExpireOptions): Reply<boolean, R>;
  /** Lets a key live for so many milliseconds; replies whether it was set. */
  pexpire(key: string, milliseconds: number, options?: ExpireOptions): Reply<boolean, R>;
  /** Lets a key live until a time in seconds since 1970; replies whether it was set. */
  expireat(key: string, seconds: number, options?: ExpireOptions): Reply<boolean, R>;
  /** Lets a key live until a time in milliseconds since 1970; replies whether it was set. */
  pexpireat(key: string, milliseconds: number, options?: ExpireOptions): Reply<boolean, R>;
  /** Lets a key live for ever; replies whether that is a change. */
  persist(key: string): Reply<boolean, R>;
  /** Seconds that the key will live, rounded; -1 for a key that stays, -2 for one that does not exist. */
  ttl(key: string): Reply<number, R>;
  /** The same in milliseconds. */
  pttl(key: string): Reply<number, R>;
  /** When the key will expire, in seconds since 1970; -1 for a key that stays, -2 for one that does not exist. */
  expiretime(key: string): Reply<number, R>;
  /** Gives a key another name, in place of what is there. Fails with `NO_SUCH_KEY` where it does not exist. */
  rename(source: K, destination: K): Reply<void, R>;
  /** Gives a key another name, unless that is taken; replies whether it did. */
  renamenx(source: K, destination: K): Reply<boolean, R>;
  /** Copies a key with its expiry; replies whether it did. An existing destination stays, unless `replace` is set. */
  copy(source: K, destination: K, options?: { readonly replace?: boolean }): Reply<boolean, R>;
  /** All keys that match a glob pattern. Looks at every key that begins as the pattern does. */
  keys(pattern: string): Reply<string[], R>;
  /** A page of the keys, from the cursor of the page before; or, iterated, all of them. */
  scan(cursor?: string, options?: ScanOptions): PageReply<string, R>;
}

/** Base class of the stores' commands. Each class names those of its commands that take any number of arguments. */
export abstract class KeyStore<R extends ReplyMode> implements KeyCommands<R> {
  static readonly variadic: readonly string[] = ["del", "exists", "touch"];
  protected readonly sender: Sender<R>;

  constructor(sender: Sender<R>) {
    this.sender = sender;
    KeyStore.#refuseMore(Object.getPrototypeOf(this));
  }

  del(...keys: string[]): Reply<number, R> {
    return this.sender.send("del", keys, () => [keys], count);
  }

  exists(key: string): Reply<boolean, R>;
  exists(...keys: string[]): Reply<number, R>;
  exists(...keys: string[]): Reply<boolean, R> | Reply<number, R> {
    return keys.length === 1
      ? this.sender.send(
          "exists",
          keys,
          () => [keys],
          (found: number) => found === 1,
        )
      : this.sender.send("exists", keys, () => [keys], count);
  }

  touch(...keys: string[]): Reply<number, R> {
    return this.sender.send("touch", keys, () => [keys], count);
  }

  expire(key: string, seconds: number, options?: ExpireOptions): Reply<boolean, R> {
    return this.sender.send("expire", [key], () => [key, seconds, options], flag);
  }

  pexpire(key: string, milliseconds: number, options?: ExpireOptions): Reply<boolean, R> {
    return this.sender.send("pexpire", [key], () => [key, milliseconds, options], flag);
  }

  expireat(key: string, seconds: number, options?: ExpireOptions): Reply<boolean, R> {
    return this.sender.send("expireat", [key], () => [key, seconds, options], flag);
  }

  pexpireat(key: string, milliseconds: number, options?: ExpireOptions): Reply<boolean, R> {
    return this.sender.send("pexpireat", [key], () => [key, milliseconds, options], flag);
  }

  persist(key: string): Reply<boolean, R> {
    return this.sender.send("persist", [key], () => [key], flag);
  }

  ttl(key: string): Reply<number, R> {
    return this.sender.send("ttl", [key], () => [key], count);
  }

  pttl(key: string): Reply<number, R> {
    return this.sender.send("pttl", [key], () => [key], count);
  }

  expiretime(key: string): Reply<number, R> {
    return this.sender.send("expiretime", [key], () => [key], count);
  }

  rename(source: string, destination: string): Reply<void, R> {
    return this.sender.send("rename", [source, destination], () => [source, destination], nothing);
  }

  renamenx(source: string, destination: string): Reply<boolean, R> {
    return this.sender.send("renamenx", [source, destination], () => [source, destination], flag);
  }

  copy(source: string, destination: string, options?: { readonly replace?: boolean }): Reply<boolean, R> {
    return this.sender.send("copy", [source, destination], () => [source, destination, options], flag);
  }

  keys(pattern: string): Reply<string[], R> {
    return this.sender.everywhere("keys", [pattern]);
  }

  scan(cursor?: string, options?: ScanOptions): PageReply<string, R> {
    return this.sender.walk("scan", cursor ?? "0", options);
  }

  /** Classes whose commands refuse what they do not take. */
  static readonly #refusing = new WeakSet<object>();

  /**
   * Makes the commands of a class fail for arguments that they do not take. JavaScript drops those without a word,
   * and to a caller without types, `get("a", "b")` would look like one that reads two keys.
   */
  static #refuseMore(prototype: object): void {
    if (prototype === Object.prototype || KeyStore.#refusing.has(prototype)) return;
    KeyStore.#refusing.add(prototype);
    const { variadic } = prototype.constructor as typeof KeyStore;
    const members = Object.entries(Object.getOwnPropertyDescriptors(prototype));
    for (const [name, { value: command, ...descriptor }] of members) {
      if (typeof command !== "function" || !/^[a-z]+$/.test(name) || variadic.includes(name)) continue;
      const value = function (this: KeyStore<ReplyMode>, ...args: readonly unknown[]): unknown {
        if (args.length <= command.length) return Reflect.apply(command, this, args);
        // As any other failure: a promise that rejects, where replies are promises.
        const fail = (): never => {
          const most = command.length === 1 ? "one argument" : `${command.length} arguments`;
          const takes = `It takes ${most} at the most, not ${args.length}.`;
          throw new KVError("INVALID_ARGUMENT", takes);
        };
        return this.sender.send(name, [], fail, fail);
      };
      Object.defineProperty(prototype, name, { ...descriptor, value });
    }
    KeyStore.#refuseMore(Object.getPrototypeOf(prototype));
  }
}

/** Decoders of plain replies. */
export const count = (raw: number): number => raw;
export const flag = (raw: boolean): boolean => raw;
export const nothing = (_raw: null): void => {};
