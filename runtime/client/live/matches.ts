/** `where` as a function: whether a row that the server has not confirmed belongs to what is shown. It means what the server means by it. */
import { readConditions } from "../where.ts";
import { compareText } from "./order.ts";

/** A row, whatever it is of. */
export type AnyRow = Readonly<Record<string, unknown>>;

type Test = (value: unknown, operand: unknown) => boolean;

const foldAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A test of two texts; of anything else it does not hold. */
const textual =
  (test: (value: string, operand: string) => boolean): Test =>
  (value, operand) =>
    typeof value === "string" && test(value, String(operand));

const folded = (test: (value: string, operand: string) => boolean): Test =>
  textual((value, operand) => test(foldAscii(value), foldAscii(operand)));

/** A test of how two values are ordered. Null is neither less nor greater. */
const ordered =
  (holds: (difference: number) => boolean): Test =>
  (value, operand) =>
    value !== null &&
    holds(typeof value === "string" ? compareText(value, String(operand)) : Number(value) - Number(operand));

/** A test of the number of code points. */
const measured = (holds: (length: number, operand: number) => boolean): Test =>
  textual((value, operand) => holds(Array.from(value).length, Number(operand)));

const not =
  (test: Test): Test =>
  (value, operand) =>
    !test(value, operand);

/** `%` is any text, `_` one character, and `\` takes the meaning off the next. */
function like(value: string, pattern: string): boolean {
  const source = pattern.replace(/\\?(.)/gsu, (token: string, character: string) => {
    if (token === "%") return ".*";
    return token === "_" ? "." : character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`, "su").test(value);
}

const equal: Test = (value, operand) => value === operand;
const oneOf: Test = (value, operand) => (operand as readonly unknown[]).includes(value);
const atLeast = ordered((difference) => difference >= 0);
const atMost = ordered((difference) => difference <= 0);
const between: Test = (value, operand) => {
  const [low, high] = operand as readonly unknown[];
  return atLeast(value, low) && atMost(value, high);
};
const equalFolded = folded((value, operand) => value === operand);

/** A `Map`, so that no name means what objects inherit. */
const tests: ReadonlyMap<string, Test> = new Map([
  ["eq", equal],
  ["ne", not(equal)],
  ["in", oneOf],
  ["notIn", not(oneOf)],
  ["isNull", (value, operand) => (value === null) === operand],
  ["gt", ordered((difference) => difference > 0)],
  ["gte", atLeast],
  ["lt", ordered((difference) => difference < 0)],
  ["lte", atMost],
  ["between", between],
  ["notBetween", not(between)],
  ["contains", textual((value, operand) => value.includes(operand))],
  ["startsWith", textual((value, operand) => value.startsWith(operand))],
  ["endsWith", textual((value, operand) => value.endsWith(operand))],
  ["iContains", folded((value, operand) => value.includes(operand))],
  ["iStartsWith", folded((value, operand) => value.startsWith(operand))],
  ["iEndsWith", folded((value, operand) => value.endsWith(operand))],
  ["iEq", equalFolded],
  ["iNe", not(equalFolded)],
  ["like", textual(like)],
  ["iLike", folded(like)],
  ["length", measured((length, operand) => length === operand)],
  ["minLength", measured((length, operand) => length >= operand)],
  ["maxLength", measured((length, operand) => length <= operand)],
  ["isEmpty", (value, operand) => (value === null || value === "") === operand],
]);

/**
 * Reads conditions as a function of a row.
 *
 * @param times Names of the fields that are moments, which a condition may spell in several ways.
 * @param look Called with each field that is looked at.
 * @throws {TypeError} for a condition without a value, or an operator that there is none of.
 */
export const matcher = (
  where: object,
  times: readonly string[],
  look: (field: string) => void,
): ((row: AnyRow) => boolean) =>
  readConditions<(row: AnyRow) => boolean>(where, {
    test: (field, operator, given) => {
      look(field);
      const test = tests.get(operator);
      if (test === undefined) throw new TypeError(`where.${field} has no operator ${operator}.`);
      const operand = times.includes(field) && operator !== "isNull" ? inUtc(given) : given;
      return (row) => test(row[field], operand);
    },
    join: (all, parts) => (row) =>
      all ? parts.every((holds) => holds(row)) : parts.some((holds) => holds(row)),
    not: (holds) => (row) => !holds(row),
  });

/** Moments as rows have them: in UTC with milliseconds. */
function inUtc(operand: unknown): unknown {
  if (operand === null) return null;
  return Array.isArray(operand) ? operand.map(inUtc) : new Date(operand as string | Date).toISOString();
}
