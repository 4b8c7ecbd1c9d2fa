/** What the Durable Object of the key-value stores is called, in wrangler.toml and in code. */

export const kvBinding = "COVARA_KV";
export const kvClass = "CovaraKVDurableObject";

/** The store of the sessions that `auth: session(…)` keeps. */
export const authStore = "authSessions";

/** The store of the keys of `auth: apiKey(…)`. */
export const apiKeyStore = "authKeys";

/** The store of tickets: each stands for the credentials of a caller, for one stream. */
export const ticketStore = "liveTickets";

/** The store of what `auth: betterAuth(…)` keeps for a while: sessions, and what a link or a code in a mail stands for. */
export const betterAuthStore = "authValues";

/** The store of how often an address asked `auth: betterAuth(…)`. */
export const betterAuthCounters = "authCounters";
