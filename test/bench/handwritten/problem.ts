import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { $ZodIssue } from "zod/v4/core";
import type { AppEnv } from "./app-env.ts";

const titles = {
  VALIDATION_ERROR: [400, "The request is not valid"],
  FILTER_PARSE_ERROR: [400, "The filter is not valid"],
  BATCH_LIMIT_EXCEEDED: [400, "Too many rows at once"],
  CURSOR_INVALID: [400, "The cursor does not belong to this list"],
  UNKNOWN_PARAMETER: [400, "Unknown query parameter"],
  UNAUTHORIZED: [401, "Sign in first"],
  FORBIDDEN: [403, "Not allowed"],
  NOT_FOUND: [404, "Not found"],
  METHOD_NOT_ALLOWED: [405, "Method not allowed"],
  CONFLICT: [409, "Conflict with another row"],
  PRECONDITION_FAILED: [412, "The row has changed"],
  PAYLOAD_TOO_LARGE: [413, "The body is too large"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Unsupported media type"],
  INTERNAL_ERROR: [500, "Internal error"],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type ProblemCode = keyof typeof titles;

export interface FieldError {
  field: string;
  message: string;
  code: string;
}

/** An error that the caller is told about. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: FieldError[] | undefined;
  readonly currentETag: string | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    { errors, currentETag }: { errors?: FieldError[]; currentETag?: string } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.currentETag = currentETag;
  }
}

export const invalidField = (field: string, message: string, code: string): Problem =>
  new Problem("VALIDATION_ERROR", `${field}: ${message}`, { errors: [{ field, message, code }] });

export const notFound = (): Problem => new Problem("NOT_FOUND", "There is no such todo.");

/** The errors of fields that zod found. */
export function fieldErrors(issues: readonly $ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          field: fieldPath([...issue.path, key]),
          message: "Unknown field",
          code: "unknown_field",
        }))
      : [{ field: fieldPath(issue.path), message: issue.message, code: codeOf(issue) }],
  );
}

/** `items[3].title` for `["items", 3, "title"]`. */
const fieldPath = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");

/** A check of our own may name its code. */
const codeOf = (issue: $ZodIssue): string =>
  issue.code === "custom" ? String(issue.params?.code ?? "invalid_value") : issue.code;

/** The answer for anything that was thrown. Faults of ours go to the log and say nothing to the caller. */
export function sendProblem(error: Error, c: Context<AppEnv>): Response {
  let problem: Problem;
  if (error instanceof Problem) {
    problem = error;
  } else {
    console.error(JSON.stringify({ requestId: c.get("requestId"), cause: error.stack ?? error.message }));
    problem = new Problem("INTERNAL_ERROR", "Something went wrong.");
  }
  const [status, title] = titles[problem.code];
  return c.json(
    {
      type: `/__covara/problems/${problem.code.toLowerCase().replaceAll("_", "-")}`,
      title,
      status,
      detail: problem.message,
      code: problem.code,
      requestId: c.get("requestId"),
      ...(problem.errors && { errors: problem.errors }),
      ...(problem.currentETag && { currentETag: problem.currentETag }),
    },
    status,
    {
      "Content-Type": "application/problem+json; charset=UTF-8",
      ...(problem.currentETag && { ETag: problem.currentETag }),
    },
  );
}
