import fc from "fast-check";
import type { Command, Plain } from "../../kv/step.ts";
import {
  type Commands,
  filled,
  flagsOf,
  float,
  type Make,
  optional,
  options,
  type Pools,
  roughFloat,
  several,
  spread,
  withValues,
} from "./pools.ts";

const infinite = fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);

const score = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 2, arbitrary: roughFloat },
  { weight: 1, arbitrary: infinite },
);

/** Redis reads an empty bound as 0, which is refused here. */
const scoreBound: fc.Arbitrary<Plain> = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 8, arbitrary: fc.constantFrom("(0", "(1", "(2", "(-1.5", "-inf", "+inf", "inf", "1.5") },
  { weight: 1, arbitrary: fc.oneof(infinite, fc.constantFrom("(inf", "(-inf", "(+inf", "abc")) },
);

const lexBound = (value: fc.Arbitrary<string>): fc.Arbitrary<Plain> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("-", "+") },
    { weight: 4, arbitrary: value.map((text) => `[${text}`) },
    { weight: 4, arbitrary: value.map((text) => `(${text}`) },
    { weight: 1, arbitrary: fc.constantFrom("", "a", "-a") },
  );

export function sortedSetCommands(make: Make, pools: Pools): Commands {
  const { key, value, members, position, count } = pools;
  const keys = several(key);
  // Ranges by text make sense where all scores are the same.
  const level = fc.constantFrom("level", "flat");
  const lex = lexBound(value);
  const entry = fc.record({ score, member: value });
  const limit = optional(
    fc.record({ offset: fc.constantFrom(0, 1, 2, -1, 9), count: fc.constantFrom(0, 1, 2, -1, 9) }),
  );
  const rev = flagsOf("rev");
  const ranges = (
    ...names: readonly string[]
  ): readonly [fc.Arbitrary<string>, ...fc.Arbitrary<Plain>[]][] => [
    [key, position, position, options({ ...flagsOf("rev", ...names), limit: forbidden })],
    [
      key,
      scoreBound,
      scoreBound,
      options({ byScore: fc.constant(true), ...flagsOf("rev", ...names), limit }),
    ],
    [level, lex, lex, options({ byLex: fc.constant(true), ...flagsOf("rev", ...names), limit })],
  ];
  // How a sum of several doubles is rounded depends on their order, which Redis does not say; that of two does not.
  const operands = fc.oneof(
    fc.tuple(fc.array(key, { minLength: 1, maxLength: 2 }), fc.constantFrom("sum", undefined)),
    fc.tuple(keys, fc.constantFrom("min", "max")),
  );
  const combined = (weight: fc.Arbitrary<number>): fc.Arbitrary<[Plain, Plain]> =>
    operands.chain(([list, aggregate]) =>
      fc.tuple(
        fc.constant<Plain>(list),
        options({
          weights: optional(weights(list.length, weight)),
          aggregate: fc.constant(aggregate),
          ...flagsOf("withScores"),
        }),
      ),
    );
  const anyWeight = fc.oneof({ weight: 5, arbitrary: float }, { weight: 1, arbitrary: infinite });
  // Where zinter multiplies 0 and infinity, Redis counts 0 for its smallest set and nothing for the others.
  const finiteWeight = float.filter((value) => value !== 0);
  const combine = (command: string, weight: fc.Arbitrary<number>): fc.Arbitrary<Command> => {
    const made = make(command);
    return fc
      .tuple(made, combined(weight))
      .map(([step, [list, given]]) => ({ ...step, args: args(list, given) }));
  };
  const store = (command: string, weight: fc.Arbitrary<number>): fc.Arbitrary<Command> =>
    fc.tuple(make(command), key, combined(weight)).map(([step, destination, [list, given]]) => ({
      ...step,
      args: [destination, ...args(list, without(given, "withScores"))],
    }));
  const any = fc.oneof(
    {
      weight: 8,
      arbitrary: make("zadd", key, several(entry), options(flagsOf("nx", "xx", "gt", "lt", "ch"))),
    },
    {
      weight: 2,
      arbitrary: make("zadd", key, entry, options(flagsOf("nx", "xx", "gt", "lt", "ch", "incr"))),
    },
    { weight: 1, arbitrary: make("zadd", key, several(entry), options(flagsOf("incr", "nx", "xx"))) },
    { weight: 2, arbitrary: spread(make("zrem", key, several(value))) },
    make("zscore", key, value),
    spread(make("zmscore", key, several(value))),
    { weight: 2, arbitrary: make("zincrby", key, score, value) },
    make("zcard", key),
    { weight: 2, arbitrary: make("zcount", key, scoreBound, scoreBound) },
    { weight: 2, arbitrary: make("zlexcount", level, lex, lex) },
    { weight: 2, arbitrary: make("zrank", key, value, options(flagsOf("withScore"))) },
    { weight: 2, arbitrary: make("zrevrank", key, value, options(flagsOf("withScore"))) },
    {
      weight: 2,
      arbitrary: make(
        "zrange",
        key,
        fc.constant(0),
        fc.constant(-1),
        options({ withScores: fc.constant(true), ...rev }),
      ),
    },
    ...ranges("withScores").map((range) => ({ weight: 3, arbitrary: make("zrange", ...range) })),
    ...ranges().map(([source, ...range]) =>
      make("zrangestore", source === level ? level : key, source, ...range),
    ),
    make("zrandmember", key),
    make("zrandmember", key, fc.constantFrom(1, 2, 10, 0, -1, -3), options(flagsOf("withScores"))),
    make("zpopmin", key, optional(count)),
    make("zpopmax", key, optional(count)),
    make("zremrangebyrank", key, position, position),
    make("zremrangebyscore", key, scoreBound, scoreBound),
    make("zremrangebylex", level, lex, lex),
    combine("zunion", anyWeight),
    combine("zinter", finiteWeight),
    make("zdiff", keys, options(flagsOf("withScores"))),
    store("zunionstore", anyWeight),
    store("zinterstore", finiteWeight),
    make("zdiffstore", key, keys),
    make("zscan", key, options({ match: optional(pools.pattern), count: optional(count) })),
  );
  const levelEntry = value.map((member) => ({ score: 0, member }));
  const fill = [
    ...filled.map((name) => make("zadd", fc.constant(name), withValues(members, score).map(entries))),
    make(
      "zadd",
      fc.constant("level"),
      members.map((list) => list.map((member) => ({ score: 0, member }))),
    ),
  ];
  return { any: fc.oneof({ weight: 12, arbitrary: any }, make("zadd", level, several(levelEntry))), fill };
}

const entries = (pairs: readonly (readonly [string, number])[]): Plain =>
  pairs.map(([member, given]) => ({ score: given, member }));

/** As many weights as keys, or for once not. */
const weights = (keys: number, weight: fc.Arbitrary<number>): fc.Arbitrary<Plain> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(weight, { minLength: keys, maxLength: keys }) },
    { weight: 1, arbitrary: several(weight) },
  );

/** A limit is an error in a range of positions: tried now and then. Redis ignores one whose count is -1. */
const forbidden = optional(fc.record({ offset: fc.constantFrom(0, 1), count: fc.constantFrom(0, 1, 9) }));

const args = (keys: Plain, given: Plain): Plain[] => (given === undefined ? [keys] : [keys, given]);

function without(given: Plain, name: string): Plain {
  if (typeof given !== "object" || given === null) return given;
  const rest = Object.fromEntries(Object.entries(given).filter(([other]) => other !== name));
  return Object.keys(rest).length === 0 ? undefined : rest;
}
