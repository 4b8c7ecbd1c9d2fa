import { Problem } from "../../http/problem.ts";
import { codePoints } from "./text.ts";

/** What kind of mistake it is, for programs. */
export type FilterErrorCode =
  | "syntax"
  | "unknown_field"
  | "unknown_operator"
  | "invalid_type"
  | "invalid_value"
  | "too_big";

/**
 * The error for a filter that cannot be used, 400 `FILTER_PARSE_ERROR`.
 *
 * @param text The whole filter.
 * @param at Where in it, in UTF-16 units; the message counts characters from 1.
 * @param message What was expected, or is wrong, without the full stop.
 * @param parameter The query parameter that it came in.
 */
export function filterProblem(
  text: string,
  at: number,
  code: FilterErrorCode,
  message: string,
  parameter: string,
): Problem {
  const place = `At character ${codePoints(text.slice(0, at)) + 1}: ${message}`;
  return new Problem("FILTER_PARSE_ERROR", `${parameter}: ${place}.`, {
    errors: [{ field: parameter, message: place, code }],
  });
}
