/** What a request that carries a key may do: less than its user, where the key has few scopes. */
import type { MiddlewareHandler } from "hono";
import type { RequestVariables } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { noRow, type Scope } from "../query/scope.ts";

/**
 * What a key may be used for, in an application with the resources `Resource`: `read` and `write` stand for everything, the others
 * for the routes of one resource.
 */
export type KeyScope<Resource extends string = string> = "read" | "write" | `${Resource}:${"read" | "write"}`;

/** All scopes that keys can have, in the order in which lists show them. */
export const keyScopes = <Resource extends string>(resources: readonly Resource[]): KeyScope<Resource>[] => [
  "read",
  "write",
  ...resources.flatMap((resource) => [`${resource}:read` as const, `${resource}:write` as const]),
];

/** The scopes of the key that a user was recognised by. Who was recognised by something else is not in it, and may do anything. */
const granted = new WeakMap<object, ReadonlySet<string>>();

/** Remembers what the key may be used for that a user was recognised by. The object has to be one of this request alone. */
export function grant(user: object, scopes: readonly string[]): void {
  granted.set(user, new Set(scopes));
}

/** Whether the caller showed a key that does not have any of these scopes. */
function lacks(user: object | null, anyOf: readonly string[]): boolean {
  const scopes = user === null ? undefined : granted.get(user);
  return scopes !== undefined && !anyOf.some((scope) => scopes.has(scope));
}

/** `read` of `todos:read`, which stands for all resources, and the scope itself. */
const wider = (scope: string): readonly string[] => [scope.slice(scope.indexOf(":") + 1), scope];

function refuse(anyOf: readonly string[]): never {
  const names = anyOf.map((scope) => `\`${scope}\``).join(" or ");
  throw new Problem("FORBIDDEN", `This needs a key with the scope ${names}.`);
}

/**
 * Lets callers pass unless their key lacks one of the scopes.
 *
 * @param scopes Of single resources: `todos:read`.
 * @throws {Problem} 403 that names the first that is missing.
 */
export function needScopes(user: object | null, ...scopes: readonly string[]): void {
  for (const scope of scopes) {
    const anyOf = wider(scope);
    if (lacks(user, anyOf)) refuse(anyOf);
  }
}

/**
 * The rule of a row that a request creates besides its own: `rule`, for callers whose key has the scope.
 *
 * @throws {Problem} 403
 */
export function scopedRule(user: object | null, scope: string, rule: Scope): Scope {
  needScopes(user, scope);
  return rule;
}

/** What may be shown of such a row: nothing to callers whose key lacks the scope. */
export const shownBy = (user: object | null, scope: string, rule: Scope): Scope =>
  lacks(user, wider(scope)) ? noRow : rule;

interface ScopedVariables extends RequestVariables {
  readonly user: object | null;
}

/**
 * Refuses requests whose key lacks the scope for the routes behind it: `read` for `GET` and `HEAD`, `write` for all other methods
 * and for WebSockets. A write that names rows by a filter needs both, since it tells how many there are; the answers to others
 * show rows to keys that may read them.
 *
 * @param resource Whose routes they are; without one, they take a key for everything.
 */
export function scopedRoutes(resource?: string): MiddlewareHandler<{ Variables: ScopedVariables }> {
  const scopes = (access: "read" | "write"): readonly string[] =>
    resource === undefined ? [access] : [access, `${resource}:${access}`];
  const [reads, writes] = [scopes("read"), scopes("write")];
  return (c, next) => {
    const user = c.get("user");
    if (isRead(c.req.raw)) {
      if (lacks(user, reads)) refuse(reads);
    } else {
      if (lacks(user, writes)) refuse(writes);
      if (lacks(user, reads)) {
        if (c.req.query("filter") !== undefined) refuse(reads);
        c.set("unread", true);
      }
    }
    return next();
  };
}

const isRead = ({ method, headers }: Request): boolean =>
  (method === "GET" || method === "HEAD" || method === "OPTIONS") && !headers.has("Upgrade");
