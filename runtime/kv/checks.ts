/** Checks of what callers pass. All run before anything is written. */
import { KVError } from "./errors.ts";

/** Bytes of UTF-8. */
export const maxKeyBytes = 1_024;
export const maxMemberBytes = 16_384;
export const maxValueBytes = 1_900_000;

/** How many bytes a well-formed text takes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes: each half counts two.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Text of any length. */
export function checkText(value: unknown, what: string): string {
  if (typeof value !== "string") {
    throw new KVError("INVALID_ARGUMENT", `${what} must be a string, not ${kindOf(value)}.`);
  }
  if (!value.isWellFormed()) throw new KVError("INVALID_TEXT", `${what} holds half of a surrogate pair.`);
  return value;
}

function checkSize(
  text: string,
  limit: number,
  what: string,
  code: "KEY_TOO_LARGE" | "VALUE_TOO_LARGE",
): string {
  // A UTF-16 unit takes three bytes of UTF-8 at the most.
  if (text.length * 3 <= limit) return text;
  const bytes = utf8Length(text);
  if (bytes <= limit) return text;
  throw new KVError(code, `${what} takes ${bytes} bytes; ${limit} is the limit.`);
}

/** @throws KVError `INVALID_ARGUMENT`, `INVALID_TEXT`, `KEY_TOO_LARGE` */
export const checkKey = (key: unknown): string =>
  checkSize(checkText(key, "A key"), maxKeyBytes, "The key", "KEY_TOO_LARGE");

/** A field of a hash, or a member of a set. */
export const checkMember = (member: unknown, what = "A member"): string =>
  checkSize(checkText(member, what), maxMemberBytes, what, "VALUE_TOO_LARGE");

export const checkValue = (value: unknown, what = "A value"): string =>
  checkSize(checkText(value, what), maxValueBytes, what, "VALUE_TOO_LARGE");

/** A list of keys, at least one. */
export const checkKeys = (keys: unknown): string[] => checkList(keys, "key").map(checkKey);

/** A list of members, at least one. */
export const checkMembers = (members: unknown, what = "member"): string[] =>
  checkList(members, what).map((member) => checkMember(member, `A ${what}`));

/** An array that is not empty. */
export function checkList(list: unknown, what: string): unknown[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw new KVError("INVALID_ARGUMENT", `At least one ${what} must be given.`);
  }
  return list;
}

/** A whole number within ±(2^53 − 1). */
export function checkInteger(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new KVError(
      "INVALID_ARGUMENT",
      `${what} must be a whole number within ±(2^53 − 1), not ${typeof value === "number" ? value : kindOf(value)}.`,
    );
  }
  return value === 0 ? 0 : value;
}

/** A whole number of at least `least`. */
export function checkCount(value: unknown, what: string, least = 0): number {
  const count = checkInteger(value, what);
  if (count < least) throw new KVError("OUT_OF_RANGE", `${what} must be at least ${least}, not ${count}.`);
  return count;
}

/** A finite number; `-0` becomes `0`. */
export function checkNumber(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new KVError(
      "INVALID_ARGUMENT",
      `${what} must be a finite number, not ${typeof value === "number" ? value : kindOf(value)}.`,
    );
  }
  return value === 0 ? 0 : value;
}

/**
 * The options of a command: a plain object with no other members than `known`. Undefined members count as absent.
 *
 * @throws KVError `INVALID_ARGUMENT`
 */
export function checkOptions<Name extends string>(
  options: unknown,
  known: readonly Name[],
): { readonly [Key in Name]?: unknown } {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object" || Array.isArray(options)) {
    throw new KVError("INVALID_ARGUMENT", `Options must be an object, not ${kindOf(options)}.`);
  }
  const checked: { [Key in Name]?: unknown } = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const match = known.find((candidate) => candidate === name);
    if (match === undefined) {
      throw new KVError(
        "INVALID_ARGUMENT",
        `There is no option ${JSON.stringify(name)}. Known: ${known.join(", ")}.`,
      );
    }
    checked[match] = value;
  }
  return checked;
}

/** An option that is on or off. */
export function checkFlag(value: unknown, name: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") {
    throw new KVError("INVALID_ARGUMENT", `The option ${name} must be true or false, not ${kindOf(value)}.`);
  }
  return value;
}

/** Names the kind of a value for a message; never its content. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "undefined" ? "undefined" : `a ${typeof value}`.replace("a object", "an object");
}
