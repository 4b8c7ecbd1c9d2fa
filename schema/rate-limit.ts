import type { RateLimitData } from "./data.ts";
import type { Duration } from "./duration.ts";

/** How often something may be done. */
export interface RateLimitInput extends RateLimitData {
  /** Requests within `per`. They come back evenly, not all at once. */
  readonly requests: number;
  /** Such as `"1m"`. */
  readonly per: Duration;
  /**
   * Whom it is counted for: each signed-in user (and, where nobody is signed in, each network address), or each address.
   * Addresses are those that Cloudflare saw, never what a header of the client says; IPv6 counts by network. Default: `"user"`.
   */
  readonly by?: "user" | "address";
  /** Requests that may come at once after a pause. Default: `requests`. */
  readonly burst?: number;
}

/** One limit for all requests to a resource, or one for each of some operations. */
export type RateLimitsInput =
  | RateLimitInput
  | {
      /** List, count, aggregate, search and get. */
      readonly read?: RateLimitInput;
      /** Create, also in batches, and upsert. */
      readonly create?: RateLimitInput;
      readonly update?: RateLimitInput;
      /** Delete and restore. */
      readonly delete?: RateLimitInput;
      readonly procedures?: RateLimitInput;
    };
