import type { Pick, Plain } from "../../kv/step.ts";
import { isBytes, type RedisClient, RedisError, type Resp } from "../client.ts";

/** A failure as a code of our errors; `ARGUMENT` stands for any that speaks of an argument. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Redis's error messages and our codes, the first that matches. */
const codes: readonly (readonly [RegExp, string])[] = [
  [/^WRONGTYPE /, "WRONGTYPE"],
  [/^ERR no such key/, "NO_SUCH_KEY"],
  [/^ERR index out of range/, "OUT_OF_RANGE"],
  [/^ERR hash value is not an integer/, "NOT_AN_INTEGER"],
  [/^ERR increment or decrement would overflow/, "NOT_AN_INTEGER"],
  [/^ERR hash value is not a float/, "NOT_A_FLOAT"],
  [/^ERR increment would produce NaN or Infinity/, "NOT_A_FLOAT"],
  [/^ERR resulting score is not a number/, "NOT_A_FLOAT"],
  [/^ERR string exceeds maximum allowed size/, "VALUE_TOO_LARGE"],
  [
    /^ERR (value is not (an integer|a valid float)|value is out of range|offset is out of range|syntax error|invalid expire time|wrong number of arguments|min or max|weight value is not|XX and NX|NX and XX|(GT|LT|GT, LT,) (and|and\/or) (LT|NX)|INCR option supports|source and destination objects are the same|decrement would overflow|RANK can't be|COUNT can't be|MAXLEN can't be|LIMIT can't be|numkeys should be|at least 1 input key|count should be|limit can't be)/i,
    "ARGUMENT",
  ],
];

/** What a random command chose, and what it could have chosen. */
export class Picked {
  readonly value: Plain;
  readonly pick: Pick;

  constructor(value: Plain, pick: Pick) {
    this.value = value;
    this.pick = pick;
  }
}

/** Texts are UTF-8, or bytes of Latin-1 where patterns shall see one character in one byte. */
export type Encoding = "utf8" | "latin1";

/** One database of Redis, spoken to in texts and numbers. */
export class Session {
  readonly #client: RedisClient;
  readonly #encoding: Encoding;
  /** Redis's clock, in milliseconds since 1970. */
  readonly now: number;

  constructor(client: RedisClient, encoding: Encoding, now: number) {
    this.#client = client;
    this.#encoding = encoding;
    this.now = now;
  }

  /** Sends a command. @throws Failure where Redis replies an error. */
  async send(...args: readonly (Plain | Buffer)[]): Promise<Resp> {
    const reply = await this.#client.call(...args.map((arg) => this.#bytes(arg)));
    if (!(reply instanceof RedisError)) return reply;
    const code = codes.find(([pattern]) => pattern.test(reply.message))?.[1];
    if (code === undefined)
      throw new Error(`No code is known for Redis's error ${JSON.stringify(reply.message)}.`);
    throw new Failure(code);
  }

  async number(...args: readonly (Plain | Buffer)[]): Promise<number> {
    return numberOf(await this.send(...args));
  }

  async flag(...args: readonly (Plain | Buffer)[]): Promise<boolean> {
    return (await this.number(...args)) === 1;
  }

  async text(...args: readonly (Plain | Buffer)[]): Promise<string | null> {
    return this.textOf(await this.send(...args));
  }

  /** A list of texts and nulls, or null. */
  async texts(...args: readonly (Plain | Buffer)[]): Promise<(string | null)[] | null> {
    const reply = await this.send(...args);
    return reply === null ? null : arrayOf(reply).map((item) => this.textOf(item));
  }

  /** The same where Redis always replies a list without nulls. */
  async list(...args: readonly (Plain | Buffer)[]): Promise<string[]> {
    return arrayOf(await this.send(...args)).map((item) => this.textOf(item) ?? "");
  }

  textOf(reply: Resp | undefined): string | null {
    if (reply === null || reply === undefined) return null;
    if (isBytes(reply)) return reply.toString(this.#encoding);
    throw new Error(`Redis replied ${JSON.stringify(reply)} where a text was expected.`);
  }

  #bytes(arg: Plain | Buffer): Buffer | string {
    if (typeof arg === "string") return Buffer.from(arg, this.#encoding);
    if (typeof arg === "number") return numberText(arg);
    if (isBytes(arg)) return arg;
    throw new Error(`${JSON.stringify(arg)} is no argument for Redis.`);
  }
}

/** A number as our API understands it: `-0` is `0`. */
export const numberText = (value: number): string =>
  Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? "inf" : "-inf") : String(value + 0);

export function numberOf(reply: Resp | undefined): number {
  if (typeof reply === "number") return reply;
  throw new Error(`Redis replied ${JSON.stringify(reply)} where a number was expected.`);
}

export function arrayOf(reply: Resp | undefined): readonly Resp[] {
  if (Array.isArray(reply)) return reply;
  throw new Error(`Redis replied ${JSON.stringify(reply)} where a list was expected.`);
}

/** One command: what Redis replies, as our API would. */
export type Handler = (session: Session, ...args: readonly Plain[]) => Promise<Plain | Picked>;

export type Handlers = Readonly<Record<string, Handler>>;

/** The options that a step gives last, if it does. */
export function optionsOf(value: Plain): Readonly<Record<string, Plain>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Plain>>)
    : {};
}

/** Options that are on, in Redis's spelling. */
export const flags = (value: Plain, ...names: readonly string[]): string[] =>
  names.filter((name) => optionsOf(value)[name] === true).map((name) => name.toUpperCase());

/** Options with a value, each after its name. */
export const named = (value: Plain, ...names: readonly string[]): Plain[] =>
  names.flatMap((name) => {
    const given = optionsOf(value)[name];
    return given === undefined ? [] : [name.toUpperCase(), given];
  });
