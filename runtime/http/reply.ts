import { Problem, type ProblemDocument } from "./problem.ts";

/** What every handler has at hand: set by {@link import("./context.ts").requestContext}. */
export interface ReplyContext {
  get(key: "requestId"): string;
  get(key: "identified"): string | undefined;
}

/** The API serves data, never pages: nothing it answers may be sniffed, framed, or run as a document. */
const always = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
};

/** The headers that tell who asks, in most applications. */
export const usualVary = "Cookie, Authorization";

/** What is added where the answer depends on who asks. */
const identified = { "Cache-Control": "private, no-cache", Vary: usualVary };

/** Headers that a response starts with. Copying them costs workerd half of what reading an object literal does. */
interface Template {
  readonly anyone: Headers;
  readonly identified: Headers;
}

const template = (type: Readonly<Record<string, string>>): Template => ({
  anyone: new Headers({ ...type, ...always }),
  identified: new Headers({ ...type, ...always, ...identified }),
});

const json = template({ "Content-Type": "application/json; charset=UTF-8" });
const problemJson = template({ "Content-Type": "application/problem+json; charset=UTF-8" });
const eventStream = template({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
const empty = template({});

function respond(
  c: ReplyContext,
  status: number,
  body: string | ReadableStream<Uint8Array> | null,
  template: Template,
  more: Readonly<Record<string, string>> | undefined,
): Response {
  const vary = c.get("identified");
  const response = new Response(body, {
    status,
    headers: vary === undefined ? template.anyone : template.identified,
  });
  const { headers } = response;
  if (vary !== undefined && vary !== usualVary) headers.set("Vary", vary);
  headers.set("X-Request-Id", c.get("requestId"));
  if (more !== undefined) for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return response;
}

/** Answers with a JSON body. */
export const reply = (
  c: ReplyContext,
  status: number,
  body: unknown,
  more?: Readonly<Record<string, string>>,
): Response => respond(c, status, JSON.stringify(body), json, more);

/** Answers 204, or another status without a body. */
export const replyEmpty = (
  c: ReplyContext,
  more?: Readonly<Record<string, string>>,
  status: 204 | 304 = 204,
): Response => respond(c, status, null, empty, more);

/**
 * An answer that other code made, with the headers of ours. What it says itself of how it may be used stays: a page needs a
 * policy of its own.
 *
 * @param cacheControl What caches may do with it where it does not say so.
 */
export function secured(
  c: ReplyContext,
  made: Response,
  cacheControl: string | undefined = undefined,
): Response {
  // The headers of what came by `fetch` cannot be changed.
  const response = new Response(made.body, made);
  const { headers } = response;
  for (const [name, value] of Object.entries(always)) if (!headers.has(name)) headers.set(name, value);
  if (cacheControl !== undefined && !headers.has("Cache-Control")) headers.set("Cache-Control", cacheControl);
  headers.set("X-Request-Id", c.get("requestId"));
  return response;
}

/** The same for an answer behind the question who asks: no cache may give it to others, unless it says otherwise. */
export function securedOwn(c: ReplyContext, made: Response): Response {
  const vary = c.get("identified");
  if (vary === undefined) return secured(c, made);
  const response = secured(c, made, identified["Cache-Control"]);
  response.headers.append("Vary", vary);
  return response;
}

/** Answers with server-sent events. */
export const replyStream = (c: ReplyContext, body: ReadableStream<Uint8Array> | null): Response =>
  respond(c, 200, body, eventStream, undefined);

/** Answers with a problem document. Anything that is not a {@link Problem} is logged and becomes a bare 500. */
export function replyProblem(c: ReplyContext, error: unknown): Response {
  const problem = error instanceof Problem ? error : internal(c, error);
  const document: ProblemDocument = problem.toDocument(c.get("requestId"));
  return respond(c, problem.status, JSON.stringify(document), problemJson, problem.headers);
}

/** Puts a fault of ours into the log, with the id that the caller can quote. */
export function logFault(requestId: string, error: unknown): void {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", requestId, cause }));
}

/** The cause goes to the log; the caller learns nothing else. */
function internal(c: ReplyContext, error: unknown): Problem {
  logFault(c.get("requestId"), error);
  return new Problem(
    "INTERNAL_ERROR",
    "Something went wrong on our side. Quote the request id when you ask.",
  );
}
