/**
 * `GET /channels/<channel>/<room>/ws`: the same events over a WebSocket, which also takes messages.
 *
 * The Worker holds the client's socket and has one of its own to the object. So the object may sleep while nothing happens, knows
 * nothing of identities, and the rules are asked where those of requests are: again for each message, and of whoever the caller is
 * every 25 seconds.
 */
import { parseJson, type Validator, validated } from "../../http/body.ts";
import type { Identity } from "../../http/context.ts";
import { Problem } from "../../http/problem.ts";
import { logFault } from "../../http/reply.ts";
import { watchIdentity } from "../watch.ts";
import { type Channel, maxMessageBytes, publishText, tooLarge } from "./channel.ts";
import { type Follower, follow, messageId } from "./follow.ts";
import type { LoggedMessage, Position } from "./protocol.ts";
import { type ChannelContext, type Subscriber, startOf } from "./request.ts";
import { SocketWriter } from "./socket-writer.ts";

/** How a room takes the messages of clients. */
export interface Publishing<User, Input> {
  readonly input: Validator<Input>;
  /**
   * What a client's message is published as.
   *
   * @throws {Problem} 401 or 403 where the caller may not publish.
   */
  readonly message: (input: Input, user: User | null) => object;
}

/** Messages of one client that may wait to be published. */
const maxPending = 16;

/**
 * Opens a WebSocket to a room.
 *
 * @param publishing Null where nobody may publish.
 * @throws {Problem} 400 for bad parameters, and for a request that opens no WebSocket.
 */
export function openChannel<User extends Identity, Input>(
  c: ChannelContext,
  channel: Pick<Channel<never, never>, "history" | "fields">,
  subscriber: Subscriber<User>,
  publishing: Publishing<User, Input> | null,
): Response {
  const request = c.req.raw;
  const start = startOf(request, channel, subscriber);
  if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") {
    throw new Problem("VALIDATION_ERROR", "This route opens a WebSocket: send `Upgrade: websocket`.");
  }
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const writer = new SocketWriter(server);
  const requestId = c.get("requestId");
  const failed = (error: unknown): void => {
    if (!writer.gone.aborted) logFault(requestId, error);
    writer.close(1011, "Internal error");
  };
  watchIdentity(subscriber, {
    signal: writer.gone,
    changed: () => writer.close(1008, "The identity of the caller has changed"),
    failed,
  });
  const { open, user } = subscriber;
  const options = {
    open,
    fields: channel.fields,
    start,
    userId: user?.id ?? null,
    onOverflow: "invalidate",
    signal: writer.gone,
  } as const;
  follow(options, new SocketFollower(writer, requestId)).catch(failed);
  new Incoming(writer, subscriber, publishing, requestId).listen(server);
  return new Response(null, { status: 101, webSocket: client, headers: { "X-Request-Id": requestId } });
}

/** Sends what it is told. */
class SocketFollower implements Follower {
  readonly #writer: SocketWriter;
  readonly #requestId: string;

  constructor(writer: SocketWriter, requestId: string) {
    this.#writer = writer;
    this.#requestId = requestId;
  }

  connected(at: Position, latest: number, isGap: boolean): void {
    const id = isGap ? undefined : messageId(at);
    this.#writer.write("connected", JSON.stringify({ seq: at.seq, latest }), id);
  }

  message({ text }: LoggedMessage, at: Position): Promise<void> {
    this.#writer.write("message", text, messageId(at));
    return this.#writer.drained();
  }

  presence(event: "join" | "leave", userId: string): void {
    this.#writer.write(event, JSON.stringify({ userId }));
  }

  invalidate(reason: "gap" | "overflow", at: Position): void {
    this.#writer.write("invalidate", JSON.stringify({ seq: at.seq, reason }), messageId(at));
  }

  trouble(error: unknown): void {
    logFault(this.#requestId, error);
  }
}

/** What the client sends: `{"event":"pong"}`, and `{"event":"publish","ref":1,"data":{…}}`. */
class Incoming<User extends Identity, Input> {
  readonly #writer: SocketWriter;
  readonly #subscriber: Subscriber<User>;
  readonly #publishing: Publishing<User, Input> | null;
  readonly #requestId: string;
  #pending = 0;
  /** The messages before, so that they are published in the order in which they were sent. */
  #before: Promise<void> = Promise.resolve();

  constructor(
    writer: SocketWriter,
    subscriber: Subscriber<User>,
    publishing: Publishing<User, Input> | null,
    requestId: string,
  ) {
    this.#writer = writer;
    this.#subscriber = subscriber;
    this.#publishing = publishing;
    this.#requestId = requestId;
  }

  listen(socket: WebSocket): void {
    socket.addEventListener("message", ({ data }) => {
      this.#writer.heard();
      if (typeof data !== "string") this.#writer.close(1003, "Send text");
      else if (data.length > 2 * maxMessageBytes) this.#writer.close(1009, "The message is too large");
      else this.#receive(data);
    });
  }

  #receive(text: string): void {
    const given = clientEvent(text);
    if (given === null) this.#writer.close(1008, "Send publish and pong events, as JSON");
    else if (given.event === "pong") this.#writer.answered();
    else if (this.#pending === maxPending) this.#writer.close(1008, "Too many messages at once");
    else {
      this.#pending += 1;
      this.#before = this.#before.then(async () => {
        await this.#publish(given.ref, given.data, text);
        this.#pending -= 1;
      });
    }
  }

  async #publish(ref: Ref, data: unknown, text: string): Promise<void> {
    try {
      if (this.#publishing === null) throw new Problem("FORBIDDEN", "Nobody may publish here.");
      if (new TextEncoder().encode(text).byteLength > maxMessageBytes) throw tooLarge();
      const input = validated(this.#publishing.input, data);
      const content = this.#publishing.message(input, this.#subscriber.user);
      this.#answer("published", ref, await publishText(this.#subscriber.open(), content));
    } catch (error) {
      if (!(error instanceof Problem)) logFault(this.#requestId, error);
      const problem =
        error instanceof Problem ? error : new Problem("INTERNAL_ERROR", "Something went wrong on our side.");
      this.#answer("refused", ref, JSON.stringify(problem.toDocument(this.#requestId)));
    }
  }

  /** @param data JSON. */
  #answer(event: "published" | "refused", ref: Ref, data: string): void {
    const answer = ref === null ? data : `{"ref":${JSON.stringify(ref)},${data.slice(1)}`;
    this.#writer.write(event, answer);
  }
}

/** What the client calls a message, to know its answer. */
type Ref = string | number | null;

type ClientEvent =
  | { readonly event: "pong" }
  | { readonly event: "publish"; readonly ref: Ref; readonly data: unknown };

/** An event of a client; null for anything else. */
function clientEvent(text: string): ClientEvent | null {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
  if (typeof value !== "object" || value === null || !("event" in value)) return null;
  if (value.event === "pong") return { event: "pong" };
  if (value.event !== "publish") return null;
  const ref = "ref" in value ? value.ref : null;
  const isRef = ref === null || typeof ref === "number" || (typeof ref === "string" && ref.length <= 64);
  return isRef ? { event: "publish", ref, data: "data" in value ? value.data : undefined } : null;
}
