/** Rate limits, counted in a store that all instances of the Worker share. */
import type { MiddlewareHandler } from "hono";
import type { Identity, RequestVariables } from "./context.ts";
import { Problem } from "./problem.ts";

/** How a bucket of tokens stands; times are in milliseconds. */
interface Tokens {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the bucket is full. */
  readonly reset: number;
  /** Until there is a token again. */
  readonly retryAfter: number | null;
}

/** A store of rate limits. */
interface TokenStore {
  take(key: string): Promise<Tokens>;
}

/** Whom requests are counted for. */
export type LimitedBy = "user" | "address";

/**
 * Lets requests through as long as there are tokens for them, and tells with `RateLimit-Limit`, `RateLimit-Remaining` and
 * `RateLimit-Reset` (seconds) how many are left. A request that several routes match is counted once.
 *
 * @param store Where the tokens are.
 * @param by `user` counts for each signed-in user, and for each address where nobody is signed in.
 * @throws {Problem} 429 `RATE_LIMIT_EXCEEDED` with `Retry-After` (seconds).
 */
export function rateLimit<Env extends object>(
  store: (env: Env) => TokenStore,
  by: LimitedBy,
): MiddlewareHandler<{ Bindings: Env; Variables: RequestVariables & { user?: Identity | null } }> {
  const counted = new WeakSet<Request>();
  return async (c, next) => {
    if (counted.has(c.req.raw)) return next();
    counted.add(c.req.raw);
    const user = by === "user" ? (c.get("user") ?? null) : null;
    const key = user === null ? `address:${addressOf(c.req.raw)}` : `user:${await shortened(user.id)}`;
    const tokens = await store(c.env).take(key);
    const headers = {
      "RateLimit-Limit": String(tokens.limit),
      "RateLimit-Remaining": String(Math.max(tokens.remaining, 0)),
      "RateLimit-Reset": seconds(tokens.reset),
    };
    if (!tokens.allowed) {
      throw new Problem("RATE_LIMIT_EXCEEDED", "Too many requests. Wait as long as Retry-After says.", {
        headers: { ...headers, "Retry-After": seconds(tokens.retryAfter ?? tokens.reset) },
      });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

const seconds = (milliseconds: number): string => String(Math.max(Math.ceil(milliseconds / 1000), 1));

/**
 * The network address that Cloudflare saw. Clients cannot set this header: Cloudflare replaces it. An IPv6 address is cut to its
 * network, of which one client has all 2^64 addresses.
 */
function addressOf(request: Request): string {
  const address = request.headers.get("CF-Connecting-IP") ?? "";
  return address.includes(":") ? `${network(address)}/64` : address;
}

/** The first four groups of an IPv6 address. */
function network(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(8 - before.length - after.length, 0);
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}

/** Keys have a greatest length, and an identity of the application's own may have any. */
async function shortened(id: string): Promise<string> {
  if (id.length <= 200) return id;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
