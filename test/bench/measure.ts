/** Statistics that stand up to a noisy machine: medians, of contenders that take turns. */

/** The value below which a share of the sample lies, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * Measures contenders in turns, the order reversed in every other round, so that what slows the machine down for a
 * while slows all of them.
 *
 * @returns one sample per round for each contender.
 */
export async function alternate(
  rounds: number,
  contenders: readonly (() => number | Promise<number>)[],
): Promise<number[][]> {
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = contenders.map((measure, index) => ({ measure, index }));
    if (round % 2 === 1) order.reverse();
    for (const { measure, index } of order) samples[index]?.push(await measure());
  }
  return samples;
}

/** The median of the ratios round by round: what disturbs a round disturbs both of its sides. */
export const pairedRatio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
