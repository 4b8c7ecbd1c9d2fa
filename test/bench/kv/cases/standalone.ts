/**
 * Sessions and rate limits: the store has as many as the size says. Their callers hash before they send, so the commands
 * are written here as they arrive in the object.
 */
import type { Command } from "../../../../runtime/kv/replies.ts";
import { casesOf } from "../case.ts";
import { createSession, userOf } from "../seed.ts";

const session = (command: string, ...args: readonly unknown[]): Command => ({
  store: "session",
  command,
  args,
});

export const sessionCases = casesOf("session", {
  create: {
    kind: "point",
    call: (_, i, shape) => createSession(shape.fresh(i)),
    undo: (_, i, shape) => session("revoke", shape.fresh(i)),
  },
  read: { kind: "point", call: (_, i, shape) => session("read", shape.member(i)) },
  rotate: {
    kind: "point",
    call: (_, i, shape) => session("rotate", shape.member(i), shape.fresh(i)),
    undo: (_, i, shape) => session("rotate", shape.fresh(i), shape.member(i)),
  },
  update: { kind: "point", call: (_, i, shape) => session("update", shape.member(i), [["cart", `${i}`]]) },
  revoke: {
    kind: "point",
    call: (_, i, shape) => session("revoke", shape.member(i)),
    undo: (_, i, shape) => createSession(shape.member(i)),
  },
  list: { kind: "point", call: (_, i, shape) => session("list", userOf(shape.member(i))) },
  revokeid: {
    kind: "point",
    call: (_, i, shape) => session("revokeid", userOf(shape.member(i)), shape.member(i)),
    undo: (_, i, shape) => createSession(shape.member(i)),
  },
  revokeall: {
    kind: "point",
    call: (_, i, shape) => session("revokeall", userOf(shape.member(i)), null),
    undo: (_, i, shape) => createSession(shape.member(i)),
  },
});

const rateLimit = (command: string, ...args: readonly unknown[]): Command => ({
  store: "rateLimit",
  command,
  args,
});

export const rateLimitCases = casesOf("rateLimit", {
  take: { kind: "point", call: (_, i, shape) => rateLimit("take", shape.member(i), 1) },
  "take (new key)": {
    kind: "point",
    call: (_, i, shape) => rateLimit("take", shape.fresh(i), 1),
    undo: (_, i, shape) => rateLimit("reset", shape.fresh(i)),
  },
  peek: { kind: "point", call: (_, i, shape) => rateLimit("peek", shape.member(i), 1) },
  reset: {
    kind: "point",
    call: (_, i, shape) => rateLimit("reset", shape.member(i)),
    undo: (_, i, shape) => rateLimit("take", shape.member(i), 1),
  },
});
