/** How requests reach the API: everything that all calls have in common. */
import { CovaraError, CovaraNetworkError, ownProblem, type ProblemDocument } from "./errors.ts";
import { limited, repeating } from "./retry.ts";
import { authorizing, type TokenProvider } from "./token.ts";

/** Headers by name; one that is undefined is not sent. */
export type HeaderValues = Readonly<Record<string, string | undefined>>;

/** What is handed to `fetch` with the URL. */
export interface FetchOptions {
  method: string;
  headers: Headers;
  body?: string;
  signal?: AbortSignal;
  credentials?: "omit" | "same-origin" | "include";
}

/** How long calls may take, and how often they are tried. */
export interface Patience {
  /** Milliseconds until a call fails with `CovaraTimeoutError`, its repetitions included; 0 for never. Default: 30,000. */
  readonly timeout?: number | undefined;
  /**
   * How often a call is repeated, after a pause, where no answer arrives or the server says "not now" (429, 502, 503, 504).
   * Only reads are, and writes under an idempotency key. Default: 2.
   */
  readonly retries?: number | undefined;
}

/** Settings of a client. */
export interface ClientOptions extends Patience {
  /**
   * Where the Worker answers, without the base path of the API: `https://taskboard.example.com`. In a browser it
   * may be `""`, the page's own origin.
   */
  readonly baseUrl: string;
  /** Used instead of the global `fetch`: a service binding's, or one for tests. */
  readonly fetch?: ((url: string, options: FetchOptions) => Response | Promise<Response>) | undefined;
  /** Sent with every request. A function is called for each one. */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>) | undefined;
  /** Whether a browser sends cookies; `"include"` where the API has another origin than the page. */
  readonly credentials?: "omit" | "same-origin" | "include" | undefined;
  /** Gives the bearer token, and a new one where the server has refused it: once for all requests that it refused. */
  readonly token?: TokenProvider | undefined;
}

