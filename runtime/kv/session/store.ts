/** Sessions, on the caller's side: makes tokens, and tells objects only their digests. */
import { checkCount, checkOptions } from "../checks.ts";
import type { Codec } from "../codec.ts";
import type { Call, Standalone, StoreOptions } from "../definition.ts";
import { KVError } from "../errors.ts";
import { type Placement, shardName, shardOf } from "../placement.ts";
import type { NewSession, Session, SessionChanges, SessionCommands } from "./commands.ts";
import { type RawSession, Sessions, sessions } from "./structure.ts";
import { digestOf, newId, newToken, slotOfToken, slotOfUser } from "./tokens.ts";
import { checkUser } from "./user.ts";

type Codecs<Data> = { readonly [Name in keyof Data]: Codec<Data[Name]> };

/** How long sessions live, and what they carry. */
export interface SessionOptions<Data>
  extends Pick<Placement, "object" | "shards">,
    Pick<StoreOptions, "prefix"> {
  /** Milliseconds from the beginning of a session to its end. */
  readonly ttl: number;
  /** Milliseconds without a use after which it ends earlier. Default: `ttl`. */
  readonly idle?: number;
  /** What a session carries besides its user. */
  readonly data?: Codecs<Data>;
}

class SessionStore<Data> implements SessionCommands<Data> {
  readonly #options: SessionOptions<Data>;
  readonly #codecs: ReadonlyMap<string, Codec<Data[keyof Data]>>;
  readonly #call: Call;

  constructor(options: SessionOptions<Data>, call: Call) {
    this.#options = options;
    this.#codecs = new Map(Object.entries(options.data ?? {}));
    this.#call = call;
  }

  async create(user: string, data: SessionChanges<Data> = {}): Promise<NewSession<Data>> {
    const slot = slotOfUser(checkUser(user));
    const token = newToken(slot);
    const args = [await digestOf(token), newId(), user, this.#encode(data)];
    const raw = (await this.#call(this.#place(slot), "create", args)) as RawSession;
    return { token, session: this.#decode(raw) };
  }

  async read(token: string): Promise<Session<Data> | null> {
    const raw = await this.#open<RawSession>(token, "read", []);
    return raw === null ? null : this.#decode(raw);
  }

  async rotate(token: string): Promise<NewSession<Data> | null> {
    const slot = slotOfToken(token);
    if (slot === null) return null;
    const next = newToken(slot);
    const raw = await this.#open<RawSession>(token, "rotate", [await digestOf(next)]);
    return raw === null ? null : { token: next, session: this.#decode(raw) };
  }

  async update(token: string, data: SessionChanges<Data>): Promise<Session<Data> | null> {
    const raw = await this.#open<RawSession>(token, "update", [this.#encode(data)]);
    return raw === null ? null : this.#decode(raw);
  }

  async revoke(token: string): Promise<boolean> {
    return (await this.#open<boolean>(token, "revoke", [])) ?? false;
  }

  async list(user: string): Promise<Session<Data>[]> {
    const slot = slotOfUser(checkUser(user));
    const rows = (await this.#call(this.#place(slot), "list", [user])) as RawSession[];
    return rows.map((raw) => this.#decode(raw));
  }

  async revokeById(user: string, id: string): Promise<boolean> {
    const slot = slotOfUser(checkUser(user));
    return (await this.#call(this.#place(slot), "revokeid", [user, id])) as boolean;
  }

  async revokeAll(user: string, options?: { readonly except?: string | undefined }): Promise<number> {
    const { except } = checkOptions(options, ["except"]);
    const slot = slotOfUser(checkUser(user));
    const spared = typeof except === "string" ? await digestOf(except) : null;
    return (await this.#call(this.#place(slot), "revokeall", [user, spared])) as number;
  }

  /** Sends a command about the session of a token; null where it can have none. */
  async #open<Raw>(token: unknown, command: string, args: readonly unknown[]): Promise<Raw | null> {
    const slot = slotOfToken(token);
    if (slot === null) return null;
    const digest = await digestOf(String(token));
    return (await this.#call(this.#place(slot), command, [digest, ...args])) as Raw | null;
  }

  #place(slot: number): string {
    const { object, shards } = this.#options;
    return shards === undefined ? object : shardName(this.#options, shards, shardOf(slot, shards));
  }

  #encode(data: SessionChanges<Data>): [name: string, text: string][] {
    const given: unknown = data;
    if (typeof given !== "object" || given === null) {
      throw new KVError("INVALID_ARGUMENT", "The data of a session must be an object.");
    }
    return Object.entries<Data[keyof Data] | undefined>(data).flatMap(([name, value]) => {
      const codec = this.#codecs.get(name);
      if (codec === undefined) {
        const known = this.#codecs.size === 0 ? "none" : [...this.#codecs.keys()].join(", ");
        throw new KVError(
          "INVALID_ARGUMENT",
          `A session carries no ${JSON.stringify(name)}. Declared: ${known}.`,
        );
      }
      return value === undefined ? [] : [[name, codec.encode(value)]];
    });
  }

  #decode({ data, ...session }: RawSession): Session<Data> {
    const entries = data.flatMap(([name, text]) => {
      // What an earlier version of the config declared is left out.
      const codec = this.#codecs.get(name);
      return codec === undefined ? [] : [[name, codec.decode(text)] as const];
    });
    return { ...session, data: Object.fromEntries(entries) as Partial<Data> };
  }
}

/**
 * Declares a store of sessions.
 *
 * @throws KVError for lifetimes that are not whole numbers of milliseconds.
 */
export function session<Data = Record<never, never>>(
  options: SessionOptions<Data>,
): Standalone<SessionCommands<Data>> {
  const { prefix, ttl, idle } = options;
  const name = `of the session store ${JSON.stringify(prefix)}`;
  const lifetimes = {
    ttl: checkCount(ttl, `The ttl ${name}`, 1),
    idle: idle === undefined ? null : checkCount(idle, `The idle ${name}`, 1),
  };
  return {
    structure: sessions,
    options,
    open: (space) => new Sessions(space, prefix, lifetimes),
    connect: (call) => new SessionStore(options, call),
  };
}
