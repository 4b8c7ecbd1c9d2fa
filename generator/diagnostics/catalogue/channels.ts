/** Channels (21). */
import type { CatalogueEntry } from "./entry.ts";

export const channels = {
  COV2101: {
    title: "Channel name taken",
    cause: "Every channel has a path of its own below `channels`, and a property of `channels(env)`.",
    fix: "Rename one of the two.",
  },
  COV2102: {
    title: "Field not fit for a channel",
    cause:
      "A message has no table and no row, only values, and besides its fields a number `seq` and a time `at`. Parameters are part of a path and of an object's name.",
    fix: "Remove what does not apply.",
  },
  COV2103: {
    title: "Option of a channel out of range",
    cause: "Each room keeps its newest messages in a Durable Object of its own.",
    fix: "Give a whole number from 1 to 10,000.",
  },
  COV2104: {
    title: "Patterns without parameters",
    cause: "A channel without parameters is one room, so there are no others to listen to.",
    fix: "Remove `patterns`.",
  },
  COV2105: {
    title: "All messages would be deleted",
    cause:
      "Without a channel the Durable Object class goes, and with it what rooms keep; old Workers, which still run for minutes, have no rooms any more.",
    fix: "Keep a channel, or run `covara gen --allow-destructive`.",
  },
  COV2106: {
    title: "Presence of nobody",
    cause:
      "Presence lists the users who listen by a stream or a socket. Server code that listens is not among them.",
    fix: "State who may `subscribe`, or remove `presence`.",
  },
  COV2107: {
    title: "Kept messages would not fit",
    cause:
      "Rooms tell what they have kept as the channel is now: null for an optional field that a message lacks, without a field that was removed. A field that is required, or of another kind, has no value there.",
    fix: "Make the field optional, or give it another name; or run `covara gen --allow-destructive`, after which rooms begin without the messages that they have kept.",
  },
  COV2108: {
    title: "Messages of a channel would be lost sight of",
    cause:
      "Each room is an object named after its channel and its parameters. Under another name a channel has other rooms, which are empty.",
    fix: "Keep the channel under its name, or run `covara gen --allow-destructive`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
