import type { DatabaseData } from "./data.ts";

/** Options of {@link d1}. */
export interface D1Options {
  /** Name of the binding in the Worker's environment. Default: `DB`. */
  readonly binding?: string;
  /** Name of the database at Cloudflare. Default: the config's `name`. */
  readonly name?: string;
}

/** Stores the resources in a Cloudflare D1 database. */
export function d1(options: D1Options = {}): DatabaseData {
  return { type: "d1", ...options };
}
