/** Ranges of positions as Redis counts them: from 0, or from the end with negative numbers, both ends included. */

/** The positions from `from` to `to` of something with `count` members, clamped to what is there; null for none. */
export function slice(
  from: number,
  to: number,
  count: number,
): { readonly start: number; readonly stop: number } | null {
  const start = Math.max(from < 0 ? from + count : from, 0);
  const stop = Math.min(to < 0 ? to + count : to, count - 1);
  return start > stop ? null : { start, stop };
}
