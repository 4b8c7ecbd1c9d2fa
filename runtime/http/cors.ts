import type { MiddlewareHandler } from "hono";
import { cors as honoCors } from "hono/cors";
import type { RequestVariables } from "./context.ts";
import { replyEmpty } from "./reply.ts";

/** Who may call the API from a browser. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`. */
  readonly origin: readonly string[];
  /** Whether browsers may send cookies. */
  readonly credentials: boolean;
}

/**
 * Lets pages of other origins call the API. Only a real preflight is answered here; any other `OPTIONS` goes on to the
 * route, which knows its methods.
 */
export function cors(options: CorsOptions): MiddlewareHandler<{ Variables: RequestVariables }> {
  const handle = honoCors({
    origin: [...options.origin],
    credentials: options.credentials,
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
    exposeHeaders: [
      ...["ETag", "Idempotency-Replayed", "Location", "X-Request-Id"],
      ...["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"],
    ],
  });
  return async (c, next) => {
    const { headers, method } = c.req.raw;
    if (method === "OPTIONS" && !headers.has("Access-Control-Request-Method")) return next();
    const preflight = await handle(c, next);
    if (preflight === undefined) return;
    return replyEmpty(c, Object.fromEntries(preflight.headers));
  };
}
