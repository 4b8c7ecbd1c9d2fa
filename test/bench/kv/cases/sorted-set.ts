/**
 * Sorted sets of as many members as the size says; the score of a member is its number. `other` holds every tenth of
 * them, and in `equal` all have the score 0.
 */
import { casesOf, fewCopies } from "../case.ts";
import { equal, other } from "../seed.ts";
import type { Shape } from "../shape.ts";

const middle = ({ members }: Shape): number => Math.floor(members / 2);

export const sortedSetCases = casesOf("sortedSet", {
  zadd: {
    kind: "point",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: shape.index(i) + 0.5, member: shape.fresh(i) }),
    undo: ({ sortedSet }, i, shape) => sortedSet.zrem(shape.key(i), shape.fresh(i)),
  },
  "zadd (new score)": {
    kind: "point",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: shape.index(i) + 0.5, member: shape.member(i) }),
    undo: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: shape.index(i), member: shape.member(i) }),
  },
  "zadd (10 new)": {
    kind: "point",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(
        shape.key(i),
        tenFresh(shape.fresh(i)).map((member) => ({ score: shape.index(i), member })),
      ),
    undo: ({ sortedSet }, i, shape) => sortedSet.zrem(shape.key(i), ...tenFresh(shape.fresh(i))),
  },
  zrem: {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zrem(shape.key(i), shape.member(i)),
    undo: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: shape.index(i), member: shape.member(i) }),
  },
  zincrby: {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zincrby(shape.key(i), 0.5, shape.member(i)),
    undo: ({ sortedSet }, i, shape) => sortedSet.zincrby(shape.key(i), -0.5, shape.member(i)),
  },
  zscore: {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zscore(shape.key(i), shape.member(i)),
  },
  "zmscore (10)": {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zmscore(shape.key(i), ...shape.several(i, 10)),
  },
  zpopmin: {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zpopmin(shape.key(i)),
    undo: ({ sortedSet }, i, shape, reply) => sortedSet.zadd(shape.key(i), popped(reply)),
  },
  zpopmax: {
    kind: "point",
    call: ({ sortedSet }, i, shape) => sortedSet.zpopmax(shape.key(i)),
    undo: ({ sortedSet }, i, shape, reply) => sortedSet.zadd(shape.key(i), popped(reply)),
  },
  "del (of a sorted set)": {
    kind: "point",
    before: ({ sortedSet }, i, shape) => sortedSet.copy(shape.key(i), shape.fresh(i)),
    call: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
    limit: fewCopies,
  },
  zcard: { kind: "count", call: ({ sortedSet }, i, shape) => sortedSet.zcard(shape.key(i)) },
  "zcount (half of them)": {
    kind: "log",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zcount(shape.key(i), Math.floor(shape.members / 4), Math.floor((shape.members * 3) / 4)),
  },
  "zlexcount (a ninth)": { kind: "log", call: ({ sortedSet }) => sortedSet.zlexcount(equal, "[m5", "(m6") },
  zrandmember: { kind: "log", call: ({ sortedSet }, i, shape) => sortedSet.zrandmember(shape.key(i)) },
  "zrandmember (10)": {
    kind: "log",
    call: ({ sortedSet }, i, shape) => sortedSet.zrandmember(shape.key(i), 10),
  },
  "zrange (first 10)": {
    kind: "range",
    call: ({ sortedSet }, i, shape) => sortedSet.zrange(shape.key(i), 0, 9),
  },
  "zrange (last 10, with scores)": {
    kind: "range",
    call: ({ sortedSet }, i, shape) => sortedSet.zrange(shape.key(i), 0, 9, { rev: true, withScores: true }),
  },
  "zrange (10 by score)": {
    kind: "range",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zrange(shape.key(i), shape.index(i), "+inf", { byScore: true, limit: { count: 10 } }),
  },
  "zrange (10 by text)": {
    kind: "range",
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zrange(equal, `[${shape.member(i)}`, "+", { byLex: true, limit: { count: 10 } }),
  },
  "zrangestore (first 10)": {
    kind: "range",
    call: ({ sortedSet }, i, shape) => sortedSet.zrangestore(shape.fresh(i), shape.key(i), 0, 9),
    undo: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
  },
  zremrangebyscore: {
    kind: "range",
    before: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: shape.index(i) + 0.5, member: shape.fresh(i) }),
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zremrangebyscore(shape.key(i), shape.index(i) + 0.5, shape.index(i) + 0.5),
    limit: ({ members, copies }) => (members * copies) / 2,
  },
  zremrangebylex: {
    kind: "range",
    before: ({ sortedSet }, i, shape) => sortedSet.zadd(equal, { score: 0, member: shape.fresh(i) }),
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zremrangebylex(equal, `[${shape.fresh(i)}`, `[${shape.fresh(i)}`),
    limit: ({ members }) => Math.max(5, members / 2),
  },
  zscan: { kind: "range", call: ({ sortedSet }, i, shape) => sortedSet.zscan(shape.key(i)) },
  zrank: { kind: "rank", call: ({ sortedSet }, i, shape) => sortedSet.zrank(shape.key(i), shape.member(i)) },
  zrevrank: {
    kind: "rank",
    call: ({ sortedSet }, i, shape) => sortedSet.zrevrank(shape.key(i), shape.member(i)),
  },
  "zrange (10 in the middle)": {
    kind: "rank",
    call: ({ sortedSet }, i, shape) => sortedSet.zrange(shape.key(i), middle(shape), middle(shape) + 9),
  },
  zremrangebyrank: {
    kind: "rank",
    before: ({ sortedSet }, i, shape) =>
      sortedSet.zadd(shape.key(i), { score: middle(shape), member: shape.fresh(i) }),
    call: ({ sortedSet }, i, shape) =>
      sortedSet.zremrangebyrank(shape.key(i), middle(shape) + 1, middle(shape) + 1),
    limit: ({ members, copies }) => (members * copies) / 2,
  },
  "zrange (all)": { kind: "whole", call: ({ sortedSet }, i, shape) => sortedSet.zrange(shape.key(i), 0, -1) },
  zunion: { kind: "whole", call: ({ sortedSet }, i, shape) => sortedSet.zunion([shape.key(i), other]) },
  zinter: { kind: "whole", call: ({ sortedSet }, i, shape) => sortedSet.zinter([shape.key(i), other]) },
  zdiff: { kind: "whole", call: ({ sortedSet }, i, shape) => sortedSet.zdiff([shape.key(i), other]) },
  zunionstore: {
    kind: "whole",
    call: ({ sortedSet }, i, shape) => sortedSet.zunionstore(shape.fresh(i), [shape.key(i), other]),
    undo: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
  },
  zinterstore: {
    kind: "whole",
    call: ({ sortedSet }, i, shape) => sortedSet.zinterstore(shape.fresh(i), [shape.key(i), other]),
    undo: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
  },
  zdiffstore: {
    kind: "whole",
    call: ({ sortedSet }, i, shape) => sortedSet.zdiffstore(shape.fresh(i), [shape.key(i), other]),
    undo: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
  },
  "copy (of a sorted set)": {
    kind: "whole",
    call: ({ sortedSet }, i, shape) => sortedSet.copy(shape.key(i), shape.fresh(i)),
    undo: ({ sortedSet }, i, shape) => sortedSet.del(shape.fresh(i)),
  },
});

function tenFresh(name: string): [string, ...string[]] {
  return [name, ...Array.from({ length: 9 }, (_, index) => `${name}.${index}`)];
}

/** What a pop replies inside the object: `[member, score]`. */
function popped(reply: unknown): { member: string; score: number } {
  const [member, score]: unknown[] = Array.isArray(reply) ? reply.flat() : [];
  if (typeof member !== "string" || typeof score !== "number") {
    throw new Error(`A pop replied ${JSON.stringify(reply)} instead of a member and a score.`);
  }
  return { member, score };
}
