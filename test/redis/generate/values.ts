import fc from "fast-check";
import type { Plain } from "../../kv/step.ts";
import { optionsOf } from "../adapter/session.ts";
import { lifetime } from "./keys.ts";
import {
  type Commands,
  filled,
  flagsOf,
  type Make,
  options,
  type Pools,
  roughFloat,
  several,
  spread,
  whole,
} from "./pools.ts";

/** What strings and counters share. */
function valueCommands(make: Make, key: fc.Arbitrary<string>, value: fc.Arbitrary<Plain>) {
  const conditions = options(flagsOf("nx", "xx", "get"));
  const setOptions = fc.tuple(lifetime("keepttl"), conditions).map(([a, b]) => joined(a, b));
  const getexOptions = lifetime("persist").map((given) => joined(given, undefined));
  return fc.oneof(
    { weight: 2, arbitrary: make("get", key) },
    { weight: 4, arbitrary: make("set", key, value, setOptions) },
    make("getdel", key),
    { weight: 2, arbitrary: make("getex", key, getexOptions) },
  );
}

/** Two sets of options as one; none at all is no argument. */
function joined(a: Plain, b: Plain): Plain {
  const both = { ...optionsOf(a), ...optionsOf(b) };
  return Object.keys(both).length === 0 ? undefined : both;
}

export function stringCommands(make: Make, { key, value, position }: Pools): Commands {
  const pairs = several(fc.tuple(key, value));
  const any = fc.oneof(
    { weight: 4, arbitrary: valueCommands(make, key, value) },
    make("setnx", key, value),
    make("getset", key, value),
    spread(make("mget", several(key))),
    make("mset", pairs),
    make(
      "mset",
      pairs.map((list) => Object.fromEntries(list)),
    ),
    make("msetnx", pairs),
    { weight: 2, arbitrary: make("append", key, value) },
    make("strlen", key),
    { weight: 2, arbitrary: make("getrange", key, position, position) },
    { weight: 2, arbitrary: make("setrange", key, fc.integer({ min: -1, max: 6 }), value) },
  );
  const text = fc.array(value, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(""));
  return { any, fill: filled.map((name) => make("set", fc.constant(name), text)) };
}

export function counterCommands(make: Make, { key }: Pools): Commands {
  const any = fc.oneof(
    { weight: 3, arbitrary: valueCommands(make, key, fc.oneof(whole, roughFloat)) },
    make("incr", key),
    make("decr", key),
    make("incrby", key, whole),
    make("decrby", key, whole),
    make("incrbyfloat", key, roughFloat),
  );
  return { any, fill: filled.map((name) => make("set", fc.constant(name), whole)) };
}
