/** Users signed in by a cookie, whose token a store of sessions knows. */
import type { Context } from "hono";
import type { Identity, RequestVariables } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { logFault } from "../http/reply.ts";
import { KVError } from "../kv/errors.ts";
import type { Session, SessionChanges, SessionCommands } from "../kv/session/commands.ts";
import { deleteCookie, sessionCookie, setCookie } from "./cookie.ts";
import type { Recognise } from "./recognise.ts";
import type { FindUser } from "./users.ts";

/** A session in a list. Its `id` names it, and opens nothing. */
export interface UserSession<Data> extends Session<Data> {
  /** Whether it is that of the request. */
  readonly current: boolean;
}

/** Signs users in and out, and knows where they are signed in. */
export interface Sessions<User, Data> {
  /**
   * Signs a user in: call it once you are sure who it is. The answer sets the cookie. The session that the request came with, if
   * any, ends: a token that somebody planted before is worth nothing after.
   *
   * @param data What the session carries, of the fields that `auth` declares.
   * @throws {Problem} 401 where there is no such user (any more).
   */
  signIn(userId: string, data?: SessionChanges<Data>): Promise<User>;
  /** Ends the session of the request, and takes the cookie back. Replies whether there was one. */
  signOut(): Promise<boolean>;
  /** Gives the session of the request another token, for when its rights grow. Replies whether there was one. */
  rotate(): Promise<boolean>;
  /** The sessions of a user, those used last first. */
  list(userId: string): Promise<UserSession<Data>[]>;
  /** Ends a session of a user, by the id that {@link list} shows; replies whether there was one. */
  revoke(userId: string, sessionId: string): Promise<boolean>;
  /**
   * Ends all sessions of a user, as after a change of the password; replies how many there were.
   *
   * @param options `keepCurrent`: that of the request stays.
   */
  revokeAll(userId: string, options?: { readonly keepCurrent?: boolean }): Promise<number>;
}

/** Where sessions and users are. */
export interface SessionAuthOptions<Env, User, Data> {
  readonly store: (env: Env) => SessionCommands<Data>;
  readonly findUser: FindUser<Env, User>;
  /** Milliseconds from the beginning of a session to its end: as long as browsers keep the cookie. */
  readonly ttl: number;
}

/** The context of a request, of which this sets the user. */
type SessionContext<Env extends object, User> = Context<{
  Bindings: Env;
  Variables: RequestVariables & { user: User | null };
}>;

/** What the generated code makes of `auth: session(…)`. */
export interface SessionAuth<Env extends object, User extends Identity, Data> {
  /** Tells whose session a request carries. */
  readonly recognise: Recognise<Env, User>;
  readonly sessions: (c: SessionContext<Env, User>) => Sessions<User, Data>;
}

/** Identifies requests by their sessions. */
export function sessionAuth<Env extends object, User extends Identity, Data>(
  options: SessionAuthOptions<Env, User, Data>,
): SessionAuth<Env, User, Data> {
  return {
    async recognise(request, env) {
      const token = sessionCookie(request);
      if (token === null) return undefined;
      const session = await readSession(options.store(env), token);
      return session === null ? null : options.findUser(env, session.user);
    },
    sessions: (c) => new RequestSessions(c, options),
  };
}

/** The session of a token. One with data that today's config does not know is over: its user signs in again. */
async function readSession<Data>(store: SessionCommands<Data>, token: string): Promise<Session<Data> | null> {
  try {
    return await store.read(token);
  } catch (error) {
    if (!(error instanceof KVError) || error.code !== "INVALID_VALUE") throw error;
    logFault("-", error);
    return null;
  }
}

class RequestSessions<Env extends object, User extends Identity, Data> implements Sessions<User, Data> {
  readonly #c: SessionContext<Env, User>;
  readonly #options: SessionAuthOptions<Env, User, Data>;

  constructor(c: SessionContext<Env, User>, options: SessionAuthOptions<Env, User, Data>) {
    this.#c = c;
    this.#options = options;
  }

  async signIn(userId: string, data?: SessionChanges<Data>): Promise<User> {
    const user = await this.#options.findUser(this.#c.env, userId);
    if (user === null) throw new Problem("UNAUTHORIZED", "There is no such user.");
    const { token } = await this.#store.create(user.id, data);
    await this.#end();
    this.#send(setCookie(token, this.#options.ttl));
    this.#c.set("user", user);
    return user;
  }

  async signOut(): Promise<boolean> {
    const ended = await this.#end();
    this.#send(deleteCookie);
    this.#c.set("user", null);
    return ended;
  }

  async rotate(): Promise<boolean> {
    const token = this.#token;
    const next = token === null ? null : await this.#store.rotate(token);
    if (next === null) return false;
    this.#send(setCookie(next.token, next.session.expiresAt - Date.now()));
    return true;
  }

  async list(userId: string): Promise<UserSession<Data>[]> {
    const token = this.#token;
    const [own, all] = await Promise.all([
      token === null ? null : readSession(this.#store, token),
      this.#store.list(userId),
    ]);
    return all.map((session) => ({ ...session, current: session.id === own?.id }));
  }

  revoke(userId: string, sessionId: string): Promise<boolean> {
    return this.#store.revokeById(userId, sessionId);
  }

  revokeAll(userId: string, { keepCurrent = false } = {}): Promise<number> {
    const token = keepCurrent ? this.#token : null;
    return this.#store.revokeAll(userId, token === null ? {} : { except: token });
  }

  get #store(): SessionCommands<Data> {
    return this.#options.store(this.#c.env);
  }

  get #token(): string | null {
    return sessionCookie(this.#c.req.raw);
  }

  async #end(): Promise<boolean> {
    const token = this.#token;
    return token !== null && (await this.#store.revoke(token));
  }

  /** `c.res` merges its headers into whatever response the route makes, unlike `c.header`. No cache may keep a token. */
  #send(cookie: string): void {
    const { headers } = this.#c.res;
    headers.append("Set-Cookie", cookie);
    headers.set("Cache-Control", "no-store");
  }
}
