/** Arguments that are given as an object or as pairs. */
import { KVError } from "./errors.ts";

/** Names with their values: an object, or pairs. */
export type Entries<V, K extends string = string> =
  | { readonly [Key in K]: V }
  | Iterable<readonly [key: K, value: V]>;

/**
 * The pairs of either form.
 *
 * @throws KVError `INVALID_ARGUMENT` for anything else.
 */
export function pairsOf<V>(entries: Entries<V>): (readonly [string, V])[] {
  const given: unknown = entries;
  if (typeof given !== "object" || given === null) {
    throw new KVError("INVALID_ARGUMENT", "Names and values must be given as an object, or as pairs.");
  }
  if (!(Symbol.iterator in entries)) return Object.entries(entries);
  const pairs = [...(entries as Iterable<readonly [string, V]>)];
  if (pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return pairs;
  throw new KVError("INVALID_ARGUMENT", "Each pair must be an array of a name and its value.");
}

export const keysOf = (pairs: readonly (readonly [string, unknown])[]): string[] => pairs.map(([key]) => key);
