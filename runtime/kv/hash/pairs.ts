/** Fields with their values, on their way into the object and to SQLite. */
import { checkList, checkMember, checkValue } from "../checks.ts";
import { KVError } from "../errors.ts";
import { pickOf } from "../pick.ts";

/** A field with its value. */
export type Pair = [field: string, value: string];

export const checkField = (field: unknown): string => checkMember(field, "A field");

export function checkPairs(entries: unknown): Pair[] {
  return checkList(entries, "field with its value").map((entry) => {
    if (Array.isArray(entry)) return [checkField(entry[0]), checkValue(entry[1])];
    throw new KVError("INVALID_ARGUMENT", "Each entry must be a pair of field and value.");
  });
}

/** The length of a pair, for chunks. */
export const pairUnits = ([field, value]: Pair): number => field.length + value.length;

/** Fields as SQLite gets them. */
export const listOf = (fields: readonly string[]): string =>
  JSON.stringify(fields.map((field) => [pickOf(field), field]));

/** Pairs as SQLite gets them. */
export const triplesOf = (pairs: readonly Pair[]): string =>
  JSON.stringify(pairs.map(([field, value]) => [pickOf(field), field, value]));
