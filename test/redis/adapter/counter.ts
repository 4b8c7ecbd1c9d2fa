import type { Plain } from "../../kv/step.ts";
import { expiry, getex } from "./keys.ts";
import { Failure, flags, type Handlers, numberText, type Session } from "./session.ts";

const decode = (text: string | null): number | null => (text === null ? null : Number(text));

/** Adds a whole number. What was or would be beyond ±(2^53 − 1), which Redis's 64 bits still hold, is refused. */
async function add(
  session: Session,
  key: Plain,
  command: "INCRBY" | "DECRBY",
  amount: Plain,
): Promise<number> {
  if (!Number.isSafeInteger(amount)) throw new Failure("ARGUMENT");
  const before = await session.text("GET", key);
  try {
    const sum = await session.number(command, key, amount);
    if (Number.isSafeInteger(sum) && (before === null || Number.isSafeInteger(Number(before)))) return sum;
    if (before === null) await session.send("DEL", key);
    else await session.send("SET", key, before, "KEEPTTL");
  } catch (error) {
    // The amount is a whole number, so it is the stored value that is not.
    if (!(error instanceof Failure) || error.code !== "ARGUMENT") throw error;
  }
  throw new Failure("NOT_AN_INTEGER");
}

/**
 * What adding two doubles gives, checked against Redis's sum, which it computes in 80 bits and rounds to 17 decimals.
 */
export function doubleSum(before: number, amount: number, redis: number): number {
  const sum = before + amount;
  const tolerance = Math.max(1e-16, (Math.abs(before) + Math.abs(amount)) * 2 ** -52);
  if (Math.abs(sum - redis) > tolerance) throw new Error(`Redis adds ${before} and ${amount} to ${redis}.`);
  return sum;
}

export const counterHandlers: Handlers = {
  get: async (session, key) => decode(await session.text("GET", key)),
  set: async (session, key, value, options) => {
    const rest = [...expiry(session, options), ...flags(options, "keepttl", "nx", "xx", "get")];
    const reply = await session.send("SET", key, value, ...rest);
    return rest.includes("GET") ? decode(session.textOf(reply)) : reply === "OK";
  },
  incr: (session, key) => add(session, key, "INCRBY", 1),
  decr: (session, key) => add(session, key, "DECRBY", 1),
  incrby: (session, key, amount) => add(session, key, "INCRBY", amount),
  decrby: (session, key, amount) => add(session, key, "DECRBY", amount),
  incrbyfloat: async (session, key, amount) => {
    if (!Number.isFinite(amount)) throw new Failure("ARGUMENT");
    const before = Number((await session.text("GET", key)) ?? 0);
    const redis = Number(await session.text("INCRBYFLOAT", key, amount));
    const sum = doubleSum(before, Number(amount), redis);
    await session.send("SET", key, numberText(sum), "KEEPTTL");
    return sum;
  },
  getdel: async (session, key) => decode(await session.text("GETDEL", key)),
  getex: async (session, key, options) => decode(session.textOf(await getex(session, key, options))),
};
