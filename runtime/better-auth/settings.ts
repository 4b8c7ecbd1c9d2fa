/** What the application's own module says of Better Auth. */
import type { BetterAuthOptions } from "better-auth";

type Part<Name extends keyof BetterAuthOptions> = NonNullable<BetterAuthOptions[Name]>;

/** Where things lie, and what they are called there. */
type Placement = "modelName" | "fields" | "additionalFields";

/**
 * The options of Better Auth that an application chooses. The others follow from the config: the database, the users and their fields,
 * where sessions lie, the secret, the path, and the cookies.
 */
export interface BetterAuthSettings
  extends Omit<
    BetterAuthOptions,
    | "database"
    | "secondaryStorage"
    | "basePath"
    | "baseURL"
    | "secret"
    | "secrets"
    | "telemetry"
    | "user"
    | "session"
    | "account"
    | "verification"
    | "rateLimit"
    | "advanced"
  > {
  /** Where the application is reached, such as `https://app.example.com`. Links in mails lead there, and other services send users back to it. */
  readonly baseURL: Part<"baseURL">;
  user?: Omit<Part<"user">, Placement>;
  /** There is no cache of sessions in cookies: it would outlive a session that was revoked. */
  session?: Omit<
    Part<"session">,
    "modelName" | "fields" | "storeSessionInDatabase" | "preserveSessionInDatabase" | "cookieCache"
  >;
  account?: Omit<Part<"account">, Placement>;
  verification?: Omit<Part<"verification">, Placement | "storeInDatabase">;
  rateLimit?: Omit<Part<"rateLimit">, "modelName" | "fields" | "storage" | "customStorage">;
  advanced?: Omit<
    Part<"advanced">,
    | "database"
    | "cookies"
    | "cookiePrefix"
    | "useSecureCookies"
    | "defaultCookieAttributes"
    | "crossSubDomainCookies"
  >;
}

/**
 * Types the default export of the module that `betterAuth(…)` names:
 * `export default defineBetterAuth((env: Env) => ({ baseURL: "https://app.example.com", emailAndPassword: { enabled: true } }))`.
 */
export const defineBetterAuth = <Env, const Settings extends BetterAuthSettings>(
  settings: (env: Env) => Settings,
): ((env: Env) => Settings) => settings;
