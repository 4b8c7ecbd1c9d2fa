/** Numbers that hashes keep as text. */
import { KVError } from "../errors.ts";

/**
 * Reads a whole number, as Redis does: no blanks, no `+`, no leading zeros.
 *
 * @throws KVError `NOT_AN_INTEGER`, also beyond ±(2^53 − 1).
 */
function readInteger(text: string, field: string): number {
  const value = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new KVError(
    "NOT_AN_INTEGER",
    `The field ${JSON.stringify(field)} does not hold a whole number within ±(2^53 − 1).`,
  );
}

/**
 * Reads a decimal number.
 *
 * @throws KVError `NOT_A_FLOAT`
 */
function readFloat(text: string, field: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new KVError("NOT_A_FLOAT", `The field ${JSON.stringify(field)} does not hold a finite number.`);
}

/** @throws KVError `NOT_AN_INTEGER`, also where the sum leaves ±(2^53 − 1). */
export function addInteger(before: string, amount: number, field: string): number {
  const sum = readInteger(before, field) + amount;
  if (Number.isSafeInteger(sum)) return sum;
  throw new KVError(
    "NOT_AN_INTEGER",
    `The field ${JSON.stringify(field)} would leave ±(2^53 − 1): ${before} with ${amount} added.`,
  );
}

/** @throws KVError `NOT_A_FLOAT`, also where the sum is infinite. */
export function addFloat(before: string, amount: number, field: string): number {
  // Adding 0 turns -0 into 0.
  const sum = readFloat(before, field) + amount + 0;
  if (Number.isFinite(sum)) return sum;
  throw new KVError("NOT_A_FLOAT", `The field ${JSON.stringify(field)} would become infinite.`);
}
