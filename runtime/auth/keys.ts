/** The keys that JSON Web Tokens are signed with. */
import { JWKSNoMatchingKey } from "jose/errors";
import { createLocalJWKSet, type LocalJWKSet } from "jose/jwks/local";
import type { JWTVerifyGetKey } from "jose/jwt/verify";
import { logFault } from "../http/reply.ts";

/** Finds the key of a token. */
export type KeyOf<Env> = (env: Env) => JWTVerifyGetKey;

/** In milliseconds: how long keys count as new, and how long they serve where the issuer does not answer. */
const [fresh, stale] = [600_000, 86_400_000];

/** Milliseconds between two fetches that a token with an unknown key, or an issuer that does not answer, may cause. */
const cooldown = 60_000;

/** Milliseconds that the issuer has for its answer. */
const patience = 5_000;

/**
 * The public keys that an issuer publishes, kept by each instance of the Worker. They are fetched when the first token comes,
 * again after ten minutes, and at most once a minute when a token names a key that is not among them: the issuer may have a new
 * one. Requests that need them at the same time share one fetch.
 *
 * @param url Of a JSON Web Key Set (RFC 7517).
 */
export function remoteKeys(url: string): KeyOf<unknown> {
  const keys = new RemoteKeys(url);
  return () => keys.find;
}

class RemoteKeys {
  readonly #url: string;
  #set: LocalJWKSet | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #pending: Promise<LocalJWKSet> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  readonly find: JWTVerifyGetKey<CryptoKey> = async (header, token) => {
    const set = await this.#current();
    try {
      return await set(header, token);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      const next = await this.#newer(set);
      if (next === null) throw error;
      return next(header, token);
    }
  };

  /** The keys, if need be those from before. */
  async #current(): Promise<LocalJWKSet> {
    const set = this.#set;
    const now = Date.now();
    const age = now - this.#fetchedAt;
    if (set === null || age >= stale) return this.#load();
    if (age < fresh || now - this.#triedAt < cooldown) return set;
    try {
      return await this.#load();
    } catch (error) {
      logFault("-", error);
      return set;
    }
  }

  /** The keys, where there may be others than these. */
  async #newer(set: LocalJWKSet): Promise<LocalJWKSet | null> {
    if (this.#set !== set) return this.#set;
    if (this.#pending === null && Date.now() - this.#triedAt < cooldown) return null;
    try {
      return await this.#load();
    } catch (error) {
      // The keys that are there serve all other tokens.
      logFault("-", error);
      return null;
    }
  }

  async #load(): Promise<LocalJWKSet> {
    const shared = this.#pending;
    if (shared !== null) {
      // The request that fetches ends when its caller hangs up, and then never tells.
      const set = await within(shared, patience);
      if (set !== null) return set;
    }
    const own = this.#fetch();
    this.#pending = own;
    try {
      return await own;
    } finally {
      if (this.#pending === own) this.#pending = null;
    }
  }

  async #fetch(): Promise<LocalJWKSet> {
    this.#triedAt = Date.now();
    const response = await fetch(this.#url, {
      headers: { Accept: "application/jwk-set+json, application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    if (response.status !== 200) throw new Error(`${this.#url} answers ${response.status} instead of keys`);
    this.#set = createLocalJWKSet(await response.json());
    this.#fetchedAt = Date.now();
    return this.#set;
  }
}

/** What a promise gives, or null if it takes longer. */
const within = <T>(promise: Promise<T>, milliseconds: number): Promise<T | null> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** The fewest bytes of a secret for HS256 (RFC 7518, section 3.2). */
const leastBytes = 32;

/**
 * A secret that the issuer and the Worker share.
 *
 * @param name Of the binding, for messages.
 */
export function secretKey<Env>(name: string, secret: (env: Env) => unknown): KeyOf<Env> {
  let known: { readonly text: string; readonly key: Uint8Array } | null = null;
  return (env) => {
    const text = secret(env);
    if (known === null || known.text !== text) {
      const key = new TextEncoder().encode(typeof text === "string" ? text : "");
      if (typeof text !== "string" || key.length < leastBytes) {
        throw new Error(`The secret ${name} is missing, or shorter than ${leastBytes} bytes`);
      }
      known = { text, key };
    }
    const { key } = known;
    return () => key;
  };
}
