import type { Column } from "../table.ts";
import { kindOf, type Scalar } from "./ast.ts";
import { excerpt, type ValueToken } from "./tokens.ts";

/** Why a value is not one of the column's, or the value itself. */
export type Typed<Value> = { readonly value: Value } | { readonly problem: string };

/** Reads a value as one of the column's: `5` is a number, a text or a mistake, depending on the column. */
export function typedValue(column: Column, token: ValueToken): Typed<Scalar> {
  const kind = kindOf(column);
  switch (kind) {
    case "text":
      return { value: token.text };
    case "enum":
      return typedMember(column.values ?? [], token.text);
    case "timestamp":
      return typedTimestamp(token.text);
    case "boolean":
      return typedFlag(token);
    case "integer":
    case "number":
      return typedNumber(token, kind);
    case "json":
      return { problem: "JSON is not compared with values" };
  }
}

const typedMember = (members: readonly string[], text: string): Typed<string> =>
  members.includes(text)
    ? { value: text }
    : { problem: `Must be one of ${members.map((member) => JSON.stringify(member)).join(", ")}` };

/** Reads `true` or `false`. */
export function typedFlag({ text, quoted }: ValueToken): Typed<boolean> {
  if (quoted || (text !== "true" && text !== "false")) {
    return { problem: "Must be true or false, without quotes" };
  }
  return { value: text === "true" };
}

const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a number as JSON writes it. */
export function typedNumber({ text, quoted }: ValueToken, kind: "integer" | "number"): Typed<number> {
  if (quoted) return { problem: "Must be a number, without quotes" };
  // Zero has one form: -0 would be equal to it in SQL, and in a JSON parameter.
  const value = numberPattern.test(text) ? Number(text) + 0 : Number.NaN;
  if (Number.isNaN(value)) return { problem: `Must be a number, not ${JSON.stringify(excerpt(text))}` };
  if (kind === "integer" && !Number.isSafeInteger(value)) {
    return { problem: "Must be a whole number within ±(2^53−1)" };
  }
  return Number.isFinite(value) ? { value } : { problem: "Is too large for a number" };
}

/** Reads a number of characters. */
export function typedCount(token: ValueToken): Typed<number> {
  const typed = typedNumber(token, "integer");
  return "value" in typed && typed.value < 0 ? { problem: "Must not be negative" } : typed;
}

const timestampPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/** Reads a date, which is midnight UTC, or a date-time with its offset; both become UTC with milliseconds. */
function typedTimestamp(text: string): Typed<string> {
  const [found, year, month, day] = timestampPattern.exec(text) ?? [];
  if (found === undefined) {
    const hint = text.includes(" ") ? " (in a URL, + is written %2B)" : "";
    return {
      problem: `Must be a date such as 2026-01-31, or a date-time with Z or an offset such as 2026-01-31T09:30:00Z${hint}`,
    };
  }
  const daysInMonth = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysInMonth) {
    return { problem: `There is no day ${year}-${month}-${day}` };
  }
  const value = new Date(text).toISOString();
  return value.length === 24 ? { value } : { problem: "Must lie in the years 0 to 9999" };
}
