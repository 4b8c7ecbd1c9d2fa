/** The commands of all structures, on strings: the store has as many keys as the size says. */
import { casesOf } from "../case.ts";
import { textOf } from "../seed.ts";

const later = Date.UTC(2100, 0);

export const keyCases = casesOf("string", {
  del: {
    kind: "point",
    call: ({ string }, i, shape) => string.del(shape.member(i)),
    undo: ({ string }, i, shape) => string.set(shape.member(i), textOf(shape.index(i))),
  },
  exists: { kind: "point", call: ({ string }, i, shape) => string.exists(shape.member(i)) },
  touch: { kind: "point", call: ({ string }, i, shape) => string.touch(shape.member(i)) },
  expire: {
    kind: "point",
    call: ({ string }, i, shape) => string.expire(shape.member(i), 100_000 + i),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  pexpire: {
    kind: "point",
    call: ({ string }, i, shape) => string.pexpire(shape.member(i), 100_000_000 + i),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  expireat: {
    kind: "point",
    call: ({ string }, i, shape) => string.expireat(shape.member(i), later / 1000 + i),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  pexpireat: {
    kind: "point",
    call: ({ string }, i, shape) => string.pexpireat(shape.member(i), later + i),
    undo: ({ string }, i, shape) => string.persist(shape.member(i)),
  },
  persist: {
    kind: "point",
    before: ({ string }, i, shape) => string.pexpireat(shape.member(i), later + i),
    call: ({ string }, i, shape) => string.persist(shape.member(i)),
    limit: ({ members, copies }) => members * copies,
  },
  ttl: { kind: "point", call: ({ string }, i, shape) => string.ttl(shape.member(i)) },
  pttl: { kind: "point", call: ({ string }, i, shape) => string.pttl(shape.member(i)) },
  expiretime: { kind: "point", call: ({ string }, i, shape) => string.expiretime(shape.member(i)) },
  rename: {
    kind: "point",
    call: ({ string }, i, shape) => string.rename(shape.member(i), shape.fresh(i)),
    undo: ({ string }, i, shape) => string.rename(shape.fresh(i), shape.member(i)),
  },
  renamenx: {
    kind: "point",
    call: ({ string }, i, shape) => string.renamenx(shape.member(i), shape.fresh(i)),
    undo: ({ string }, i, shape) => string.rename(shape.fresh(i), shape.member(i)),
  },
  copy: {
    kind: "point",
    call: ({ string }, i, shape) => string.copy(shape.member(i), shape.fresh(i)),
    undo: ({ string }, i, shape) => string.del(shape.fresh(i)),
  },
  scan: { kind: "range", call: ({ string }, i, shape) => string.scan(`>${shape.member(i)}`) },
  keys: { kind: "whole", call: ({ string }) => string.keys("*") },
});
