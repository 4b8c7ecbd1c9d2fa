/** Lists of as many values as the size says. */
import { casesOf, fewCopies } from "../case.ts";
import type { Shape } from "../shape.ts";

/** Lists hold m0, m1 and so on: the value before a member, to put the member back where it was. */
const isFirst = (i: number, shape: Shape): boolean => shape.index(i) === 0;
const neighbour = (i: number, shape: Shape): string => `m${isFirst(i, shape) ? 1 : shape.index(i) - 1}`;

const middle = ({ members }: Shape): number => Math.floor(members / 2);

export const listCases = casesOf("list", {
  lpush: {
    kind: "point",
    call: ({ list }, i, shape) => list.lpush(shape.key(i), shape.fresh(i)),
    undo: ({ list }, i, shape) => list.lpop(shape.key(i)),
  },
  rpush: {
    kind: "point",
    call: ({ list }, i, shape) => list.rpush(shape.key(i), shape.fresh(i)),
    undo: ({ list }, i, shape) => list.rpop(shape.key(i)),
  },
  "rpush (10 values)": {
    kind: "point",
    call: ({ list }, i, shape) => list.rpush(shape.key(i), ...shape.several(i, 10)),
    undo: ({ list }, i, shape) => list.rpop(shape.key(i), 10),
  },
  lpushx: {
    kind: "point",
    call: ({ list }, i, shape) => list.lpushx(shape.key(i), shape.fresh(i)),
    undo: ({ list }, i, shape) => list.lpop(shape.key(i)),
  },
  rpushx: {
    kind: "point",
    call: ({ list }, i, shape) => list.rpushx(shape.key(i), shape.fresh(i)),
    undo: ({ list }, i, shape) => list.rpop(shape.key(i)),
  },
  lpop: {
    kind: "point",
    call: ({ list }, i, shape) => list.lpop(shape.key(i)),
    undo: ({ list }, i, shape, reply) => list.lpush(shape.key(i), String(reply)),
  },
  rpop: {
    kind: "point",
    call: ({ list }, i, shape) => list.rpop(shape.key(i)),
    undo: ({ list }, i, shape, reply) => list.rpush(shape.key(i), String(reply)),
  },
  lmove: {
    kind: "point",
    call: ({ list }, i, shape) => list.lmove(shape.key(i), shape.key(i), "left", "right"),
    undo: ({ list }, i, shape) => list.lmove(shape.key(i), shape.key(i), "right", "left"),
  },
  "del (of a list)": {
    kind: "point",
    before: ({ list }, i, shape) => list.copy(shape.key(i), shape.fresh(i)),
    call: ({ list }, i, shape) => list.del(shape.fresh(i)),
    limit: fewCopies,
  },
  llen: { kind: "count", call: ({ list }, i, shape) => list.llen(shape.key(i)) },
  lindex: { kind: "log", call: ({ list }, i, shape) => list.lindex(shape.key(i), shape.index(i)) },
  lset: {
    kind: "log",
    call: ({ list }, i, shape) => list.lset(shape.key(i), shape.index(i), shape.member(i)),
  },
  ltrim: {
    kind: "log",
    before: ({ list }, i, shape) => list.rpush(shape.key(i), shape.fresh(i)),
    call: ({ list }, i, shape) => list.ltrim(shape.key(i), 0, -2),
    limit: ({ members, copies }) => (members * copies) / 2,
  },
  "lrange (first 10)": { kind: "range", call: ({ list }, i, shape) => list.lrange(shape.key(i), 0, 9) },
  "lrange (10 in the middle)": {
    kind: "range",
    call: ({ list }, i, shape) => list.lrange(shape.key(i), middle(shape), middle(shape) + 9),
  },
  "lrange (all)": { kind: "whole", call: ({ list }, i, shape) => list.lrange(shape.key(i), 0, -1) },
  lpos: { kind: "whole", call: ({ list }, i, shape) => list.lpos(shape.key(i), `m${middle(shape)}`) },
  linsert: {
    kind: "whole",
    call: ({ list }, i, shape) => list.linsert(shape.key(i), "before", `m${middle(shape)}`, shape.fresh(i)),
    undo: ({ list }, i, shape) => list.lrem(shape.key(i), 1, shape.fresh(i)),
  },
  lrem: {
    kind: "whole",
    call: ({ list }, i, shape) => list.lrem(shape.key(i), 1, shape.member(i)),
    undo: ({ list }, i, shape) =>
      list.linsert(
        shape.key(i),
        isFirst(i, shape) ? "before" : "after",
        neighbour(i, shape),
        shape.member(i),
      ),
  },
  "copy (of a list)": {
    kind: "whole",
    call: ({ list }, i, shape) => list.copy(shape.key(i), shape.fresh(i)),
    undo: ({ list }, i, shape) => list.del(shape.fresh(i)),
  },
});
