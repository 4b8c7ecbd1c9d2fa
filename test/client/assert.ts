/** Assertions that mean the same in Node, in workerd and in a page. */
import { CovaraError } from "../../generated/client.js";

/** What did not hold. With both values, so that whoever reports it can show the difference. */
export class AssertionError extends Error {
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(message: string, actual: unknown, expected: unknown) {
    super(message);
    this.name = "AssertionError";
    this.actual = actual;
    this.expected = expected;
  }
}

/** Two values are the same, all the way down. */
export function equal(actual: unknown, expected: unknown, about = "value"): void {
  judge(difference(actual, expected, about, false), actual, expected);
}

/** A value has what is expected of it, and may have more members. A function in `expected` tells whether a value will do. */
export function matches(actual: unknown, expected: unknown, about = "value"): void {
  judge(difference(actual, expected, about, true), actual, expected);
}

export function ok(holds: boolean, about: string): void {
  judge(holds ? null : `${about} does not hold`, holds, true);
}

export const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** What a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new AssertionError("The call did not fail", value, "a failure");
}

/** The error with which the server refuses a call; it has what is expected of it. */
export async function refused(promise: Promise<unknown>, expected: object): Promise<CovaraError> {
  const error = await failure(promise);
  if (!(error instanceof CovaraError)) throw error;
  matches(error, expected, "error");
  return error;
}

/** Milliseconds that something may take to come true, on machines that are busy. */
const patience = 90_000;

/** Waits until an assertion holds. */
export async function until(holds: () => void | Promise<void>): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (!(error instanceof AssertionError) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function judge(message: string | null, actual: unknown, expected: unknown): void {
  if (message !== null) throw new AssertionError(message, actual, expected);
}

/** Where two values differ, in a sentence; null where they do not. */
function difference(actual: unknown, expected: unknown, path: string, isPartial: boolean): string | null {
  if (isPartial && typeof expected === "function") {
    return expected(actual) === true ? null : `${path}: ${show(actual)} will not do`;
  }
  if (Object.is(actual, expected)) return null;
  const areComparable = isObject(actual) && isPlain(expected) && (isPartial || isPlain(actual));
  if (!areComparable || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path}: ${show(actual)} is not ${show(expected)}`;
  }
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length !== expected.length) {
    return `${path} has ${actual.length} items, not ${expected.length}: ${show(actual)} is not ${show(expected)}`;
  }
  const names = isPartial ? Object.keys(expected) : [...Object.keys(expected), ...Object.keys(actual)];
  for (const name of new Set(names)) {
    const found = difference(
      Reflect.get(actual, name),
      Reflect.get(expected, name),
      `${path}.${name}`,
      isPartial,
    );
    if (found !== null) return found;
  }
  return null;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether a value is all that its members are: dates, sets and errors are more than that. */
const isPlain = (value: unknown): value is object =>
  isObject(value) && [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value));

const show = (value: unknown): string =>
  typeof value === "function" || value === undefined ? String(value) : JSON.stringify(value);
