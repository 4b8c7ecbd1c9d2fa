import type { BetterAuthData } from "./data.ts";

/** Options of {@link betterAuth}. */
export interface BetterAuthWayOptions<Users extends string> {
  /**
   * The resource whose rows are the users. It needs the fields `name`, `email`, `emailVerified`, `image`, `createdAt` and
   * `updatedAt`. Rules and hooks know its stored fields that are not hidden.
   */
  readonly users: Users;
  /**
   * Path, relative to the config, of the module with the options of Better Auth: `"./src/better-auth.ts"`. Its default export is made
   * with `defineBetterAuth` of `covara/runtime/better-auth`.
   */
  readonly options: string;
  /** Name of the secret of the Worker, at least 32 bytes, that cookies are signed with. Default: `"BETTER_AUTH_SECRET"`. */
  readonly secret?: string;
  /**
   * Fields of the users that people may give when they sign up, and change later, besides `name`, `email` and `image`: `["locale"]`.
   * Default: none.
   */
  readonly input?: readonly string[];
  /** The resources that hold what plugins keep, by Better Auth's name of the table: `{ twoFactor: "twoFactors" }`. */
  readonly tables?: Readonly<Record<string, string>>;
  /** Spreads the sessions over this many objects, 1 to 1024. Default: 8. */
  readonly shards?: number;
}

/** How requests are identified, by users who are the rows of the resource `Users`. */
export type BetterAuth<Users extends string> = BetterAuthData & { readonly users: Users };

/**
 * Identifies requests by the sessions of [Better Auth](https://better-auth.com), which signs users in: with passwords, by other
 * services, by links in mails, with second factors. Install `better-auth` beside covara. It answers below `/auth` of the base path;
 * its sessions lie in a key-value store that need not be declared.
 */
export function betterAuth<const Users extends string>(
  options: BetterAuthWayOptions<Users>,
): BetterAuth<Users> {
  return { ...options, type: "betterAuth" };
}
