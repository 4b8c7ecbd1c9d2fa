/** Follows all rooms of a channel whose parameters match patterns, those that come into being meanwhile included. */
import { type Connection, connect, type Receiver } from "./connection.ts";
import { toldMessage } from "./message.ts";
import type { ChannelStub, LoggedMessage, Position } from "./protocol.ts";
import { keepTrying } from "./retry.ts";
import { patternsHeader, type RoomPage, type SwitchboardFrame } from "./switchboard.ts";
import type { SwitchboardStub } from "./switchboard-stub.ts";

/** Is told what happens, one thing after the other. */
export interface PatternFollower {
  /** One message of a room, with its place. The next one, of any room, waits until this one is handled. */
  message(room: string, message: LoggedMessage, at: Position): Promise<void>;
  /** Messages of a room up to this place are missing: they are not kept any more. */
  gap(room: string, at: Position): void;
  /** A connection was lost, or could not be made. It is made again after a while. */
  trouble(error: unknown): void;
}

export interface PatternOptions {
  /** Stubs, for each connection anew: one that failed stays broken. */
  readonly switchboard: () => SwitchboardStub;
  readonly room: (name: string) => ChannelStub;
  /** The fields of the channel's messages. */
  readonly fields: readonly string[];
  /** One for each parameter. */
  readonly patterns: readonly string[];
  readonly signal: AbortSignal;
}

/** Characters of frames that wait at most. Beyond that the connection is given up, and rooms are read instead. */
const maxWaiting = 262_144;

type Message = Extract<SwitchboardFrame, { readonly type: "message" }>;

/**
 * Tells a follower of every message that is published from now on, those of each room once and in order, until the signal is aborted.
 *
 * @throws whatever the follower's `message` throws.
 */
export async function followPattern(options: PatternOptions, follower: PatternFollower): Promise<void> {
  const course = new PatternCourse(options, follower);
  await keepTrying(options.signal, () => course.attempt());
}

/** How far a follower has come in each room, over all connections. */
class PatternCourse {
  readonly #options: PatternOptions;
  readonly #follower: PatternFollower;
  /** By the names of rooms; null until they were listed for the first time. */
  #places: Map<string, Position> | null = null;

  constructor(options: PatternOptions, follower: PatternFollower) {
    this.#options = options;
    this.#follower = follower;
  }

  /** Follows one connection until it is lost. Gives whether there was one. */
  async attempt(): Promise<boolean> {
    const { switchboard, patterns, signal } = this.#options;
    const arrivals = new Arrivals();
    const stub = switchboard();
    let connection: Connection;
    try {
      const headers = { [patternsHeader]: encodeURIComponent(JSON.stringify(patterns)) };
      connection = await connect(stub, headers, arrivals);
    } catch (error) {
      if (!signal.aborted) this.#follower.trouble(error);
      return false;
    }
    const end = (): void => arrivals.close();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    try {
      if (!(await arrivals.connected())) return false;
      if (!(await this.#catchUp(stub, arrivals))) return false;
      for (let message = await arrivals.next(); message !== null; message = await arrivals.next()) {
        if (signal.aborted || !(await this.#receive(message))) break;
      }
      return true;
    } finally {
      signal.removeEventListener("abort", end);
      connection.close();
    }
  }

  /** Lists the rooms, and reads what was missed. Gives false where that fails. */
  async #catchUp(stub: SwitchboardStub, arrivals: Arrivals): Promise<boolean> {
    const { signal } = this.#options;
    const isFirst = this.#places === null;
    const places = this.#places ?? new Map<string, Position>();
    for (let page = await this.#list(stub, ""); ; page = await this.#list(stub, page.next)) {
      if (page === null || signal.aborted) return false;
      for (const { room, epoch, seq } of page.rooms) {
        if (isFirst) {
          // What arrived since the connection was opened is told; what was there before is not.
          places.set(room, { epoch, seq: (arrivals.first.get(room) ?? seq + 1) - 1 });
        } else if (this.#place(room).seq < seq && !(await this.#read(room, seq))) return false;
      }
      if (!page.hasMore) break;
    }
    this.#places = places;
    return true;
  }

  async #list(stub: SwitchboardStub, after: string): Promise<RoomPage | null> {
    try {
      return await stub.rooms(this.#options.patterns, after);
    } catch (error) {
      if (!this.#options.signal.aborted) this.#follower.trouble(error);
      return null;
    }
  }

  /** Gives false where messages before it cannot be read. */
  async #receive(message: Message): Promise<boolean> {
    const { room, epoch, seq } = message;
    const known = this.#place(room);
    if (seq <= known.seq) return true;
    if (seq > known.seq + 1) return this.#read(room, seq);
    await this.#tell(room, message, epoch);
    return true;
  }

  /** Reads the messages of a room up to one. Gives false where that fails. */
  async #read(room: string, to: number): Promise<boolean> {
    const stub = this.#options.room(room);
    const { signal } = this.#options;
    while (this.#place(room).seq < to && !signal.aborted) {
      let page: Awaited<ReturnType<ChannelStub["read"]>>;
      try {
        page = await stub.read(this.#place(room).seq);
      } catch (error) {
        if (!signal.aborted) this.#follower.trouble(error);
        return false;
      }
      if (page.first > this.#place(room).seq + 1) {
        const at = { epoch: page.epoch, seq: page.first - 1 };
        this.#places?.set(room, at);
        this.#follower.gap(room, at);
      }
      for (const message of page.messages) {
        if (signal.aborted) return false;
        await this.#tell(room, message, page.epoch);
      }
    }
    return !signal.aborted;
  }

  async #tell(room: string, { seq, text }: LoggedMessage, epoch: string): Promise<void> {
    const at = { epoch, seq };
    await this.#follower.message(room, { seq, text: toldMessage(this.#options.fields, text) }, at);
    this.#places?.set(room, at);
  }

  /** A room that was not there when the rooms were listed is followed from its beginning. */
  #place(room: string): Position {
    return this.#places?.get(room) ?? { epoch: "0", seq: 0 };
  }
}

/** What the switchboard has sent and nobody has handled yet. */
class Arrivals implements Receiver {
  /** The number of the first message of each room that arrived. */
  readonly first = new Map<string, number>();
  #isConnected = false;
  #isClosed = false;
  #messages: Message[] = [];
  #waiting = 0;
  #wake: (() => void) | null = null;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  put(text: string): void {
    if (this.#isClosed) return;
    const frame: SwitchboardFrame = JSON.parse(text);
    if (frame.type === "connected") this.#isConnected = true;
    else {
      if (!this.first.has(frame.room)) this.first.set(frame.room, frame.seq);
      this.#messages.push(frame);
      this.#waiting += frame.text.length;
    }
    if (this.#waiting > maxWaiting) this.close();
    else this.#release();
  }

  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  /** Whether the switchboard has answered. */
  async connected(): Promise<boolean> {
    while (!this.#isConnected && !this.#isClosed) await this.#more();
    return this.#isConnected;
  }

  /** The next message; null once the connection is lost and all that came is handled. */
  async next(): Promise<Message | null> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) {
        this.#waiting -= message.text.length;
        return message;
      }
      if (this.#isClosed) return null;
      await this.#more();
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #release(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
