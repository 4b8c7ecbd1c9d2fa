/** What an object has sent and the subscriber has not handled yet. */
import type { Receiver } from "./connection.ts";
import type { Frame } from "./protocol.ts";

/** Characters of frames that wait at most. */
const maxWaiting = 65_536;

/** The latest frame: the subscribers of one isolate get the same text. */
let latest: { readonly text: string; readonly frame: Frame } | null = null;

function parse(text: string): Frame {
  if (latest?.text !== text) latest = { text, frame: JSON.parse(text) };
  return latest.frame;
}

type Connected = Extract<Frame, { readonly type: "connected" }>;

/** Frames in order, until the connection is lost. While messages are read from the log instead, only their numbers are kept. */
export class Inbox implements Receiver {
  #frames: Frame[] = [];
  #waiting = 0;
  #isLive = false;
  #isClosed = false;
  #isOverflown = false;
  #latest = 0;
  #wake: (() => void) | null = null;
  #connected: Connected | null = null;

  /** The number of the newest message that was heard of. */
  get latest(): number {
    return this.#latest;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param text One frame. */
  put(text: string): void {
    if (this.#isClosed) return;
    const frame = parse(text);
    if (frame.type === "connected") {
      this.#connected = frame;
      this.#latest = frame.seq;
    } else {
      if (frame.type === "message") {
        this.#latest = frame.seq;
        if (!this.#isLive) return;
      }
      this.#frames.push(frame);
      this.#waiting += text.length;
      if (this.#waiting > maxWaiting) {
        this.#isOverflown = true;
        this.pause();
      }
    }
    this.#release();
  }

  /** Keeps messages from now on. What came before is in the log. */
  goLive(): void {
    this.#isLive = true;
  }

  /** Whether more waited than may, so that some of it was dropped. Asking forgets it. */
  takeOverflow(): boolean {
    const was = this.#isOverflown;
    this.#isOverflown = false;
    return was;
  }

  /** Drops what waits, and keeps no messages. */
  pause(): void {
    this.#isLive = false;
    this.#frames = [];
    this.#waiting = 0;
  }

  /** The connection is lost. What was received in time is still handled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  /** The first frame; null where the connection is lost before. */
  async connected(): Promise<Connected | null> {
    while (this.#connected === null && !this.#isClosed) await this.#more();
    return this.#connected;
  }

  /** The next frame; null where there is none, because the connection is lost or too much waited. */
  async next(): Promise<Frame | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) {
        this.#waiting = this.#frames.length === 0 ? 0 : this.#waiting - sizeOf(frame);
        return frame;
      }
      if (this.#isClosed || !this.#isLive) return null;
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

/** About the characters of a frame: its text, and what stands around that. */
const sizeOf = (frame: Frame): number => (frame.type === "message" ? frame.text.length : 0);
