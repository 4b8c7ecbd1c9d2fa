import { type KVError, number, type Scored, sortedSet, text } from "covara/runtime/kv";
import { expect, test } from "vitest";
import { open } from "./stores.ts";

const stores = {
  board: sortedSet({ prefix: "board", object: "main" }),
  fleeting: sortedSet({ prefix: "fleeting", object: "main", ttl: 1_000 }),
  numbers: sortedSet({ prefix: "numbers", object: "main", member: number() }),
  roles: sortedSet({
    prefix: "roles",
    object: "main",
    member: text<"admin" | "member">({
      safeParse: (value) =>
        value === "admin" || value === "member"
          ? { success: true, data: value }
          : { success: false, error: { issues: [] } },
    }),
  }),
};

const failure = (code: KVError["code"]) => ({ name: "KVError", code });
const inf = Number.POSITIVE_INFINITY;

test("a leaderboard, as its users write it", async () => {
  using db = open(stores);
  const { board } = db.kv;
  expect(await board.zadd("game", { member: "ann", score: 10 })).toBe(1);
  const more: Scored<string>[] = [
    { member: "bob", score: 20 },
    { member: "cid", score: 15 },
  ];
  expect(await board.zadd("game", more)).toBe(2);
  expect(await board.zincrby("game", 7, "ann")).toBe(17);
  expect(await board.zrange("game", 0, 1, { rev: true, withScores: true })).toEqual([
    { member: "bob", score: 20 },
    { member: "ann", score: 17 },
  ]);
  const rank: number | null = await board.zrevrank("game", "ann");
  expect(rank).toBe(1);
  expect(await board.zrank("game", "cid", { withScore: true })).toEqual({ rank: 0, score: 15 });
  expect(await board.zrank("game", "eve")).toBeNull();
  expect(await board.zcount("game", "(15", inf)).toBe(2);
  const high = 16;
  expect(await board.zrange("game", `(${high}`, "+inf", { byScore: true })).toEqual(["ann", "bob"]);
  const limit = { offset: 1, count: 1 };
  expect(await board.zrange("game", inf, 0, { byScore: true, rev: true, limit })).toEqual(["ann"]);
  expect(await board.zpopmax("game")).toEqual({ member: "bob", score: 20 });
  expect(await board.zpopmin("game", 5)).toEqual([
    { member: "cid", score: 15 },
    { member: "ann", score: 17 },
  ]);
  expect(await board.exists("game")).toBe(false);
  expect(await board.zpopmin("game")).toBeNull();
  expect(await board.zpopmax("game", 1)).toEqual([]);
});

test("members of equal scores are in the order of their UTF-8 bytes", async () => {
  using db = open(stores);
  const { board } = db.kv;
  const members = ["", "\0", "Z", "a", "a\0", "a\0b", "é", "\uffee", "😀"];
  await board.zadd(
    "a",
    members.toReversed().map((member) => ({ member, score: 0 })),
  );
  expect(await board.zrange("a", 0, -1)).toEqual(members);
  expect(await board.zrange("a", "[a", "[é", { byLex: true })).toEqual(["a", "a\0", "a\0b", "é"]);
  expect(await board.zrange("a", "(a", "(é", { byLex: true })).toEqual(["a\0", "a\0b"]);
  expect(await board.zrange("a", "+", "(\uffee", { byLex: true, rev: true })).toEqual(["😀"]);
  expect(await board.zlexcount("a", "-", "[Z")).toBe(3);
  expect(await board.zlexcount("a", "+", "-")).toBe(0);
  expect(await board.zrank("a", "😀")).toBe(8);
  expect(await board.zremrangebylex("a", "[a", "(é")).toBe(3);
  expect(await board.zrange("a", 0, -1)).toEqual(["", "\0", "Z", "é", "\uffee", "😀"]);
  // Scores that differ: every member is looked at.
  await board.zincrby("a", 1, "Z");
  expect(await board.zrange("a", "-", "[é", { byLex: true })).toEqual(["", "\0", "é", "Z"]);
  expect(await board.zrangestore("b", "a", "[é", "-", { byLex: true, rev: true })).toBe(4);
  expect(await board.zremrangebylex("a", "-", "[é")).toBe(4);
});

