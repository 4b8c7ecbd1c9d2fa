import type { AuthData, CustomAuthData, SessionAuthData } from "./data.ts";
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

/** What rules know of a user who is a row with the fields `F`. References are the ids that they hold. */
type RowUser<F> = {
  [Name in keyof F as F[Name] extends UserField | RefField<string>
    ? Exclude<Name, "id">
    : never]: F[Name] extends RefField<string> ? TextField : F[Name];
};

/** The fields of the users of an application whose `auth` is `A`, with the resources `R`. */
export type UserOf<A, R> =
  A extends SessionAuth<infer Users>
    ? Users extends keyof R
      ? RowUser<R[Users]>
      : Record<never, Field>
    : A extends { readonly user: infer U extends Record<string, Field> }
      ? U
      : Record<never, Field>;

/** `A`, or what it may be where it names a resource that does not exist. */
export type CheckedAuth<A extends AuthData, R> =
  A extends SessionAuth<infer Users> ? (Users extends keyof R ? A : SessionAuth<keyof R & string>) : A;
