import fc from "fast-check";
import { type Command, type Plain, startTime } from "../../kv/step.ts";
import { flagsOf, type Make, optional, options, type Pools, several, spans, spread } from "./pools.ts";

const milliseconds = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...spans) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 45) },
);

const seconds = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(1, 2, 60) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 0.5, 2 ** 53 - 1, 2 ** 44) },
);

const at = milliseconds.map((span) => (span > 100_000 ? span : startTime + span));
const atSeconds = seconds.map((span) => (span > 100_000 ? span : startTime / 1000 + span));

/** The expiry options of `set` and `getex`: mostly none or one, now and then several. */
export const lifetime = (keep: "keepttl" | "persist"): fc.Arbitrary<Plain> => {
  const flag = { [keep]: fc.constant(true) };
  const px = { px: milliseconds };
  const one: readonly Options[] = [
    {},
    {},
    {},
    px,
    px,
    flag,
    flag,
    { ex: seconds },
    { exat: atSeconds },
    { pxat: at },
  ];
  const two: readonly Options[] = [
    { ex: seconds, pxat: at },
    { ...px, ...flag },
  ];
  const records = (list: readonly Options[]) => fc.oneof(...list.map((members) => fc.record(members)));
  return fc.oneof({ weight: 10, arbitrary: records(one) }, { weight: 1, arbitrary: records(two) });
};

type Options = Record<string, fc.Arbitrary<Plain>>;

/** The commands of every structure. */
export function keyCommands(make: Make, { key, pattern, count }: Pools): fc.Arbitrary<Command> {
  const conditions = options(flagsOf("nx", "xx", "gt", "lt"));
  const match = options({ match: optional(pattern), count: optional(count) });
  return fc.oneof(
    { weight: 1, arbitrary: spread(make("del", several(key))) },
    spread(make("exists", several(key))),
    spread(make("touch", several(key))),
    { weight: 2, arbitrary: make("expire", key, seconds, conditions) },
    { weight: 4, arbitrary: make("pexpire", key, milliseconds, conditions) },
    make("expireat", key, atSeconds, conditions),
    { weight: 2, arbitrary: make("pexpireat", key, at, conditions) },
    make("persist", key),
    { weight: 2, arbitrary: make("ttl", key) },
    { weight: 3, arbitrary: make("pttl", key) },
    { weight: 2, arbitrary: make("expiretime", key) },
    { weight: 2, arbitrary: make("rename", key, key) },
    make("renamenx", key, key),
    { weight: 2, arbitrary: make("copy", key, key, options(flagsOf("replace"))) },
    { weight: 2, arbitrary: make("keys", pattern) },
    make("scan", match),
  );
}
