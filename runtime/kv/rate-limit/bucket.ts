/**
 * Token buckets in whole numbers: a bucket remembers since when tokens have flowed in and how many were taken since
 * then, so nothing is ever rounded into it. What has flowed in is `elapsed * requests / per`, and the products stay
 * below 2^53.
 */

/** `requests` tokens flow in every `per` milliseconds, evenly, until there are `burst` of them. */
export interface Policy {
  readonly requests: number;
  readonly per: number;
  readonly burst: number;
}

export interface Bucket {
  /** Tokens taken since {@link since}, when the bucket was full. */
  readonly spent: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** `⌈amount / divisor⌉` of whole numbers. The remainder is exact where a quotient of doubles might be rounded. */
function divideUp(amount: number, divisor: number): number {
  const rest = amount % divisor;
  return (amount - rest) / divisor + (rest > 0 ? 1 : 0);
}

/**
 * The same bucket with its beginning moved over whole periods, so that its numbers stay small however long it is
 * never full.
 */
export function settle({ spent, since }: Bucket, { requests, per }: Policy, now: number): Bucket {
  const periods = Math.floor(Math.max(now - since, 0) / per);
  return { spent: spent - periods * requests, since: since + periods * per };
}

/**
 * Whole tokens in a settled bucket that is not full. It has never more than at the latest time it was looked at, so a
 * clock that goes back gives nothing; neither does one that goes to and fro. Negative where a limit was lowered.
 */
export function tokens({ spent, since }: Bucket, { requests, per, burst }: Policy, now: number): number {
  const flow = Math.max(now - since, 0) * requests;
  return burst - spent + (flow - (flow % per)) / per;
}

/** When there are `wanted` tokens, in milliseconds since 1970. */
export function readyAt({ spent, since }: Bucket, { requests, per, burst }: Policy, wanted: number): number {
  return since + divideUp(Math.max(spent + wanted - burst, 0) * per, requests);
}
