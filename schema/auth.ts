import type { ApiKeyAuthData, CustomAuthData, JwtAlgorithm, JwtAuthData, SessionAuthData } from "./data.ts";
import type { Duration } from "./duration.ts";
import type { Field, Fields, PlainField, RefField, TextField } from "./fields.ts";
import type { SessionOptions as SessionStoreOptions } from "./kv.ts";

/** The kinds of field that a user may have. */
export type UserField = PlainField;

/** How requests are identified, by users with the fields `U` besides `id`. */
export interface Auth<U extends Fields> extends CustomAuthData {
  readonly user: U;
}

/** How requests are identified, by users who are the rows of the resource `Users`. */
export type SessionAuth<Users extends string> = SessionAuthData & {
  readonly users: Users;
};

/** Options of {@link custom}. */
export interface CustomOptions<U extends Fields> {
  /**
   * What access rules know of the user besides `id`, which is always there. A field `role` that is an enum gives
   * rules the method `role(…)`.
   */
  readonly user?: U & { readonly id?: never };
}

/**
 * Identifies requests with a module of your own. Its default export receives the request and the bindings and
 * returns the user, or `null` where nobody is signed in.
 *
 * @param module Path of the module relative to the config: `"./src/auth.ts"`.
 */
export function custom<U extends Readonly<Record<string, UserField>> = Record<never, Field>>(
  module: string,
  options?: CustomOptions<U>,
): Auth<U>;
export function custom(module: string, options: { readonly user?: Fields } = {}): CustomAuthData {
  return { type: "custom", module, user: {}, ...options };
}

/** Options of {@link session}. */
export interface SessionOptions<Users extends string> extends Omit<SessionStoreOptions, "idle"> {
  /**
   * The resource whose rows are the users. Rules and hooks know its stored fields that are not hidden. A field `role` that is an
   * enum gives rules the method `role(…)`.
   */
  readonly users: Users;
  /** How long a session lives without being used. Default: `"7d"`, or `ttl` where that is less. */
  readonly idle?: Duration;
}

/**
 * Identifies requests by a session: the browser holds a token in a cookie that scripts cannot read, and a key-value store, which
 * need not be declared, knows whose it is. Your own code checks the password, or whatever else you ask for, and then calls
 * `sessions(c).signIn(user.id)` of `generated/auth.ts`.
 */
export function session<const Users extends string>(options: SessionOptions<Users>): SessionAuth<Users> {
  // The type last, so that no option of an untyped caller can replace it.
  return { ...options, type: "session" };
}

/** What every {@link jwt} states. */
interface TokenOptions {
  /** Who issues the tokens: exactly what stands in their `iss`. */
  readonly issuer: string;
  /** Whom they are for: one of what stands in their `aud`. */
  readonly audience: string;
}

/** How tokens are signed. */
type KeyOptions =
  | {
      /** URL of the issuer's public keys, a JSON Web Key Set: `"https://login.example.com/.well-known/jwks.json"`. */
      readonly jwks: string;
      /** What tokens may be signed with. Default: `["RS256", "ES256", "EdDSA"]`. */
      readonly algorithms?: readonly [JwtAlgorithm, ...JwtAlgorithm[]];
      readonly secret?: never;
    }
  | {
      /** Name of a secret of the Worker, at least 32 bytes, that tokens are signed with by HS256: `"JWT_SECRET"`. */
      readonly secret: string;
      readonly jwks?: never;
      readonly algorithms?: never;
    };

/** Options of {@link jwt} where the users are rows. */
export type RowTokenOptions<Users extends string> = TokenOptions &
  KeyOptions & {
    /** The resource whose rows are the users: `sub` is the id. */
    readonly users: Users;
    readonly user?: never;
    readonly claims?: never;
  };

/** Options of {@link jwt} where the claims say all there is to know of the user. */
export type ClaimTokenOptions<U extends Fields> = TokenOptions &
  KeyOptions & {
    /** The claims that rules and hooks know besides `id`, which is `sub`. A token whose claims are others signs nobody in. */
    readonly user?: U & { readonly id?: never };
    /** The claim of a field that has another name: `{ role: "https://example.com/role" }`. */
    readonly claims?: { readonly [Name in keyof U]?: string };
    readonly users?: never;
  };

/** How requests are identified, by users who are the rows of the resource `Users`. */
export type RowTokenAuth<Users extends string> = JwtAuthData & { readonly users: Users };

/** How requests are identified, by users with the fields `U` besides `id`. */
export type ClaimTokenAuth<U extends Fields> = JwtAuthData & { readonly user: U };

/**
 * Identifies requests by `Authorization: Bearer <token>`, a JSON Web Token that another service issues. Give the keys of its
 * issuer, or the name of a shared secret.
 */
export function jwt<const Users extends string>(options: RowTokenOptions<Users>): RowTokenAuth<Users>;
export function jwt<U extends Readonly<Record<string, UserField>> = Record<never, Field>>(
  options: ClaimTokenOptions<U>,
): ClaimTokenAuth<U>;
export function jwt(options: { readonly users?: string }): JwtAuthData {
  const claims = options.users === undefined ? { user: {} } : {};
  // The overloads say what the options are.
  return { ...claims, ...options, type: "jwt" } as JwtAuthData;
}

/** Options of {@link apiKey}. */
export interface ApiKeyOptions<Users extends string> {
  /** The resource whose rows are the users. */
  readonly users: Users;
  /**
   * What every key begins with, before an underscore: `"acme"` for `acme_…`. 2 to 16 lower-case letters and digits, of your
   * application's own, so that a key that got lost is recognised.
   */
  readonly prefix: string;
  /** How long a key lives at most. Default: `"365d"`. */
  readonly ttl?: Duration;
  /** Spreads the keys over this many objects, 1 to 1024. Default: 8. */
  readonly shards?: number;
}

/** How requests are identified, by users who are the rows of the resource `Users`. */
export type ApiKeyAuth<Users extends string> = ApiKeyAuthData & { readonly users: Users };

/**
 * Identifies requests by keys that the application gives its users for their programs: `X-API-Key: <key>`, or
 * `Authorization: Bearer <key>`. Make them with `apiKeys(env).create(…)` of `generated/auth.ts`.
 */
export function apiKey<const Users extends string>(options: ApiKeyOptions<Users>): ApiKeyAuth<Users> {
  return { ...options, type: "apiKey" };
}

/** What rules know of a user who is a row with the fields `F`. References are the ids that they hold. */
type RowUser<F> = {
  [Name in keyof F as F[Name] extends UserField | RefField<string>
    ? Exclude<Name, "id">
    : never]: F[Name] extends RefField<string> ? TextField : F[Name];
};

/** The fields of the users of an application whose `auth` is `A`, with the resources `R`. All ways give the same. */
export type UserOf<A, R> = A extends readonly [infer First, ...unknown[]]
  ? UserOfWay<First, R>
  : UserOfWay<A, R>;

type UserOfWay<A, R> = A extends { readonly users: infer Users extends string }
  ? Users extends keyof R
    ? RowUser<R[Users]>
    : Record<never, Field>
  : A extends { readonly user: infer U extends Record<string, Field> }
    ? U
    : Record<never, Field>;

/** `A`, or what it may be where it names a resource that does not exist. */
export type CheckedAuth<A, R> = A extends readonly unknown[]
  ? { readonly [Index in keyof A]: CheckedWay<A[Index], R> }
  : CheckedWay<A, R>;

type CheckedWay<A, R> = A extends { readonly users: infer Users extends string }
  ? Users extends keyof R
    ? A
    : { readonly users: keyof R & string }
  : A;
