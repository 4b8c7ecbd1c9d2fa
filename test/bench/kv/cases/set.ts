/** Sets of as many members as the size says. `other` holds every tenth of them. */
import { casesOf, fewCopies } from "../case.ts";
import { other } from "../seed.ts";

export const setCases = casesOf("set", {
  sadd: {
    kind: "point",
    call: ({ set }, i, shape) => set.sadd(shape.key(i), shape.fresh(i)),
    undo: ({ set }, i, shape) => set.srem(shape.key(i), shape.fresh(i)),
  },
  "sadd (a member)": { kind: "point", call: ({ set }, i, shape) => set.sadd(shape.key(i), shape.member(i)) },
  "sadd (10 new)": {
    kind: "point",
    call: ({ set }, i, shape) => set.sadd(shape.key(i), ...tenFresh(shape.fresh(i))),
    undo: ({ set }, i, shape) => set.srem(shape.key(i), ...tenFresh(shape.fresh(i))),
  },
  srem: {
    kind: "point",
    call: ({ set }, i, shape) => set.srem(shape.key(i), shape.member(i)),
    undo: ({ set }, i, shape) => set.sadd(shape.key(i), shape.member(i)),
  },
  sismember: { kind: "point", call: ({ set }, i, shape) => set.sismember(shape.key(i), shape.member(i)) },
  "smismember (10)": {
    kind: "point",
    call: ({ set }, i, shape) => set.smismember(shape.key(i), ...shape.several(i, 10)),
  },
  smove: {
    kind: "point",
    call: ({ set }, i, shape) => set.smove(shape.key(i), "elsewhere", shape.member(i)),
    undo: ({ set }, i, shape) => set.sadd(shape.key(i), shape.member(i)),
  },
  "del (of a set)": {
    kind: "point",
    before: ({ set }, i, shape) => set.copy(shape.key(i), shape.fresh(i)),
    call: ({ set }, i, shape) => set.del(shape.fresh(i)),
    limit: fewCopies,
  },
  scard: { kind: "count", call: ({ set }, i, shape) => set.scard(shape.key(i)) },
  spop: {
    kind: "log",
    call: ({ set }, i, shape) => set.spop(shape.key(i)),
    undo: ({ set }, i, shape, reply) => set.sadd(shape.key(i), String(reply)),
  },
  srandmember: { kind: "log", call: ({ set }, i, shape) => set.srandmember(shape.key(i)) },
  "srandmember (10)": { kind: "log", call: ({ set }, i, shape) => set.srandmember(shape.key(i), 10) },
  sscan: { kind: "range", call: ({ set }, i, shape) => set.sscan(shape.key(i)) },
  smembers: { kind: "whole", call: ({ set }, i, shape) => set.smembers(shape.key(i)) },
  sinter: { kind: "whole", call: ({ set }, i, shape) => set.sinter(shape.key(i), other) },
  sunion: { kind: "whole", call: ({ set }, i, shape) => set.sunion(shape.key(i), other) },
  sdiff: { kind: "whole", call: ({ set }, i, shape) => set.sdiff(shape.key(i), other) },
  sintercard: { kind: "whole", call: ({ set }, i, shape) => set.sintercard([shape.key(i), other]) },
  sinterstore: {
    kind: "whole",
    call: ({ set }, i, shape) => set.sinterstore(shape.fresh(i), shape.key(i), other),
    undo: ({ set }, i, shape) => set.del(shape.fresh(i)),
  },
  sunionstore: {
    kind: "whole",
    call: ({ set }, i, shape) => set.sunionstore(shape.fresh(i), shape.key(i), other),
    undo: ({ set }, i, shape) => set.del(shape.fresh(i)),
  },
  sdiffstore: {
    kind: "whole",
    call: ({ set }, i, shape) => set.sdiffstore(shape.fresh(i), shape.key(i), other),
    undo: ({ set }, i, shape) => set.del(shape.fresh(i)),
  },
  "copy (of a set)": {
    kind: "whole",
    call: ({ set }, i, shape) => set.copy(shape.key(i), shape.fresh(i)),
    undo: ({ set }, i, shape) => set.del(shape.fresh(i)),
  },
});

function tenFresh(name: string): [string, ...string[]] {
  return [name, ...Array.from({ length: 9 }, (_, index) => `${name}.${index}`)];
}
