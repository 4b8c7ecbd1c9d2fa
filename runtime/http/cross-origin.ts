import type { MiddlewareHandler } from "hono";
import type { CorsOptions } from "./cors.ts";
import { Problem } from "./problem.ts";

/** Methods that only read (RFC 9110, section 9.2.1). */
const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what a page of another origin could make a browser send in the caller's name: requests that may change something,
 * and WebSockets, which CORS does not hold back. Browsers say where a request comes from in `Sec-Fetch-Site`, or older ones
 * in `Origin`; a page can set neither. A request without both comes from no browser of today, and is refused only where it
 * carries cookies.
 *
 * @param cors Other origins that may call, and whether they may with cookies.
 */
export function rejectCrossOrigin(cors?: CorsOptions): MiddlewareHandler {
  const allowed = new Set(cors?.origin);
  // Browsers send cookies whatever CORS says; it only keeps the answer from the page.
  const refusesCookies = cors?.credentials !== true;
  return (c, next) => {
    const request = c.req.raw;
    const { headers } = request;
    const isSocket = headers.get("Upgrade")?.toLowerCase() === "websocket";
    if (safe.has(request.method) && !isSocket) return next();
    const origin = headers.get("Origin");
    if (origin !== null && allowed.has(origin) && !(refusesCookies && headers.has("Cookie"))) return next();
    if (comesFromOutside(request, origin)) {
      throw new Problem("FORBIDDEN", "Pages of other origins may not call this.");
    }
    return next();
  };
}

function comesFromOutside({ headers, url }: Request, origin: string | null): boolean {
  const site = headers.get("Sec-Fetch-Site");
  // `none`: the user's own doing, such as a bookmark. Another subdomain is `same-site`, and no better than any other site.
  if (site !== null) return site !== "same-origin" && site !== "none";
  return origin === null ? headers.has("Cookie") : origin !== new URL(url).origin;
}
