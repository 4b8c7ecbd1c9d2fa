/** Rooms of channels as hooks. */
"use client";

import { hashKey } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type ChannelLiveOptions,
  type ChannelSnapshot,
  type ChannelStore,
  CovaraError,
  type LiveStatus,
} from "../client/index.ts";
import { type Live, type OnError, useStore } from "./store.ts";

/** Settings of a room that can be published in. */
export interface RoomSettings extends ChannelLiveOptions {
  /** Is told of each message that the server refuses, or that does not reach it. */
  readonly onError?: OnError;
}

/** A channel's part of the client. */
interface Rooms<Params, Room> {
  live(params: Params, options?: ChannelLiveOptions): Room;
}

/**
 * Follows a room while the component is there. Components that ask for the same share one, and its connection.
 *
 * @param channel The channel's part of the client.
 * @param params Which room; null or undefined where that is not known yet: then it is closed.
 */
export function useChannel<Params extends object, Room extends ChannelStore<ChannelSnapshot<unknown>>>(
  channel: Rooms<Params, Room>,
  params: Params | null | undefined,
  { onError, ...asked }: RoomSettings = {},
): Live<Room> {
  const isAsked = params !== null && params !== undefined;
  const unread = useMemo(() => blank(channel, isAsked ? "loading" : "closed"), [channel, isAsked]);
  const open = (): Room => {
    if (!isAsked) return closed(channel, null);
    try {
      return channel.live(params, asked);
    } catch (error) {
      // No URL leads to this room, which the server would have refused.
      if (error instanceof CovaraError) return closed(channel, error);
      throw error;
    }
  };
  return useStore(
    channel,
    hashKey([params, asked]),
    open,
    unread as ReturnType<Room["getSnapshot"]>,
    onError,
  );
}

/** A room that nothing has come from; with users where the channel tells who listens. */
const blank = (channel: object, status: LiveStatus, error: unknown = null): ChannelSnapshot<never> => ({
  messages: [],
  ...("presence" in channel && { users: [] }),
  status,
  error,
});

/** A room that nothing can come from. @param error Why; null where no room is meant. */
function closed<Room>(channel: object, error: CovaraError | null): Room {
  const snapshot = blank(channel, "closed", error);
  const room: ChannelStore<ChannelSnapshot<never>> = {
    getSnapshot: () => snapshot,
    subscribe: () => () => undefined,
    refetch: () => undefined,
    close: () => undefined,
  };
  const publish = async (): Promise<never> => {
    throw error ?? new Error("Nothing was sent: the hook was not told which room is meant.");
  };
  // What else it has, the types of each channel say.
  return { ...room, ...("publish" in channel && { publish }) } as Room;
}
