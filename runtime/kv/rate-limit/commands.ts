/** What a store of rate limits can do. */

/** How a key stands. Times are in milliseconds. */
export interface RateLimit {
  /** Whether the cost was taken. */
  readonly allowed: boolean;
  /** Tokens that a full bucket holds. */
  readonly limit: number;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Time until the bucket is full. */
  readonly reset: number;
  /** Time until the cost can be taken: 0 if it was, null if it never can because it is more than `limit`. */
  readonly retryAfter: number | null;
}

/**
 * One token bucket under each key: `requests` tokens flow in every `per`, evenly, until there are `burst`. Commands
 * are atomic, so all instances together never allow more than that. They run by themselves only, not inside `multi`,
 * `pipeline` or functions.
 */
export interface RateLimitCommands {
  /**
   * Takes tokens from the key's bucket if it has them all. Writes one row if it does, nothing otherwise.
   * O(log n) in the number of keys.
   *
   * @param cost A whole number of tokens, at least 1. Default: 1.
   */
  take(key: string, cost?: number): Promise<RateLimit>;
  /** What `take` would reply before it takes anything. */
  peek(key: string, cost?: number): Promise<RateLimit>;
  /** Fills the key's bucket; replies whether it was not full. */
  reset(key: string): Promise<boolean>;
}
