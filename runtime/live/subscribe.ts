/** `GET /<resource>/subscribe`: the changes of rows as server-sent events. */
import type { Identity } from "../http/context.ts";
import { booleanParameter, queryParameters } from "../http/query.ts";
import { logFault, replyStream } from "../http/reply.ts";
import { type Filter, filterPredicate, parseFilter, printFilter } from "../query/filter/index.ts";
import { signedInFor } from "../query/scope.ts";
import { parseSelect } from "../query/select.ts";
import { isSeen, shown, type Wanted } from "./events.ts";
import { Feed, type Reason, type Sink } from "./feed.ts";
import { hubName, type LiveNamespace } from "./hub-socket.ts";
import { partitionOf } from "./partition.ts";
import { eventId, fingerprint, parseEventId, type StreamIdentity } from "./position.ts";
import { snapshotPages } from "./snapshot.ts";
import { EventWriter, eventText } from "./sse.ts";
import type { Live } from "./types.ts";
import { watch } from "./watch.ts";

/** What a handler has at hand. */
export interface LiveContext {
  readonly req: { readonly raw: Request };
  get(key: "requestId"): string;
  get(key: "identified"): string | undefined;
}

/** What a stream runs on, and for whom. */
export interface Subscriber<User extends Identity | null> {
  readonly db: D1Database;
  readonly hubs: LiveNamespace;
  readonly user: User;
  /** Asks again who makes the request, while the stream is open. Absent where nobody can be signed in. */
  readonly identify?: () => User | Promise<User>;
}

/** The parameter `ticket`, which has told who the caller is by now; none where nobody can be signed in. */
export const ticketParameter = ({ identify }: { readonly identify?: unknown }): readonly "ticket"[] =>
  identify === undefined ? [] : ["ticket"];

/** What a request asks a stream of. */
export interface Asked<User> {
  readonly wanted: Wanted;
  readonly filter: Filter | null;
  readonly hub: string;
  readonly identity: StreamIdentity;
  readonly live: Live<User>;
}

/**
 * Reads what the stream is to be of.
 *
 * @throws {Problem} 400 for a bad filter or selection, 401 where the caller has to sign in first.
 */
export function asked<User extends Identity | null>(
  live: Live<User>,
  user: User,
  query: { readonly filter?: string; readonly select?: string },
): Asked<User> {
  signedInFor(live.scope(user));
  const { table, name } = live;
  const selected = parseSelect(table, query.select);
  const filter = query.filter === undefined ? null : parseFilter(table, query.filter);
  const subscriber = fingerprint(`${JSON.stringify(user)} ${filter === null ? "" : printFilter(filter)}`);
  return {
    live,
    filter,
    wanted: {
      table,
      selected,
      view: live.view(user),
      matches: filter === null ? () => true : filterPredicate(filter),
    },
    hub: hubName(name, partitionOf(live, user, filter)),
    identity: { schema: live.schema, subscriber },
  };
}

/**
 * Answers with a stream of changes of the rows that the caller may see and asked for.
 *
 * @throws {Problem} 400 for bad parameters, 401 where the caller has to sign in first. Once the stream has begun, it ends where it
 * cannot go on, and the client comes back with the id of the last event.
 */
export function subscribe<User extends Identity | null>(
  c: LiveContext,
  live: Live<User>,
  subscriber: Subscriber<User>,
): Response {
  const request = c.req.raw;
  const query = queryParameters(request, [
    ...(["filter", "select", "snapshot", "resumeFrom"] as const),
    ...ticketParameter(subscriber),
  ]);
  const isSnapshot = booleanParameter("snapshot", query.snapshot);
  const resumeFrom = request.headers.get("Last-Event-ID") ?? query.resumeFrom;
  const stream = asked(live, subscriber.user, query);
  if (request.method === "HEAD") return replyStream(c, null);
  const writer = new EventWriter(request.signal);
  const rows = new RowStream(stream, subscriber, writer, c.get("requestId"));
  void rows.run(resumeFrom === undefined || resumeFrom === "" ? null : resumeFrom, isSnapshot);
  return replyStream(c, writer.body);
}

