/** What the Durable Object of live resources is called, in wrangler.toml and in code. */

export const liveBinding = "COVARA_LIVE";
export const liveClass = "CovaraLiveDurableObject";
