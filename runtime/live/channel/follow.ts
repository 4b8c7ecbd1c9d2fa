/** Follows the messages of one room: those of its log, and then those that come. */
import { type Connection, connect } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import { toldMessage } from "./message.ts";
import { type ChannelStub, type Frame, type LoggedMessage, type Position, userHeader } from "./protocol.ts";
import { keepTrying } from "./retry.ts";

/** Where to begin. */
export interface Start {
  /** The id of the last message that is known, `epoch.seq`; null for none. */
  readonly resumeFrom: string | null;
  /** How many of the newest messages to begin with, where there is no such id, or it is not known any more. */
  readonly history: number;
}

/** Is told what happens, in order. */
export interface Follower {
  /**
   * The room answers: before anything else, and each time the connection had to be made again. Messages behind this place follow.
   * Who listens may have changed unheard.
   *
   * @param latest The number of the newest message that is there.
   * @param isGap Whether messages up to this place are missing, as is told next. Whoever is cut off in between must not go on here.
   */
  connected(at: Position, latest: number, isGap: boolean): void;
  /** One message, with its place. The next one waits until this one is handled. */
  message(message: LoggedMessage, at: Position): Promise<void>;
  /** A user began or ceased to listen. */
  presence(event: "join" | "leave", userId: string): void;
  /** Messages up to this place are missing: they are not kept any more, or came faster than they were handled. */
  invalidate(reason: "gap" | "overflow", at: Position): void;
  /** The connection was lost, or could not be made. It is made again after a while. */
  trouble(error: unknown): void;
}

/** How a room is followed. */
export interface FollowOptions {
  /** A stub for each connection: one that failed stays broken. */
  readonly open: () => ChannelStub;
  /** The fields of the channel's messages. */
  readonly fields: readonly string[];
  /** Who is counted among those who listen; null for nobody. */
  readonly userId: string | null;
  readonly start: Start;
  /** What becomes of messages that come faster than they are handled: they are left out, or read from the log. */
  readonly onOverflow: "invalidate" | "read";
  readonly signal: AbortSignal;
}

/** `epoch.seq` */
export const messageId = ({ epoch, seq }: Position): string => `${epoch}.${seq}`;

/** The place of an id; null for a text that is none. */
function parseId(text: string): Position | null {
  const [, epoch, seq] = /^([0-9a-f]{1,16})\.(\d{1,15})$/.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, seq: Number(seq) };
}

/**
 * Tells a follower of every message, each once and in order, until the signal is aborted. Lost connections are made again, after a
 * random time that grows with the failures, and what was missed is read from the log.
 *
 * @throws whatever the follower's `message` throws.
 */
export async function follow(options: FollowOptions, follower: Follower): Promise<void> {
  const course = new Course(options, follower);
  await keepTrying(options.signal, async () => {
    const link = await reach(options, follower);
    return link !== null && (await course.run(link));
  });
}

/** Opens the connection; null where that fails. */
async function reach({ open, userId, signal }: FollowOptions, follower: Follower): Promise<Link | null> {
  const stub = open();
  try {
    const inbox = new Inbox();
    const headers = userId === null ? {} : { [userHeader]: encodeURIComponent(userId) };
    return { stub, inbox, connection: await connect(stub, headers, inbox) };
  } catch (error) {
    if (!signal.aborted) follower.trouble(error);
    return null;
  }
}

interface Link {
  readonly stub: ChannelStub;
  readonly inbox: Inbox;
  readonly connection: Connection;
}

/** How far a follower has come, over all connections. */
class Course {
  readonly #options: FollowOptions;
  readonly #follower: Follower;
  /** Null until the room has answered. */
  #at: Position | null = null;

  constructor(options: FollowOptions, follower: Follower) {
    this.#options = options;
    this.#follower = follower;
  }

  /** Follows one connection until it is lost. Gives whether the room answered. */
  async run({ stub, inbox, connection }: Link): Promise<boolean> {
    const { signal } = this.#options;
    const end = (): void => inbox.close();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    try {
      const first = await inbox.connected();
      if (first === null) return false;
      this.#begin(first);
      while (!signal.aborted && !inbox.isClosed) {
        if (!(await this.#catchUp(stub, inbox))) break;
        await this.#live(inbox);
      }
      return true;
    } finally {
      signal.removeEventListener("abort", end);
      connection.close();
    }
  }

  /** Finds the place to begin or to go on at. */
  #begin(end: Extract<Frame, { readonly type: "connected" }>): void {
    const { resumeFrom, history } = this.#options.start;
    const given = resumeFrom === null ? null : parseId(resumeFrom);
    const known = this.#at ?? given;
    const { epoch } = end;
    if (known !== null && follows(known, end)) {
      this.#at = { epoch, seq: known.seq };
      this.#follower.connected(this.#at, end.seq, false);
      return;
    }
    const isFirst = this.#at === null;
    const seq = isFirst ? Math.max(end.first - 1, end.seq - history) : end.seq;
    this.#at = { epoch, seq };
    const isGap = !isFirst || resumeFrom !== null;
    this.#follower.connected(this.#at, end.seq, isGap);
    if (isGap) this.#follower.invalidate("gap", this.#at);
  }

  /** Reads the log up to its end. Gives false where it cannot be read. */
  async #catchUp(stub: ChannelStub, inbox: Inbox): Promise<boolean> {
    const { signal } = this.#options;
    while (this.#place.seq < inbox.latest) {
      let page: Awaited<ReturnType<ChannelStub["read"]>>;
      try {
        page = await stub.read(this.#place.seq);
      } catch (error) {
        if (!signal.aborted) this.#follower.trouble(error);
        return false;
      }
      if (page.first > this.#place.seq + 1) this.#skip("gap", { epoch: page.epoch, seq: page.first - 1 });
      for (const message of page.messages) {
        if (signal.aborted) return false;
        await this.#tell(message, page.epoch);
      }
    }
    return true;
  }

  /** Handles what comes, as long as nothing is missing. */
  async #live(inbox: Inbox): Promise<void> {
    inbox.goLive();
    for (;;) {
      const frame = await inbox.next();
      if (frame === null) break;
      if (frame.type === "join" || frame.type === "leave") {
        this.#follower.presence(frame.type, frame.userId);
      } else if (frame.type === "message" && frame.seq > this.#place.seq) {
        if (frame.seq > this.#place.seq + 1) return inbox.pause();
        await this.#tell(frame, frame.epoch);
      }
    }
    if (!inbox.takeOverflow() || this.#options.onOverflow === "read") return;
    this.#skip("overflow", { epoch: this.#place.epoch, seq: inbox.latest });
  }

  get #place(): Position {
    if (this.#at === null) throw new Error("The room has not answered yet");
    return this.#at;
  }

  async #tell({ seq, text }: LoggedMessage, epoch: string): Promise<void> {
    const at = { epoch, seq };
    await this.#follower.message({ seq, text: toldMessage(this.#options.fields, text) }, at);
    this.#at = at;
  }

  #skip(reason: "gap" | "overflow", at: Position): void {
    this.#at = at;
    this.#follower.invalidate(reason, at);
  }
}

/** Whether all messages behind a place are in the log. Before the first message a log has no epoch of its own. */
const follows = (
  at: Position,
  end: { readonly epoch: string; readonly seq: number; readonly first: number },
) => (at.epoch === end.epoch || at.seq === 0) && at.seq <= end.seq && at.seq >= end.first - 1;
