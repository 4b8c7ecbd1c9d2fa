import fc from "fast-check";
import type { Command, Plain, Step, StructureName } from "../../kv/step.ts";
import type { Encoding } from "../adapter/session.ts";

/** The texts that a sequence draws from. */
export interface Pools {
  readonly key: fc.Arbitrary<string>;
  readonly value: fc.Arbitrary<string>;
  readonly pattern: fc.Arbitrary<string>;
  /** The members, fields or values that a key is filled with. */
  readonly members: fc.Arbitrary<string[]>;
  /** Positions in lists, sorted sets and strings. */
  readonly position: fc.Arbitrary<number>;
  /** How many: sometimes none, too many or not allowed. */
  readonly count: fc.Arbitrary<number>;
}

/** The keys that a sequence begins with, all of them frequent. */
export const filled = ["a", "b", "ab"] as const;

/** Few texts, the first ones often, so that commands meet. */
const few = (frequent: readonly string[], rare: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...frequent) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  );

const frequentValues = ["a", "b", "ab", "1", "3", "-2"];

const rareValues = [
  ...[
    "",
    "\0",
    "a\0b",
    "abc",
    "é",
    "ÿ",
    "__proto__",
    "0",
    "-0",
    "+1",
    " 1",
    "1 ",
    "01",
    "1.5",
    "-.5",
    "5.",
    "1e3",
    "1e400",
    "0x1f",
  ],
  ...[
    "9007199254740991",
    "-9007199254740991",
    "9007199254740993",
    "9223372036854775808",
    "inf",
    "nan",
    "null",
  ],
  ...["x".repeat(70), `${"long ".repeat(60)}`],
];

/** Beyond Latin-1, in an order that differs between UTF-8 and UTF-16. */
const wideTexts = ["日本", "𝄞", "ﬀ", "a𝄞b", "\u{10ffff}", "\uffff", "e\u0301"];

/**
 * Redis's patterns match bytes and ours characters: with Latin-1 these are the same, so all patterns are tried there.
 * Other texts meet patterns in which no byte stands for a part of a character.
 */
export function pools(encoding: Encoding): Pools {
  const wide = encoding === "latin1" ? [] : wideTexts;
  const pieces =
    encoding === "latin1"
      ? ["?", "[ab]", "[^a]", "[a-c]", "[c-a]", "[é-ÿ]", "[a", "[]", "\\*", "\\"]
      : ["日"];
  const value = few(frequentValues, [...rareValues, ...wide]);
  return {
    key: few(filled, ["abc", "a:b", "{a}b", "", "\0", "a\0", "é", "k*", "[a]", "a\\b", ...wide]),
    value,
    members: fc.array(value, { minLength: 3, maxLength: 12, size: "max" }),
    position: around(5),
    count: upTo(4),
    pattern: fc.oneof(
      fc.constant("*"),
      fc
        .array(fc.constantFrom("*", "a", "b", "ab", "é", ...pieces), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.join("")),
    ),
  };
}

/** The same with keys that hold `size` members to begin with. */
export const largePools = (encoding: Encoding, size: number): Pools => ({
  ...pools(encoding),
  key: few(["a"], filled),
  value: fc.integer({ min: 0, max: size + 20 }).map((n) => `m${n}`),
  members: fc.constant(Array.from({ length: size }, (_, n) => `m${n}`)),
  position: around(size + 5),
  count: fc.oneof(upTo(4), upTo(size)),
});

const around = (size: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -size, max: size }) },
    { weight: 1, arbitrary: fc.constantFrom(-0, 100, -100, 2 ** 40, -(2 ** 40)) },
  );

const upTo = (most: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(-1, -3, 20, 1.5) },
  );

/** Whole numbers, the edges of what is allowed and what is beyond. */
export const whole: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -4, max: 4 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-0, 100, -100, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53 - 1), 1.5, 2 ** 53),
  },
);

/** Numbers whose sums do not depend on the order in which they are added. */
export const float: fc.Arbitrary<number> = fc.constantFrom(0, 1, -1, 2, 0.5, 1.5, -2.25, 3, 10, 100.125);

/** Numbers that doubles round. */
export const roughFloat: fc.Arbitrary<number> = fc.oneof(
  float,
  fc.constantFrom(-0, 0.1, 0.2, -0.7, 1e21, 1e-7, 123456789.98765433, 2 ** 53, 1 / 3),
);

/** An option that is given in one of four cases. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc
    .option(arbitrary, { freq: 3, nil: undefined })
    .chain((value) => fc.constantFrom(value, undefined, undefined, undefined));

/** Flags, each of them seldom on. */
export const flagsOf = (...names: readonly string[]): Record<string, fc.Arbitrary<Plain>> =>
  Object.fromEntries(names.map((name) => [name, seldom(fc.constant(true))]));

/** Options; those that are undefined are left out, and none at all is no argument. */
export const options = (members: Record<string, fc.Arbitrary<Plain>>): fc.Arbitrary<Plain> =>
  fc.record(members).map((record) => {
    const given = Object.entries(record).filter(([, value]) => value !== undefined);
    return given.length === 0 ? undefined : Object.fromEntries(given);
  });

export const optional = seldom;

/** One to four of something. */
export const several = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 4 });

/** Milliseconds: near to each other, so that clocks and expiries meet. */
export const spans = [499, 500, 501, 1_000, 1_500, 2_000, 60_000, 60_000] as const;

/** Texts, each with one of a few values in turn. */
export const withValues = <T>(
  texts: fc.Arbitrary<string[]>,
  value: fc.Arbitrary<T>,
): fc.Arbitrary<[string, T][]> =>
  fc
    .tuple(texts, fc.array(value, { minLength: 1, maxLength: 12, size: "max" }))
    .map(([list, values]) => list.map((text, n) => [text, values[n % values.length] as T]));

/** The commands of a structure at random, and those that fill a few keys to begin with. */
export interface Commands {
  readonly any: fc.Arbitrary<Command>;
  readonly fill: readonly fc.Arbitrary<Command>[];
}

/** Makes the commands of one store. */
export type Make = (command: string, ...args: readonly fc.Arbitrary<Plain>[]) => fc.Arbitrary<Command>;

export const maker =
  (store: StructureName): Make =>
  (command, ...args) =>
    fc.tuple(...args).map((values) => ({ store, command, args: withoutTail(values) }));

/** The same with the arguments of several keys or values at the end. */
export const spread = (command: fc.Arbitrary<Command>): fc.Arbitrary<Command> =>
  command.map(({ args, ...rest }) => {
    const last = args.at(-1);
    return { ...rest, args: Array.isArray(last) ? [...args.slice(0, -1), ...last] : args };
  });

/** Without arguments that are not given. */
function withoutTail(args: readonly Plain[]): readonly Plain[] {
  const end = args.findLastIndex((arg) => arg !== undefined);
  return args.slice(0, end + 1);
}

export const advance: fc.Arbitrary<Step> = fc.constantFrom(...spans).map((span) => ({ advance: span }));
