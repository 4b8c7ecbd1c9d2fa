/** What a store of sessions can do. */

/** A session. Times are in milliseconds since 1970. */
export interface Session<Data> {
  /** Names the session in lists. It does not open it. */
  readonly id: string;
  readonly user: string;
  /** What was given of the declared data. */
  readonly data: Partial<Data>;
  readonly createdAt: number;
  /** When it was last used, to about a minute. */
  readonly seenAt: number;
  /** When it ends at the latest: `ttl` after it was created. It ends earlier if it is not used for as long as `idle`. */
  readonly expiresAt: number;
}

/** A session with the token that opens it. The token is shown this once: it is stored nowhere. */
export interface NewSession<Data> {
  readonly token: string;
  readonly session: Session<Data>;
}

/** Some of the data. Members that are undefined count as absent. */
export type SessionChanges<Data> = { readonly [Name in keyof Data]?: Data[Name] | undefined };

/**
 * Sessions of users. All of a user's are in one object. Text that is no token, was never given out, or whose session
 * has ended is never an error: nothing is found. Commands run by themselves only, not inside `multi`, `pipeline` or
 * functions. Commands that reply with a session fail with `INVALID_VALUE` where its data no longer fits the config.
 */
export interface SessionCommands<Data = Record<never, never>> {
  /**
   * Begins a session. Call it whenever somebody signs in, whatever token came with the request, and send the token
   * to them in place of that.
   */
  create(user: string, data?: SessionChanges<Data>): Promise<NewSession<Data>>;
  /**
   * The session that a token opens, or null. Counts as a use. O(log n) in the number of sessions, and writes a row
   * only if the last use that was noted is a minute, or a tenth of `idle` if that is less, ago.
   */
  read(token: string): Promise<Session<Data> | null>;
  /**
   * Gives a session another token, for when its rights grow; the old one is dead from then on. The session keeps its
   * id, its data and its end. Of several calls with the same token one gets a token and the others null.
   */
  rotate(token: string): Promise<NewSession<Data> | null>;
  /** Sets some of the data and keeps the rest; replies with the session, or null. Counts as a use. */
  update(token: string, data: SessionChanges<Data>): Promise<Session<Data> | null>;
  /** Ends a session; replies whether there was one. */
  revoke(token: string): Promise<boolean>;
  /** The sessions of a user, those used last first. */
  list(user: string): Promise<Session<Data>[]>;
  /** Ends a session of a user by its id; replies whether there was one. */
  revokeById(user: string, id: string): Promise<boolean>;
  /**
   * Ends all sessions of a user; replies how many there were.
   *
   * @param options `except`: the token of a session that stays. One that opens none spares none.
   */
  revokeAll(user: string, options?: { readonly except?: string | undefined }): Promise<number>;
}