test("ranges of scores at the edges of doubles", async () => {
  using db = open(stores);
  const { board } = db.kv;
  const scores = [
    -inf,
    -Number.MAX_VALUE,
    -1,
    -Number.MIN_VALUE,
    0,
    Number.MIN_VALUE,
    1,
    1 + Number.EPSILON,
    inf,
  ];
  await board.zadd(
    "a",
    scores.map((score) => ({ member: String(score), score })),
  );
  const between = (min: Parameters<typeof board.zcount>[1], max: Parameters<typeof board.zcount>[2]) =>
    board.zcount("a", min, max);
  expect(await between("-inf", "+inf")).toBe(9);
  expect(await between("(-inf", "(inf")).toBe(7);
  expect(await between("(0", "(1")).toBe(1);
  expect(await between("(-1", "(0")).toBe(1);
  expect(await between("(1", "1e308")).toBe(1);
  expect(await between("(inf", inf)).toBe(0);
  expect(await between(-inf, "(-inf")).toBe(0);
  expect(await between(1, 0)).toBe(0);
  expect(await between(-0, 0)).toBe(1);
  expect(await board.zremrangebyscore("a", "(-inf", "(inf")).toBe(7);
  expect(await board.zadd("a", { member: "zero", score: -0 })).toBe(1);
  expect(Object.is(await board.zscore("a", "zero"), 0)).toBe(true);
});

test("contract 6.3: infinities meet, and NaN never gets in", async () => {
  using db = open(stores);
  const { board } = db.kv;
  await board.zadd("a", [
    { member: "x", score: inf },
    { member: "y", score: 0 },
  ]);
  await board.zadd("b", [
    { member: "x", score: -inf },
    { member: "y", score: 1 },
  ]);
  await expect(board.zincrby("a", -inf, "x")).rejects.toMatchObject(failure("NOT_A_FLOAT"));
  await expect(board.zadd("a", { member: "x", score: Number.NaN })).rejects.toMatchObject(
    failure("INVALID_ARGUMENT"),
  );
  const sums = [
    { member: "x", score: 0 },
    { member: "y", score: 1 },
  ];
  expect(await board.zunion(["a", "b"], { withScores: true })).toEqual(sums);
  expect(await board.zinter(["a", "b"], { withScores: true })).toEqual(sums);
  expect(await board.zunionstore("c", ["a", "b"])).toBe(2);
  expect(await board.zrange("c", 0, -1, { withScores: true })).toEqual(sums);
  // 0 × Infinity.
  expect(await board.zunionstore("c", ["a"], { weights: [0] })).toBe(2);
  expect(await board.zmscore("c", "x", "y", "z")).toEqual([0, 0, null]);
  expect(await board.zunionstore("c", ["b"], { weights: [-0] })).toBe(2);
  expect(Object.is(await board.zscore("c", "y"), 0)).toBe(true);
});

test("sets are put together, with weights, into a destination that may be one of them", async () => {
  using db = open(stores);
  const { board } = db.kv;
  await board.zadd("a", [
    { member: "x", score: 1 },
    { member: "y", score: 2 },
  ]);
  await board.zadd("b", [
    { member: "y", score: 10 },
    { member: "z", score: 20 },
  ]);
  expect(await board.zunion(["a", "b", "none"])).toEqual(["x", "y", "z"]);
  expect(await board.zinter(["a", "b"], { aggregate: "max", withScores: true })).toEqual([
    { member: "y", score: 10 },
  ]);
  expect(await board.zinter(["a", "none"])).toEqual([]);
  expect(await board.zinter(["a", "a"], { withScores: true })).toEqual([
    { member: "x", score: 2 },
    { member: "y", score: 4 },
  ]);
  expect(await board.zdiff(["a", "b"], { withScores: true })).toEqual([{ member: "x", score: 1 }]);
  expect(await board.zdiff(["none", "a"])).toEqual([]);
  await board.expire("a", 100);
  expect(await board.zunionstore("a", ["a", "b"], { weights: [2, 0.5], aggregate: "min" })).toBe(3);
  expect(await board.zrange("a", 0, -1, { withScores: true })).toEqual([
    { member: "x", score: 2 },
    { member: "y", score: 4 },
    { member: "z", score: 10 },
  ]);
  expect(await board.ttl("a")).toBe(-1);
  expect(await board.zdiffstore("b", ["a", "b"])).toBe(1);
  expect(await board.zrangestore("a", "a", 0, 1, { rev: true })).toBe(2);
  expect(await board.zrange("a", 0, -1)).toEqual(["y", "z"]);
  expect(await board.zinterstore("a", ["a", "b"])).toBe(0);
  expect(await board.exists("a")).toBe(false);
  expect(await board.zrangestore("b", "none", 0, -1)).toBe(0);
  expect(await board.keys("*")).toEqual([]);
});

