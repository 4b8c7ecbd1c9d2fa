/**
 * Tickets: a browser's EventSource and WebSocket cannot send an `Authorization` header, and a token does not belong into a URL. A ticket
 * stands for the credentials of the request that asked for it, once, and for a minute.
 */
import { fromBase64url, toBase64url } from "../encoding/base64url.ts";
import type { Authenticate, Identity } from "../http/context.ts";
import { Problem, unauthorized } from "../http/problem.ts";
import { rejectBody, rejectConditions } from "../http/procedure.ts";
import { type ReplyContext, reply } from "../http/reply.ts";

/** Where tickets are kept: a store of strings. */
export interface TicketStore {
  set(key: string, value: string, options: { readonly ex: number }): Promise<unknown>;
  /** Gives the value and deletes it, so that nobody gets it twice. */
  getdel(key: string): Promise<string | null>;
}

/** Seconds in which a ticket can be used. */
const lifetime = 60;

/** The headers that browsers send by themselves, or programs instead: those of a ticket stand for all of them. */
const credentials = ["Authorization", "Cookie", "X-API-Key"] as const;

/** What a request says of its body. The stream has none. */
const ofBody = /^(?:content-|transfer-encoding$)/;

const utf8 = new TextEncoder();

/**
 * `POST <base>/live/ticket`: gives a ticket for one stream of the caller.
 *
 * The store never has what it takes to act as the caller: the headers of the request are encrypted with a key that is made of the
 * ticket, and found by a hash of it.
 *
 * @throws {Problem} 401 for nobody: streams that need no user need no ticket. 400 for anything that this does not take.
 */
export async function issueTicket(
  c: ReplyContext & { readonly req: { readonly raw: Request }; get(key: "user"): Identity | null },
  store: TicketStore,
): Promise<Response> {
  const request = c.req.raw;
  rejectConditions(request);
  await rejectBody(request);
  if (c.get("user") === null) throw unauthorized();
  const ticket = toBase64url(crypto.getRandomValues(new Uint8Array(32)));
  // Whatever an application looks at, it shall find again.
  const given = [...request.headers].filter(([name]) => !ofBody.test(name));
  await store.set(await placeOf(ticket), await encrypt(ticket, JSON.stringify(given)), { ex: lifetime });
  const expiresAt = new Date(Date.now() + lifetime * 1_000).toISOString();
  return reply(c, 200, { ticket, expiresAt }, { "Cache-Control": "no-store" });
}

/** Requests as their tickets make them, for as long as the streams go on: each is identified again and again. */
const redeemed = new WeakMap<Request, Request>();

/**
 * Tells who makes a request, of a stream that carries a ticket by that.
 *
 * @param streams Paths that take tickets, `/api/chat/:room`. A ticket on another one stays as good as it was.
 * @returns a function that throws {Problem} 401 for a ticket that was used or is too old: nobody is taken for a stranger, and shown
 * less, whose credentials could not be read.
 */
export function withTickets<Env, User extends Identity>(
  authenticate: Authenticate<Env, User>,
  storeOf: (env: Env) => TicketStore,
  streams: readonly string[],
): Authenticate<Env, User> {
  const patterns = streams.map(patternOf);
  return async (request, env) => {
    const known = redeemed.get(request);
    if (known !== undefined) return authenticate(known, env);
    const ticket = ticketOf(request, patterns);
    if (ticket === null) return authenticate(request, env);
    const made = await redeem(request, ticket, storeOf(env));
    redeemed.set(request, made);
    return authenticate(made, env);
  };
}

/** The end of the path: the application may be mounted anywhere. */
const patternOf = (path: string): RegExp =>
  new RegExp(`${path.replaceAll(/[^\w/:-]/g, "\\$&").replaceAll(/:\w+/g, "[^/]+")}$`);

function ticketOf({ method, url }: Request, patterns: readonly RegExp[]): string | null {
  if (method !== "GET" || !url.includes("ticket=")) return null;
  const { pathname, searchParams } = new URL(url);
  return patterns.some((pattern) => pattern.test(pathname)) ? searchParams.get("ticket") : null;
}

async function redeem(request: Request, ticket: string, store: TicketStore): Promise<Request> {
  const sealed = /^[\w-]{43}$/.test(ticket) ? await store.getdel(await placeOf(ticket)) : null;
  if (sealed === null) throw new Problem("UNAUTHORIZED", "The ticket was used, or is older than a minute.");
  const headers = new Headers(request.headers);
  for (const name of credentials) headers.delete(name);
  const given = JSON.parse(await decrypt(ticket, sealed)) as [string, string][];
  for (const [name, value] of given) headers.set(name, value);
  return new Request(request, { headers });
}

/** Where a ticket is kept: its SHA-256. Tickets are random, so a fast hash is enough. */
async function placeOf(ticket: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(`place:${ticket}`))));
}

async function keyOf(ticket: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest("SHA-256", utf8.encode(`key:${ticket}`));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The key is used once: any nonce is a new one. */
const nonce = new Uint8Array(12);

async function encrypt(ticket: string, text: string): Promise<string> {
  const options = { name: "AES-GCM", iv: nonce };
  return toBase64url(
    new Uint8Array(await crypto.subtle.encrypt(options, await keyOf(ticket), utf8.encode(text))),
  );
}

async function decrypt(ticket: string, sealed: string): Promise<string> {
  const options = { name: "AES-GCM", iv: nonce };
  const bytes = fromBase64url(sealed);
  return new TextDecoder().decode(await crypto.subtle.decrypt(options, await keyOf(ticket), bytes));
}
