/** Whether a request and its answer are as an OpenAPI document says, as a validating proxy would see it. */
import { Description, type Operation, type Response } from "./description.ts";

export interface Exchange {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  readonly headers: Headers;
  /** Undefined where there is none, or it is no text. */
  readonly body: string | undefined;
  readonly answer: { readonly status: number; readonly headers: Headers; readonly text: string };
}

export class Agreement {
  readonly #description: Description;
  readonly #identity: string;
  /** Operations and the statuses that they answered. */
  readonly seen = new Set<string>();

  /** @param identity The header that callers identify themselves by. */
  constructor(document: object, identity = "Authorization") {
    this.#description = new Description(document);
    this.#identity = identity;
  }

  /** What in the exchange is not as the document says; empty where all is. */
  check(exchange: Exchange): string[] {
    const { method, path, answer } = exchange;
    const url = new URL(path, "https://covara.test");
    const found = this.#description.find(url.pathname);
    // Nothing is said of other paths: the application may have routes of its own.
    if (found === null) return [];
    const { methods } = found.path;
    const operation = methods[method === "HEAD" ? "get" : method.toLowerCase()];
    if (operation === undefined) return this.#otherMethod(exchange, Object.keys(methods));
    this.seen.add(`${operation.operationId} ${answer.status}`);
    const wrong = answer.status < 400 ? this.#request(exchange, operation, url, found.values) : [];
    return [...wrong.map((text) => `was taken although ${text}`), ...this.#answer(exchange, operation)];
  }

  #otherMethod({ method, answer }: Exchange, methods: readonly string[]): string[] {
    const offered = [...methods, ...(methods.includes("get") ? ["head"] : []), "options"];
    const allow = (answer.headers.get("Allow") ?? "").toLowerCase().split(", ");
    const wanted = method === "OPTIONS" ? 204 : 405;
    return [
      ...(answer.status === wanted ? [] : [`answers ${answer.status} instead of ${wanted}`]),
      ...(allow.toSorted().join() === offered.toSorted().join() ? [] : [`allows ${allow}, not ${offered}`]),
    ];
  }

  /** What is wrong with the request. */
  #request(
    { headers, body }: Exchange,
    { parameters = [], requestBody, security }: Operation,
    url: URL,
    values: Readonly<Record<string, string>>,
  ): string[] {
    const known = parameters.map((parameter) => this.#description.resolve(parameter));
    const query = new Map(url.searchParams);
    const unknown = [...query.keys()].filter(
      (name) => !known.some((parameter) => parameter.in === "query" && parameter.name === name),
    );
    const problems = known.flatMap((parameter) => {
      const text =
        parameter.in === "query"
          ? query.get(parameter.name)
          : parameter.in === "header"
            ? headers.get(parameter.name)
            : decodeURIComponent(values[parameter.name] ?? "");
      if (text === undefined || text === null) {
        return parameter.required === true ? [`${parameter.name} is missing`] : [];
      }
      const problem = this.#description.problem(typed(text, parameter.schema.type), parameter.schema);
      return problem === null ? [] : [`${parameter.name} is not valid: ${problem}`];
    });
    const content = requestBody?.content["application/json"];
    const inBody =
      content === undefined ? null : this.#description.problem(JSON.parse(body ?? "null"), content.schema);
    const needsIdentity =
      security !== undefined && security.length > 0 && !security.some((one) => Object.keys(one).length === 0);
    return [
      ...unknown.map((name) => `there is no parameter ${name}`),
      ...problems,
      ...(inBody === null ? [] : [`its body is not valid: ${inBody}`]),
      ...(needsIdentity && !headers.has(this.#identity) ? ["nobody is signed in"] : []),
    ];
  }

  #answer({ method, answer }: Exchange, { responses }: Operation): string[] {
    const { status, headers, text } = answer;
    const given = responses[status] ?? (status >= 400 ? responses.default : undefined);
    if (given === undefined) return [`answers ${status}, which is not described: ${text}`];
    const response = this.#description.resolve(given);
    const wrong = this.#headers(headers, response);
    const type = headers.get("Content-Type")?.replace(/;.*/, "");
    const content = type === undefined ? undefined : response.content?.[type];
    if (response.content === undefined) {
      return [...wrong, ...(text === "" && type === undefined ? [] : [`answers ${status} with a body`])];
    }
    if (content === undefined) return [...wrong, `answers ${status} as ${type}`];
    if (method === "HEAD") return wrong;
    const problem = this.#description.problem(JSON.parse(text), content.schema);
    return problem === null ? wrong : [...wrong, `answers ${status} with ${text.slice(0, 2000)}: ${problem}`];
  }

  #headers(headers: Headers, { headers: described }: Response): string[] {
    const undescribed = ["ETag", "Location", "Idempotency-Replayed"].filter(
      (name) => headers.has(name) && !(name in described),
    );
    return [
      ...undescribed.map((name) => `has ${name}, which is not described`),
      ...Object.entries(described).flatMap(([name, reference]) => {
        const header = this.#description.resolve(reference);
        const value = headers.get(name);
        if (value === null) return header.required === true ? [`lacks ${name}`] : [];
        const problem = this.#description.problem(value, header.schema);
        return problem === null ? [] : [`has ${name}: ${problem}`];
      }),
    ];
  }
}

/** A parameter's text as a value of the type that its schema has. */
function typed(text: string, type: unknown): unknown {
  if (type === "array") return text.split(",").map((item) => item.trim());
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "integer") return /^-?\d+$/.test(text) ? Number(text) : text;
  return text;
}
