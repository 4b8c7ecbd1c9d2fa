/** The options of commands that set an expiry. */
import { checkFlag, checkInteger, checkOptions } from "./checks.ts";
import { KVError } from "./errors.ts";

/** Sets a time to live. At most one of them may be given. */
export interface ExpiryOptions {
  /** Seconds from now, at least 1. */
  readonly ex?: number;
  /** Milliseconds from now, at least 1. */
  readonly px?: number;
  /** Seconds since 1970. */
  readonly exat?: number;
  /** Milliseconds since 1970. */
  readonly pxat?: number;
}

/** When a time to live is set. */
export interface ExpireOptions {
  /** Only where the key has none. */
  readonly nx?: boolean;
  /** Only where the key has one. */
  readonly xx?: boolean;
  /** Only where the new one is later. A key without one counts as living for ever. */
  readonly gt?: boolean;
  /** Only where the new one is earlier. */
  readonly lt?: boolean;
}

const units = ["ex", "px", "exat", "pxat"] as const;

/** What an expiry option asks for: a moment in milliseconds since 1970, or nothing. */
export function expiryOf(
  options: { readonly [Name in (typeof units)[number]]?: unknown },
  now: number,
): number | undefined {
  const given = units.filter((unit) => options[unit] !== undefined);
  const [unit] = given;
  if (unit === undefined) return undefined;
  if (given.length > 1) {
    throw new KVError(
      "INVALID_ARGUMENT",
      `Of the options ex, px, exat and pxat only one can be given, not ${given.join(" and ")}.`,
    );
  }
  const amount = checkInteger(options[unit], `The option ${unit}`);
  if (amount <= 0) throw new KVError("OUT_OF_RANGE", `The option ${unit} must be at least 1, not ${amount}.`);
  return moment(
    amount * (unit === "ex" || unit === "exat" ? 1000 : 1),
    unit === "ex" || unit === "px" ? now : 0,
  );
}

/**
 * `milliseconds` after `start`.
 *
 * @throws KVError `OUT_OF_RANGE`
 */
export function moment(milliseconds: number, start: number): number {
  const at = start + milliseconds;
  if (!Number.isSafeInteger(milliseconds) || !Number.isSafeInteger(at)) {
    throw new KVError("OUT_OF_RANGE", "The expiry lies too far away to be stored in milliseconds.");
  }
  return at;
}

/** Decides whether a key whose expiry is `current` (null: none) gets the expiry `next`. */
export function expiryCondition(options: unknown): (current: number | null, next: number) => boolean {
  const checked = checkOptions(options, ["nx", "xx", "gt", "lt"]);
  const nx = checkFlag(checked.nx, "nx");
  const xx = checkFlag(checked.xx, "xx");
  const gt = checkFlag(checked.gt, "gt");
  const lt = checkFlag(checked.lt, "lt");
  if (nx && (xx || gt || lt)) {
    throw new KVError("INVALID_ARGUMENT", "The option nx cannot be combined with xx, gt or lt.");
  }
  if (gt && lt) throw new KVError("INVALID_ARGUMENT", "The options gt and lt cannot be combined.");
  return (current, next) =>
    !(nx && current !== null) &&
    !(xx && current === null) &&
    !(gt && (current === null || next <= current)) &&
    !(lt && current !== null && next >= current);
}
