/** Channels, as far as they are listened to. */
import { roomPath } from "../channel.ts";
import type { CallOptions, Send } from "../transport.ts";
import type { ChannelLiveOptions, ChannelOptions, Presence } from "./channel-types.ts";
import { openStream } from "./connection.ts";
import { Listeners } from "./listeners.ts";
import type { AnyRow } from "./matches.ts";
import { iterate, type Observer, type OpenStream, observe } from "./observe.ts";
import { liveRoom } from "./room.ts";

/** What else callers can do in the rooms of a channel. */
interface ChannelCalls {
  readonly publish?: (params: object, message: object, options?: CallOptions) => Promise<never>;
  readonly presence?: (params: object) => Promise<Presence>;
}

/**
 * The calls of a channel that can be listened to.
 *
 * @param path Of all rooms: `/api/channels/chat/:room`.
 * @param calls The other ones.
 */
export const listening = <Calls extends ChannelCalls>(send: Send, path: string, calls: Calls) => {
  const show = (message: AnyRow): AnyRow => send.dates?.row(path, message) ?? message;
  return {
    ...calls,
    // What its messages are, the types of each channel say: `never` fits all of them.
    subscribe: (
      params: object,
      { history, signal }: ChannelOptions = {},
      observer?: Observer<never>,
    ): AsyncIterable<never> & (() => void) => {
      const at = roomPath("GET", path, params);
      const open: OpenStream = (handlers) =>
        openStream(
          send,
          at,
          { history },
          {
            ...handlers,
            event: ({ type, data }) =>
              handlers.event({ type, data: type === "message" ? { message: show(data as AnyRow) } : data }),
          },
        );
      const streamed =
        observer === undefined ? iterate(open, false, signal) : observe(open, false, observer, signal);
      return streamed as AsyncIterable<never> & (() => void);
    },
    live: (params: object, { history = 50, limit = 1_000 }: ChannelLiveOptions = {}): never => {
      if (!(limit >= 1)) throw new RangeError(`limit is ${limit}: a room shows at least one message.`);
      const at = roomPath("GET", path, params);
      const { publish, presence } = calls;
      const room = liveRoom({
        limit,
        show,
        presence: presence && (() => presence(params)),
        changed: () => listeners.changed(),
      });
      const listeners = new Listeners(room, (state) => {
        const stream = openStream(
          send,
          at,
          { history: Math.min(history, limit) },
          {
            opened: (isResumed) => room.opened(isResumed),
            event: (event) => {
              if (room.event(event)) stream.restart();
            },
            state,
          },
        );
        return stream;
      });
      return {
        ...listeners.store,
        ...(publish && {
          publish: (message: object, options?: CallOptions) => publish(params, message, options),
        }),
      } as never;
    },
  };
};
