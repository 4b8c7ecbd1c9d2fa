/** Steps that can be run on any subject: the engine in Node, the engine in workerd, or a real Redis. */

export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [name: string]: Plain };

export const structures = ["string", "counter", "hash", "set", "list", "sortedSet"] as const;

export type StructureName = (typeof structures)[number];

/**
 * One command, with its arguments as users of the stores write them. Every structure has one store, named as itself.
 * `scan`, `hscan`, `sscan` and `zscan` take no cursor: such a step walks all pages and replies all items.
 */
export interface Command {
  readonly store: StructureName;
  readonly command: string;
  readonly args: readonly Plain[];
}

/** Moves the clock, in milliseconds. */
export interface Advance {
  readonly advance: number;
}

export type Step = Command | Advance;

export const isAdvance = (step: Step): step is Advance => "advance" in step;

/** What a random command may choose from. */
export interface Pick {
  readonly from: readonly Plain[];
  /** Whether no two of the chosen may be the same. */
  readonly distinct: boolean;
}

export type Reply =
  | { readonly ok: true; readonly value: Plain; readonly pick?: Pick }
  | { readonly ok: false; readonly code: string };

/** Something that runs commands. */
export interface Subject {
  run(command: Command): Promise<Reply>;
  /** Sets its clock, in milliseconds since 1970. */
  setTime(milliseconds: number): void | Promise<void>;
}

/** When every sequence of steps begins: 2030-01-01, in milliseconds since 1970. */
export const startTime = 1_893_456_000_000;

/** Which order the items come in is not said. */
const unordered = new Set([
  "keys",
  "scan",
  "hgetall",
  "hkeys",
  "hvals",
  "hscan",
  "smembers",
  "sinter",
  "sunion",
  "sdiff",
  "sscan",
  "spop",
  "zscan",
]);

/**
 * An argument that cannot be right. Redis's messages do not always tell whether it is the value or its range that is
 * wrong, so these codes count as one here.
 */
const argumentCodes = new Set(["INVALID_ARGUMENT", "OUT_OF_RANGE", "INVALID_VALUE", "ARGUMENT"]);

/** A value as text that is the same for equal values: `undefined` counts as null, infinities are kept apart. */
export function show(value: Plain): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${name}: ${show(member)}`)
    .join(", ")} }`;
}

/** Tells why a reply is not the expected one, or null if it is. */
export function difference({ command }: Command, expected: Reply, actual: Reply): string | null {
  const both = `expected ${showReply(expected)}, got ${showReply(actual)}`;
  if (!expected.ok || !actual.ok) {
    if (expected.ok || actual.ok) return both;
    const same =
      expected.code === actual.code || (expected.code === "ARGUMENT" && argumentCodes.has(actual.code));
    return same ? null : both;
  }
  if (expected.pick !== undefined) return pickDifference(expected.pick, expected.value, actual.value);
  const sorted = unordered.has(command) ? inOrder : (value: Plain) => value;
  return show(sorted(expected.value)) === show(sorted(actual.value)) ? null : both;
}

const inOrder = (value: Plain): Plain =>
  Array.isArray(value) ? [...value].sort((a, b) => (show(a) < show(b) ? -1 : 1)) : value;

const showReply = (reply: Reply): string => (reply.ok ? show(reply.value) : `the error ${reply.code}`);

/** Steps as lines, the last of which gave a reply that is not the expected one. */
export const describe = (steps: readonly Step[], reason: string): string =>
  [...steps.map((step) => `  ${line(step)}`), `    ^ ${reason}`].join("\n");

const line = (step: Step): string =>
  isAdvance(step)
    ? `(${step.advance} ms pass)`
    : `${step.store}.${step.command}(${step.args.map(show).join(", ")})`;

/** Random replies need not be equal; they have to be as many, taken from the same, and distinct where that is promised. */
function pickDifference({ from, distinct }: Pick, expected: Plain, actual: Plain): string | null {
  if (!Array.isArray(expected) || !Array.isArray(actual)) {
    if (Array.isArray(expected) || Array.isArray(actual) || expected === null || actual === null) {
      return show(expected) === show(actual)
        ? null
        : `expected the like of ${show(expected)}, got ${show(actual)}`;
    }
    return isOneOf(actual, from) ? null : `${show(actual)} is not one of ${show(from)}`;
  }
  if (expected.length !== actual.length) return `expected ${expected.length} items, got ${show(actual)}`;
  const stranger = actual.find((item) => !isOneOf(item, from));
  if (stranger !== undefined) return `${show(stranger)} is not one of ${show(from)}`;
  if (distinct && new Set(actual.map(show)).size !== actual.length) return `${show(actual)} repeats an item`;
  return null;
}

const isOneOf = (item: Plain, from: readonly Plain[]): boolean =>
  from.some((candidate) => show(candidate) === show(item));
