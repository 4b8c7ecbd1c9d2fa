/** Users identified by keys that their programs carry. The keys lie in a store of sessions, as digests. */
import { Problem } from "../http/problem.ts";
import type { Session, SessionCommands } from "../kv/session/commands.ts";
import { bearerToken, type Recognise } from "./recognise.ts";
import type { FindUser } from "./users.ts";

/** What a key may be used for: `read` for `GET` and `HEAD`, `write` for all other methods and for WebSockets. */
export type Scope = "read" | "write";

const scopes: readonly Scope[] = ["read", "write"];

/** A key as lists show it. Times are in milliseconds since 1970. */
export interface ApiKey {
  /** Names the key in lists. It opens nothing. */
  readonly id: string;
  readonly userId: string;
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** When it was last used, to about a minute. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** What a new key is made from. */
export interface NewApiKey {
  /** Whom it stands for. */
  readonly userId: string;
  readonly scopes: readonly [Scope, ...Scope[]];
  /** What the user calls it: up to 100 characters. */
  readonly name?: string;
  /** In milliseconds since 1970. Default, and the latest that has an effect: `ttl` of the config from now. */
  readonly expiresAt?: number;
}

/** Makes, lists and revokes keys. Whose keys they may be is for the caller to know. */
export interface ApiKeys {
  /**
   * Makes a key. `key` is shown this once: it is stored nowhere.
   *
   * @throws {Problem} 401 where there is no such user.
   * @throws RangeError for an end in the past, no scope or an unknown one.
   */
  create(key: NewApiKey): Promise<{ readonly key: string; readonly apiKey: ApiKey }>;
  /** The keys of a user, those used last first. */
  list(userId: string): Promise<ApiKey[]>;
  /** Revokes a key of a user by its id; replies whether there was one. */
  revoke(userId: string, id: string): Promise<boolean>;
  /** Revokes all keys of a user; replies how many there were. */
  revokeAll(userId: string): Promise<number>;
}

/** What the store keeps of a key. */
export interface StoredKey {
  readonly name: string;
  /** With blanks between them. */
  readonly scopes: string;
  readonly expiresAt: number;
}

/** Where keys and users are. */
export interface ApiKeyAuthOptions<Env, User> {
  /** What every key begins with, and an underscore: people, and programs that look for secrets, know it by that. */
  readonly prefix: string;
  readonly store: (env: Env) => SessionCommands<StoredKey>;
  readonly findUser: FindUser<Env, User>;
}

/** What the generated code makes of `auth: apiKey(…)`. */
export interface ApiKeyAuth<Env, User> {
  readonly recognise: Recognise<Env, User>;
  readonly apiKeys: (env: Env) => ApiKeys;
}

/** Identifies requests by `X-API-Key`, or by `Authorization: Bearer` where that has the prefix. */
export function apiKeyAuth<Env, User>(options: ApiKeyAuthOptions<Env, User>): ApiKeyAuth<Env, User> {
  const start = `${options.prefix}_`;
  return {
    async recognise(request, env) {
      const shown = shownKey(request, start);
      if (shown === undefined) return undefined;
      if (!shown.startsWith(start)) return null;
      const session = await options.store(env).read(shown.slice(start.length));
      if (session === null) return null;
      const apiKey = toApiKey(session);
      if (apiKey.expiresAt <= Date.now()) return null;
      const user = await options.findUser(env, apiKey.userId);
      if (user !== null && !apiKey.scopes.includes(neededScope(request))) {
        throw new Problem("FORBIDDEN", `This needs a key with the scope \`${neededScope(request)}\`.`);
      }
      return user;
    },
    apiKeys: (env) => new KeysOf(env, options),
  };
}

/** The key that a request shows; undefined for none. What stands in `X-API-Key` can be nothing else. */
function shownKey(request: Request, start: string): string | undefined {
  const own = request.headers.get("X-API-Key");
  if (own !== null) return own;
  const token = bearerToken(request);
  return token?.startsWith(start) === true ? token : undefined;
}

const neededScope = ({ method, headers }: Request): Scope =>
  (method === "GET" || method === "HEAD" || method === "OPTIONS") && !headers.has("Upgrade")
    ? "read"
    : "write";

class KeysOf<Env, User> implements ApiKeys {
  readonly #env: Env;
  readonly #options: ApiKeyAuthOptions<Env, User>;

  constructor(env: Env, options: ApiKeyAuthOptions<Env, User>) {
    this.#env = env;
    this.#options = options;
  }

  async create({ userId, scopes: wanted, name, expiresAt }: NewApiKey) {
    if (wanted.length === 0 || wanted.some((scope) => !scopes.includes(scope))) {
      throw new RangeError(`A key has one or more of the scopes ${scopes.join(", ")}`);
    }
    if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > Date.now())) {
      throw new RangeError("The end of a key is a whole number of milliseconds since 1970, and not past");
    }
    const { findUser, prefix } = this.#options;
    if ((await findUser(this.#env, userId)) === null)
      throw new Problem("UNAUTHORIZED", "There is no such user.");
    const { token, session } = await this.#store.create(userId, {
      name,
      scopes: scopes.filter((scope) => wanted.includes(scope)).join(" "),
      expiresAt,
    });
    return { key: `${prefix}_${token}`, apiKey: toApiKey(session) };
  }

  async list(userId: string): Promise<ApiKey[]> {
    const keys = (await this.#store.list(userId)).map(toApiKey);
    return keys.filter(({ expiresAt }) => expiresAt > Date.now());
  }

  revoke(userId: string, id: string): Promise<boolean> {
    return this.#store.revokeById(userId, id);
  }

  revokeAll(userId: string): Promise<number> {
    return this.#store.revokeAll(userId);
  }

  get #store(): SessionCommands<StoredKey> {
    return this.#options.store(this.#env);
  }
}

function toApiKey({ id, user, data, createdAt, seenAt, expiresAt }: Session<StoredKey>): ApiKey {
  return {
    id,
    userId: user,
    name: data.name ?? null,
    scopes: scopes.filter((scope) => data.scopes?.split(" ").includes(scope)),
    createdAt,
    usedAt: seenAt,
    expiresAt: Math.min(expiresAt, data.expiresAt ?? Number.POSITIVE_INFINITY),
  };
}
