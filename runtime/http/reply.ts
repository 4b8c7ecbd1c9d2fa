import { Problem, type ProblemDocument } from "./problem.ts";

/** What every handler has at hand: set by {@link import("./context.ts").requestContext}. */
export interface ReplyContext {
  get(key: "requestId"): string;
  get(key: "identified"): boolean | undefined;
}

/**
 * The API serves data, never pages: nothing it answers may be sniffed, framed, or run as a document.
 * One object literal per response costs a fraction of setting headers one by one in middleware.
 */
function headers(c: ReplyContext, contentType: string): Record<string, string> {
  const all: Record<string, string> = {
    "Content-Type": contentType,
    "X-Request-Id": c.get("requestId"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  };
  if (c.get("identified") === true) {
    all["Cache-Control"] = "private, no-cache";
    all.Vary = "Cookie, Authorization";
  }
  return all;
}

/** Answers with a JSON body. */
export function reply(
  c: ReplyContext,
  status: number,
  body: unknown,
  more?: Readonly<Record<string, string>>,
): Response {
  const all = headers(c, "application/json; charset=UTF-8");
  return new Response(JSON.stringify(body), {
    status,
    headers: more === undefined ? all : { ...all, ...more },
  });
}

/** Answers 204, or another status without a body. */
export function replyEmpty(
  c: ReplyContext,
  more?: Readonly<Record<string, string>>,
  status: 204 | 304 = 204,
): Response {
  const { "Content-Type": _, ...all } = headers(c, "");
  return new Response(null, { status, headers: { ...all, ...more } });
}

/** Answers with a problem document. Anything that is not a {@link Problem} is logged and becomes a bare 500. */
export function replyProblem(c: ReplyContext, error: unknown): Response {
  const problem = error instanceof Problem ? error : internal(c, error);
  const document: ProblemDocument = problem.toDocument(c.get("requestId"));
  return new Response(JSON.stringify(document), {
    status: problem.status,
    headers: { ...headers(c, "application/problem+json; charset=UTF-8"), ...problem.headers },
  });
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
