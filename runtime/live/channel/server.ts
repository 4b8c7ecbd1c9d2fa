/** Channels for server code: `channels(env).chat.publish({ room: "general" }, { text: "Hello", from: "system" })`. */
import { validated } from "../../http/body.ts";
import { logFault } from "../../http/reply.ts";
import { type Channel, channelParams, publishText, roomOf } from "./channel.ts";
import { follow, messageId } from "./follow.ts";
import type { ChannelNamespace, Presence } from "./protocol.ts";

/** Where server code begins to listen, and until when. */
export interface SubscribeOptions<Params> {
  /** Ends the subscription. */
  readonly signal: AbortSignal;
  /** The id of the last message that was handled: what came after it comes first. */
  readonly resumeFrom?: string;
  /** How many of the newest messages come first, where there is no `resumeFrom`. Default: 0. */
  readonly history?: number;
  /** Is told where messages are missing, because the room does not keep them any more. */
  readonly onGap?: (from: Source<Params> & { readonly seq: number }) => void;
}

/** Where a message comes from. */
export interface Source<Params> {
  readonly params: Params;
  /** To go on behind this message later: `resumeFrom`. */
  readonly id: string;
}

/** Handles one message. The next one waits until it is done. */
export type Handler<Params, Message> = (message: Message, source: Source<Params>) => void | Promise<void>;

/** One channel. Rules are not asked: server code may do anything. */
export interface ServerChannel<Params, Content, Message> {
  /**
   * Publishes a message in a room. Gives it as subscribers get it.
   *
   * @throws {Problem} 400 for parameters or content that the channel does not take, 413 for a message that is too large.
   */
  publish(params: Params, content: Content): Promise<Message>;
  /**
   * Handles the messages of a room, each once and in order. A lost connection is made again, and what was missed is read from the
   * room's log.
   *
   * @returns once the signal is aborted.
   * @throws whatever the handler throws; {Problem} 400 for parameters that the channel does not take.
   */
  subscribe(
    params: Params,
    handler: Handler<Params, Message>,
    options: SubscribeOptions<Params>,
  ): Promise<void>;
  /** Who listens to a room. */
  presence(params: Params): Promise<Presence>;
}

/** Opens a channel for server code. */
export function serverChannel<Params, Content extends object, Message>(
  objects: ChannelNamespace,
  channel: Channel<Params, Content>,
): ServerChannel<Params, Content, Message> {
  return {
    async publish(params, content) {
      const room = roomOf(objects, channel, channelParams(channel, params));
      return JSON.parse(await publishText(room, validated(channel.content, content)));
    },
    async subscribe(given, handler, { signal, resumeFrom, history = 0, onGap }) {
      const params = channelParams(channel, given);
      await follow(
        {
          open: () => roomOf(objects, channel, params),
          fields: channel.fields,
          userId: null,
          start: { resumeFrom: resumeFrom ?? null, history },
          onOverflow: "read",
          signal,
        },
        {
          connected: () => {},
          message: async ({ text }, at) => {
            await handler(JSON.parse(text), { params, id: messageId(at) });
          },
          presence: () => {},
          invalidate: (_reason, at) => onGap?.({ params, id: messageId(at), seq: at.seq }),
          trouble: (error) => logFault(`the subscription of ${channel.key}`, error),
        },
      );
    },
    async presence(params) {
      const { items, total } = await roomOf(objects, channel, channelParams(channel, params)).presence();
      return { items, total };
    },
  };
}
