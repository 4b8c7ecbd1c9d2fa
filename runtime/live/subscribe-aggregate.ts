/** `GET /<resource>/aggregate/subscribe`: the aggregates of rows as server-sent events, whenever they differ. */
import type { Identity } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { queryParameters } from "../http/query.ts";
import { logFault, replyStream } from "../http/reply.ts";
import { type Aggregate, aggregateParameters, parseAggregate } from "../query/aggregate/parse.ts";
import { readAggregate } from "../query/aggregate/read.ts";
import { Feed, type Sink } from "./feed.ts";
import { EventWriter, eventText } from "./sse.ts";
import { type Asked, asked, type LiveContext, type Subscriber, ticketParameter } from "./subscribe.ts";
import type { Live } from "./types.ts";
import { watch } from "./watch.ts";

/** Milliseconds between two readings for one stream, however much changes. */
const interval = 1_000;

/**
 * Answers with a stream of the aggregates that `GET /<resource>/aggregate` gives: at first, and whenever they differ. They are read
 * again only where a row changed that counts, and at most once a second.
 *
 * @throws {Problem} 400 for bad parameters, 401 where the caller has to sign in first.
 */
export function subscribeAggregate<User extends Identity | null>(
  c: LiveContext,
  live: Live<User>,
  subscriber: Subscriber<User>,
): Response {
  const request = c.req.raw;
  const query = queryParameters(request, [...aggregateParameters, ...ticketParameter(subscriber)]);
  const stream = asked(live, subscriber.user, query.filter === undefined ? {} : { filter: query.filter });
  const aggregate = parseAggregate(live.table, query);
  if (request.method === "HEAD") return replyStream(c, null);
  const writer = new EventWriter(request.signal);
  void new AggregateStream(stream, aggregate, subscriber, writer, c.get("requestId")).run();
  return replyStream(c, writer.body);
}

class AggregateStream<User extends Identity | null> implements Sink {
  readonly #asked: Asked<User>;
  readonly #aggregate: Aggregate;
  readonly #subscriber: Subscriber<User>;
  readonly #writer: EventWriter;
  readonly #requestId: string;
  readonly #feed: Feed;
  /** The groups that were sent last, as text. */
  #sent = "";
  /** When they were read last, in milliseconds since 1970. */
  #readAt = 0;
  #isStale = false;
  #isReading = false;

  constructor(
    stream: Asked<User>,
    aggregate: Aggregate,
    subscriber: Subscriber<User>,
    writer: EventWriter,
    requestId: string,
  ) {
    this.#asked = stream;
    this.#aggregate = aggregate;
    this.#subscriber = subscriber;
    this.#writer = writer;
    this.#requestId = requestId;
    const { db, hubs } = subscriber;
    const { hub, wanted, live } = stream;
    this.#feed = new Feed({ db, hubs, log: live.log, hub, wanted, signal: writer.gone }, this);
  }

  async run(): Promise<void> {
    try {
      await this.#feed.open();
      // There is nothing to go on from: whoever comes back gets the aggregates as they are then.
      watch(this.#writer, this.#feed, this.#subscriber, {
        failed: (error) => this.failed(error),
        id: () => null,
      });
      this.#writer.write(eventText("connected", { seq: this.#feed.at.seq }));
    } catch (error) {
      this.failed(error);
      return;
    }
    this.changed();
    await this.#feed.follow();
  }

  changed(): void {
    this.#isStale = true;
    if (!this.#isReading) void this.#read();
  }

  invalidated(): void {
    this.changed();
  }

  /** Changes are not told one by one: there is always room for one more. */
  readonly isFull = false;
  readonly read = 0;

  async ready(): Promise<void> {}

  failed(error: unknown): void {
    if (!this.#writer.gone.aborted) logFault(this.#requestId, error);
    this.#writer.close();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isStale && !this.#writer.gone.aborted) {
        const early = this.#readAt + interval - Date.now();
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        await this.#writer.drained();
        if (this.#writer.gone.aborted) return;
        this.#isStale = false;
        this.#readAt = Date.now();
        await this.#send();
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.#isReading = false;
    }
  }

  async #send(): Promise<void> {
    const { live } = this.#asked;
    const { db, user } = this.#subscriber;
    // What is read holds at least the changes up to here.
    const { seq } = this.#feed.at;
    try {
      const { groups } = await readAggregate(db, live.table, this.#aggregate, live.scope(user));
      const text = JSON.stringify(groups);
      if (text === this.#sent) return;
      this.#sent = text;
      this.#writer.write(eventText("aggregate", { seq, groups }));
    } catch (error) {
      // There are too many groups by now. They may become fewer.
      if (!(error instanceof Problem)) throw error;
      this.#sent = "";
      this.#writer.write(eventText("invalidate", { seq, reason: "overflow" }));
    }
  }
}
