/**
 * Tickets: a browser's EventSource and WebSocket cannot send an `Authorization` header, and a token does not belong into a URL. A ticket
 * stands for the credentials of the request that asked for it, once, and for a minute.
 */
import type { Authenticate, Identity } from "../http/context.ts";
import { unauthorized } from "../http/problem.ts";
import { rejectQuery } from "../http/query.ts";
import { type ReplyContext, reply } from "../http/reply.ts";

/** Where tickets are kept: a store of strings. */
export interface TicketStore {
  set(key: string, value: string, options: { readonly ex: number }): Promise<unknown>;
  /** Gives the value and deletes it, so that nobody gets it twice. */
  getdel(key: string): Promise<string | null>;
}

/** Seconds in which a ticket can be used. */
const lifetime = 60;

/** The headers that tell who makes a request. */
const credentials = ["Authorization", "Cookie", "X-API-Key"] as const;

const utf8 = new TextEncoder();

/**
 * `POST <base>/live/ticket`: gives a ticket for one stream of the caller.
 *
 * The store never has what it takes to act as the caller: the credentials are encrypted with a key that is made of the ticket, and
 * found by a hash of it.
 *
 * @throws {Problem} 401 for nobody: streams that need no user need no ticket.
 */
export async function issueTicket(
  c: ReplyContext & { readonly req: { readonly raw: Request }; get(key: "user"): Identity | null },
  store: TicketStore,
): Promise<Response> {
  const request = c.req.raw;
  rejectQuery(request);
  if (c.get("user") === null) throw unauthorized();
  const ticket = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const given = credentials.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  await store.set(await placeOf(ticket), await encrypt(ticket, JSON.stringify(given)), { ex: lifetime });
  return reply(c, 200, { ticket, expiresAt: new Date(Date.now() + lifetime * 1_000).toISOString() });
}

/** The credentials behind a ticket, for as long as the request that used it lasts. */
const redeemed = new WeakMap<Request, Request>();

/** Tells who makes a request, where it carries a ticket by that. Nobody is signed in by a ticket that was used, or is too old. */
export const withTickets =
  <Env, User extends Identity>(
    authenticate: Authenticate<Env, User>,
    storeOf: (env: Env) => TicketStore,
  ): Authenticate<Env, User> =>
  async (request, env) => {
    const ticket = ticketOf(request);
    if (ticket === null) return authenticate(request, env);
    const known = redeemed.get(request) ?? (await redeem(request, ticket, storeOf(env)));
    if (known === null) return null;
    redeemed.set(request, known);
    return authenticate(known, env);
  };

/** Only streams take tickets: they are the requests that cannot carry headers. */
function ticketOf({ method, url }: Request): string | null {
  if (method !== "GET" || !url.includes("ticket=")) return null;
  return new URL(url).searchParams.get("ticket");
}

async function redeem(request: Request, ticket: string, store: TicketStore): Promise<Request | null> {
  if (!/^[\w-]{43}$/.test(ticket)) return null;
  const sealed = await store.getdel(await placeOf(ticket));
  if (sealed === null) return null;
  const headers = new Headers(request.headers);
  for (const name of credentials) headers.delete(name);
  const given = JSON.parse(await decrypt(ticket, sealed)) as [string, string][];
  for (const [name, value] of given) headers.set(name, value);
  return new Request(request.url, { headers });
}

/** Where a ticket is kept: its SHA-256. Tickets are random, so a fast hash is enough. */
async function placeOf(ticket: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(`place:${ticket}`))));
}

async function keyOf(ticket: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest("SHA-256", utf8.encode(`key:${ticket}`));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The key is used once: any nonce is a new one. */
const nonce = new Uint8Array(12);

async function encrypt(ticket: string, text: string): Promise<string> {
  const options = { name: "AES-GCM", iv: nonce };
  return base64url(
    new Uint8Array(await crypto.subtle.encrypt(options, await keyOf(ticket), utf8.encode(text))),
  );
}

async function decrypt(ticket: string, sealed: string): Promise<string> {
  const options = { name: "AES-GCM", iv: nonce };
  const bytes = Uint8Array.from(atob(sealed.replaceAll("-", "+").replaceAll("_", "/")), (byte) =>
    byte.charCodeAt(0),
  );
  return new TextDecoder().decode(await crypto.subtle.decrypt(options, await keyOf(ticket), bytes));
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
