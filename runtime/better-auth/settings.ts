/** What the application's own module says of Better Auth. */
import type { BetterAuthOptions } from "better-auth";

type Part<Name extends keyof BetterAuthOptions> = NonNullable<BetterAuthOptions[Name]>;

/** `T` without some of its options, which the compiler refuses to whoever states them. */
type Without<T, Options extends keyof T> = Omit<T, Options> & { readonly [Name in Options]?: never };

/** Where things lie, and what they are called there. */
type Placement = "modelName" | "fields" | "additionalFields";

type Wired = "database" | "secondaryStorage" | "basePath" | "secret" | "secrets" | "telemetry";

type Refined = "baseURL" | "user" | "session" | "account" | "verification" | "rateLimit" | "advanced";

/**
 * The options of Better Auth that an application chooses. The others follow from the config: the database, the users and their fields,
 * where sessions lie, the secret, the path, and the cookies.
 */
export type BetterAuthSettings = Without<Omit<BetterAuthOptions, Refined>, Wired> & {
  /** Where the application is reached, such as `https://app.example.com`. Links in mails lead there, and other services send users back to it. */
  readonly baseURL: Part<"baseURL">;
  readonly user?: Without<Part<"user">, Placement>;
  /** There is no cache of sessions in cookies: it would outlive a session that was revoked. */
  readonly session?: Without<
    Part<"session">,
    "modelName" | "fields" | "storeSessionInDatabase" | "preserveSessionInDatabase" | "cookieCache"
  >;
  readonly account?: Without<Part<"account">, Placement>;
  readonly verification?: Without<Part<"verification">, Placement | "storeInDatabase">;
  readonly rateLimit?: Without<Part<"rateLimit">, "modelName" | "fields" | "storage" | "customStorage">;
  readonly advanced?: Without<
    Part<"advanced">,
    | "database"
    | "cookies"
    | "cookiePrefix"
    | "useSecureCookies"
    | "defaultCookieAttributes"
    | "crossSubDomainCookies"
  >;
};

/**
 * Types the default export of the module that `betterAuth(…)` names:
 * `export default defineBetterAuth((env: Env) => ({ baseURL: "https://app.example.com", emailAndPassword: { enabled: true } }))`.
 */
export const defineBetterAuth = <Env, const Settings extends BetterAuthSettings>(
  settings: (env: Env) => Settings,
): ((env: Env) => Settings) => settings;
