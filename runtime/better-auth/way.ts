/** Users signed in by Better Auth, which the generated code wires to the database, the stores and the routes. */
import type { Auth, BetterAuthOptions } from "better-auth";
import type { DBFieldAttribute } from "better-auth/db";
import { betterAuth } from "better-auth/minimal";
import type { Handler } from "hono";
import { bearerToken, type Recognise } from "../auth/recognise.ts";
import type { FindUser } from "../auth/users.ts";
import { readBytes } from "../http/body.ts";
import type { Identity, RequestVariables } from "../http/context.ts";
import { secured } from "../http/reply.ts";
import { uuidv7 } from "../query/values.ts";
import { type AdapterOptions, adapterOf } from "./adapter.ts";
import type { BetterAuthSettings } from "./settings.ts";
import { type StringStore, storageOf } from "./storage.ts";

/** The fields of users besides those that Better Auth knows anyway. */
export type UserFields = Readonly<Record<string, DBFieldAttribute>>;

/** What Better Auth is wired to. */
export interface BetterAuthWayOptions<Env, User, Settings, Fields> extends AdapterOptions {
  readonly settings: (env: Env) => Settings;
  /** At least 32 bytes. */
  readonly secret: (env: Env) => string;
  readonly database: (env: Env) => D1Database;
  readonly strings: (env: Env) => StringStore;
  /** Adds 1 to the number of a key, which lives for so many seconds from when it is new; replies the sum. */
  readonly increment: (env: Env, key: string, seconds: number) => Promise<number>;
  /** The path below which it answers, such as `/api/auth`. */
  readonly basePath: string;
  /** Largest body of a request in bytes. */
  readonly bodyLimit: number;
  /** Other origins whose pages may sign users in, by `cors`. */
  readonly origins: readonly string[];
  readonly fields: Fields;
  readonly findUser: FindUser<Env, User>;
}

/** The instance of Better Auth, as its own functions know it. */
export type Instance<Settings extends BetterAuthSettings, Fields extends UserFields> = Auth<
  Settings & { user: { additionalFields: Fields } }
>;

/** What the generated code makes of `auth: betterAuth(…)`. */
export interface BetterAuthWay<
  Env extends object,
  User,
  Settings extends BetterAuthSettings,
  Fields extends UserFields,
> {
  /** Tells whose session a request carries. */
  readonly recognise: Recognise<Env, User>;
  /** Answers all below the path of Better Auth. */
  readonly handler: Handler<{ Bindings: Env; Variables: RequestVariables }>;
  /** Better Auth itself: `betterAuth(env).api` has its functions. */
  readonly instance: (env: Env) => Instance<Settings, Fields>;
}

/** Such names make browsers take the cookies from this very host alone, over HTTPS. */
const cookiePrefix = "__Host-auth";
const sessionCookie = new RegExp(`(?:^|;\\s*)${cookiePrefix}\\.session_token=`);

const minSecretBytes = 32;

/** Identifies requests by the sessions of Better Auth. */
export function betterAuthWay<
  Env extends object,
  User extends Identity,
  Settings extends BetterAuthSettings,
  const Fields extends UserFields,
>(options: BetterAuthWayOptions<Env, User, Settings, Fields>): BetterAuthWay<Env, User, Settings, Fields> {
  const instances = new WeakMap<Env, Auth>();
  const authOf = (env: Env): Auth => {
    let known = instances.get(env);
    if (known === undefined) {
      known = makeInstance(env, options);
      instances.set(env, known);
    }
    return known;
  };
  return {
    // It is made of these settings and fields, which say more of its functions than `Auth` does.
    instance: (env) => authOf(env) as object as Instance<Settings, Fields>,
    async recognise(request, env) {
      const hasCookie = sessionCookie.test(request.headers.get("Cookie") ?? "");
      if (!hasCookie && bearerToken(request) === null) return undefined;
      const auth = authOf(env);
      if (!hasCookie && !takesBearer(auth)) return undefined;
      const id = await sessionUser(auth, request);
      if (id !== null) return options.findUser(env, id);
      // What is no session of ours in `Authorization` may be the credentials of a later way.
      return hasCookie ? null : undefined;
    },
    async handler(c) {
      const request = await bounded(c.req.raw, options.bodyLimit);
      return secured(c, await authOf(c.env).handler(request), "no-store");
    },
  };
}

/** Whether the application lets programs send the token of a session in `Authorization`. */
const takesBearer = ({ options }: Auth): boolean =>
  options.plugins?.some(({ id }) => id === "bearer") === true;

/** A request whose body is known to be no longer than `limit` bytes. */
async function bounded(request: Request, limit: number): Promise<Request> {
  return request.body === null ? request : new Request(request, { body: await readBytes(request, limit) });
}

/** The id of the user whose session the request carries. Its cookie cannot be renewed here, so the session is not, either. */
async function sessionUser(auth: Auth, { headers }: Request): Promise<string | null> {
  const found = await auth.api.getSession({
    headers,
    query: { disableCookieCache: true, disableRefresh: true },
  });
  return found?.user.id ?? null;
}

function makeInstance<Env, User, Settings extends BetterAuthSettings, Fields extends UserFields>(
  env: Env,
  options: BetterAuthWayOptions<Env, User, Settings, Fields>,
): Auth {
  const settings: BetterAuthSettings = options.settings(env);
  const wired: BetterAuthOptions = {
    ...settings,
    basePath: options.basePath,
    secret: checkedSecret(options.secret(env)),
    trustedOrigins: withOrigins(settings.trustedOrigins, options.origins),
    database: adapterOf(options.database(env), options),
    secondaryStorage: storageOf({
      strings: () => options.strings(env),
      increment: (key, seconds) => options.increment(env, key, seconds),
      readUser: async (id) => (await instance.$context).internalAdapter.findUserById(id),
    }),
    user: { ...settings.user, additionalFields: options.fields },
    rateLimit: { enabled: true, ...settings.rateLimit, storage: "secondary-storage" },
    telemetry: { enabled: false },
    advanced: {
      ...settings.advanced,
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"], ...settings.advanced?.ipAddress },
      database: { generateId: () => uuidv7(), validateSchema: false },
      // The name has the prefix already, and another in front would undo it.
      useSecureCookies: false,
      cookiePrefix,
      defaultCookieAttributes: { secure: true },
    },
  };
  const instance: Auth = betterAuth(wired);
  return instance;
}

function checkedSecret(secret: string): string {
  if (typeof secret === "string" && new TextEncoder().encode(secret).length >= minSecretBytes) return secret;
  throw new Error(`The secret of Better Auth has fewer than ${minSecretBytes} bytes, or is not set`);
}

type TrustedOrigins = BetterAuthOptions["trustedOrigins"];

/** The origins that the application names, and those that `cors` lets sign users in. */
function withOrigins(stated: TrustedOrigins, origins: readonly string[]): TrustedOrigins {
  return typeof stated === "function"
    ? async (request) => [...origins, ...(await stated(request))]
    : [...origins, ...(stated ?? [])];
}
