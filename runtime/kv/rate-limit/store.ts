/** Rate limits, on the caller's side. */
import { checkCount, checkKey } from "../checks.ts";
import type { Call, Standalone, StoreOptions } from "../definition.ts";
import { KVError } from "../errors.ts";
import { objectOf, type Placement } from "../placement.ts";
import type { Policy } from "./bucket.ts";
import type { RateLimit, RateLimitCommands } from "./commands.ts";
import { RateLimits, rateLimits } from "./structure.ts";

/** A limit and where it lives. */
export interface RateLimitOptions extends Pick<Placement, "object" | "shards">, Pick<StoreOptions, "prefix"> {
  /** Tokens that flow into a bucket within `per`. */
  readonly requests: number;
  /** Milliseconds. */
  readonly per: number;
  /** Tokens that a full bucket holds. Default: `requests`. */
  readonly burst?: number;
}

class RateLimitStore implements RateLimitCommands {
  readonly #placement: Placement;
  readonly #call: Call;

  constructor(placement: Placement, call: Call) {
    this.#placement = placement;
    this.#call = call;
  }

  async take(key: string, cost = 1): Promise<RateLimit> {
    return (await this.#call(this.#place(key), "take", [key, cost])) as RateLimit;
  }

  async peek(key: string, cost = 1): Promise<RateLimit> {
    return (await this.#call(this.#place(key), "peek", [key, cost])) as RateLimit;
  }

  async reset(key: string): Promise<boolean> {
    return (await this.#call(this.#place(key), "reset", [key])) as boolean;
  }

  #place(key: unknown): string {
    return objectOf(this.#placement, checkKey(key));
  }
}

/**
 * Declares a store of rate limits. A limit that is changed counts on from what was taken under the old one.
 *
 * @throws KVError for numbers that are not whole, or too large to count with.
 */
export function rateLimit(options: RateLimitOptions): Standalone<RateLimitCommands> {
  const policy = policyOf(options);
  return {
    structure: rateLimits,
    options,
    open: (space) => new RateLimits(space, options.prefix, policy),
    connect: (call) => new RateLimitStore(options, call),
  };
}

function policyOf({ prefix, requests, per, burst = requests }: RateLimitOptions): Policy {
  const name = `of the rate limit ${JSON.stringify(prefix)}`;
  const policy = {
    requests: checkCount(requests, `The requests ${name}`, 1),
    per: checkCount(per, `The period ${name}`, 1),
    burst: checkCount(burst, `The burst ${name}`, 1),
  };
  // Buckets are counted in products of tokens and milliseconds. Half of 2^53 leaves room for the time itself.
  if ((requests + burst) * per > 2 ** 52) {
    throw new KVError(
      "OUT_OF_RANGE",
      `The numbers ${name} are too large: (requests + burst) * milliseconds may be 2^52. Choose a shorter period.`,
    );
  }
  return policy;
}
