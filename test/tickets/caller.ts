/** Callers of each kind, and what they send. */
import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { SignJWT } from "jose";

export type Credentials = Readonly<Record<string, string>>;

export const origin = "https://covara.test";

const open: AbortController[] = [];

/** Sends a request as a page of the same origin would. The answer's body may go on until {@link closeAll}. */
export async function send(
  path: string,
  headers: Credentials = {},
  init: RequestInit = {},
): Promise<Response> {
  const abort = new AbortController();
  open.push(abort);
  return exports.default.fetch(`${origin}/api${path}`, {
    ...init,
    headers: { "Sec-Fetch-Site": "same-origin", ...headers },
    signal: abort.signal,
  });
}

/** Ends all streams. */
export function closeAll(): void {
  for (const abort of open.splice(0)) abort.abort();
}

/** The status of an answer, whose body is not read to its end. */
export async function statusOf(
  path: string,
  headers: Credentials = {},
  init: RequestInit = {},
): Promise<number> {
  const response = await send(path, headers, init);
  await response.body?.cancel();
  return response.status;
}

/** Asks for a ticket. */
export async function ticketOf(headers: Credentials): Promise<string> {
  const response = await send("/live/ticket", headers, { method: "POST" });
  const { ticket } = (await response.json()) as { readonly ticket: string };
  return ticket;
}

/** The text of a stream up to the first event of this kind. */
export async function textUntil(response: Response, event: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (reader !== undefined && !new RegExp(`^event: ${event}\n(?:.+\n)*\n`, "m").test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  return text;
}

/** A new user; gives its id. */
export async function user(): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare("INSERT INTO users (id, name) VALUES (?, 'Ann')").bind(id).run();
  return id;
}

export async function byCookie(id: string): Promise<Credentials> {
  const response = await send("/sign-in", {}, { method: "POST", body: id });
  await response.text();
  return { Cookie: response.headers.get("Set-Cookie")?.split(";")[0] ?? "" };
}

export const byToken = async (id: string, lifetime = "1h"): Promise<Credentials> => ({
  Authorization: `Bearer ${await new SignJWT({ sub: id })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("https://login.example.com")
    .setAudience("api")
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(env.JWT_SECRET))}`,
});

export async function byKey(userId: string, ...scopes: string[]): Promise<Credentials> {
  const response = await send("/keys", {}, { method: "POST", body: JSON.stringify({ userId, scopes }) });
  const { key } = (await response.json()) as { readonly key: string };
  return { "X-API-Key": key };
}
