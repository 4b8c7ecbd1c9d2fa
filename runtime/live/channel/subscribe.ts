/** `GET /channels/<channel>/<room>`: the messages of a room as server-sent events. */
import type { Identity } from "../../http/context.ts";
import { logFault, replyStream } from "../../http/reply.ts";
import { EventWriter, eventText } from "../sse.ts";
import { watch } from "../watch.ts";
import type { Channel } from "./channel.ts";
import { type Follower, follow, messageId } from "./follow.ts";
import type { LoggedMessage, Position } from "./protocol.ts";
import { type ChannelContext, type Subscriber, startOf } from "./request.ts";

/**
 * Answers with the stream of a room's messages.
 *
 * @throws {Problem} 400 for bad parameters.
 */
export function subscribeChannel<User extends Identity>(
  c: ChannelContext,
  channel: Pick<Channel<never, never>, "history" | "fields">,
  subscriber: Subscriber<User>,
): Response {
  const request = c.req.raw;
  const start = startOf(request, channel, subscriber);
  const writer = new EventWriter(request.signal);
  // Only the headers are asked for, so nobody is to be listed as listening.
  if (request.method === "HEAD") {
    writer.close();
    return replyStream(c, writer.body);
  }
  const requestId = c.get("requestId");
  const failed = (error: unknown): void => {
    if (!writer.gone.aborted) logFault(requestId, error);
    writer.close();
  };
  watch(writer, { ping: () => {} }, subscriber, { id: () => null, failed });
  const { open, user } = subscriber;
  const options = {
    open,
    fields: channel.fields,
    start,
    userId: user?.id ?? null,
    onOverflow: "invalidate",
    signal: writer.gone,
  } as const;
  follow(options, new EventFollower(writer, requestId)).catch(failed);
  return replyStream(c, writer.body);
}

/** Writes what it is told as events. */
class EventFollower implements Follower {
  readonly #writer: EventWriter;
  readonly #requestId: string;

  constructor(writer: EventWriter, requestId: string) {
    this.#writer = writer;
    this.#requestId = requestId;
  }

  connected(at: Position, latest: number, isGap: boolean): void {
    this.#writer.write(eventText("connected", { seq: at.seq, latest }, isGap ? undefined : messageId(at)));
  }

  message({ text }: LoggedMessage, at: Position): Promise<void> {
    // The text is JSON already.
    this.#writer.write(`id: ${messageId(at)}\nevent: message\ndata: ${text}\n\n`);
    return this.#writer.drained();
  }

  presence(event: "join" | "leave", userId: string): void {
    this.#writer.write(eventText(event, { userId }));
  }

  invalidate(reason: "gap" | "overflow", at: Position): void {
    this.#writer.write(eventText("invalidate", { seq: at.seq, reason }, messageId(at)));
  }

  trouble(error: unknown): void {
    logFault(this.#requestId, error);
  }
}
