/** Counters, as they run inside the object: one number under each key. */
import { checkInteger, checkKey, checkNumber } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { StoreKeys } from "../store-keys.ts";
import type { Structure } from "../structure.ts";
import { Values } from "../value/structure.ts";

export class Counters extends Values<number> {
  constructor(keys: StoreKeys) {
    super(keys, (value) => checkNumber(value, "The value"));
  }

  incr(key: unknown): number {
    return this.#addInteger(key, 1);
  }

  incrby(key: unknown, amount: unknown): number {
    return this.#addInteger(key, checkInteger(amount, "The increment"));
  }

  decr(key: unknown): number {
    return this.#addInteger(key, -1);
  }

  decrby(key: unknown, amount: unknown): number {
    return this.#addInteger(key, -checkInteger(amount, "The decrement"));
  }

  incrbyfloat(key: unknown, amount: unknown): number {
    return this.#add(key, checkNumber(amount, "The increment"), (sum) => {
      if (!Number.isFinite(sum)) throw new KVError("NOT_A_FLOAT", "The counter would become infinite.");
    });
  }

  #addInteger(key: unknown, amount: number): number {
    return this.#add(key, amount, (sum, before) => {
      if (!Number.isSafeInteger(before)) {
        throw new KVError(
          "NOT_AN_INTEGER",
          `The counter is ${before}, which is not a whole number within ±(2^53 − 1).`,
        );
      }
      if (!Number.isSafeInteger(sum)) {
        throw new KVError(
          "NOT_AN_INTEGER",
          `The counter would leave ±(2^53 − 1): ${before} with ${amount} added.`,
        );
      }
    });
  }

  #add(key: unknown, amount: number, check: (sum: number, before: number) => void): number {
    const name = checkKey(key);
    const { row, value } = this.openValue(name);
    const before = value ?? 0;
    const sum = before + amount;
    check(sum, before);
    this.changeValue(name, row, sum);
    return sum;
  }
}

export const counters: Structure = {
  type: "counter",
  formats: [["CREATE TABLE kv_counter (id INTEGER PRIMARY KEY, value REAL NOT NULL)"]],
  table: "kv_counter",
  columns: ["value"],
};
