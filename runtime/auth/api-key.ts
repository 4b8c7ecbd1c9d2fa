/** Users identified by keys that their programs carry. The keys lie in a store of sessions, as digests. */
import { Problem } from "../http/problem.ts";
import type { Session, SessionCommands } from "../kv/session/commands.ts";
import { bearerToken, type Recognise } from "./recognise.ts";
import { grant, type KeyScope, keyScopes } from "./scopes.ts";
import type { FindUser } from "./users.ts";

/** A key as lists show it. Times are in milliseconds since 1970. */
export interface ApiKey<Scope extends string = KeyScope> {
  /** Names the key in lists. It opens nothing. */
  readonly id: string;
  readonly userId: string;
  readonly name: string | null;
  /** Those of resources that there are. */
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** When it was last used, to about a minute. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** What a new key is made from. */
export interface NewApiKey<Scope extends string = KeyScope> {
  /** Whom it stands for. */
  readonly userId: string;
  readonly scopes: readonly [Scope, ...Scope[]];
  /** What the user calls it: up to 100 characters. */
  readonly name?: string;
  /** In milliseconds since 1970. Default, and the latest that has an effect: `ttl` of the config from now. */
  readonly expiresAt?: number;
}

/** Makes, lists and revokes keys. Whose keys they may be is for the caller to know. */
export interface ApiKeys<Scope extends string = KeyScope> {
  /**
   * Makes a key. `key` is shown this once: it is stored nowhere.
   *
   * @throws {Problem} 401 where there is no such user.
   * @throws RangeError for an end in the past, no scope or an unknown one.
   */
  create(key: NewApiKey<Scope>): Promise<{ readonly key: string; readonly apiKey: ApiKey<Scope> }>;
  /** The keys of a user, those used last first. */
  list(userId: string): Promise<ApiKey<Scope>[]>;
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
export interface ApiKeyAuthOptions<Env, User, Resource extends string = string> {
  /** What every key begins with, and an underscore: people, and programs that look for secrets, know it by that. */
  readonly prefix: string;
  /** The resources that keys can be made for. A stored scope of another one grants nothing. */
  readonly resources: readonly Resource[];
  readonly store: (env: Env) => SessionCommands<StoredKey>;
  readonly findUser: FindUser<Env, User>;
}

/** What the generated code makes of `auth: apiKey(…)`. */
export interface ApiKeyAuth<Env, User, Resource extends string = string> {
  readonly recognise: Recognise<Env, User>;
  readonly apiKeys: (env: Env) => ApiKeys<KeyScope<Resource>>;
}

/**
 * Identifies requests by `X-API-Key`, or by `Authorization: Bearer` where that has the prefix. What the key may be used for is
 * looked at by the routes, see {@link import("./scopes.ts").scopedRoutes}.
 */
export function apiKeyAuth<Env, User extends object, const Resource extends string>(
  options: ApiKeyAuthOptions<Env, User, Resource>,
): ApiKeyAuth<Env, User, Resource> {
  const start = `${options.prefix}_`;
  const scopes = keyScopes(options.resources);
  return {
    async recognise(request, env) {
      const shown = shownKey(request, start);
      if (shown === undefined) return undefined;
      if (!shown.startsWith(start)) return null;
      const session = await options.store(env).read(shown.slice(start.length));
      if (session === null) return null;
      const apiKey = toApiKey(session, scopes);
      if (apiKey.expiresAt <= Date.now()) return null;
      const user = await options.findUser(env, apiKey.userId);
      if (user !== null) grant(user, apiKey.scopes);
      return user;
    },
    apiKeys: (env) => new KeysOf(env, options, scopes),
  };
}

/** The key that a request shows; undefined for none. What stands in `X-API-Key` can be nothing else. */
function shownKey(request: Request, start: string): string | undefined {
  const own = request.headers.get("X-API-Key");
  if (own !== null) return own;
  const token = bearerToken(request);
  return token?.startsWith(start) === true ? token : undefined;
}

type KeyStorage<Env, User> = Pick<ApiKeyAuthOptions<Env, User>, "prefix" | "store" | "findUser">;

class KeysOf<Env, User, Scope extends string> implements ApiKeys<Scope> {
  readonly #env: Env;
  readonly #options: KeyStorage<Env, User>;
  readonly #scopes: readonly Scope[];

  constructor(env: Env, options: KeyStorage<Env, User>, scopes: readonly Scope[]) {
    this.#env = env;
    this.#options = options;
    this.#scopes = scopes;
  }

  async create({ userId, scopes: wanted, name, expiresAt }: NewApiKey<Scope>) {
    const unknown = wanted.find((scope) => !this.#scopes.includes(scope));
    if (unknown !== undefined) {
      const known = this.#scopes.join(", ");
      throw new RangeError(`There is no scope ${JSON.stringify(unknown)}. There are ${known}`);
    }
    if (wanted.length === 0) throw new RangeError("A key without scopes could be used for nothing");
    if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > Date.now())) {
      throw new RangeError("The end of a key is a whole number of milliseconds since 1970, and not past");
    }
    const { findUser, prefix } = this.#options;
    if ((await findUser(this.#env, userId)) === null)
      throw new Problem("UNAUTHORIZED", "There is no such user.");
    const { token, session } = await this.#store.create(userId, {
      name,
      scopes: this.#scopes.filter((scope) => wanted.includes(scope)).join(" "),
      expiresAt,
    });
    return { key: `${prefix}_${token}`, apiKey: toApiKey(session, this.#scopes) };
  }

  async list(userId: string): Promise<ApiKey<Scope>[]> {
    const keys = (await this.#store.list(userId)).map((session) => toApiKey(session, this.#scopes));
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

function toApiKey<Scope extends string>(
  { id, user, data, createdAt, seenAt, expiresAt }: Session<StoredKey>,
  known: readonly Scope[],
): ApiKey<Scope> {
  const stored = data.scopes?.split(" ");
  return {
    id,
    userId: user,
    name: data.name ?? null,
    scopes: known.filter((scope) => stored?.includes(scope)),
    createdAt,
    usedAt: seenAt,
    expiresAt: Math.min(expiresAt, data.expiresAt ?? Number.POSITIVE_INFINITY),
  };
}
