/** What strings and counters share, on the caller's side. */
import { KeyStore } from "../facade.ts";
import type { Reply, ReplyMode, Sender } from "../replies.ts";
import type { GetExOptions, SetOptions } from "./commands.ts";

/** A value as it travels: text for strings, a number for counters. */
export abstract class ValueStore<V, Raw, R extends ReplyMode> extends KeyStore<R> {
  protected readonly encode: (value: V) => Raw;
  protected readonly decode: (raw: Raw | null) => V | null;

  constructor(sender: Sender<R>, encode: (value: V) => Raw, decode: (raw: Raw) => V) {
    super(sender);
    this.encode = encode;
    this.decode = (raw) => (raw === null ? null : decode(raw));
  }

  get(key: string): Reply<V | null, R> {
    return this.sender.send("get", [key], () => [key], this.decode);
  }

  set(key: string, value: V, options: SetOptions & { readonly get: true }): Reply<V | null, R>;
  set(key: string, value: V, options?: SetOptions & { readonly get?: false }): Reply<boolean, R>;
  set(
    key: string,
    value: V,
    options?: SetOptions & { readonly get?: boolean },
  ): Reply<V | null, R> | Reply<boolean, R> {
    const args = () => [key, this.encode(value), options];
    return options?.get === true
      ? this.sender.send("set", [key], args, this.decode)
      : this.sender.send("set", [key], args, (raw: boolean) => raw);
  }

  getdel(key: string): Reply<V | null, R> {
    return this.sender.send("getdel", [key], () => [key], this.decode);
  }

  getex(key: string, options?: GetExOptions): Reply<V | null, R> {
    return this.sender.send("getex", [key], () => [key, options], this.decode);
  }
}
