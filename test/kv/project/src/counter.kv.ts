import type { KVTransaction } from "../generated/kv.js";

/** Adds to two counters and a list; fails afterwards where it is told to. */
export function record(tx: KVTransaction, key: string, amount: number, fail = false): number {
  const sum = tx.counter.incrby(key, amount);
  tx.list.rpush(key, String(amount));
  if (fail) throw new RangeError("told to fail");
  return sum;
}