/** Settings of one call. */
export interface CallOptions extends Patience {
  /** Aborts the call, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One request to the API. */
export interface ApiRequest extends CallOptions {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query below the base URL. */
  readonly path: string;
  /** Sent as JSON unless undefined. */
  readonly body?: unknown;
  /** Sent as `If-Match`. */
  readonly ifMatch?: string | undefined;
  /** Sent as `Idempotency-Key`: a write that has one may be repeated. */
  readonly idempotencyKey?: string | undefined;
  /** The media type that is wanted instead of JSON. */
  readonly accept?: string | undefined;
}

/** What streams tell, with moments as `Date`. Both take the path of the resource. */
export interface ShownDates {
  row(path: string, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** @param data What an event carries: a row, or groups of an aggregate. */
  event(path: string, data: object): object;
}

/** What all calls of a client go through. */
export interface Send {
  /**
   * Sends a request and reads the answer, which is taken to be of the type that the server was generated with.
   * An answer without content is null.
   */
  <Answer>(request: ApiRequest): Promise<Answer>;
  /** The URL of a path below the base URL. */
  readonly url: (path: string) => string;
  /** Sends a request once, with the headers, credentials and token of the client, and gives the answer unread. */
  readonly open: (request: ApiRequest) => Promise<Response>;
  /** Absent where moments are shown as the texts that the API sends. */
  readonly dates?: ShownDates;
}

/**
 * Makes the function that all calls of a client go through. It fails with a {@link CovaraError} where the server
 * says no, with a {@link CovaraNetworkError} where it says nothing, and with what `headers` and `token` throw.
 *
 * @throws {TypeError} where there is no base URL.
 */
export function connect(options: ClientOptions): Send {
  // An environment variable that is not set gets past the compiler in most bundlers' types.
  if (typeof options.baseUrl !== "string") {
    throw new TypeError(
      `baseUrl is ${options.baseUrl}: give the URL of the server, or "" for the page's own.`,
    );
  }
  const base = options.baseUrl.replace(/\/+$/, "");
  const url = (path: string): string => base + path;
  const authorized = options.token && authorizing(options.token);
  const open = async (request: ApiRequest): Promise<Response> => {
    const { method, path, signal, body } = request;
    const init: FetchOptions = { method, headers: await headersOf(options, request) };
    // Set only where given: some runtimes refuse members that they do not know, whatever the value.
    if (signal !== undefined) init.signal = signal;
    if (options.credentials !== undefined) init.credentials = options.credentials;
    if (body !== undefined) init.body = JSON.stringify(body);
    const once = async (token?: string | null): Promise<Response> => {
      if (token != null) init.headers.set("Authorization", `Bearer ${token}`);
      try {
        // Called without a receiver, as browsers demand of their fetch, and looked up late, so that it can be replaced.
        return await (options.fetch ?? fetch)(url(path), init);
      } catch (error) {
        throw new CovaraNetworkError(`${method} ${url(path)}`, error);
      }
    };
    return authorized === undefined ? once() : authorized(once);
  };
  const send = <Answer>(request: ApiRequest): Promise<Answer> => {
    const { method, path, idempotencyKey } = request;
    const { timeout = options.timeout ?? 30_000, retries = options.retries ?? 2 } = request;
    const isSafe = method === "GET" || idempotencyKey !== undefined;
    return limited(`${method} ${url(path)}`, timeout, request.signal, (signal) =>
      repeating(isSafe ? retries : 0, signal, async () => {
        const response = await open({ ...request, signal });
        return (await readAnswer(`${method} ${path}`, response)) as Answer;
      }),
    );
  };
  return Object.assign(send, { url, open });
}

async function headersOf({ headers }: ClientOptions, request: ApiRequest): Promise<Headers> {
  const given = typeof headers === "function" ? await headers() : headers;
  const own: HeaderValues = {
    Accept: request.accept ?? "application/json",
    "Content-Type": request.body === undefined ? undefined : "application/json",
    "If-Match": request.ifMatch,
    "Idempotency-Key": request.idempotencyKey,
  };
  const result = new Headers();
  for (const [name, value] of [...Object.entries(given ?? {}), ...Object.entries(own)]) {
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

/**
 * Reads an answer.
 *
 * @throws {CovaraError} for an error, and for an answer that cannot be the API's.
 */
export async function readAnswer(call: string, response: Response): Promise<unknown> {
  const { status, headers } = response;
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    // The connection broke while the answer was on its way.
    throw new CovaraNetworkError(call, error);
  }
  if (status === 204) return null;
  const type = headers.get("Content-Type");
  const value = /[/+]json\b/i.test(type ?? "") ? parse(text) : undefined;
  if (response.ok && value !== undefined) return value;
  const problem = isProblem(value) ? value : unexpected(response, type, text);
  throw new CovaraError(call, problem, secondsUntil(headers.get("Retry-After")));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON text gives undefined: the caller takes it as "not an answer of the API" and shows the text.
    return undefined;
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsUntil(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.max(0, (Date.parse(retryAfter) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : seconds;
}

function isProblem(value: unknown): value is ProblemDocument {
  const {
    code,
    status,
    detail,
    errors = [],
  } = Object(value) as Partial<Record<keyof ProblemDocument, unknown>>;
  return (
    typeof code === "string" &&
    typeof status === "number" &&
    typeof detail === "string" &&
    Array.isArray(errors)
  );
}

/** Describes the answer of something between us and the API. */
function unexpected(response: Response, type: string | null, text: string): ProblemDocument {
  const { status, redirected, url } = response;
  const from = redirected ? ` after a redirect to ${url}` : "";
  const start = text.replace(/\s+/g, " ").trim().slice(0, 200);
  const got = type ?? "no content type";
  return ownProblem(
    status,
    "UNEXPECTED_RESPONSE",
    "Not an answer of the API",
    `Expected JSON and got ${got}${from}: ${start || "nothing"}`,
  );
}
