/** What the Durable Object of the channels is called, in wrangler.toml and in code. */

export const channelBinding = "COVARA_CHANNELS";
export const channelClass = "CovaraChannelDurableObject";

/** The path segment below the base path that all channels share. */
export const channelsSegment = "channels";
