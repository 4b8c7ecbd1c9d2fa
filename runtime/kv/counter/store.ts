/** Counters, on the caller's side. */
import type { Definition, StoreOptions } from "../definition.ts";
import { count } from "../facade.ts";
import type { Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import { ValueStore } from "../value/store.ts";
import type { CounterCommands } from "./commands.ts";
import { Counters, counters } from "./structure.ts";

class CounterStore<R extends ReplyMode> extends ValueStore<number, number, R> implements CounterCommands<R> {
  constructor(sender: Sender<R>) {
    super(sender, count, count);
  }

  incr(key: string): Reply<number, R> {
    return this.sender.send("incr", [key], () => [key], count);
  }

  incrby(key: string, amount: number): Reply<number, R> {
    return this.sender.send("incrby", [key], () => [key, amount], count);
  }

  incrbyfloat(key: string, amount: number): Reply<number, R> {
    return this.sender.send("incrbyfloat", [key], () => [key, amount], count);
  }

  decr(key: string): Reply<number, R> {
    return this.sender.send("decr", [key], () => [key], count);
  }

  decrby(key: string, amount: number): Reply<number, R> {
    return this.sender.send("decrby", [key], () => [key, amount], count);
  }
}

/** Declares a store of counters. */
export function counter(
  options: StoreOptions,
): Definition<CounterCommands<"promise">, CounterCommands<"queued">, CounterCommands<"value">> {
  return {
    structure: counters,
    options,
    open: (keys: StoreKeys) => new Counters(keys),
    bind: <R extends ReplyMode>(sender: Sender<R>) => new CounterStore(sender),
  };
}
