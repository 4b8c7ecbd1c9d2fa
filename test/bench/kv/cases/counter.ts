/** Counters: the store has as many keys as the size says. */
import { casesOf } from "../case.ts";

export const counterCases = casesOf("counter", {
  get: { kind: "point", call: ({ counter }, i, shape) => counter.get(shape.member(i)) },
  set: { kind: "point", call: ({ counter }, i, shape) => counter.set(shape.member(i), i) },
  incr: { kind: "point", call: ({ counter }, i, shape) => counter.incr(shape.member(i)) },
  "incr (new key)": {
    kind: "point",
    call: ({ counter }, i, shape) => counter.incr(shape.fresh(i)),
    undo: ({ counter }, i, shape) => counter.del(shape.fresh(i)),
  },
  incrby: { kind: "point", call: ({ counter }, i, shape) => counter.incrby(shape.member(i), 5) },
  // A whole number: the other commands refuse what is none.
  incrbyfloat: { kind: "point", call: ({ counter }, i, shape) => counter.incrbyfloat(shape.member(i), 2) },
  decr: { kind: "point", call: ({ counter }, i, shape) => counter.decr(shape.member(i)) },
  decrby: { kind: "point", call: ({ counter }, i, shape) => counter.decrby(shape.member(i), 5) },
  getdel: {
    kind: "point",
    call: ({ counter }, i, shape) => counter.getdel(shape.member(i)),
    undo: ({ counter }, i, shape) => counter.set(shape.member(i), i),
  },
  getex: {
    kind: "point",
    call: ({ counter }, i, shape) => counter.getex(shape.member(i), { ex: 100_000 + i }),
    undo: ({ counter }, i, shape) => counter.persist(shape.member(i)),
  },
});
