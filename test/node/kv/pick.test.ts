import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { Picker, pickOf, type Random } from "../../../runtime/kv/pick.ts";
import { type CountedSql, countedSql } from "./counted-sql.ts";

/** A generator with a seed (mulberry32, Ettinger), so that a test that passes once always passes. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Bench {
  readonly picker: Picker;
  readonly sql: CountedSql;
}

function bench(members: Iterable<readonly [pick: number, member: string]>): Bench {
  const database = new DatabaseSync(":memory:");
  database.exec(
    "CREATE TABLE t (id INTEGER, pick INTEGER, member TEXT, PRIMARY KEY (id, pick, member)) WITHOUT ROWID; BEGIN",
  );
  const insert = database.prepare("INSERT INTO t VALUES (?, ?, ?)");
  // Neighbours in the table that must never be picked.
  for (const id of [1, 3]) insert.run(id, 2 ** 31, "other");
  for (const [pick, member] of members) insert.run(2, pick, member);
  database.exec("COMMIT");
  const sql = countedSql(database);
  return { picker: new Picker(sql, "t", "member", seeded(1)), sql };
}

const named = (count: number): [number, string][] =>
  Array.from({ length: count }, (_, i) => [pickOf(`user:${i}`), `user:${i}`]);

/** Chi-square of picks against an even spread, in standard deviations from its mean. */
function deviation(counts: ReadonlyMap<string, number>, members: number, picks: number): number {
  const expected = picks / members;
  let sum = (members - counts.size) * expected;
  for (const count of counts.values()) sum += (count - expected) ** 2 / expected;
  const freedom = members - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

function tally(members: Iterable<{ readonly member: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { member } of members) counts.set(member, (counts.get(member) ?? 0) + 1);
  return counts;
}

test("the hash gives the same numbers for ever", () => {
  expect(["", "a", "b", "foobar", "\0", "\u{1f600}", "é"].map(pickOf)).toEqual([
    2872998923, 444641715, 2193908274, 202221276, 91794203, 1787143206, 3136788073,
  ]);
});

test("the hash spreads names that differ in a digit evenly", () => {
  const buckets = new Map<string, number>();
  const names = 100_000;
  for (let i = 0; i < names; i++) {
    const bucket = String(Math.floor(pickOf(`user:${i}`) / 2 ** 22));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  expect(Math.abs(deviation(buckets, 1024, names))).toBeLessThan(4);
});

test.each([1, 2, 5, 64, 65, 300, 1_000])("one pick of %i members is uniform", (size) => {
  const { picker } = bench(named(size));
  const picks = Math.max(size * 30, 3_000);
  const counts = tally(Array.from({ length: picks }, () => picker.one(2, size)));
  expect(counts.size).toBe(size);
  if (size > 1) expect(Math.abs(deviation(counts, size, picks))).toBeLessThan(4);
});

test("several distinct picks are uniform, whether they are sampled or shuffled", () => {
  for (const [size, wanted] of [
    [20, 7],
    [200, 5],
    [200, 150],
  ] as const) {
    const { picker } = bench(named(size));
    const rounds = Math.ceil((size * 40) / wanted);
    const lists = Array.from({ length: rounds }, () => picker.distinct(2, size, wanted));
    for (const list of lists) expect(new Set(list.map(({ member }) => member)).size).toBe(wanted);
    expect(deviation(tally(lists.flat()), size, rounds * wanted)).toBeLessThan(4);
    // Each place of the reply is uniform too, not only the reply as a whole.
    const first = tally(lists.map(([head]) => head ?? { member: "none" }));
    expect(Math.abs(deviation(first, size, rounds))).toBeLessThan(4);
  }
});

test("picks with repetition come from all members each time", () => {
  const { picker } = bench(named(500));
  for (const wanted of [10, 2_000]) {
    const picked = Array.from({ length: 20_000 / wanted }, () => picker.repeated(2, 500, wanted)).flat();
    expect(picked).toHaveLength(20_000);
    expect(Math.abs(deviation(tally(picked), 500, 20_000))).toBeLessThan(4);
  }
});

test("all members are given where as many or more are wanted, and none where none is", () => {
  const { picker } = bench(named(10));
  expect(picker.distinct(2, 10, 10)).toHaveLength(10);
  expect(picker.distinct(2, 10, 99)).toHaveLength(10);
  expect(picker.distinct(2, 10, 0)).toEqual([]);
});

test("contract 6.8: a pick costs the same at any size", () => {
  for (const size of [1_000, 10_000, 100_000]) {
    const { picker, sql } = bench(named(size));
    for (let i = 0; i < 2_000; i++) picker.one(2, size);
    const { statements, rows } = sql.cost();
    expect(statements / 2_000).toBeGreaterThan(3.5);
    expect(statements / 2_000).toBeLessThan(4.5);
    expect(rows / 2_000).toBeLessThan(18);
  }
});

test("members that were made to collide can all be picked", () => {
  const collided = Array.from({ length: 100 }, (_, i): [number, string] => [7, `m${i}`]);
  const alone = bench(collided);
  const counts = tally(Array.from({ length: 1_000 }, () => alone.picker.one(2, 100)));
  expect(Math.abs(deviation(counts, 100, 1_000))).toBeLessThan(4);

  const mixed = bench([...collided.slice(0, 40), ...named(360)]);
  expect(tally(Array.from({ length: 15_000 }, () => mixed.picker.one(2, 400))).size).toBe(400);
});

test("the highest and the lowest hash are picked as often as others", () => {
  const edges: [number, string][] = [
    [0, "low"],
    [2 ** 32 - 1, "high"],
  ];
  const { picker } = bench([...edges, ...named(98)]);
  const counts = tally(Array.from({ length: 10_000 }, () => picker.one(2, 100)));
  expect(Math.abs(deviation(counts, 100, 10_000))).toBeLessThan(4);
  expect(counts.get("low")).toBeGreaterThan(50);
  expect(counts.get("high")).toBeGreaterThan(50);
});
