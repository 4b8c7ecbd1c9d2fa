/** `covara/runtime/live`: what generated code for live queries imports. */

export { allowed, type Channel, channelParams, maxMessageBytes, publish, roomOf } from "./channel/channel.ts";
export { ChannelHost, type RoomOptions } from "./channel/host.ts";
export { PatternChannelHost, type PatternRoomOptions } from "./channel/pattern-host.ts";
export { type PatternChannel, patternChannel } from "./channel/pattern-server.ts";
export type { ChannelNamespace, LoggedMessage, Page, Presence } from "./channel/protocol.ts";
export { type ServerChannel, serverChannel } from "./channel/server.ts";
export { openChannel } from "./channel/socket.ts";
export { subscribeChannel } from "./channel/subscribe.ts";
export type { RoomPage } from "./channel/switchboard.ts";
export { compare, oneOf } from "./compare.ts";
export type { LiveNamespace } from "./hub-socket.ts";
export { LiveHost } from "./object.ts";
export { type LiveBindings, poke, pokeAfterWrites } from "./poke.ts";
export { type Subscriber, subscribe } from "./subscribe.ts";
export { subscribeAggregate } from "./subscribe-aggregate.ts";
export { issueTicket, type TicketStore, withTickets } from "./ticket.ts";
export type { Has, Image, Live, Log, LoggedTable, Partition, Path, Reach, View } from "./types.ts";
