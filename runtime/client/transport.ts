import { CovaraError, CovaraNetworkError, type ProblemDocument } from "./errors.ts";

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

/** Settings of a client. */
export interface ClientOptions {
  /**
   * Where the Worker answers, without the base path of the API: `https://taskboard.example.com`. In a browser it
   * may be `""`, the page's own origin.
   */
  readonly baseUrl: string;
  /** Used instead of the global `fetch`: a service binding's, one that retries, or one for tests. */
  readonly fetch?: ((url: string, options: FetchOptions) => Response | Promise<Response>) | undefined;
  /** Sent with every request. A function is called for each one, so that it can return a fresh token. */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>) | undefined;
  /** Whether a browser sends cookies; `"include"` where the API has another origin than the page. */
  readonly credentials?: "omit" | "same-origin" | "include" | undefined;
}

/** Settings of one call. */
export interface CallOptions {
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
}

/**
 * Sends a request and reads the answer, which is taken to be of the type that the server was generated with.
 * An answer without content is null.
 */
export type Send = <Answer>(request: ApiRequest) => Promise<Answer>;

/**
 * Makes the function that all calls of a client go through. It fails with a {@link CovaraError} where the server
 * says no, with a {@link CovaraNetworkError} where it says nothing, and with what `headers` throws.
 *
 * @throws {TypeError} where there is no base URL.
 */
export function connect(options: ClientOptions): Send {
  // An environment variable that is not set gets past the compiler in most bundlers' types.
  if (typeof options.baseUrl !== "string") {
    throw new TypeError(
      `baseUrl is ${options.baseUrl}: give createClient the URL of the server, or "" for the page's.`,
    );
  }
  const base = options.baseUrl.replace(/\/+$/, "");
  return async <Answer>(request: ApiRequest): Promise<Answer> => {
    const { method, path, signal } = request;
    const init: FetchOptions = { method, headers: await headersOf(options) };
    // Set only where given: some runtimes refuse members that they do not know, whatever the value.
    if (signal !== undefined) init.signal = signal;
    if (options.credentials !== undefined) init.credentials = options.credentials;
    if (request.body !== undefined) {
      init.headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(request.body);
    }
    let response: Response;
    let text: string;
    try {
      // Called without a receiver, as browsers demand of their fetch, and looked up late, so that it can be replaced.
      response = await (options.fetch ?? fetch)(base + path, init);
      text = await response.text();
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new CovaraNetworkError(`${method} ${base}${path}`, error);
    }
    return read(`${method} ${path}`, response, text) as Answer;
  };
}

async function headersOf({ headers }: ClientOptions): Promise<Headers> {
  const result = new Headers();
  for (const [name, value] of Object.entries(
    (typeof headers === "function" ? await headers() : headers) ?? {},
  )) {
    if (value !== undefined) result.set(name, value);
  }
  result.set("Accept", "application/json");
  return result;
}

/** @throws {CovaraError} for an error, and for an answer that cannot be the API's. */
function read(call: string, response: Response, text: string): unknown {
  if (response.status === 204) return null;
  const type = response.headers.get("Content-Type");
  const value = /[/+]json\b/i.test(type ?? "") ? parse(text) : undefined;
  if (response.ok && value !== undefined) return value;
  throw new CovaraError(call, isProblem(value) ? value : unexpected(response, type, text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON text gives undefined: the caller takes it as "not an answer of the API" and shows the text.
    return undefined;
  }
}

const isProblem = (value: unknown): value is ProblemDocument =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  typeof value.code === "string" &&
  "status" in value &&
  typeof value.status === "number" &&
  "detail" in value &&
  typeof value.detail === "string" &&
  (!("errors" in value) || Array.isArray(value.errors));

/** Describes the answer of something between us and the API. */
function unexpected(response: Response, type: string | null, text: string): ProblemDocument {
  const { status, redirected, url } = response;
  const from = redirected ? ` after a redirect to ${url}` : "";
  const start = text.replace(/\s+/g, " ").trim().slice(0, 200);
  return {
    type: "about:blank",
    title: "Not an answer of the API",
    status,
    detail: `Expected JSON from the API and got ${type ?? "an answer without a content type"}${from}: ${start}`,
    code: "UNEXPECTED_RESPONSE",
  };
}
