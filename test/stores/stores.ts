/** The stores of `test/kv/project`, as its generated `kv.ts` declares them, and the way to its objects. */
import { env } from "cloudflare:workers";
import { accessor, counter, type Functions, hash, json, list, number, string, text } from "covara/runtime/kv";
import { stores as plain } from "../kv/stores.ts";

interface Profile {
  readonly name: string;
  readonly tags: readonly string[];
}

export const stores = {
  ...plain,
  profiles: string({ prefix: "profiles", object: "main", ttl: 3_600_000, value: json<Profile>() }),
  cart: hash({ prefix: "cart", object: "main", fields: { sku: text(), quantity: number() } }),
  recent: list({ prefix: "recent", object: "main", max: 3 }),
  spread: counter({ prefix: "spread", object: "spread", shards: 4 }),
  rooms: string({ prefix: "rooms", object: "rooms", shardBy: "tag" }),
  counter: counter({
    prefix: "counter",
    object: "main",
    // The emitted object runs the function; only its name matters here.
    functions: { record: (_tx: object, _key: string, _amount: number, _fail?: boolean): number => 0 },
  }),
};

const open = accessor(stores);

/** What `kv(env)` gives in a Worker. */
export function kv() {
  const all = open(env.COVARA_KV);
  type Record = { record(tx: object, key: string, amount: number, fail?: boolean): number };
  return { ...all, all, counter: all.counter as typeof all.counter & Functions<Record> };
}

/** The object that holds the stores that are not spread. */
export const main = () => env.COVARA_KV.getByName("main");
