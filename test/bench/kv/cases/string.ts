/** Strings: the store has as many keys as the size says. */
import { casesOf } from "../case.ts";
import { textOf } from "../seed.ts";

export const stringCases = casesOf("string", {
  get: { kind: "point", call: ({ string }, i, shape) => string.get(shape.member(i)) },
  set: { kind: "point", call: ({ string }, i, shape) => string.set(shape.member(i), textOf(i)) },
  "set (new key)": {
    kind: "point",
    call: ({ string }, i, shape) => string.set(shape.fresh(i), textOf(i)),
    undo: ({ string }, i, shape) => string.del(shape.fresh(i)),
  },
  "set (ex)": {
    kind: "point",
    call: ({ string }, i, shape) => string.set(shape.member(i), textOf(i), { ex: 100_000 + i }),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  setnx: {
    kind: "point",
    call: ({ string }, i, shape) => string.setnx(shape.fresh(i), textOf(i)),
    undo: ({ string }, i, shape) => string.del(shape.fresh(i)),
  },
  getdel: {
    kind: "point",
    call: ({ string }, i, shape) => string.getdel(shape.member(i)),
    undo: ({ string }, i, shape) => string.set(shape.member(i), textOf(i)),
  },
  getex: {
    kind: "point",
    call: ({ string }, i, shape) => string.getex(shape.member(i), { ex: 100_000 + i }),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  getset: { kind: "point", call: ({ string }, i, shape) => string.getset(shape.member(i), textOf(i)) },
  "mget (10 keys)": { kind: "point", call: ({ string }, i, shape) => string.mget(...shape.several(i, 10)) },
  "mset (10 keys)": {
    kind: "point",
    call: ({ string }, i, shape) => string.mset(shape.several(i, 10).map((key) => [key, textOf(i)] as const)),
  },
  "msetnx (10 keys)": {
    kind: "point",
    call: ({ string }, i, shape) =>
      string.msetnx(tenFresh(shape.fresh(i)).map((key) => [key, textOf(i)] as const)),
    undo: ({ string }, i, shape) => string.del(...tenFresh(shape.fresh(i))),
  },
  append: { kind: "point", call: ({ string }, i, shape) => string.append(shape.member(i), "+") },
  strlen: { kind: "point", call: ({ string }, i, shape) => string.strlen(shape.member(i)) },
  getrange: { kind: "point", call: ({ string }, i, shape) => string.getrange(shape.member(i), 2, -2) },
  setrange: { kind: "point", call: ({ string }, i, shape) => string.setrange(shape.member(i), 2, "__") },
});

function tenFresh(name: string): [string, ...string[]] {
  return [name, ...Array.from({ length: 9 }, (_, index) => `${name}.${index}`)];
}