test("zadd says what it did, and leaves alone what its options protect", async () => {
  using db = open(stores);
  const { board } = db.kv;
  await board.zadd("a", { member: "x", score: 5 });
  expect(
    await board.zadd(
      "a",
      [
        { member: "x", score: 6 },
        { member: "y", score: 1 },
      ],
      { ch: true },
    ),
  ).toBe(2);
  expect(await board.zadd("a", { member: "x", score: 9 }, { nx: true, ch: true })).toBe(0);
  expect(await board.zadd("a", { member: "z", score: 9 }, { xx: true })).toBe(0);
  expect(await board.zadd("a", { member: "x", score: 5 }, { gt: true, ch: true })).toBe(0);
  expect(await board.zadd("a", { member: "x", score: 5 }, { lt: true, ch: true })).toBe(1);
  const sum: number | null = await board.zadd("a", { member: "x", score: 2 }, { incr: true });
  expect(sum).toBe(7);
  expect(await board.zadd("a", { member: "x", score: -2 }, { incr: true, gt: true })).toBeNull();
  expect(await board.zadd("none", { member: "x", score: 1 }, { incr: true, xx: true })).toBeNull();
  expect(await board.exists("none")).toBe(false);
});

test("random members are those of the set, as many and as different as asked for", async () => {
  using db = open(stores);
  const { board } = db.kv;
  const entries = Array.from({ length: 200 }, (_, i) => ({ member: `m${i}`, score: i }));
  await board.zadd("a", entries);
  const one = await board.zrandmember("a");
  expect(await board.zscore("a", one ?? "")).not.toBeNull();
  expect(new Set(await board.zrandmember("a", 50)).size).toBe(50);
  expect(await board.zrandmember("a", -300)).toHaveLength(300);
  expect(await board.zrandmember("a", 500)).toHaveLength(200);
  const some: Scored<string>[] = await board.zrandmember("a", 3, { withScores: true });
  for (const { member, score } of some) expect(member).toBe(`m${score}`);
  expect(await board.zrandmember("none")).toBeNull();
  expect(await board.zrandmember("none", 2)).toEqual([]);
});

test("zscan gives every member that stays exactly once, whatever comes and goes", async () => {
  using db = open(stores);
  const { board } = db.kv;
  await board.zadd(
    "a",
    Array.from({ length: 500 }, (_, i) => ({ member: `m${i}`, score: i })),
  );
  const seen: string[] = [];
  let cursor = "0";
  for (let page = 0; page === 0 || cursor !== "0"; page++) {
    const reply = await board.zscan("a", cursor, { count: 20 });
    for (const { member } of reply.items) seen.push(member);
    cursor = reply.cursor;
    await board.zrem("a", `m${page}`);
    await board.zadd("a", [
      { member: `n${page}`, score: 0 },
      { member: `m${400 + page}`, score: -1 },
    ]);
  }
  const kept = Array.from({ length: 400 }, (_, i) => `m${100 + i}`);
  expect(seen.filter((member) => kept.includes(member)).sort()).toEqual(kept.sort());
  const matches: Scored<string>[] = [];
  for await (const item of board.zscan("a", "0", { match: "m10?" })) matches.push(item);
  expect(matches.map(({ score }) => score).sort()).toEqual([
    100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
  ]);
  for (const wrong of ["x", "-1", "1>\ud800", "99999999999"]) {
    await expect(board.zscan("a", wrong)).rejects.toMatchObject(failure("INVALID_CURSOR"));
  }
});

