/** Scores, and the ranges that callers give: `"(1.5"`, `"-inf"`, `"[a"`, `"+"`. */
import { checkInteger, checkMember, checkOptions, kindOf } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { SqlValue } from "../sql.ts";

/** A place in the order of scores and members. */
export interface Place {
  readonly score: number;
  readonly member: string;
}

/** A place, or, where the member is null, the end of its score. */
export interface Bound {
  readonly score: number;
  readonly member: string | null;
}

/** The members from `from` on, and before `to`. */
export interface Span {
  readonly from: Bound;
  readonly to: Bound;
}

/** A span as parameters. */
export const bounds = ({ from, to }: Span): SqlValue[] => [from.score, from.member, to.score, to.member];

/** The members from `from` on, and before `to` or, where that is null, to the last. */
export interface LexRange {
  readonly from: string;
  readonly to: string | null;
}

export const everything: Span = {
  from: { score: Number.NEGATIVE_INFINITY, member: "" },
  to: { score: Number.POSITIVE_INFINITY, member: null },
};

/** The place right after a member: no other text lies between a text and the same with a NUL. */
export const after = ({ score, member }: Place): Place => ({ score, member: `${member}\0` });

/** A number, infinities included; `-0` becomes `0`. */
export function checkScore(value: unknown, what: string): number {
  if (typeof value === "number" && !Number.isNaN(value)) return value + 0;
  throw new KVError(
    "INVALID_ARGUMENT",
    `${what} must be a number, not ${typeof value === "number" ? value : kindOf(value)}.`,
  );
}

/**
 * The members with scores from `min` to `max`; null for a range in which there can be none.
 *
 * @throws KVError `INVALID_ARGUMENT`
 */
export function scoreSpan(min: unknown, max: unknown): Span | null {
  const [low, high] = [scoreBound(min), scoreBound(max)];
  // Doubles have neighbours, so a range without its end is one that ends at the neighbour.
  const from = low.isOpen ? next(low.score) : low.score;
  const to = high.isOpen ? -next(-high.score) : high.score;
  return from <= to ? { from: { score: from, member: "" }, to: { score: to, member: null } } : null;
}

/** Redis reads bounds as strtod does; here they are decimal numbers. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const infinity = /^([+-]?)inf(inity)?$/i;

function scoreBound(bound: unknown): { readonly score: number; readonly isOpen: boolean } {
  if (typeof bound !== "string") return { score: checkScore(bound, "An end of a range"), isOpen: false };
  const isOpen = bound.startsWith("(");
  const text = isOpen ? bound.slice(1) : bound;
  if (decimal.test(text)) return { score: Number(text) + 0, isOpen };
  const sign = infinity.exec(text)?.[1];
  if (sign === undefined) {
    throw new KVError(
      "INVALID_ARGUMENT",
      'An end of a range is not a number. It can be a number, "-inf", "+inf", or such with "(" before it.',
    );
  }
  return { score: sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, isOpen };
}

/** The smallest double above another; NaN, which is in no range, above infinity. */
function next(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.NaN;
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0) + 0;
}

/**
 * The members from `min` to `max` in the order of their UTF-8 bytes; null for a range in which there can be none.
 *
 * @throws KVError `INVALID_ARGUMENT`, `INVALID_TEXT`, `VALUE_TOO_LARGE`
 */
export function lexRange(min: unknown, max: unknown): LexRange | null {
  const [low, high] = [lexBound(min), lexBound(max)];
  if (low === "+" || high === "-") return null;
  return {
    from: low === "-" ? "" : low.isOpen ? `${low.text}\0` : low.text,
    to: high === "+" ? null : high.isOpen ? high.text : `${high.text}\0`,
  };
}

function lexBound(bound: unknown): "-" | "+" | { readonly text: string; readonly isOpen: boolean } {
  if (bound === "-" || bound === "+") return bound;
  if (typeof bound === "string" && (bound.startsWith("[") || bound.startsWith("("))) {
    return { text: checkMember(bound.slice(1), "An end of a range"), isOpen: bound.startsWith("(") };
  }
  throw new KVError(
    "INVALID_ARGUMENT",
    'An end of a range of members is "-", "+", or a text with "[" before it, or "(" to leave itself out.',
  );
}

/** How much of a range is wanted. */
export interface Part {
  readonly offset: number;
  /** -1 for all. */
  readonly count: number;
}

/** The option `limit`; null for one that leaves nothing. */
export function checkLimit(limit: unknown): Part | null {
  const { offset, count } = checkOptions(limit, ["offset", "count"]);
  const part = {
    offset: offset === undefined ? 0 : checkInteger(offset, "The offset of a limit"),
    count: count === undefined ? -1 : Math.max(checkInteger(count, "The count of a limit"), -1),
  };
  return part.offset < 0 || part.count === 0 ? null : part;
}
