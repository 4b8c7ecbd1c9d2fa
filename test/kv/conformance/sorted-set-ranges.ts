import { type Cases, fails, type Line } from "./case.ts";

const inf = Number.POSITIVE_INFINITY;

const scores: Line = [
  "zadd",
  ["a", [-1, 0, 1, 1, 2, 3.5].map((score, index) => ({ score, member: `m${index}` }))],
  6,
];

const words: Line = [
  "zadd",
  ["a", ["alpha", "bar", "cool", "down", "elephant", "foo"].map((member) => ({ score: 0, member }))],
  6,
];

/** Ranges by rank, by score and by text, on sorted sets. */
export const sortedSetRanges: Cases = {
  "6.2 zrange: by rank": [
    scores,
    ["zrange", ["a", 0, 1], ["m0", "m1"]],
    ["zrange", ["a", -2, -1], ["m4", "m5"]],
    ["zrange", ["a", 0, 1, { rev: true }], ["m5", "m4"]],
    ["zrange", ["a", 4, 100], ["m4", "m5"]],
    ["zrange", ["a", 3, 2], []],
    ["zrange", ["a", -100, 0, { withScores: true }], [{ member: "m0", score: -1 }]],
    ["zrange", ["missing", 0, -1], []],
    ["zrange", ["a", 0, -1, { limit: { offset: 0, count: 1 } }], fails()],
  ],
  "6.3 zrange byScore: ends, exclusive ends and infinities": [
    scores,
    ["zrange", ["a", 1, 2, { byScore: true }], ["m2", "m3", "m4"]],
    ["zrange", ["a", "(1", 2, { byScore: true }], ["m4"]],
    ["zrange", ["a", "(1", "(2", { byScore: true }], []],
    ["zrange", ["a", "-inf", "(0", { byScore: true }], ["m0"]],
    ["zrange", ["a", "(2", "+inf", { byScore: true }], ["m5"]],
    ["zrange", ["a", -inf, inf, { byScore: true, limit: { offset: 1, count: 2 } }], ["m1", "m2"]],
    ["zrange", ["a", "2", "1", { byScore: true }], []],
    ["zrange", ["a", "x", 1, { byScore: true }], fails()],
  ],
  "6.2 zrange byScore rev: from the higher end": [
    scores,
    ["zrange", ["a", 2, 1, { byScore: true, rev: true }], ["m4", "m3", "m2"]],
    ["zrange", ["a", "+inf", "(1", { byScore: true, rev: true }], ["m5", "m4"]],
    ["zrange", ["a", 1, 2, { byScore: true, rev: true }], []],
    [
      "zrange",
      ["a", "+inf", "-inf", { byScore: true, rev: true, limit: { offset: 1, count: 2 }, withScores: true }],
      [
        { member: "m4", score: 2 },
        { member: "m3", score: 1 },
      ],
    ],
  ],
  "6.2 zrange limit: a negative count is all, a negative offset nothing": [
    scores,
    ["zrange", ["a", "-inf", "+inf", { byScore: true, limit: { offset: 4, count: -1 } }], ["m4", "m5"]],
    ["zrange", ["a", "-inf", "+inf", { byScore: true, limit: { offset: -1, count: 3 } }], []],
    ["zrange", ["a", "-inf", "+inf", { byScore: true, limit: { offset: 0, count: 0 } }], []],
    ["zrange", ["a", "-inf", "+inf", { byScore: true, limit: { offset: 9, count: 3 } }], []],
  ],
  "6.4 zrange byLex": [
    words,
    ["zrange", ["a", "-", "[cool", { byLex: true }], ["alpha", "bar", "cool"]],
    ["zrange", ["a", "-", "(cool", { byLex: true }], ["alpha", "bar"]],
    ["zrange", ["a", "[c", "+", { byLex: true }], ["cool", "down", "elephant", "foo"]],
    ["zrange", ["a", "+", "[d", { byLex: true, rev: true }], ["foo", "elephant", "down"]],
    ["zrange", ["a", "[down", "(down", { byLex: true }], []],
    ["zrange", ["a", "+", "-", { byLex: true }], []],
    ["zrange", ["a", "-", "+", { byLex: true, limit: { offset: 1, count: 2 } }], ["bar", "cool"]],
    ["zrange", ["a", "b", "c", { byLex: true }], fails()],
    ["zrange", ["a", "-", "+", { byLex: true, withScores: true }], fails()],
    ["zrange", ["a", "-", "+", { byLex: true, byScore: true }], fails()],
  ],
  "6.2 zcount zlexcount": [
    scores,
    ["zcount", ["a", "-inf", "+inf"], 6],
    ["zcount", ["a", "(1", 3.5], 2],
    ["zcount", ["a", 5, 1], 0],
    ["zcount", ["missing", 0, 1], 0],
    ["del", ["a"], 1],
    words,
    ["zlexcount", ["a", "-", "+"], 6],
    ["zlexcount", ["a", "(bar", "[elephant"], 3],
    ["zlexcount", ["a", "x", "+"], fails()],
  ],
  "6.2 zremrangebyrank zremrangebyscore zremrangebylex: count, and an emptied set is gone": [
    scores,
    ["zremrangebyrank", ["a", 0, 0], 1],
    ["zremrangebyrank", ["a", -1, -1], 1],
    ["zremrangebyrank", ["a", 5, 9], 0],
    ["zremrangebyscore", ["a", "(0", 1], 2],
    ["zrange", ["a", 0, -1], ["m1", "m4"]],
    ["zremrangebyscore", ["a", "-inf", "+inf"], 2],
    ["exists", ["a"], false],
    words,
    ["zremrangebylex", ["a", "[alpha", "(cool"], 2],
    ["zremrangebylex", ["a", "-", "+"], 4],
    ["exists", ["a"], false],
  ],
  "6.2 zrangestore: replaces the destination; nothing deletes it": [
    scores,
    ["zadd", ["b", { member: "old", score: 1 }], 1],
    ["expire", ["b", 10], true],
    ["zrangestore", ["b", "a", 1, 2, { byScore: true, limit: { offset: 1, count: 9 } }], 2],
    [
      "zrange",
      ["b", 0, -1, { withScores: true }],
      [
        { member: "m3", score: 1 },
        { member: "m4", score: 2 },
      ],
    ],
    ["ttl", ["b"], -1],
    ["zrangestore", ["a", "a", 0, 0, { rev: true }], 1],
    ["zrange", ["a", 0, -1], ["m5"]],
    ["zrangestore", ["b", "missing", 0, -1], 0],
    ["exists", ["b"], false],
  ],
};
