import { DatabaseSync } from "node:sqlite";
import { sortedSet } from "covara/runtime/kv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine } from "../../../runtime/kv/engine.ts";
import { compareUtf8 } from "../../../runtime/kv/keyspace.ts";
import { countedSql } from "./counted-sql.ts";
import { start } from "./stores.ts";

const stores = { board: sortedSet({ prefix: "board", object: "main" }) };

type Entry = [member: string, score: number];

function engine() {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const engine = new Engine(sql, stores, { now: () => start, schedule: () => {} });
  const run = (command: string, ...args: readonly unknown[]): unknown => {
    const [reply] = engine.run({ atomic: false, commands: [{ store: "board", command, args }] }).replies;
    if (reply?.ok !== true) throw new Error(reply?.error.message);
    return reply.value;
  };
  return { database, sql, run, sweep: () => engine.sweep() };
}

type Bench = ReturnType<typeof engine>;

const many = (size: number, score: (i: number) => number = (i) => i): Entry[] =>
  Array.from({ length: size }, (_, i) => [`m${i}`, score(i)]);

const blocksOf = ({ database }: Bench) =>
  database.prepare("SELECT id, score, member, count FROM kv_zset_block ORDER BY id, score, member").all() as {
    id: number;
    score: number;
    member: string;
    count: number;
  }[];

/** Every block must count what is in its part of the order, and together they must count everything. */
function checkBlocks(bench: Bench): void {
  const blocks = blocksOf(bench);
  const members = bench.database
    .prepare("SELECT id, score, member FROM kv_zset ORDER BY id, score, member")
    .all() as { id: number; score: number; member: string }[];
  for (const id of new Set(blocks.map((block) => block.id))) {
    const own = blocks.filter((block) => block.id === id);
    const counts = own.map(() => 0);
    for (const member of members.filter((candidate) => candidate.id === id)) {
      const isAfter = (block: (typeof own)[number]) =>
        block.score < member.score ||
        (block.score === member.score && compareUtf8(block.member, member.member) <= 0);
      const at = own.findLastIndex(isAfter);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(own.map(({ count }) => count)).toEqual(counts);
    expect(Math.max(...counts)).toBeLessThanOrEqual(1_024);
    expect(own.length).toBeLessThanOrEqual(2 + counts.reduce((a, b) => a + b) / 32);
  }
}

/** What a sorted set is, in plain JavaScript. */
class Model {
  readonly scores: Map<string, number>;

  constructor(entries: readonly Entry[]) {
    this.scores = new Map(entries);
  }

  get order(): Entry[] {
    return [...this.scores].sort(([a, x], [b, y]) => (x === y ? compareUtf8(a, b) : x - y));
  }

  remove(entries: readonly Entry[]): number {
    for (const [member] of entries) this.scores.delete(member);
    return entries.length;
  }
}

type Step = (model: Model, bench: Bench) => void;

const member = fc.nat(4_500).map((i) => `m${i}`);
const score = fc.oneof(
  fc.integer({ min: -50, max: 5_000 }),
  fc.constantFrom(0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const rank = fc.integer({ min: -4_000, max: 4_000 });

const add: fc.Arbitrary<Step> = fc
  .array(fc.tuple(member, score), { minLength: 1, maxLength: 400 })
  .map((entries) => (model, { run }) => {
    const before = model.scores.size;
    for (const [name, value] of entries) model.scores.set(name, value);
    expect(run("zadd", "k", entries)).toBe(model.scores.size - before);
  });

/** Neighbours, all into one block. */
const crowd: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(3_000), fc.nat(700))
  .map(([at, size]) => (model, { run }) => {
    const entries = Array.from({ length: size + 1 }, (_, i): Entry => [`c${at}:${i}`, at + i / 1_000]);
    for (const [name, value] of entries) model.scores.set(name, value);
    run("zadd", "k", entries);
  });

const increment: fc.Arbitrary<Step> = fc
  .tuple(member, fc.integer({ min: -500, max: 500 }))
  .map(([name, by]) => (model, { run }) => {
    const sum = (model.scores.get(name) ?? 0) + by;
    model.scores.set(name, sum);
    expect(run("zincrby", "k", by, name)).toBe(sum);
  });

const remove: fc.Arbitrary<Step> = fc
  .array(member, { minLength: 1, maxLength: 300 })
  .map((names) => (model, { run }) => {
    const there = new Set(names.filter((name) => model.scores.has(name)));
    for (const name of there) model.scores.delete(name);
    expect(run("zrem", "k", names)).toBe(there.size);
  });

const pop: fc.Arbitrary<Step> = fc
  .tuple(fc.boolean(), fc.nat(600))
  .map(([min, count]) => (model, { run }) => {
    const order = min ? model.order : model.order.reverse();
    const popped = order.slice(0, count);
    model.remove(popped);
    expect(run(min ? "zpopmin" : "zpopmax", "k", count)).toEqual(popped);
  });

const removeRanks: fc.Arbitrary<Step> = fc
  .tuple(rank, fc.nat(900))
  .map(([from, size]) => (model, { run }) => {
    const order = model.order;
    const first = from < 0 ? Math.max(order.length + from, 0) : from;
    const gone = model.remove(order.slice(first, first + size));
    expect(run("zremrangebyrank", "k", first, first + size - 1)).toBe(size === 0 ? 0 : gone);
  });

const removeScores: fc.Arbitrary<Step> = fc
  .tuple(score, fc.nat(300))
  .map(([from, size]) => (model, { run }) => {
    const gone = model.remove(model.order.filter(([, value]) => value > from && value <= from + size));
    expect(run("zremrangebyscore", "k", `(${from}`.replace("Infinity", "inf"), from + size)).toBe(gone);
  });

const removeTexts: fc.Arbitrary<Step> = fc.nat(99).map((prefix) => (model, { run }) => {
  const [low, high] = [`m10${prefix}`, `m10${prefix}9`];
  const gone = model.remove(model.order.filter(([name]) => name >= low && name < high));
  expect(run("zremrangebylex", "k", `[${low}`, `(${high}`)).toBe(gone);
});

const changes = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: add },
    crowd,
    increment,
    { weight: 2, arbitrary: remove },
    pop,
    removeRanks,
    removeScores,
    removeTexts,
  ),
  { minLength: 1, maxLength: 12 },
);

