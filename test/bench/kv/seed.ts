/** What the stores hold before anything is measured. */
import type { Command } from "../../../runtime/kv/replies.ts";
import type { Made } from "./case.ts";
import type { Shape } from "./shape.ts";
import { copyOf, type Queues } from "./stores.ts";

/** The collection with every tenth member of the others. */
export const other = "other";

/** The sorted set whose scores are all 0. */
export const equal = "equal";

export const textOf = (index: number): string => `value of number ${index}`;

export const userOf = (digest: string): string => `user of ${digest}`;

/** A session. Its digest is its id as well. */
export const createSession = (digest: string): Command => ({
  store: "session",
  command: "create",
  args: [digest, digest, userOf(digest), []],
});

/** Members that one command adds. */
const chunk = 1_000;

/** Commands that fill the stores, in batches. */
export function* seed(stores: Queues, shape: Shape): Generator<Made[]> {
  for (let copy = 0; copy < shape.copies; copy++) {
    for (const numbers of chunksOf(range(shape.members))) yield [...values(stores, numbers, copy)];
    for (const numbers of chunksOf(range(shape.members))) yield members(stores, shape.key(copy), numbers);
  }
  for (const numbers of chunksOf(range(shape.members))) {
    const scored = numbers.map((number) => ({ score: 0, member: `m${number}` }));
    yield [stores.sortedSet.zadd(equal, scored)];
  }
  for (const numbers of chunksOf(range(shape.members, 10))) {
    const { set, sortedSet } = stores;
    yield [
      set.sadd(other, ...some(numbers.map((number) => `m${number}`))),
      sortedSet.zadd(
        other,
        numbers.map((number) => ({ score: number, member: `m${number}` })),
      ),
    ];
  }
}

/** Some keys of the stores whose members are keys. */
function* values({ string, counter }: Queues, numbers: readonly number[], copy: number): Generator<Command> {
  const of = ({ store, command, args }: Command): Command => ({ store: copyOf(store, copy), command, args });
  yield of(string.mset(numbers.map((number) => [`m${number}`, textOf(number)] as const)).command);
  for (const number of numbers) {
    const key = `m${number}`;
    yield of(counter.set(key, number).command);
    yield of(createSession(key));
    yield of({ store: "rateLimit", command: "take", args: [key, 1] });
  }
}

/** Some members of each collection. */
function members({ hash, set, list, sortedSet }: Queues, key: string, numbers: readonly number[]): Made[] {
  const names = some(numbers.map((number) => `m${number}`));
  return [
    // Numbers, so that they can be added to.
    hash.hset(
      key,
      numbers.map((number) => [`m${number}`, `${number}`] as const),
    ),
    set.sadd(key, ...names),
    list.rpush(key, ...names),
    sortedSet.zadd(
      key,
      numbers.map((number) => ({ score: number, member: `m${number}` })),
    ),
  ];
}

const range = (end: number, step = 1): number[] =>
  Array.from({ length: Math.ceil(end / step) }, (_, index) => index * step);

function* chunksOf(numbers: readonly number[]): Generator<number[]> {
  for (let start = 0; start < numbers.length; start += chunk) yield numbers.slice(start, start + chunk);
}

function some<T>(items: readonly T[]): [T, ...T[]] {
  const [first, ...others] = items;
  if (first === undefined) throw new Error("There is nothing to add.");
  return [first, ...others];
}
