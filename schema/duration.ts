/** Lengths of time as text, such as `"7d"`. */

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A whole number and its unit: `"250ms"`, `"60s"`, `"5m"`, `"12h"`, `"7d"`. */
export type Duration = `${number}${keyof typeof units}`;

/** The text as milliseconds; null where it is no duration. */
export function milliseconds(text: string): number | null {
  const [, amount, unit] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined
    ? null
    : Number(amount) * units[unit as keyof typeof units];
}
