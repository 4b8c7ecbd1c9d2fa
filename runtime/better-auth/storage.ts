/** What Better Auth keeps for a while, in the key-value stores: sessions, codes and links, and how often an address asked. */
import type { SecondaryStorage } from "better-auth";

/** The commands that it takes of a store of strings. */
export interface StringStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options?: { readonly ex?: number }): Promise<boolean>;
  getdel(key: string): Promise<string | null>;
  del(key: string): Promise<number>;
}

/** Where things are kept. */
export interface StorageOptions {
  /** Asked for each command: what it gives belongs to the request that asks. */
  readonly strings: () => StringStore;
  /** Adds 1 to the number of a key, which lives for so many seconds from when it is new; replies the sum. */
  readonly increment: (key: string, seconds: number) => Promise<number>;
  /** Reads a user, or null for one that is not there (any more). */
  readonly readUser: (id: string) => Promise<object | null>;
}

/**
 * The storage of sessions and of all that ends by itself. Better Auth would keep a copy of the user with each session; here a session
 * keeps the id, and the row is read. So Better Auth knows at once of what has changed, and the session of a user who is not there any
 * more is none.
 */
export const storageOf = ({ strings, increment, readUser }: StorageOptions): SecondaryStorage => ({
  async get(key) {
    const text = await strings().get(key);
    const kept = text === null ? null : sessionIn(text);
    if (kept === null) return text;
    const user = await readUser(kept.user.id);
    return user === null ? null : JSON.stringify({ ...kept, user });
  },
  async set(key, value, ttl) {
    const kept = sessionIn(value);
    const text = kept === null ? value : JSON.stringify({ ...kept, user: { id: kept.user.id } });
    await strings().set(key, text, ttl === undefined ? {} : { ex: ttl });
  },
  getAndDelete: (key) => strings().getdel(key),
  async delete(key) {
    await strings().del(key);
  },
  increment,
});

/** A session as Better Auth writes it, with its user. */
interface KeptSession {
  readonly session: object;
  readonly user: { readonly id: string };
}

/** The session that a value is; null where it is something else. */
function sessionIn(text: string): KeptSession | null {
  if (!text.startsWith('{"session":')) return null;
  const value: unknown = JSON.parse(text);
  return isSession(value) ? value : null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isSession = (value: unknown): value is KeptSession =>
  isObject(value) && isObject(value.session) && isObject(value.user) && typeof value.user.id === "string";
