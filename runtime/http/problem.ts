/** Errors as RFC 9457 problem documents. */

/** Every code a client can meet, with its status and title. */
export const problems = {
  VALIDATION_ERROR: { status: 400, title: "The request is not valid" },
  FILTER_PARSE_ERROR: { status: 400, title: "The filter is not valid" },
  CURSOR_INVALID: { status: 400, title: "The cursor does not belong to this list" },
  UNKNOWN_PARAMETER: { status: 400, title: "Unknown query parameter" },
  BATCH_LIMIT_EXCEEDED: { status: 400, title: "Too many rows at once" },
  UNAUTHORIZED: { status: 401, title: "Sign in first" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  NOT_FOUND: { status: 404, title: "Not found" },
  METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  CONFLICT: { status: 409, title: "Conflict with another row" },
  IDEMPOTENCY_MISMATCH: { status: 409, title: "The idempotency key belongs to another request" },
  PRECONDITION_FAILED: { status: 412, title: "The row has changed" },
  PRECONDITION_REQUIRED: { status: 428, title: "If-Match is needed" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "Unsupported media type" },
  RATE_LIMIT_EXCEEDED: { status: 429, title: "Too many requests" },
  INTERNAL_ERROR: { status: 500, title: "Internal error" },
} as const;

export type ProblemCode = keyof typeof problems;

/** One thing that is wrong with the input. `field` is a path such as `items[3].title`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
  readonly code: string;
}

/** The body of every error response, `application/problem+json`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
  /** The row's own tag, after `PRECONDITION_FAILED`. */
  readonly currentETag?: string;
}

/** Throw it from a route or a module of your own: the client gets the problem document of `code`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly currentETag: string | undefined;

  /**
   * @param code What kind of problem it is; decides the status.
   * @param detail One sentence for the caller. It must not tell anything the caller may not know.
   */
  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: readonly FieldError[];
      headers?: Readonly<Record<string, string>>;
      currentETag?: string;
    } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.status = problems[code].status;
    this.errors = more.errors;
    this.headers = more.headers;
    this.currentETag = more.currentETag;
  }

  /** The document that is sent. */
  toDocument(requestId: string): ProblemDocument {
    return {
      type: `/__covara/problems/${this.code.toLowerCase().replaceAll("_", "-")}`,
      title: problems[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      requestId,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      ...(this.currentETag === undefined ? {} : { currentETag: this.currentETag }),
    };
  }
}

/** The row is not there, or the caller may not see it: both look the same. */
export const notFound = (): Problem => new Problem("NOT_FOUND", "There is nothing here that you may see.");

/** The caller has to identify itself first. */
export const unauthorized = (): Problem =>
  new Problem("UNAUTHORIZED", "This needs a signed-in user, and the request carries no valid identity.");

/** The caller may see the row but not do this to it. */
export const forbidden = (): Problem => new Problem("FORBIDDEN", "You may not do this.");

/** One parameter or field is wrong. */
export const invalid = (field: string, message: string, code = "invalid_value"): Problem =>
  new Problem("VALIDATION_ERROR", field === "" ? `${message}.` : `${field}: ${message}.`, {
    errors: [{ field, message, code }],
  });