test("ranks and counts of large sets agree with a model after any writes, and so do the blocks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 900, max: 4_000 }),
      changes,
      fc.array(fc.tuple(rank, rank, score, score), { minLength: 1, maxLength: 3 }),
      (size, steps, reads) => {
        const bench = engine();
        const { run } = bench;
        const entries = many(size, (i) => (i * 7) % 3_000);
        const model = new Model(entries);
        run("zadd", "k", entries);
        for (const step of steps) {
          run("zrange", "k", Math.floor(model.scores.size / 2), Math.floor(model.scores.size / 2));
          step(model, bench);
          checkBlocks(bench);
          const order = model.order;
          expect(run("zcard", "k")).toBe(order.length);
          for (const [from, to, low, high] of reads) {
            const first = from < 0 ? Math.max(order.length + from, 0) : from;
            const last = to < 0 ? to + order.length : to;
            const part = order.slice(first, Math.max(last + 1, 0));
            expect(run("zrange", "k", from, to, { withScores: true })).toEqual(part);
            const inRange = order.filter(([, value]) => value >= low && value < high);
            const open = `(${high}`.replace("Infinity", "inf");
            expect(run("zcount", "k", low, open)).toBe(inRange.length);
            const limit = { offset: 1_100, count: 3 };
            const options = { byScore: true, limit, withScores: true };
            expect(run("zrange", "k", low, open, options)).toEqual(inRange.slice(1_100, 1_103));
            const down = inRange.toReversed().slice(1_100, 1_103);
            expect(run("zrange", "k", open, low, { ...options, rev: true })).toEqual(down);
            const [name] = order[first] ?? [];
            if (name === undefined) continue;
            expect(run("zrank", "k", name)).toBe(first);
            expect(run("zrevrank", "k", name)).toBe(order.length - 1 - first);
          }
          const reversed = order.toReversed().slice(1_200, 1_300);
          expect(run("zrange", "k", 1_200, 1_299, { rev: true, withScores: true })).toEqual(reversed);
        }
      },
    ),
    { numRuns: 40 },
  );
});
