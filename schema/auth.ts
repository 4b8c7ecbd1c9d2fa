import type { AuthData } from "./data.ts";
import type { Field, Fields, PlainField } from "./fields.ts";

/** The kinds of field that a user may have. */
export type UserField = PlainField;

/** How requests are identified, by users with the fields `U` besides `id`. */
export interface Auth<U extends Fields> extends AuthData {
  readonly user: U;
}

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
export function custom(module: string, options: { readonly user?: Fields } = {}): AuthData {
  return { type: "custom", module, user: {}, ...options };
}
