import { forbidden, unauthorized } from "../http/problem.ts";

/** The rows that an access rule lets one caller touch, as a condition on a statement. */
export interface Scope {
  /** SQL condition with `?` for each value; empty where every row is in scope. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Every row. */
export const anyRow: Scope = { sql: "", values: [] };

/** No row, whoever asks. */
export const noRow: Scope = { sql: "0", values: [] };

/** No row, but another answer is possible for a signed-in caller. */
export const signInFirst: Scope = { sql: "0", values: [] };

/** The rows that meet a condition. */
export const where = (sql: string, ...values: readonly unknown[]): Scope => ({ sql, values });

/**
 * Lets a scope pass unless the caller has to sign in first.
 *
 * @throws {Problem} 401
 */
export function signedInFor(scope: Scope): Scope {
  if (scope === signInFirst) throw unauthorized();
  return scope;
}

/**
 * The scope of a create, which has no row to look at before.
 *
 * @throws {Problem} 401 or 403 where no row could be created.
 */
export function permitted(scope: Scope): Scope {
  if (signedInFor(scope) === noRow) throw forbidden();
  return scope;
}

/** The scope as a further condition of a WHERE clause: empty, or ` AND (…)`. */
export const and = (scope: Scope): string => (scope.sql === "" ? "" : ` AND (${scope.sql})`);

/** The rows in both scopes. The values of the second come after those of the first. */
export function both(first: Scope, second: Scope): Scope {
  if (first.sql === "") return second;
  if (second.sql === "") return first;
  return { sql: `(${first.sql}) AND (${second.sql})`, values: [...first.values, ...second.values] };
}
