/** The order of rows, as the server orders them. */
import type { AnyRow } from "./matches.ts";

/**
 * Orders two texts by code point, as the server does. `<` compares UTF-16 units, and puts what lies above U+FFFF before U+E000 to
 * U+FFFF.
 *
 * @returns less than, equal to or greater than zero.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a.charCodeAt(index) === b.charCodeAt(index)) continue;
    // Where they differ within a pair of surrogates, its second half tells them apart just as well.
    return (a.codePointAt(index) ?? 0) - (b.codePointAt(index) ?? 0);
  }
  return a.length - b.length;
}

/** Compares two rows; 0 only where they have the same id. */
export type Compare = (a: AnyRow, b: AnyRow) => number;

/**
 * Reads an ordering. Nulls come last in both directions, and the id decides in the end.
 *
 * @param look Called with each field that is looked at.
 */
export function comparator(orderBy: readonly string[], look: (field: string) => void): Compare {
  const terms = [...orderBy, "id"].map((term) => {
    const isDescending = term.startsWith("-");
    const field = isDescending ? term.slice(1) : term;
    look(field);
    return { field, sign: isDescending ? -1 : 1 };
  });
  return (a, b) => {
    for (const { field, sign } of terms) {
      const x = a[field];
      const y = b[field];
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      const difference = typeof x === "string" ? compareText(x, String(y)) : Number(x) - Number(y);
      if (difference !== 0) return difference * sign;
    }
    return 0;
  };
}
