/** What a request that listens asks for. */
import type { Identity } from "../../http/context.ts";
import { invalid } from "../../http/problem.ts";
import { queryParameters } from "../../http/query.ts";
import type { ReplyContext } from "../../http/reply.ts";
import { ticketParameter } from "../subscribe.ts";
import type { Channel } from "./channel.ts";
import type { Start } from "./follow.ts";
import type { ChannelStub } from "./protocol.ts";

/** What a handler has at hand. */
export interface ChannelContext extends ReplyContext {
  readonly req: { readonly raw: Request };
}

/** Who listens, and to what. */
export interface Subscriber<User extends Identity> {
  /** The room's object, for each connection anew. */
  readonly open: () => ChannelStub;
  readonly user: User | null;
  /** Asks again who makes the request. Absent where nobody can be signed in. */
  readonly identify?: () => User | null | Promise<User | null>;
}

/**
 * Where the request wants to begin: behind the message of `Last-Event-ID` or `resumeFrom`, or with the last `history` messages.
 *
 * @throws {Problem} 400 for other parameters, and a `history` that is no number of messages.
 */
export function startOf(
  request: Request,
  channel: Pick<Channel<never, never>, "history">,
  subscriber: { readonly identify?: unknown },
): Start {
  const query = queryParameters(request, [
    ...(["resumeFrom", "history"] as const),
    ...ticketParameter(subscriber),
  ]);
  const known = request.headers.get("Last-Event-ID") ?? query.resumeFrom ?? "";
  const { history = "0" } = query;
  if (!/^\d{1,6}$/.test(history)) throw invalid("history", "Must be a whole number, 0 or more");
  return {
    resumeFrom: known === "" ? null : known,
    history: Math.min(Number(history), channel.history),
  };
}
