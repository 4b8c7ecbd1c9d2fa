import type { Plain } from "../../kv/step.ts";
import { isBytes, type Resp } from "../client.ts";
import { expiry, getex } from "./keys.ts";
import { arrayOf, Failure, flags, type Handlers, numberOf, optionsOf, type Session } from "./session.ts";

/**
 * Values are sent as UTF-16, two bytes a unit: so Redis's bytes count what our positions count, and its padding with
 * zero bytes is ours with NUL characters.
 */
const encode = (value: Plain): Buffer => Buffer.from(String(value), "utf16le");

function decode(reply: Resp | undefined): string | null {
  if (reply === null || reply === undefined) return null;
  if (!isBytes(reply)) throw new Error(`Redis replied ${JSON.stringify(reply)} where a value was expected.`);
  return reply.toString("utf16le");
}

/** Refuses a change that leaves half of a surrogate pair, and undoes it. */
async function wellFormed(session: Session, key: Plain, change: () => Promise<number>): Promise<number> {
  const before = await session.send("GET", key);
  const length = await change();
  const after = decode(await session.send("GET", key));
  if (after === null || after.isWellFormed()) return length / 2;
  if (isBytes(before)) await session.send("SET", key, before, "KEEPTTL");
  else await session.send("DEL", key);
  throw new Failure("INVALID_TEXT");
}

/** Positions in units as positions in bytes. What is no whole number is left for Redis to refuse. */
const bytes = (position: Plain, offset = 0): Plain =>
  typeof position === "number" && Number.isInteger(position)
    ? String(BigInt(position) * 2n + BigInt(offset))
    : position;

const pairs = (entries: Plain): (Plain | Buffer)[] => {
  const list = Array.isArray(entries) ? entries : Object.entries(optionsOf(entries));
  return list.flatMap(([key, value]) => [key, encode(value)]);
};

export const stringHandlers: Handlers = {
  get: async (session, key) => decode(await session.send("GET", key)),
  set: async (session, key, value, options) => {
    const rest = [...expiry(session, options), ...flags(options, "keepttl", "nx", "xx", "get")];
    const reply = await session.send("SET", key, encode(value), ...rest);
    return rest.includes("GET") ? decode(reply) : reply === "OK";
  },
  setnx: (session, key, value) => session.flag("SETNX", key, encode(value)),
  getdel: async (session, key) => decode(await session.send("GETDEL", key)),
  getex: async (session, key, options) => decode(await getex(session, key, options)),
  getset: async (session, key, value) => decode(await session.send("GETSET", key, encode(value))),
  mget: async (session, ...keys) => arrayOf(await session.send("MGET", ...keys)).map(decode),
  mset: async (session, entries) => {
    await session.send("MSET", ...pairs(entries));
    return null;
  },
  msetnx: (session, entries) => session.flag("MSETNX", ...pairs(entries)),
  append: (session, key, value) =>
    wellFormed(session, key, () => session.number("APPEND", key, encode(value))),
  strlen: async (session, key) => numberOf(await session.send("STRLEN", key)) / 2,
  getrange: async (session, key, start, end) => {
    const reply = await session.send("GETRANGE", key, bytes(start), bytes(end, 1));
    // An end before the beginning means the first byte, for us the first two.
    const isHalf = isBytes(reply) && reply.length % 2 === 1;
    return decode(isHalf ? await session.send("GETRANGE", key, 0, 1) : reply);
  },
  setrange: (session, key, offset, value) =>
    wellFormed(session, key, () => session.number("SETRANGE", key, bytes(offset), encode(value))),
};
