/**
 * The cookie of a session. Browsers keep a cookie with the prefix `__Host-` only from the very host that it is for, over HTTPS
 * or from localhost: no other subdomain can set one for us.
 */
const name = "__Host-session";

/** What `deleteCookie` and `setCookie` agree on, or the browser would take them for two cookies. */
const attributes = "Path=/; HttpOnly; Secure; SameSite=Lax";

const form = /(?:^|;)[ \t]*__Host-session=([^;]*)/;

/** The token that a request carries, checked by nobody yet; null for none. */
export const sessionCookie = (request: Request): string | null =>
  form.exec(request.headers.get("Cookie") ?? "")?.[1]?.trim() ?? null;

/** @param ttl Milliseconds. */
export const setCookie = (token: string, ttl: number): string =>
  `${name}=${token}; Max-Age=${Math.floor(ttl / 1000)}; ${attributes}`;

export const deleteCookie = `${name}=; Max-Age=0; ${attributes}`;
