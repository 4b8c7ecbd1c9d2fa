import fc from "fast-check";
import {
  type Commands,
  filled,
  flagsOf,
  type Make,
  optional,
  options,
  type Pools,
  roughFloat,
  several,
  spread,
  whole,
  withValues,
} from "./pools.ts";

const scanOptions = ({ pattern, count }: Pools) =>
  options({ match: optional(pattern), count: optional(count) });

/** Random picks: none, one, several, and with repetitions. */
const pickCount = fc.constantFrom(1, 2, 3, 10, -1, -3, 0, 1.5);

export function hashCommands(make: Make, pools: Pools): Commands {
  const { key, value, members } = pools;
  const pairs = several(fc.tuple(value, value));
  const any = fc.oneof(
    { weight: 6, arbitrary: make("hset", key, pairs) },
    make(
      "hset",
      key,
      pairs.map((list) => Object.fromEntries(list)),
    ),
    make("hsetnx", key, value, value),
    make("hget", key, value),
    spread(make("hmget", key, several(value))),
    { weight: 2, arbitrary: make("hgetall", key) },
    { weight: 2, arbitrary: spread(make("hdel", key, several(value))) },
    make("hexists", key, value),
    make("hkeys", key),
    make("hvals", key),
    make("hlen", key),
    make("hstrlen", key, value),
    { weight: 2, arbitrary: make("hincrby", key, value, whole) },
    { weight: 2, arbitrary: make("hincrbyfloat", key, value, roughFloat) },
    make("hrandfield", key),
    make("hrandfield", key, pickCount, options(flagsOf("withValues"))),
    make("hscan", key, scanOptions(pools)),
  );
  const fill = filled.map((name) => make("hset", fc.constant(name), withValues(members, value)));
  return { any, fill };
}

export function setCommands(make: Make, pools: Pools): Commands {
  const { key, value, members, count } = pools;
  const keys = several(key);
  const any = fc.oneof(
    { weight: 6, arbitrary: spread(make("sadd", key, several(value))) },
    { weight: 2, arbitrary: spread(make("srem", key, several(value))) },
    make("sismember", key, value),
    spread(make("smismember", key, several(value))),
    make("smembers", key),
    make("scard", key),
    make("spop", key),
    make("spop", key, fc.constantFrom(1, 2, 10, 0, -1)),
    make("srandmember", key),
    make("srandmember", key, pickCount),
    make("smove", key, key, value),
    spread(make("sinter", keys)),
    spread(make("sunion", keys)),
    spread(make("sdiff", keys)),
    make("sintercard", keys, options({ limit: optional(count) })),
    spread(make("sinterstore", key, keys)),
    spread(make("sunionstore", key, keys)),
    spread(make("sdiffstore", key, keys)),
    make("sscan", key, scanOptions(pools)),
  );
  const fill = filled.map((name) => spread(make("sadd", fc.constant(name), members)));
  return { any, fill };
}

export function listCommands(make: Make, { key, value, members, position, count }: Pools): Commands {
  const side = fc.constantFrom("left", "right");
  const any = fc.oneof(
    { weight: 4, arbitrary: spread(make("rpush", key, several(value))) },
    { weight: 2, arbitrary: spread(make("lpush", key, several(value))) },
    spread(make("lpushx", key, several(value))),
    spread(make("rpushx", key, several(value))),
    make("lpop", key, optional(count)),
    make("rpop", key, optional(count)),
    { weight: 2, arbitrary: make("lrange", key, position, position) },
    make("lrange", key, fc.constant(0), fc.constant(-1)),
    { weight: 2, arbitrary: make("lindex", key, position) },
    { weight: 2, arbitrary: make("lset", key, position, value) },
    { weight: 2, arbitrary: make("linsert", key, fc.constantFrom("before", "after"), value, value) },
    { weight: 2, arbitrary: make("lrem", key, fc.integer({ min: -2, max: 2 }), value) },
    make("ltrim", key, position, position),
    make("llen", key),
    {
      weight: 2,
      arbitrary: make(
        "lpos",
        key,
        value,
        options({ rank: optional(position), count: optional(count), maxlen: optional(count) }),
      ),
    },
    { weight: 3, arbitrary: make("lmove", key, key, side, side) },
  );
  const fill = filled.map((name) => spread(make("rpush", fc.constant(name), members)));
  return { any, fill };
}
