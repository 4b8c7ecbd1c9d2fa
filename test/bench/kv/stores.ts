/** One store of each structure. */

import type { Definitions, StoresOf } from "../../../runtime/kv/definition.ts";
import {
  counter,
  hash,
  list,
  rateLimit,
  session,
  set,
  sortedSet,
  string,
} from "../../../runtime/kv/index.ts";

const at = (prefix: string) => ({ prefix, object: "main" });

const values = (copy: string) => ({
  string: string(at(`string${copy}`)),
  counter: counter(at(`counter${copy}`)),
  session: session({ ...at(`session${copy}`), ttl: 30 * 86_400_000 }),
  // So many that none is ever refused: a refusal writes nothing.
  rateLimit: rateLimit({ ...at(`rate-limit${copy}`), requests: 1_000_000, per: 1_000 }),
});

export const stores = {
  ...values(""),
  hash: hash(at("hash")),
  set: set(at("set")),
  list: list(at("list")),
  sortedSet: sortedSet(at("sorted-set")),
};

export type StoreName = keyof typeof stores;

export type Queues = StoresOf<typeof stores, "queued">;

/** Stores whose members are their keys. */
export const isValueStore = (name: string): boolean => Object.hasOwn(values(""), name);

/** The name of copy number `copy` of a store of values. */
export const copyOf = (name: string, copy: number): string => (copy === 0 ? name : `${name}.${copy}`);

/** The stores, those of values in so many copies. */
export function storesWith(copies: number): Definitions {
  const more = Array.from({ length: copies - 1 }, (_, index) =>
    Object.entries(values(`.${index + 1}`)).map(([name, store]) => [copyOf(name, index + 1), store]),
  );
  return { ...stores, ...Object.fromEntries(more.flat()) };
}
