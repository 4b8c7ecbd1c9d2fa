/** What a call can fail with. */

/** One thing that is wrong with the input. */
export interface FieldError {
  /** The path of the field in the input, such as `title` or `items[3].title`. */
  readonly field: string;
  /** What is wrong with it, in a sentence. */
  readonly message: string;
  readonly code: string;
}

/** Codes that this version knows. */
export type KnownErrorCode =
  | "VALIDATION_ERROR"
  | "FILTER_PARSE_ERROR"
  | "CURSOR_INVALID"
  | "UNKNOWN_PARAMETER"
  | "BATCH_LIMIT_EXCEEDED"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "IDEMPOTENCY_MISMATCH"
  | "PRECONDITION_FAILED"
  | "PRECONDITION_REQUIRED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "RATE_LIMIT_EXCEEDED"
  | "INTERNAL_ERROR"
  /** The answer did not come from the API: a page of a proxy, for example. */
  | "UNEXPECTED_RESPONSE";

/** A known code, or one of a later server: editors complete the known ones. */
export type ErrorCode = KnownErrorCode | (string & Record<never, never>);

/** What the server says about an error (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  /** What kind of problem it is, the same for every problem of the code. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** What happened this time, in a sentence. */
  readonly detail: string;
  readonly code: ErrorCode;
  /** Quote it when asking the server's operators. Absent where the API itself did not answer. */
  readonly requestId?: string;
  /** Every field that is wrong, after a `VALIDATION_ERROR`. */
  readonly errors?: readonly FieldError[];
  /** The row's own ETag, after a `PRECONDITION_FAILED`. */
  readonly currentETag?: string;
}

/** A problem that the client has found by itself. */
export const ownProblem = (
  status: number,
  code: KnownErrorCode,
  title: string,
  detail: string,
): ProblemDocument => ({ type: "about:blank", title, status, detail, code });

/** The server answered, and the answer was no. */
export class CovaraError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** What kind of problem it is; stable, so compare this one. */
  readonly code: ErrorCode;
  /** The whole problem as the server described it. */
  readonly problem: ProblemDocument;
  /** Every field that is wrong, after a `VALIDATION_ERROR`; otherwise empty. */
  readonly errors: readonly FieldError[];
  /** What to quote when asking the server's operators; null where the API itself did not answer. */
  readonly requestId: string | null;
  /** Seconds after which the server wants to be asked again (`Retry-After`); null where it did not say. */
  readonly retryAfter: number | null;

  /**
   * @param call What was called, such as `GET /api/todos`; for the message.
   * @param retryAfter Seconds.
   */
  constructor(call: string, problem: ProblemDocument, retryAfter: number | null = null) {
    const errors = problem.errors ?? [];
    const fields = errors
      .map(({ field, message }) => (problem.detail.includes(message) ? "" : ` ${field}: ${message}.`))
      .join("");
    super(`${problem.detail}${fields} (${call}: ${problem.status} ${problem.code})`);
    this.name = "CovaraError";
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.errors = errors;
    this.requestId = problem.requestId ?? null;
    this.retryAfter = retryAfter;
  }
}

/**
 * No answer arrived: the server could not be reached, the connection broke, or a browser kept the answer back
 * (CORS). A write without an idempotency key may have happened all the same. `cause` is what `fetch` failed with.
 */
export class CovaraNetworkError extends Error {
  /** @param call What was called, such as `GET https://example.com/api/todos`; for the message. */
  constructor(call: string, cause: unknown, message?: string) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      message ?? `${call} got no answer (${reason}). Check baseUrl, the connection and, in browsers, CORS.`,
      { cause },
    );
    this.name = "CovaraNetworkError";
  }
}

/** No answer arrived within the `timeout` of the call. */
export class CovaraTimeoutError extends CovaraNetworkError {
  /** @param timeout Milliseconds. */
  constructor(call: string, timeout: number) {
    super(call, undefined, `${call} got no answer within ${timeout} ms (timeout).`);
    this.name = "CovaraTimeoutError";
  }
}
