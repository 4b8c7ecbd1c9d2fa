/** Commands that both Redis and a Worker are asked to run. */
import type {
  CounterCommands,
  HashCommands,
  ListCommands,
  SetCommands,
  SortedSetCommands,
  StringCommands,
} from "../../../runtime/kv/index.ts";
import type { Reply, ReplyMode } from "../../../runtime/kv/replies.ts";
import { textOf } from "./seed.ts";
import { Shape } from "./shape.ts";

/** The stores in any mode. */
export interface Stores<R extends ReplyMode> {
  readonly string: StringCommands<string, R>;
  readonly counter: CounterCommands<R>;
  readonly hash: HashCommands<Record<string, string>, R>;
  readonly set: SetCommands<string, R>;
  readonly list: ListCommands<string, R>;
  readonly sortedSet: SortedSetCommands<string, R>;
}

export interface Common {
  ours<R extends ReplyMode>(stores: Stores<R>, i: number): Reply<unknown, R>;
  readonly redis: (i: number) => readonly string[];
  /** The cases that measure the same inside the object. */
  readonly cases: readonly string[];
}

/** Commands that are sent together, where they do not go one by one. */
export const together = 100;

/** How many members the collections have, and how many strings and counters there are. */
export const commonMembers = 1_000;

const shape = new Shape(commonMembers);
const member = (i: number): string => shape.member(i * shape.copies);
const scoreOf = (i: number): number => shape.index(i * shape.copies);
const key = "k0";

export const commons: Readonly<Record<string, Common>> = {
  get: {
    ours: (stores, i) => stores.string.get(member(i)),
    redis: (i) => ["get", `string:${member(i)}`],
    cases: ["string.get"],
  },
  set: {
    ours: (stores, i) => stores.string.set(member(i), textOf(i)),
    redis: (i) => ["set", `string:${member(i)}`, textOf(i)],
    cases: ["string.set"],
  },
  incr: {
    ours: (stores, i) => stores.counter.incr(member(i)),
    redis: (i) => ["incr", `counter:${member(i)}`],
    cases: ["counter.incr"],
  },
  hget: {
    ours: (stores, i) => stores.hash.hget(key, member(i)),
    redis: (i) => ["hget", "hash", member(i)],
    cases: ["hash.hget"],
  },
  hset: {
    ours: (stores, i) => stores.hash.hset(key, member(i), `${i}`),
    redis: (i) => ["hset", "hash", member(i), `${i}`],
    cases: ["hash.hset"],
  },
  sadd: {
    ours: (stores, i) => stores.set.sadd(key, member(i)),
    redis: (i) => ["sadd", "set", member(i)],
    cases: ["set.sadd (a member)"],
  },
  zadd: {
    ours: (stores, i) => stores.sortedSet.zadd(key, { score: scoreOf(i) + (i % 2), member: member(i) }),
    redis: (i) => ["zadd", "zset", `${scoreOf(i) + (i % 2)}`, member(i)],
    cases: ["sortedSet.zadd (new score)"],
  },
  zrank: {
    ours: (stores, i) => stores.sortedSet.zrank(key, member(i)),
    redis: (i) => ["zrank", "zset", member(i)],
    cases: ["sortedSet.zrank"],
  },
  "lpush, lpop": {
    ours: <R extends ReplyMode>({ list }: Stores<R>, i: number): Reply<unknown, R> =>
      i % 2 === 0 ? list.lpush(key, textOf(i)) : list.lpop(key),
    redis: (i) => (i % 2 === 0 ? ["lpush", "list", textOf(i)] : ["lpop", "list"]),
    cases: ["list.lpush", "list.lpop"],
  },
};

/** Fills Redis as the object of {@link commonMembers} is filled. */
export function* seedRedis(): Generator<readonly string[]> {
  for (let number = 0; number < commonMembers; number++) {
    const name = `m${number}`;
    yield ["set", `string:${name}`, textOf(number)];
    yield ["set", `counter:${name}`, `${number}`];
    yield ["hset", "hash", name, `${number}`];
    yield ["sadd", "set", name];
    yield ["zadd", "zset", `${number}`, name];
    yield ["rpush", "list", name];
  }
}
