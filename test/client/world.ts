/** Where a case of the client suite runs: Node, workerd or a page, each in front of the same task board. */
import { type Client, type ClientOptions, createClient } from "../../generated/client.js";

/** Somebody with a row in `users`. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

export type Role = "member" | "admin";

/** What a client calls to reach the server. */
export type Fetch = NonNullable<ClientOptions["fetch"]>;

/** What a case has at hand. It is made anew for each case, with people whom no other case knows. */
export interface World {
  /** Somebody who has no rows yet, signed in: the first one of a case by a session, the others by tokens. */
  person(role?: Role): Promise<Person>;
  /** A client of somebody, or of nobody who is known. */
  connect(person: Person | null, options?: Partial<ClientOptions>): Client;
  /** What clients reach the server with, unless they are given something else. */
  readonly fetch: Fetch;
  /** Runs something once the case has ended, however it did. */
  atEnd(end: () => void): void;
}

/** One case: it succeeds unless it throws. */
export type Case = (world: World) => Promise<void>;

/** Cases by name. */
export type Cases = Readonly<Record<string, Case>>;

/** What the worlds of a place have in common. */
export interface Place {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Somebody who is new. */
  readonly newcomer: (role: Role) => Person | Promise<Person>;
  /** Signs somebody in by a session. @returns what their clients are given. */
  readonly signIn: (person: Person) => Promise<Partial<ClientOptions>>;
  /** What clients without a session are given, so that nobody's cookie goes along. */
  readonly withoutSession: Partial<ClientOptions>;
}

/** Runs a case in a world of its own. @throws what the case throws. */
export async function runCase(run: Case, place: Place): Promise<void> {
  const { baseUrl, fetch, newcomer, signIn, withoutSession } = place;
  const ends: (() => void)[] = [];
  /** Who has the session, and what their clients are given. */
  let session: { readonly person: Person; readonly options: Partial<ClientOptions> } | null = null;

  const identity = (person: Person | null): Partial<ClientOptions> => {
    if (person !== null && person === session?.person) return session.options;
    return person === null
      ? withoutSession
      : { ...withoutSession, headers: { Authorization: `Bearer ${person.token}` } };
  };

  try {
    await run({
      fetch,
      async person(role = "member") {
        const person = await newcomer(role);
        session ??= { person, options: await signIn(person) };
        return person;
      },
      connect: (person, options = {}) => createClient({ baseUrl, fetch, ...identity(person), ...options }),
      atEnd: (end) => void ends.push(end),
    });
  } finally {
    for (const end of ends) end();
  }
}

/** The usual beginning of a case: somebody, and their client. */
export async function enter({ person, connect }: World): Promise<{ me: Person; client: Client }> {
  const me = await person();
  return { me, client: connect(me) };
}
