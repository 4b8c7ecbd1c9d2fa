/** The ways in which `auth` identifies requests, and the stores that they bring along. */
import type { ApiKeyAuthData, AuthData, ConfigData, SessionAuthData, StoreData } from "../../schema/data.ts";
import { milliseconds } from "../../schema/duration.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { apiKeyStore, authStore, betterAuthCounters, betterAuthStore } from "./kv-names.ts";

/** One way, and where it stands in the config. */
export interface AuthWay {
  readonly data: AuthData;
  readonly path: ConfigPath;
}

/** In the order in which they are tried. */
export function authWays({ auth }: Pick<ConfigData, "auth">): readonly AuthWay[] {
  if (auth === undefined) return [];
  return isSeveral(auth)
    ? auth.map((data, index) => ({ data, path: ["auth", index] }))
    : [{ data: auth, path: ["auth"] }];
}

const isSeveral = (auth: AuthData | readonly AuthData[]): auth is readonly AuthData[] => Array.isArray(auth);

const DAY = 86_400_000;
const SESSION_TTL = 30 * DAY;
const KEY_TTL = "365d";
const BETTER_AUTH_SHARDS = 8;

/** Milliseconds. A wrong `ttl` is reported where the store is built. */
export const sessionTtl = ({ ttl }: SessionAuthData): number =>
  (ttl === undefined ? null : milliseconds(ttl)) ?? SESSION_TTL;

/** A store that `auth` needs. */
interface AuthStore {
  readonly key: string;
  readonly data: StoreData;
  readonly path: ConfigPath;
  readonly what: string;
}

/** The stores that the ways need. */
export function authStores(config: Pick<ConfigData, "auth">): AuthStore[] {
  const ways = authWays(config);
  // What is there twice is reported as such.
  const first = ways.filter(
    ({ data }, index) => ways.findIndex((way) => way.data.type === data.type) === index,
  );
  return first.flatMap(({ data, path }): AuthStore[] => {
    switch (data.type) {
      case "session":
        return [
          { key: authStore, data: sessionStore(data), path, what: "that of the sessions which `auth` keeps" },
        ];
      case "apiKey":
        return [
          { key: apiKeyStore, data: keyStore(data), path, what: "that of the keys which `auth` keeps" },
        ];
      case "betterAuth": {
        const { shards = BETTER_AUTH_SHARDS } = data;
        return [
          {
            key: betterAuthStore,
            data: { type: "string", shards },
            path,
            what: "that of the sessions of Better Auth",
          },
          {
            key: betterAuthCounters,
            data: { type: "counter", shards },
            path,
            what: "that of the rate limits of Better Auth",
          },
        ];
      }
      default:
        return [];
    }
  });
}

/** Who was away for a week signs in again. */
function sessionStore(auth: SessionAuthData): StoreData {
  const { users: _, type, ...options } = auth;
  const idle = sessionTtl(auth) < 7 * DAY ? auth.ttl : "7d";
  return { type, ...(idle === undefined ? {} : { idle }), ...options };
}

/** A key is a session that a program keeps. `StoredKey` of `covara/runtime/auth` is what it carries. */
function keyStore({ ttl = KEY_TTL, shards }: ApiKeyAuthData): StoreData {
  return {
    type: "session",
    ttl,
    ...(shards === undefined ? {} : { shards }),
    data: {
      name: { data: { kind: "text", max: 100 } },
      scopes: { data: { kind: "text" } },
      expiresAt: { data: { kind: "integer" } },
    },
  };
}
