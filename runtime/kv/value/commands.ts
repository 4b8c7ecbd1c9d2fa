/** Options that strings and counters share. */
import type { ExpiryOptions } from "../expiry.ts";

/** Options of `set`. */
export interface SetOptions extends ExpiryOptions {
  /** Keeps the expiry that the key has. */
  readonly keepttl?: boolean;
  /** Only where the key does not exist. */
  readonly nx?: boolean;
  /** Only where the key exists. */
  readonly xx?: boolean;
}

/** Options of `getex`. */
export interface GetExOptions extends ExpiryOptions {
  /** Lets the key live for ever. */
  readonly persist?: boolean;
}
