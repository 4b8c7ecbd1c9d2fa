/** Tells the pump that something was written. */
import { waitUntil } from "cloudflare:workers";
import type { MiddlewareHandler } from "hono";
import { logFault } from "../http/reply.ts";
import { type LiveNamespace, pumpName } from "./hub-socket.ts";

/** The bindings that live queries need. */
export interface LiveBindings {
  readonly COVARA_LIVE: LiveNamespace;
}

/**
 * Has the change log read now, after something outside of the API has written. Without it, subscribers are told within five
 * seconds.
 *
 * @throws {Error} where the object does not answer. The changes are in the log all the same, and will be told.
 */
export async function poke(env: LiveBindings): Promise<void> {
  await env.COVARA_LIVE.getByName(pumpName).poke();
}

/** Has the change log read after each request that may have written, without delaying the answer. */
export function pokeAfterWrites(): MiddlewareHandler<{
  Bindings: LiveBindings;
  Variables: { requestId: string };
}> {
  return async (c, next) => {
    await next();
    if (c.req.method === "GET" || c.req.method === "HEAD" || c.req.method === "OPTIONS") return;
    if (c.res.status >= 400) return;
    const { env } = c;
    waitUntil(poke(env).catch((error: unknown) => logFault(c.get("requestId"), error)));
  };
}
