import type { Plain } from "../../kv/step.ts";
import { arrayOf, type Handlers, named, optionsOf, type Session } from "./session.ts";

/** Without a count one value or null, with one a list or null. */
const pop =
  (command: string) =>
  async (session: Session, key: Plain, count: Plain): Promise<Plain> =>
    count === undefined ? session.text(command, key) : session.texts(command, key, count);

export const listHandlers: Handlers = {
  lpush: (session, key, ...values) => session.number("LPUSH", key, ...values),
  rpush: (session, key, ...values) => session.number("RPUSH", key, ...values),
  lpushx: (session, key, ...values) => session.number("LPUSHX", key, ...values),
  rpushx: (session, key, ...values) => session.number("RPUSHX", key, ...values),
  lpop: pop("LPOP"),
  rpop: pop("RPOP"),
  lrange: (session, key, start, stop) => session.list("LRANGE", key, start, stop),
  lindex: (session, key, index) => session.text("LINDEX", key, index),
  lset: async (session, key, index, value) => {
    await session.send("LSET", key, index, value);
    return null;
  },
  linsert: (session, key, where, pivot, value) => session.number("LINSERT", key, where, pivot, value),
  lrem: (session, key, count, value) => session.number("LREM", key, count, value),
  ltrim: async (session, key, start, stop) => {
    await session.send("LTRIM", key, start, stop);
    return null;
  },
  llen: (session, key) => session.number("LLEN", key),
  lpos: async (session, key, value, options) => {
    const reply = await session.send("LPOS", key, value, ...named(options, "rank", "count", "maxlen"));
    return optionsOf(options).count === undefined ? (reply as number | null) : (arrayOf(reply) as number[]);
  },
  lmove: (session, source, destination, from, to) => session.text("LMOVE", source, destination, from, to),
};
