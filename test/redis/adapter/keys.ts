import type { Plain } from "../../kv/step.ts";
import type { Resp } from "../client.ts";
import { arrayOf, Failure, flags, type Handlers, named, optionsOf, type Session } from "./session.ts";

const milliseconds = { ex: 1000, px: 1, exat: 1000, pxat: 1 } as const;

/** Expiries are kept as milliseconds in a double: what does not fit is refused, where Redis has 64 bits. */
export function refuseFar(session: Session, unit: keyof typeof milliseconds, amount: Plain): void {
  if (!Number.isInteger(amount)) return;
  const length = Number(amount) * milliseconds[unit];
  const at = unit === "ex" || unit === "px" ? session.now + length : length;
  if (!Number.isSafeInteger(length) || !Number.isSafeInteger(at)) throw new Failure("ARGUMENT");
}

/** The expiry options of `set` and `getex`, as Redis spells them. */
export function expiry(session: Session, options: Plain): Plain[] {
  for (const unit of ["ex", "px", "exat", "pxat"] as const)
    refuseFar(session, unit, optionsOf(options)[unit]);
  return named(options, "ex", "px", "exat", "pxat");
}

/** `getex`, where wrong options are refused even if the key does not exist, which Redis sees first. */
export async function getex(session: Session, key: Plain, options: Plain): Promise<Resp> {
  const rest = [...expiry(session, options), ...flags(options, "persist")];
  const reply = await session.send("GETEX", key, ...rest);
  const amounts = rest.filter((item) => typeof item === "number");
  if (reply === null && amounts.some((amount) => !Number.isInteger(amount) || amount <= 0)) {
    throw new Failure("ARGUMENT");
  }
  return reply;
}

function expire(command: string, unit: keyof typeof milliseconds) {
  return async (session: Session, key: Plain, amount: Plain, options: Plain): Promise<boolean> => {
    refuseFar(session, unit, amount);
    return session.flag(command, key, amount, ...flags(options, "nx", "xx", "gt", "lt"));
  };
}

/** Redis does not let two or more stars match an empty text, one star alone it does. */
export const pattern = (text: Plain): Plain => (typeof text === "string" ? text.replace(/^\*+$/, "*") : text);

/** Walks all pages of a scan; `read` makes items of a page. Redis may give an item twice. */
export async function walk<Item>(
  session: Session,
  command: readonly Plain[],
  options: Plain,
  read: (items: readonly string[]) => readonly Item[],
): Promise<Item[]> {
  const found = new Map<string, Item>();
  let cursor: string | null = "0";
  do {
    const { match, ...others } = optionsOf(options);
    const rest = [...(match === undefined ? [] : ["MATCH", pattern(match)]), ...named(others, "count")];
    const [next, items] = arrayOf(await session.send(...command, cursor, ...rest));
    cursor = session.textOf(next);
    for (const item of read(arrayOf(items).map((text) => session.textOf(text) ?? ""))) {
      found.set(JSON.stringify(item), item);
    }
  } while (cursor !== "0");
  // Redis reads the options of a key that exists; ours are checked in any case.
  const { count } = optionsOf(options);
  if (count !== undefined && (!Number.isInteger(count) || Number(count) < 1)) throw new Failure("ARGUMENT");
  return [...found.values()];
}

/** The commands of every structure. */
export const keyHandlers: Handlers = {
  del: (session, ...keys) => session.number("DEL", ...keys),
  exists: async (session, ...keys) => {
    const found = await session.number("EXISTS", ...keys);
    return keys.length === 1 ? found === 1 : found;
  },
  touch: (session, ...keys) => session.number("TOUCH", ...keys),
  expire: expire("EXPIRE", "ex"),
  pexpire: expire("PEXPIRE", "px"),
  expireat: expire("EXPIREAT", "exat"),
  pexpireat: expire("PEXPIREAT", "pxat"),
  persist: (session, key) => session.flag("PERSIST", key),
  ttl: (session, key) => session.number("TTL", key),
  pttl: (session, key) => session.number("PTTL", key),
  expiretime: (session, key) => session.number("EXPIRETIME", key),
  rename: async (session, source, destination) => {
    await session.send("RENAME", source, destination);
    return null;
  },
  renamenx: (session, source, destination) => session.flag("RENAMENX", source, destination),
  copy: (session, source, destination, options) =>
    session.flag("COPY", source, destination, ...flags(options, "replace")),
  keys: (session, match) => session.list("KEYS", pattern(match)),
  scan: (session, options) => walk(session, ["SCAN"], options, (items) => items),
};
