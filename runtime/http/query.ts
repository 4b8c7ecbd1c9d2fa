import { invalid, Problem } from "./problem.ts";

/** The query parameters of a request, each at most once and all of them known. */
export type QueryParameters<Name extends string> = { readonly [K in Name]?: string };

/** What carries query parameters: a request, or the parameters of server code. */
export type QuerySource = Request | URLSearchParams;

function parametersOf(source: QuerySource): Iterable<[string, string]> {
  if (source instanceof URLSearchParams) return source;
  const start = source.url.indexOf("?");
  return start === -1 ? [] : new URLSearchParams(source.url.slice(start + 1));
}

/**
 * Reads the query string.
 *
 * @param known Every parameter the route has.
 * @throws {Problem} 400 for an unknown parameter, or one that is given twice.
 */
export function queryParameters<Name extends string>(
  source: QuerySource,
  known: readonly Name[],
): QueryParameters<Name> {
  const found: { [K in Name]?: string } = {};
  for (const [key, value] of parametersOf(source)) {
    const name = known.find((candidate) => candidate === key);
    if (name === undefined) {
      const offer = known.length === 0 ? "It takes none." : `It takes ${known.join(", ")}.`;
      throw new Problem(
        "UNKNOWN_PARAMETER",
        `This route has no query parameter ${JSON.stringify(key)}. ${offer}`,
      );
    }
    if (found[name] !== undefined) throw invalid(name, "Give this parameter once", "duplicate_parameter");
    found[name] = value;
  }
  return found;
}

/**
 * For routes without query parameters.
 *
 * @throws {Problem} 400 for any parameter: a misspelt one must not be taken for none.
 */
export function rejectQuery(request: Request): void {
  queryParameters(request, []);
}

/** Reads `true` or `false`; absent is false. */
export function booleanParameter(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw invalid(name, "Must be true or false");
}

/**
 * Reads a page size: absent gives the default, a larger one than `max` is clamped.
 *
 * @throws {Problem} 400 for less than 1 or anything that is not a whole number.
 */
export function limitParameter(text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw invalid("limit", "Must be a whole number of at least 1");
  return Math.min(Number(text), max);
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID. No row has an id of another form. */
export const isUuid = (text: string): boolean => uuidPattern.test(text);
