import type { Plain } from "../../kv/step.ts";
import { isBytes } from "../client.ts";
import { doubleSum } from "./counter.ts";
import { walk } from "./keys.ts";
import { Failure, flags, type Handlers, numberText, optionsOf, Picked, type Session } from "./session.ts";

export const pairsOf = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((item, index) => (index % 2 === 0 ? [[item, flat[index + 1] ?? ""] as [string, string]] : []));

const fieldsOf = (flat: readonly string[]): { field: string; value: string }[] =>
  pairsOf(flat).map(([field, value]) => ({ field, value }));

const all = async (session: Session, key: Plain): Promise<[string, string][]> =>
  pairsOf(await session.list("HGETALL", key));

/** A hash that does not exist is null, where Redis gives an empty list. */
const hash = async (session: Session, key: Plain): Promise<Plain> => {
  const fields = await all(session, key);
  return fields.length === 0 ? null : Object.fromEntries(fields);
};

const given = (entries: Plain): Plain[] =>
  (Array.isArray(entries) ? entries : Object.entries(optionsOf(entries))).flat();

/** Puts a field back as it was. */
async function undo(session: Session, key: Plain, field: Plain, before: string | null): Promise<void> {
  if (before === null) await session.send("HDEL", key, field);
  else await session.send("HSET", key, field, before);
}

export const hashHandlers: Handlers = {
  hset: (session, key, entries) => session.number("HSET", key, ...given(entries)),
  hsetnx: (session, key, field, value) => session.flag("HSETNX", key, field, value),
  hget: (session, key, field) => session.text("HGET", key, field),
  hmget: (session, key, ...fields) => session.texts("HMGET", key, ...fields),
  hgetall: hash,
  hdel: (session, key, ...fields) => session.number("HDEL", key, ...fields),
  hexists: (session, key, field) => session.flag("HEXISTS", key, field),
  hkeys: (session, key) => session.list("HKEYS", key),
  hvals: (session, key) => session.list("HVALS", key),
  hlen: (session, key) => session.number("HLEN", key),
  /** Redis counts bytes; we count UTF-16 units of the value that those bytes are. */
  hstrlen: async (session, key, field) => {
    const bytes = await session.send("HGET", key, field);
    const length = await session.number("HSTRLEN", key, field);
    if (length !== (isBytes(bytes) ? bytes.length : 0)) throw new Error("HSTRLEN and HGET disagree.");
    return (session.textOf(bytes) ?? "").length;
  },
  /** What was or would be beyond ±(2^53 − 1), which Redis's 64 bits still hold, is refused. */
  hincrby: async (session, key, field, amount) => {
    if (!Number.isSafeInteger(amount)) throw new Failure("ARGUMENT");
    const before = await session.text("HGET", key, field);
    const sum = await session.number("HINCRBY", key, field, amount);
    if (Number.isSafeInteger(sum) && (before === null || Number.isSafeInteger(Number(before)))) return sum;
    await undo(session, key, field, before);
    throw new Failure("NOT_AN_INTEGER");
  },
  hincrbyfloat: async (session, key, field, amount) => {
    if (!Number.isFinite(amount)) throw new Failure("ARGUMENT");
    const before = await session.text("HGET", key, field);
    const redis = Number(await session.text("HINCRBYFLOAT", key, field, amount));
    // Redis's 80 bits reach further than doubles, and its C library reads hexadecimal numbers.
    if (!Number.isFinite(redis) || /^[+-]?0x/i.test(before ?? "")) {
      await undo(session, key, field, before);
      throw new Failure("NOT_A_FLOAT");
    }
    const sum = doubleSum(Number(before ?? 0), Number(amount), redis);
    await session.send("HSET", key, field, numberText(sum));
    return sum;
  },
  hrandfield: async (session, key, count, options) => {
    const fields = await all(session, key);
    const names = fields.map(([name]) => name);
    if (count === undefined) {
      return new Picked(await session.text("HRANDFIELD", key), { from: names, distinct: false });
    }
    const distinct = Number(count) >= 0;
    const rest = flags(options, "withValues");
    const reply = await session.list("HRANDFIELD", key, count, ...rest);
    if (rest.length === 0) return new Picked(reply, { from: names, distinct });
    return new Picked(fieldsOf(reply), { from: fieldsOf(fields.flat()), distinct });
  },
  hscan: (session, key, options) => walk(session, ["HSCAN", key], options, fieldsOf),
};
