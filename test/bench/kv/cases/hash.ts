/** Hashes of as many fields as the size says. */
import { casesOf, fewCopies } from "../case.ts";

export const hashCases = casesOf("hash", {
  hset: { kind: "point", call: ({ hash }, i, shape) => hash.hset(shape.key(i), shape.member(i), `${i}`) },
  "hset (new field)": {
    kind: "point",
    call: ({ hash }, i, shape) => hash.hset(shape.key(i), shape.fresh(i), `${i}`),
    undo: ({ hash }, i, shape) => hash.hdel(shape.key(i), shape.fresh(i)),
  },
  "hset (10 fields)": {
    kind: "point",
    call: ({ hash }, i, shape) =>
      hash.hset(
        shape.key(i),
        shape.several(i, 10).map((field) => [field, `${i}`] as const),
      ),
  },
  hsetnx: {
    kind: "point",
    call: ({ hash }, i, shape) => hash.hsetnx(shape.key(i), shape.fresh(i), `${i}`),
    undo: ({ hash }, i, shape) => hash.hdel(shape.key(i), shape.fresh(i)),
  },
  hget: { kind: "point", call: ({ hash }, i, shape) => hash.hget(shape.key(i), shape.member(i)) },
  "hmget (10 fields)": {
    kind: "point",
    call: ({ hash }, i, shape) => hash.hmget(shape.key(i), ...shape.several(i, 10)),
  },
  hdel: {
    kind: "point",
    call: ({ hash }, i, shape) => hash.hdel(shape.key(i), shape.member(i)),
    undo: ({ hash }, i, shape) => hash.hset(shape.key(i), shape.member(i), `${i}`),
  },
  hexists: { kind: "point", call: ({ hash }, i, shape) => hash.hexists(shape.key(i), shape.member(i)) },
  hstrlen: { kind: "point", call: ({ hash }, i, shape) => hash.hstrlen(shape.key(i), shape.member(i)) },
  hincrby: { kind: "point", call: ({ hash }, i, shape) => hash.hincrby(shape.key(i), shape.member(i), 1) },
  // A whole number: `hincrby` refuses what is none.
  hincrbyfloat: {
    kind: "point",
    call: ({ hash }, i, shape) => hash.hincrbyfloat(shape.key(i), shape.member(i), 2),
  },
  "del (of a hash)": {
    kind: "point",
    before: ({ hash }, i, shape) => hash.copy(shape.key(i), shape.fresh(i)),
    call: ({ hash }, i, shape) => hash.del(shape.fresh(i)),
    limit: fewCopies,
  },
  hlen: { kind: "count", call: ({ hash }, i, shape) => hash.hlen(shape.key(i)) },
  hrandfield: { kind: "log", call: ({ hash }, i, shape) => hash.hrandfield(shape.key(i)) },
  "hrandfield (10)": { kind: "log", call: ({ hash }, i, shape) => hash.hrandfield(shape.key(i), 10) },
  hscan: { kind: "range", call: ({ hash }, i, shape) => hash.hscan(shape.key(i)) },
  hgetall: { kind: "whole", call: ({ hash }, i, shape) => hash.hgetall(shape.key(i)) },
  hkeys: { kind: "whole", call: ({ hash }, i, shape) => hash.hkeys(shape.key(i)) },
  hvals: { kind: "whole", call: ({ hash }, i, shape) => hash.hvals(shape.key(i)) },
  "copy (of a hash)": {
    kind: "whole",
    call: ({ hash }, i, shape) => hash.copy(shape.key(i), shape.fresh(i)),
    undo: ({ hash }, i, shape) => hash.del(shape.fresh(i)),
  },
});
