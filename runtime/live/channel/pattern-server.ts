/** Channels whose rooms server code can listen to by patterns: `channels(env).chat.subscribe({ room: "team-*" }, …)`. */
import { logFault } from "../../http/reply.ts";
import { type Channel, channelParams } from "./channel.ts";
import { messageId } from "./follow.ts";
import { followPattern } from "./follow-pattern.ts";
import { isPattern, literal } from "./patterns.ts";
import { valuesOf } from "./protocol.ts";
import { type Handler, type ServerChannel, type SubscribeOptions, serverChannel } from "./server.ts";
import type { SwitchboardNamespace } from "./switchboard-stub.ts";

/** A pattern for each parameter: `*` stands for any text, `?` for one character, `\` in front of a character for that itself. */
export type Patterns<Params> = { readonly [Name in keyof Params]: string };

/** A channel that knows its rooms. */
export interface PatternChannel<Params, Content, Message>
  extends Omit<ServerChannel<Params, Content, Message>, "subscribe"> {
  /**
   * Handles the messages of all rooms whose parameters match, those of each room once and in order, new rooms included. It begins with
   * the messages that are published from now on; `resumeFrom` and `history` belong to one room, which parameters without patterns name.
   *
   * @returns once the signal is aborted.
   * @throws whatever the handler throws; {TypeError} for options of one room beside patterns; {Problem} 400 for the parameters of one
   * room that the channel does not take.
   */
  subscribe(
    patterns: Patterns<Params>,
    handler: Handler<Params, Message>,
    options: SubscribeOptions<Params>,
  ): Promise<void>;
}

/** Opens such a channel for server code. */
export function patternChannel<Params, Content extends object, Message>(
  objects: SwitchboardNamespace,
  channel: Channel<Params, Content>,
): PatternChannel<Params, Content, Message> {
  const one = serverChannel<Params, Content, Message>(objects, channel);
  const named = (values: readonly (string | null)[]): unknown =>
    Object.fromEntries(channel.names.map((name, index) => [name, values[index]]));
  // They were checked when somebody published there.
  const paramsOf = (room: string): Params => named(valuesOf(room)) as Params;
  return {
    ...one,
    async subscribe(given, handler, options) {
      const patterns = channel.names.map((name) => String(given[name]));
      if (!patterns.some(isPattern) || patterns.every((pattern) => literal(pattern) !== null)) {
        return one.subscribe(channelParams(channel, named(patterns.map(literal))), handler, options);
      }
      const { signal, onGap, resumeFrom, history } = options;
      if (resumeFrom !== undefined || history !== undefined)
        throw new TypeError("resumeFrom and history belong to one room, not to patterns");
      await followPattern(
        {
          switchboard: () => objects.getByName(channel.key),
          room: (name) => objects.getByName(name),
          fields: channel.fields,
          patterns,
          signal,
        },
        {
          message: async (room, { text }, at) => {
            await handler(JSON.parse(text), { params: paramsOf(room), id: messageId(at) });
          },
          gap: (room, at) => onGap?.({ params: paramsOf(room), id: messageId(at), seq: at.seq }),
          trouble: (error) => logFault(`the subscription of ${channel.key}`, error),
        },
      );
    },
  };
}
