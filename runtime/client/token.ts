/** Bearer tokens: one for each request, and one refresh for however many requests a server refuses at the same time. */

/**
 * Gives the token of the caller; null or undefined for none. It is asked before each request, so it should keep what it has;
 * with `refresh` the server has refused that one (401), and a new one is to be got. What it throws, the call fails with.
 */
export type TokenProvider = (request: {
  readonly refresh: boolean;
}) => string | null | undefined | Promise<string | null | undefined>;

/** Opens a request with a token. */
type Open = (token: string | null | undefined) => Promise<Response>;

/** Makes the function that opens requests with the tokens of a provider, a second time where the first was refused. */
export function authorizing(provider: TokenProvider): (open: Open) => Promise<Response> {
  let refreshing: ReturnType<typeof refresh> | null = null;
  /** How many refreshes there have been. */
  let refreshes = 0;
  const refresh = async (): Promise<string | null | undefined> => {
    refreshes += 1;
    try {
      return await provider({ refresh: true });
    } finally {
      refreshing = null;
    }
  };
  const current = async (): Promise<string | null | undefined> => refreshing ?? provider({ refresh: false });
  return async (open) => {
    const token = await current();
    const known = refreshes;
    const response = await open(token);
    if (response.status !== 401) return response;
    // Another call may have got a new token since this one was sent.
    if (known === refreshes) refreshing ??= refresh();
    const fresh = await current();
    if (fresh == null || fresh === token) return response;
    await response.body?.cancel();
    return open(fresh);
  };
}
