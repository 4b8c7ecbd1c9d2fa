/** How rules compare values of an image: as SQLite compares those that are stored. */
import { compareText } from "../query/filter/text.ts";

/**
 * Orders two numbers, or two texts by code point.
 *
 * @returns less than, equal to or greater than zero; NaN where one of them is null, so that no comparison with zero holds.
 */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return typeof a === "number" && typeof b === "number" ? a - b : Number.NaN;
}

/** Whether a value is one of some constants. Null is none of them. */
export const oneOf = (value: unknown, ...values: readonly (string | number | boolean)[]): boolean =>
  values.some((each) => each === value);
