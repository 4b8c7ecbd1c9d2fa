import type { Handler, MiddlewareHandler } from "hono";
import { Problem } from "./problem.ts";
import { type ReplyContext, reply, replyEmpty, replyProblem, securedOwn, usualVary } from "./reply.ts";

/** Variables that the generated app sets on every request. */
export interface RequestVariables {
  /** Sent back as `X-Request-Id`. */
  requestId: string;
  /** Set where the answer depends on who asks, and so must not be cached for others: what its `Vary` names. */
  identified?: string;
  /** Whether the caller, a program with a key, may write but is shown no rows. */
  unread?: boolean;
}

/** The least a user is. Generated code knows the application's own user type. */
export interface Identity {
  readonly id: string;
}

/**
 * The module that `custom(…)` names exports this by default: it tells who makes a request, or null for nobody.
 * What it throws becomes the answer when it is a {@link Problem}, and a 500 otherwise.
 */
export type Authenticate<Env, User extends Identity> = (
  request: Request,
  env: Env,
) => User | null | Promise<User | null>;

/** Types the default export of an auth module: `export default defineAuth<Env, User>((request, env) => …)`. */
export const defineAuth = <Env, User extends Identity>(
  authenticate: Authenticate<Env, User>,
): Authenticate<Env, User> => authenticate;

const requestIdPattern = /^[\w-]{1,64}$/;

/** Gives the request its id: the caller's `X-Request-Id` where that is well formed, else a new one. */
export function requestContext(): MiddlewareHandler<{ Variables: RequestVariables }> {
  return (c, next) => {
    const given = c.req.raw.headers.get("X-Request-Id");
    c.set("requestId", given !== null && requestIdPattern.test(given) ? given : crypto.randomUUID());
    return next();
  };
}

/**
 * Asks the application's auth module who is calling and keeps the answer as the variable `user`.
 *
 * @param vary The headers that it looks at, for caches.
 */
export function identify<Env extends object, User extends Identity>(
  authenticate: Authenticate<Env, User>,
  vary = usualVary,
): MiddlewareHandler<{ Bindings: Env; Variables: RequestVariables & { user: User | null } }> {
  return async (c, next) => {
    c.set("identified", vary);
    c.set("user", await authenticate(c.req.raw, c.env));
    await next();
  };
}

/** What asks again who makes a request, for answers that go on for long. */
export const identifier = <Env extends object, User extends Identity>(
  authenticate: Authenticate<Env, User>,
  c: { readonly req: { readonly raw: Request }; readonly env: Env },
): (() => User | null | Promise<User | null>) => {
  // The context itself would keep all that the request has left there, for as long as the answer goes on.
  const { raw } = c.req;
  const { env } = c;
  return () => authenticate(raw, env);
};

/**
 * Gives what routes of the application's own answer the headers that all answers have: the id of the request, and what keeps
 * browsers from misusing it. It stands behind the generated routes, whose answers have them.
 */
export function ownRoutes(): MiddlewareHandler<{ Variables: RequestVariables }> {
  return async (c, next) => {
    await next();
    const made = c.res;
    // A problem has them already.
    if (made.headers.has("X-Request-Id")) return;
    // Else Hono would copy the old headers over the new ones.
    c.res = undefined;
    c.res = securedOwn(c, made);
  };
}

/** Answers what the path does not offer: `OPTIONS` with the methods it has, anything else with 405. */
export function allow(methods: string): Handler<{ Variables: RequestVariables }> {
  return (c) => {
    const headers = { Allow: `${methods}, OPTIONS` };
    if (c.req.method === "OPTIONS") return replyEmpty(c, headers);
    throw new Problem("METHOD_NOT_ALLOWED", `${c.req.method} is not offered here; ${methods} are.`, {
      headers,
    });
  };
}

/** The answer to a path that no route has. */
export const routeNotFound = (c: ReplyContext & { readonly req: { readonly path: string } }): Response =>
  replyProblem(c, new Problem("NOT_FOUND", `No route has the path ${c.req.path}.`));

/** Turns whatever a handler threw into a problem document. */
export const problemHandler = (error: Error, c: ReplyContext): Response => replyProblem(c, error);

/** `GET /healthz`: the Worker runs. */
export const health = (c: ReplyContext): Response => reply(c, 200, { status: "ok" });

/** A Durable Object that can be asked whether it runs. */
export interface Pinged {
  ping(): unknown;
}

/** `GET /readyz`: the Worker runs, and its database and Durable Objects answer. */
export async function ready(c: ReplyContext, database: D1Database, ...objects: Pinged[]): Promise<Response> {
  await Promise.all([database.prepare("SELECT 1").first(), ...objects.map((object) => object.ping())]);
  return reply(c, 200, { status: "ready" });
}