test("every write restarts the store's ttl, even if it sets the score that is there", async () => {
  using db = open(stores);
  const { fleeting } = db.kv;
  const writes = [
    () =>
      fleeting.zadd(
        "a",
        Array.from({ length: 9 }, (_, i) => ({ member: `m${i}`, score: i })),
      ),
    () => fleeting.zadd("a", { member: "m1", score: 1 }),
    () => fleeting.zincrby("a", 0, "m1"),
    () => fleeting.zrem("a", "m8"),
    () => fleeting.zpopmin("a"),
    () => fleeting.zremrangebyrank("a", 0, 0),
    () => fleeting.zremrangebyscore("a", 2, 2),
    () => fleeting.zunionstore("a", ["a"]),
  ];
  for (const write of writes) {
    await write();
    expect(await fleeting.pttl("a")).toBe(1_000);
    db.clock.now += 999;
  }
  // What changes nothing is no write.
  await fleeting.zadd("a", { member: "m5", score: 7 }, { nx: true });
  await fleeting.zadd("a", { member: "none", score: 7 }, { xx: true });
  await fleeting.zrem("a", "none");
  await fleeting.zremrangebyscore("a", 100, 200);
  expect(await fleeting.pttl("a")).toBe(1);
  db.clock.now += 1;
  expect(await fleeting.zcard("a")).toBe(0);
});

