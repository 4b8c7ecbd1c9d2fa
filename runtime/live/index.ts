/** `covara/runtime/live`: what generated code for live queries imports. */
export { compareText } from "../query/filter/text.ts";
export type { LiveNamespace } from "./hub-socket.ts";
export { LiveHost } from "./object.ts";
export { type LiveBindings, poke, pokeAfterWrites } from "./poke.ts";
export { subscribe } from "./subscribe.ts";
export type { Has, Image, Live, Log, LoggedTable, Partition, Path, Reach, View } from "./types.ts";
