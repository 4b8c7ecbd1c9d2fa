import type { Plain } from "../../kv/step.ts";
import type { Resp } from "../client.ts";
import { pairsOf } from "./hash.ts";
import { walk } from "./keys.ts";
import { flags, type Handlers, optionsOf, Picked, type Session } from "./session.ts";

/** `-0` is kept as `0`. */
const score = (text: string | null): number | null => (text === null ? null : toNumber(text) + 0);

const toNumber = (text: string): number =>
  text === "inf" ? Number.POSITIVE_INFINITY : text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text);

const scored = (flat: readonly string[]): { member: string; score: number }[] =>
  pairsOf(flat).map(([member, text]) => ({ member, score: score(text) ?? 0 }));

const listOf = (value: Plain): readonly Plain[] => (Array.isArray(value) ? value : [value]);

/** A list of members, or of members with their scores. */
async function members(
  session: Session,
  withScores: boolean,
  ...command: readonly Plain[]
): Promise<Plain[]> {
  const list = await session.list(...command, ...(withScores ? ["WITHSCORES"] : []));
  return withScores ? scored(list) : list;
}

const wantsScores = (options: Plain): boolean => optionsOf(options).withScores === true;

function limit(options: Plain): Plain[] {
  const given = optionsOf(options).limit;
  if (given === undefined) return [];
  const { offset, count } = optionsOf(given);
  return ["LIMIT", offset ?? 0, count ?? -1];
}

const range = (options: Plain): Plain[] => [...flags(options, "byScore", "byLex", "rev"), ...limit(options)];

/** Several keys with weights and the way their scores are put together. */
function operands(keys: Plain, options: Plain): Plain[] {
  const list = listOf(keys);
  const { weights, aggregate } = optionsOf(options);
  return [
    list.length,
    ...list,
    ...(weights === undefined ? [] : ["WEIGHTS", ...listOf(weights)]),
    ...(aggregate === undefined ? [] : ["AGGREGATE", aggregate]),
  ];
}

const combine =
  (command: string) =>
  (session: Session, keys: Plain, options: Plain): Promise<Plain> =>
    members(session, wantsScores(options), command, ...operands(keys, options));

const store =
  (command: string) =>
  (session: Session, destination: Plain, keys: Plain, options: Plain): Promise<number> =>
    session.number(command, destination, ...operands(keys, options));

const pop =
  (command: string) =>
  async (session: Session, key: Plain, count: Plain): Promise<Plain> => {
    if (count !== undefined) return scored(await session.list(command, key, count));
    return scored(await session.list(command, key))[0] ?? null;
  };

const rank =
  (command: string) =>
  async (session: Session, key: Plain, member: Plain, options: Plain): Promise<Plain> => {
    const reply = (await session.send(command, key, member)) as number | null;
    // WITHSCORE came with Redis 7.2.
    if (reply === null || optionsOf(options).withScore !== true) return reply;
    return { rank: reply, score: score(await session.text("ZSCORE", key, member)) };
  };

export const sortedSetHandlers: Handlers = {
  zadd: async (session, key, entries, options) => {
    const flat = listOf(entries).flatMap((entry) => [optionsOf(entry).score, optionsOf(entry).member]);
    const rest = flags(options, "nx", "xx", "gt", "lt", "ch", "incr");
    const reply: Resp = await session.send("ZADD", key, ...rest, ...flat);
    return typeof reply === "number" ? reply : score(session.textOf(reply));
  },
  zrem: (session, key, ...names) => session.number("ZREM", key, ...names),
  zscore: async (session, key, member) => score(await session.text("ZSCORE", key, member)),
  zmscore: async (session, key, ...names) =>
    ((await session.texts("ZMSCORE", key, ...names)) ?? []).map(score),
  zincrby: async (session, key, amount, member) => score(await session.text("ZINCRBY", key, amount, member)),
  zcard: (session, key) => session.number("ZCARD", key),
  zcount: (session, key, min, max) => session.number("ZCOUNT", key, min, max),
  zlexcount: (session, key, min, max) => session.number("ZLEXCOUNT", key, min, max),
  zrank: rank("ZRANK"),
  zrevrank: rank("ZREVRANK"),
  zrange: (session, key, start, stop, options) =>
    members(session, wantsScores(options), "ZRANGE", key, start, stop, ...range(options)),
  zrangestore: (session, destination, source, start, stop, options) =>
    session.number("ZRANGESTORE", destination, source, start, stop, ...range(options)),
  zrandmember: async (session, key, count, options) => {
    const known = scored(await session.list("ZRANGE", key, 0, -1, "WITHSCORES"));
    const names = known.map(({ member }) => member);
    if (count === undefined) {
      return new Picked(await session.text("ZRANDMEMBER", key), { from: names, distinct: false });
    }
    const withScores = wantsScores(options);
    const value = await members(session, withScores, "ZRANDMEMBER", key, count);
    return new Picked(value, { from: withScores ? known : names, distinct: Number(count) >= 0 });
  },
  zpopmin: pop("ZPOPMIN"),
  zpopmax: pop("ZPOPMAX"),
  zremrangebyrank: (session, key, start, stop) => session.number("ZREMRANGEBYRANK", key, start, stop),
  zremrangebyscore: (session, key, min, max) => session.number("ZREMRANGEBYSCORE", key, min, max),
  zremrangebylex: (session, key, min, max) => session.number("ZREMRANGEBYLEX", key, min, max),
  zunion: combine("ZUNION"),
  zinter: combine("ZINTER"),
  zdiff: combine("ZDIFF"),
  zunionstore: store("ZUNIONSTORE"),
  zinterstore: store("ZINTERSTORE"),
  zdiffstore: store("ZDIFFSTORE"),
  zscan: (session, key, options) => walk(session, ["ZSCAN", key], options, scored),
};