test("contract 6.5: limits and arguments are checked before anything is written", async () => {
  using db = open(stores);
  const { board, roles } = db.kv;
  const ok = { member: "ok", score: 1 };
  await board.zadd("a", ok);
  const large = "é".repeat(8_193);
  const long = "k".repeat(1_025);
  const attempts: [Promise<unknown>, KVError["code"]][] = [
    [
      board.zadd("a", [
        { member: "new", score: 1 },
        { member: large, score: 1 },
      ]),
      "VALUE_TOO_LARGE",
    ],
    [
      board.zadd("a", [
        { member: "new", score: 1 },
        { member: "\udfff", score: 1 },
      ]),
      "INVALID_TEXT",
    ],
    [
      board.zadd("a", [
        { member: "new", score: 1 },
        { member: "n", score: Number.NaN },
      ]),
      "INVALID_ARGUMENT",
    ],
    [board.zadd(long, ok), "KEY_TOO_LARGE"],
    [board.zadd("a", []), "INVALID_ARGUMENT"],
    [board.zadd("a", ok, { nx: true, xx: true }), "INVALID_ARGUMENT"],
    [board.zadd("a", ok, { nx: true, gt: true }), "INVALID_ARGUMENT"],
    [board.zadd("a", ok, { gt: true, lt: true }), "INVALID_ARGUMENT"],
    [board.zunionstore("a", ["a", "b"], { weights: [1] }), "INVALID_ARGUMENT"],
    [board.zunionstore("a", ["a"], { weights: [Number.NaN] }), "INVALID_ARGUMENT"],
    [board.zunionstore(long, ["a"]), "KEY_TOO_LARGE"],
    [board.zrangestore("a", "a", 0.5, 1), "INVALID_ARGUMENT"],
    [board.zpopmin("a", -1), "OUT_OF_RANGE"],
    [board.zrange("a", `[${large}`, "+", { byLex: true }), "VALUE_TOO_LARGE"],
    [board.zrem("a"), "INVALID_ARGUMENT"],
    // @ts-expect-error A score is a number.
    [board.zadd("a", { member: "n", score: "1" }), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no score.
    [board.zadd("a", "n"), "INVALID_ARGUMENT"],
    // @ts-expect-error Several members cannot be incremented at once.
    [board.zadd("a", [ok, ok], { incr: true }), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such bound.
    [board.zcount("a", "", 1), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such bound.
    [board.zcount("a", "one", 1), "INVALID_ARGUMENT"],
    // @ts-expect-error A bound of a range of members says whether it is part of it.
    [board.zlexcount("a", "a", "+"), "INVALID_ARGUMENT"],
    // @ts-expect-error Ranges of ranks have no limit.
    [board.zrange("a", 0, 1, { limit: { offset: 0, count: 1 } }), "INVALID_ARGUMENT"],
    // @ts-expect-error In a range of members, scores are all the same.
    [board.zrange("a", "-", "+", { byLex: true, withScores: true }), "INVALID_ARGUMENT"],
    // @ts-expect-error A range goes by one of them.
    [board.zrange("a", "-", "+", { byLex: true, byScore: true }), "INVALID_ARGUMENT"],
    // @ts-expect-error Ranks are numbers.
    [board.zrange("a", "-inf", "+inf"), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such aggregate.
    [board.zinter(["a"], { aggregate: "avg" }), "INVALID_ARGUMENT"],
    // @ts-expect-error Stores give no scores.
    [board.zunionstore("a", ["a"], { withScores: true }), "INVALID_ARGUMENT"],
    [board.zunion([]), "INVALID_ARGUMENT"],
    // @ts-expect-error There is no such role.
    [roles.zadd("a", { member: "owner", score: 1 }), "INVALID_VALUE"],
  ];
  for (const [attempt, code] of attempts) await expect(attempt).rejects.toMatchObject(failure(code));
  expect(await board.zrange("a", 0, -1, { withScores: true })).toEqual([ok]);
  expect(await board.keys("*")).toEqual(["a"]);
  expect(await board.zadd("a", { member: "é".repeat(8_192), score: 1 })).toBe(1);
});

test("members of a type", async () => {
  using db = open(stores);
  const { numbers, roles } = db.kv;
  await numbers.zadd("a", [
    { member: 7, score: 1 },
    { member: 1.5, score: 2 },
  ]);
  const members: number[] = await numbers.zrange("a", 0, -1);
  expect(members).toEqual([7, 1.5]);
  expect(await numbers.zscore("a", 1.5)).toBe(2);
  const popped: Scored<number> | null = await numbers.zpopmin("a");
  expect(popped).toEqual({ member: 7, score: 1 });
  // @ts-expect-error Members are numbers.
  await expect(numbers.zadd("a", { member: "7", score: 1 })).rejects.toMatchObject(failure("INVALID_VALUE"));
  await roles.zadd("a", { member: "admin", score: 1 });
  const [role]: ("admin" | "member")[] = await roles.zrange("a", 0, -1);
  expect(role).toBe("admin");
  const [added, top, page] = await db.kv.multi((tx) => [
    tx.board.zadd("x", { member: "m", score: 3 }),
    tx.board.zrange("x", 0, 0, { withScores: true }),
    tx.board.zscan("x"),
  ]);
  expect([added satisfies number, top satisfies Scored<string>[]]).toEqual([1, [{ member: "m", score: 3 }]]);
  expect(page).toEqual({ cursor: "0", items: [{ member: "m", score: 3 }] });
  // @ts-expect-error A sorted set has no such command.
  expect(numbers.lpush).toBeUndefined();
});

test("many members in one command", async () => {
  using db = open(stores);
  const { board } = db.kv;
  const entries = Array.from({ length: 5_000 }, (_, i) => ({ member: `m${i}`, score: i }));
  expect(await board.zadd("a", [...entries, ...entries])).toBe(5_000);
  expect(
    await board.zadd(
      "a",
      entries.map(({ member }) => ({ member, score: 1 })),
      { ch: true },
    ),
  ).toBe(4_999);
  expect(await board.zmscore("a", "m0", ...entries.map(({ member }) => member))).toEqual(
    Array(5_001).fill(1),
  );
  expect(await board.zrem("a", "m0", "m0", ...entries.slice(0, 4_000).map(({ member }) => member))).toBe(
    4_000,
  );
  expect(await board.zcard("a")).toBe(1_000);
  expect(await board.zrangestore("b", "a", 100, 199)).toBe(100);
  expect(await board.zinterstore("a", ["a", "b"])).toBe(100);
  expect(await board.zdiff(["a", "b"])).toEqual([]);
});

test("callers without types get a KVError for whatever they pass", async () => {
  using db = open(stores);
  const { board } = db.kv;
  await board.zadd("a", { member: "x", score: 1 });
  const junk: readonly unknown[] = [
    undefined,
    null,
    0,
    Number.NaN,
    "",
    true,
    {},
    [],
    [null],
    Symbol("s"),
    1n,
  ];
  const commands = [
    board.zadd,
    board.zunion,
    board.zinter,
    board.zdiff,
    board.zunionstore,
    board.zinterstore,
  ];
  const others = [
    board.zdiffstore,
    board.zrange,
    board.zrangestore,
    board.zcount,
    board.zlexcount,
    board.zrem,
  ];
  for (const command of [
    ...commands,
    ...others,
    board.zrandmember,
    board.zpopmin,
    board.zscan,
    board.zrank,
  ]) {
    for (const first of ["a", ...junk]) {
      for (const second of junk) {
        const outcome: unknown = await Promise.resolve(Reflect.apply(command, board, [first, second])).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "KVError" });
        expect(outcome).not.toMatchObject({ code: "INTERNAL" });
      }
    }
  }
});
