/** Defaults: whether the field itself would accept them, and the form in which they are stored. */
import type { FieldData, Json } from "../../schema/data.ts";
import { valueProblem } from "./json-value.ts";
import { quote } from "./report.ts";

/** What is wrong with the default, as the end of a sentence, or null. */
export function defaultProblem(data: FieldData): string | null {
  const value = data.default;
  if (value === undefined) return null;
  if (value === null) return data.optional ? null : "is null, but the field is not optional";
  switch (data.kind) {
    case "text":
      return typeof value === "string" ? textProblem(value, data) : wrongType(value, "a text");
    case "integer":
      if (typeof value !== "number" || !Number.isSafeInteger(value))
        return wrongType(value, "a safe integer");
      return rangeProblem(value, data);
    case "number":
      return typeof value === "number" ? rangeProblem(value, data) : wrongType(value, "a number");
    case "boolean":
      return typeof value === "boolean" ? null : wrongType(value, "true or false");
    case "enum":
      if (typeof value === "string" && data.values?.includes(value)) return null;
      return wrongType(value, `one of ${(data.values ?? []).map(quote).join(", ")}`);
    case "timestamp":
      if (typeof value === "string" && toTimestamp(value) !== null) return null;
      return wrongType(value, "an ISO 8601 time with `Z` or an offset");
    case "json":
      if (!jsonTexts(value).every(isStorable)) return "holds a NUL or a lone surrogate";
      return data.shape === undefined ? null : valueProblem(value, data.shape.shape, data.shape.named);
    default:
      // Other kinds take no default at all, which is reported as such.
      return null;
  }
}

/** The default as the model holds it: timestamps in UTC with milliseconds. Undefined where there is none. */
export function checkDefault(data: FieldData): Json | undefined {
  if (data.kind === "timestamp" && typeof data.default === "string")
    return toTimestamp(data.default) ?? data.default;
  return data.default;
}

function wrongType(value: Json, expected: string): string {
  return `is ${typeof value === "string" ? quote(value) : JSON.stringify(value).slice(0, 60)}, not ${expected}`;
}

function rangeProblem(value: number, { min, max }: FieldData): string | null {
  if (min !== undefined && value < min) return `is ${value}, below the min of ${min}`;
  if (max !== undefined && value > max) return `is ${value}, above the max of ${max}`;
  return null;
}

function textProblem(value: string, data: FieldData): string | null {
  if (!isStorable(value)) return "holds a NUL or a lone surrogate";
  const { min, max, regex, format } = data;
  if (min !== undefined && value.length < min)
    return `has ${value.length} characters, fewer than the min of ${min}`;
  if (max !== undefined && value.length > max)
    return `has ${value.length} characters, more than the max of ${max}`;
  if (format === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return `is ${quote(value)}, not an e-mail address`;
  if (format === "url" && !URL.canParse(value)) return `is ${quote(value)}, not a URL`;
  if (data.trim && value !== value.trim()) return "has white space at its ends, which trim() removes";
  if (regex !== undefined && matches(regex, value) === false)
    return `is ${quote(value)}, which the pattern does not match`;
  return null;
}

/** Null where the pattern does not compile; that is reported elsewhere. */
function matches({ source, flags }: { source: string; flags: string }, value: string): boolean | null {
  try {
    return new RegExp(source, flags).test(value);
  } catch {
    return null;
  }
}

/** SQLite's text functions stop at NUL, and lone surrogates are not UTF-8. */
function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

function jsonTexts(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(jsonTexts);
  return Object.entries(value).flatMap(([key, entry]: [string, Json]) => [key, ...jsonTexts(entry)]);
}

function toTimestamp(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