class RowStream<User extends Identity | null> implements Sink {
  readonly #asked: Asked<User>;
  readonly #subscriber: Subscriber<User>;
  readonly #writer: EventWriter;
  readonly #requestId: string;
  readonly #feed: Feed;
  /** The number in the latest id that was sent. */
  #sent = -1;
  /** Whether the client has all that changes build on: before that, there is no place to go on from. */
  #isBegun = false;

  constructor(stream: Asked<User>, subscriber: Subscriber<User>, writer: EventWriter, requestId: string) {
    this.#asked = stream;
    this.#subscriber = subscriber;
    this.#writer = writer;
    this.#requestId = requestId;
    const { db, hubs } = subscriber;
    const { hub, wanted, live } = stream;
    this.#feed = new Feed({ db, hubs, log: live.log, hub, wanted, signal: writer.gone }, this);
  }

  async run(resumeFrom: string | null, isSnapshot: boolean): Promise<void> {
    try {
      await this.#feed.open();
      watch(this.#writer, this.#feed, this.#subscriber, {
        failed: (error) => this.failed(error),
        id: () => (this.#isBegun ? this.#freshId() : null),
      });
      if (resumeFrom !== null) await this.#resume(resumeFrom);
      else if (isSnapshot) await this.#snapshot();
      else this.#send("connected", { seq: this.#feed.at.seq }, true);
      this.#isBegun = true;
    } catch (error) {
      this.failed(error);
      return;
    }
    await this.#feed.follow();
  }

  changed(change: Parameters<Sink["changed"]>[0], { events }: Parameters<Sink["changed"]>[1]): void {
    for (const [index, event] of events.entries()) {
      const data =
        event.type === "removed"
          ? { seq: change.seq, objectId: event.id }
          : { seq: change.seq, objectId: event.id, object: event.object };
      // A stream that breaks between events of one change tells all of them again.
      this.#send(event.type, data, index === events.length - 1);
    }
  }

  invalidated(reason: Reason): void {
    this.#send("invalidate", { seq: this.#feed.at.seq, reason }, true);
  }

  get isFull(): boolean {
    return this.#writer.isFull;
  }

  get read(): number {
    return this.#writer.read;
  }

  ready(): Promise<void> {
    return this.#writer.drained();
  }

  failed(error: unknown): void {
    if (!this.#writer.gone.aborted) logFault(this.#requestId, error);
    this.#writer.close();
  }

  async #resume(text: string): Promise<void> {
    const resumption = parseEventId(text, this.#asked.identity);
    const reason =
      resumption.type === "resume" ? await this.#feed.rewind(resumption.position) : resumption.reason;
    this.#send("connected", { seq: this.#feed.at.seq }, reason === null);
    // The place is the end of the log: what comes after it will be told. Who has not heard that what was before it is lost comes back
    // for it, so the id is with that.
    if (reason !== null) this.invalidated(reason);
  }

  async #snapshot(): Promise<void> {
    const { live, filter, wanted } = this.#asked;
    const { db, user } = this.#subscriber;
    const { at, keys } = this.#feed;
    this.#write("connected", { seq: at.seq });
    for await (const page of snapshotPages(db, live.log, wanted.table, live.scope(user), filter, at)) {
      if (page === null) {
        this.invalidated("gap");
        return;
      }
      for (const row of page) {
        const seen = isSeen(wanted, wanted.view, row, keys.has);
        if (seen) this.#write("existing", { object: shown(wanted, row) });
        if (this.#writer.isFull) await this.#writer.drained();
        if (this.#writer.gone.aborted) return;
      }
      await this.#writer.drained();
      if (this.#writer.gone.aborted) return;
    }
    this.#send("synced", { seq: at.seq }, true);
  }

  /** The id of the place where the stream is, or null where it was sent already. */
  #freshId(): string | null {
    const { at } = this.#feed;
    if (at.seq <= this.#sent) return null;
    this.#sent = at.seq;
    return eventId(this.#asked.identity, at);
  }

  /** @param isLast Whether all of the changes so far is told with this event. */
  #send(event: string, data: unknown, isLast: boolean): void {
    this.#write(event, data, (isLast ? this.#freshId() : null) ?? undefined);
  }

  #write(event: string, data: unknown, id?: string): void {
    this.#writer.write(eventText(event, data, id));
  }
}
