import { DatabaseSync } from "node:sqlite";
import { sortedSet } from "covara/runtime/kv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine } from "../../../runtime/kv/engine.ts";
import { compareUtf8 } from "../../../runtime/kv/utf8.ts";
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
    { numRuns: 15 },
  );
});

const large = (size: number): Bench => {
  const bench = engine();
  bench.run("zadd", "k", many(size));
  expect(blocksOf(bench)).toEqual([]);
  bench.run("zrange", "k", size / 2, size / 2);
  expect(blocksOf(bench).length).toBe(Math.ceil(size / 512));
  return bench;
};

test("blocks that grow are cut", () => {
  const bench = large(3_000);
  for (let i = 0; i < 20; i++) {
    bench.run(
      "zadd",
      "k",
      Array.from({ length: 300 }, (_, j): Entry => [`n${i}:${j}`, 1_500 + i / 7]),
    );
    checkBlocks(bench);
  }
  expect(blocksOf(bench).length).toBeGreaterThan(12);
  expect(bench.run("zrank", "k", "m1503")).toBe(1_503 + 20 * 300);
});

test("blocks that shrink are joined, and a small set has none", () => {
  const bench = large(4_096);
  const members = many(4_096).map(([member], i) => ({ member, order: (i * 2_731) % 4_096 }));
  members.sort((a, b) => a.order - b.order);
  for (let i = 0; i < 3_550; i += 50) {
    bench.run(
      "zrem",
      "k",
      members.slice(i, i + 50).map(({ member }) => member),
    );
    checkBlocks(bench);
  }
  expect(blocksOf(bench).length).toBeGreaterThan(0);
  for (let i = 3_550; i < 3_584; i++) bench.run("zrem", "k", [members[i]?.member]);
  expect(bench.run("zcard", "k")).toBe(512);
  expect(blocksOf(bench)).toEqual([]);
});

test("a queue: members come at one end and go at the other", () => {
  const bench = large(3_072);
  for (let i = 0; i < 40; i++) {
    bench.run(
      "zadd",
      "k",
      Array.from({ length: 100 }, (_, j): Entry => [`n${i * 100 + j}`, 10_000 + i * 100 + j]),
    );
    bench.run("zpopmin", "k", 100);
    checkBlocks(bench);
    expect(bench.run("zcount", "k", "-inf", "+inf")).toBe(3_072);
  }
  expect(blocksOf(bench).length).toBeLessThan(10);
});

test("a span over several blocks is removed, and its remains counted", () => {
  const bench = large(8_192);
  expect(bench.run("zremrangebyrank", "k", 1_000, 5_999)).toBe(5_000);
  checkBlocks(bench);
  expect(blocksOf(bench).length).toBeGreaterThan(4);
  expect(bench.run("zrank", "k", "m7000")).toBe(2_000);
});

test("the blocks of a deleted set go with its members, and a copy counts for itself", () => {
  const bench = large(3_000);
  bench.run("copy", "k", "copy");
  expect(bench.run("zrank", "copy", "m1500")).toBe(1_500);
  bench.run("zrem", "copy", ["m0"]);
  checkBlocks(bench);
  bench.run("del", ["k"]);
  while (bench.sweep() !== null);
  expect(new Set(blocksOf(bench).map(({ id }) => id)).size).toBe(1);
  expect(bench.run("zrank", "copy", "m1500")).toBe(1_499);
  expect(bench.database.prepare("SELECT count(*) AS count FROM kv_zset").get()).toEqual({ count: 2_999 });
});

/** How many values a statement takes. */
function parameters(text: string): number {
  const numbered = [...text.matchAll(/\?(\d)/g)].map(([, number]) => Number(number));
  return numbered.length > 0 ? Math.max(...numbered) : text.split("?").length - 1;
}

test("contract 6.8: no command about 100,000 members reads as many", () => {
  const bench = engine();
  const { run, sql, database } = bench;
  run("zadd", "k", many(100_000));
  const middle = [50_000, 50_002];
  run("zrange", "k", ...middle);
  sql.cost();
  expect(run("zrank", "k", "m70000")).toBe(70_000);
  expect(run("zcount", "k", 10_000, "(90000")).toBe(80_000);
  expect(run("zrange", "k", ...middle)).toEqual(["m50000", "m50001", "m50002"]);
  expect(run("zrange", "k", 1_000, 90_000, { byScore: true, limit: { offset: 50_000, count: 1 } })).toEqual([
    "m51000",
  ]);
  expect(run("zremrangebyrank", "k", 60_000, 60_001)).toBe(2);
  run("zpopmin", "k");
  run("zrandmember", "k");
  run("zscore", "k", "m500");
  const { texts, rows } = sql.cost();
  expect(rows).toBeLessThan(200);
  for (const text of texts) {
    const values = Array(parameters(text)).fill(1);
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
    for (const { detail } of plan) expect(detail).not.toMatch(/SCAN kv_|TEMP B-TREE/);
  }
  const cost = (command: string, ...args: unknown[]): number => {
    run(command, ...args);
    return sql.cost().statements;
  };
  expect(cost("zscore", "k", "m500")).toBe(1);
  expect(cost("zcard", "k")).toBe(0);
  expect(cost("zadd", "k", [["m500", 1]])).toBeLessThanOrEqual(8);
  run("zadd", "small", [["a", 1]]);
  sql.cost();
  expect(cost("zadd", "small", [["a", 2]])).toBe(2);
  expect(cost("zadd", "small", [["b", 2]])).toBe(3);
  expect(cost("zpopmin", "small")).toBe(3);
});

test("ranks near an end, and counts of little, need no blocks", () => {
  const bench = engine();
  bench.run("zadd", "k", many(5_000));
  expect(bench.run("zrevrank", "k", "m4990")).toBe(9);
  expect(bench.run("zrank", "k", "m1000")).toBe(1_000);
  expect(bench.run("zcount", "k", 2_000, "(3000")).toBe(1_000);
  expect(bench.run("zremrangebyrank", "k", 0, 9)).toBe(10);
  expect(bench.run("zrange", "k", 0, 0)).toEqual(["m10"]);
  expect(blocksOf(bench)).toEqual([]);
  expect(bench.run("zcount", "k", "-inf", "+inf")).toBe(4_990);
  expect(bench.run("zrank", "k", "m2500")).toBe(2_490);
  expect(blocksOf(bench).length).toBe(10);
});

test("only commands can be called by their names", () => {
  const { run } = engine();
  const helpers = [
    "score",
    "fill",
    "replace",
    "counted",
    "order",
    "scoreOf",
    "putAll",
    "replaceWith",
    "countOf",
  ];
  for (const helper of helpers) expect(() => run(helper, "k")).toThrow(/knows no/);
});
