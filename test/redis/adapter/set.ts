import type { Plain } from "../../kv/step.ts";
import { walk } from "./keys.ts";
import { type Handlers, named, Picked } from "./session.ts";

export const setHandlers: Handlers = {
  sadd: (session, key, ...members) => session.number("SADD", key, ...members),
  srem: (session, key, ...members) => session.number("SREM", key, ...members),
  sismember: (session, key, member) => session.flag("SISMEMBER", key, member),
  smismember: async (session, key, ...members) => {
    const reply = await session.send("SMISMEMBER", key, ...members);
    return Array.isArray(reply) ? reply.map((item) => item === 1) : null;
  },
  smembers: (session, key) => session.list("SMEMBERS", key),
  scard: (session, key) => session.number("SCARD", key),
  spop: async (session, key, count) => {
    const from = await session.list("SMEMBERS", key);
    const value =
      count === undefined ? await session.text("SPOP", key) : await session.list("SPOP", key, count);
    return new Picked(value, { from, distinct: true });
  },
  srandmember: async (session, key, count) => {
    const from = await session.list("SMEMBERS", key);
    if (count === undefined) {
      return new Picked(await session.text("SRANDMEMBER", key), { from, distinct: false });
    }
    const value = await session.list("SRANDMEMBER", key, count);
    return new Picked(value, { from, distinct: Number(count) >= 0 });
  },
  smove: (session, source, destination, member) => session.flag("SMOVE", source, destination, member),
  sinter: (session, ...keys) => session.list("SINTER", ...keys),
  sunion: (session, ...keys) => session.list("SUNION", ...keys),
  sdiff: (session, ...keys) => session.list("SDIFF", ...keys),
  sintercard: (session, keys, options) => {
    const list: readonly Plain[] = Array.isArray(keys) ? keys : [];
    return session.number("SINTERCARD", list.length, ...list, ...named(options, "limit"));
  },
  sinterstore: (session, destination, ...keys) => session.number("SINTERSTORE", destination, ...keys),
  sunionstore: (session, destination, ...keys) => session.number("SUNIONSTORE", destination, ...keys),
  sdiffstore: (session, destination, ...keys) => session.number("SDIFFSTORE", destination, ...keys),
  sscan: (session, key, options) => walk(session, ["SSCAN", key], options, (items) => items),
};
