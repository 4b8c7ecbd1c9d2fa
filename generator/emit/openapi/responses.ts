/** The answers of operations. */
import { type ProblemCode, problems } from "../../../runtime/http/problem.ts";
import type { Context } from "./context.ts";
import { type Node, node } from "./node.ts";

const jsonType = "application/json";
const problemType = "application/problem+json";

interface Header {
  readonly description: string;
  readonly required?: boolean;
  readonly schema?: Node;
}

/** The headers that answers may carry. */
const headers = {
  "X-Request-Id": { description: "What the request is called in the logs.", required: true },
  ETag: {
    description: 'The version of the row: `"3"`.',
    schema: { type: "string", pattern: '^"[1-9][0-9]*"$' },
  },
  Location: {
    description: "Path of the new row.",
    required: true,
    schema: { type: "string", format: "uri-reference" },
  },
  "Idempotency-Replayed": {
    description: "`true` where the request was carried out before, and this is the answer that it got then.",
    schema: { const: "true" },
  },
  "Retry-After": {
    description: "Seconds until the request may be sent again.",
    required: true,
    schema: { type: "integer" },
  },
  "RateLimit-Limit": { description: "Requests that may come at once.", schema: { type: "integer" } },
  "RateLimit-Remaining": { description: "Requests that are left.", schema: { type: "integer" } },
  "RateLimit-Reset": { description: "Seconds until all of them are back.", schema: { type: "integer" } },
} as const satisfies Record<string, Header>;

/** What some problems carry. */
const headersOf: Partial<Record<ProblemCode, readonly HeaderName[]>> = {
  PRECONDITION_FAILED: ["ETag"],
  RATE_LIMIT_EXCEEDED: ["Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"],
};

export type HeaderName = keyof typeof headers;

function headerNode(context: Context, names: readonly HeaderName[]): Node {
  return Object.fromEntries(
    (["X-Request-Id", ...names] as const).map((name) => {
      const { description, required, schema = { type: "string" } }: Header = headers[name];
      const header = context.components.refer("headers", name, name.replaceAll("-", ""), () =>
        node({ description, required, schema }),
      );
      return [name, header];
    }),
  );
}

/** A successful answer; `schema` is null where it has no body. */
export const success = (
  context: Context,
  description: string,
  schema: Node | null,
  names: readonly HeaderName[] = [],
): Node =>
  node({
    description,
    headers: headerNode(context, names),
    content: schema === null ? undefined : { [jsonType]: { schema } },
  });

/** A successful answer that goes on for as long as the caller listens. `schema` is that of all its events, as a list. */
export const stream = (context: Context, description: string, schema: Node): Node => ({
  description,
  headers: headerNode(context, []),
  content: { "text/event-stream": { schema } },
});

/** The answer that makes the connection another one. */
export const switched = (context: Context, description: string): Node => ({
  description,
  headers: headerNode(context, []),
});

/** The answers for these problems, by status. */
export function refusals(context: Context, codes: readonly ProblemCode[]): Node {
  const all = [...new Set<ProblemCode>([...codes, "INTERNAL_ERROR"])];
  const byStatus = Map.groupBy(all, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => [String(status), refusal(context, status, own)]),
  );
}

/** The answer for some problems of one status: a component, since many operations share it. */
function refusal(context: Context, status: number, codes: readonly ProblemCode[]): Node {
  const sorted = codes.toSorted();
  const name = sorted.map((code) => pascal(code)).join("Or");
  return context.components.refer("responses", name, name, () => ({
    description: sorted.map((code) => `\`${code}\`: ${problems[code].title}.`).join(" "),
    headers: headerNode(
      context,
      sorted.flatMap((code) => headersOf[code] ?? []),
    ),
    content: {
      [problemType]: {
        schema: {
          allOf: [
            problemRef(context),
            {
              type: "object",
              properties: { status: { const: status }, code: { type: "string", enum: sorted } },
            },
          ],
        },
        examples: Object.fromEntries(sorted.map((code) => [code, { value: example(code) }])),
      },
    },
  }));
}

/** Whatever the application's own code throws. */
export const ownRefusal = (context: Context): Node =>
  context.components.refer("responses", "own", "ApplicationProblem", () => ({
    description: "A problem that the application's own code answers.",
    headers: headerNode(context, []),
    content: { [problemType]: { schema: problemRef(context) } },
  }));

const pascal = (code: ProblemCode): string =>
  code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function problemRef({ components }: Context): Node {
  const error = components.schema("field error", "FieldError", () => ({
    type: "object",
    description: "One thing that is wrong with the input.",
    required: ["field", "message", "code"],
    properties: {
      field: {
        type: "string",
        description: "A parameter, a header, or the path of a field such as `items[3].title`.",
      },
      message: { type: "string" },
      code: { type: "string" },
    },
  }));
  return components.schema("problem", "Problem", () => ({
    type: "object",
    description: "An error, as a problem document of RFC 9457.",
    required: ["type", "title", "status", "detail", "code", "requestId"],
    properties: {
      type: { type: "string", format: "uri-reference" },
      title: { type: "string" },
      status: { type: "integer" },
      detail: { type: "string", description: "What is wrong, in one sentence." },
      code: { type: "string", enum: Object.keys(problems) },
      requestId: { type: "string", description: "The `X-Request-Id` of the answer." },
      errors: { type: "array", items: error },
      currentETag: { type: "string", description: "The row's own tag, after `PRECONDITION_FAILED`." },
    },
  }));
}

function example(code: ProblemCode): Node {
  const { status, title } = problems[code];
  return {
    type: `/__covara/problems/${code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    detail: `${title}.`,
    code,
    requestId: "6f2b0c1e-8a4d-4f3b-9c57-2d1e0f9a8b7c",
  };
}
