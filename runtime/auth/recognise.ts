/** Several kinds of credentials beside each other. */
import type { Authenticate, Identity } from "../http/context.ts";

/**
 * Tells whom the credentials of one kind stand for: null where they are no good, and undefined where the request carries none of
 * that kind.
 */
export type Recognise<Env, User> = (request: Request, env: Env) => Promise<User | null | undefined>;

/**
 * Tries kinds of credentials in order. The first kind that a request carries decides, good or not: whoever shows a revoked key is
 * not let in by something else that came along.
 */
export function firstOf<Env, User extends Identity>(
  ...kinds: readonly Recognise<Env, User>[]
): Authenticate<Env, User> {
  return async (request, env) => {
    for (const recognise of kinds) {
      const user = await recognise(request, env);
      if (user !== undefined) return user;
    }
    return null;
  };
}

/** The application's own module as one kind among others: where it knows nobody, the next is tried. */
export const orNext =
  <Env, User extends Identity>(authenticate: Authenticate<Env, User>): Recognise<Env, User> =>
  async (request, env) =>
    (await authenticate(request, env)) ?? undefined;

const bearer = /^Bearer +(\S+) *$/i;

/** What stands in `Authorization: Bearer …`; null for nothing. */
export const bearerToken = (request: Request): string | null =>
  bearer.exec(request.headers.get("Authorization") ?? "")?.[1] ?? null;
