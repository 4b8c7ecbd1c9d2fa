/** Hands the messages of a room to the switchboard of its channel, each of them at least once. */
import { logFault } from "../../http/reply.ts";
import type { Page } from "./protocol.ts";
import type { SwitchboardStub } from "./switchboard-stub.ts";

/** Milliseconds until it is looked again whether all messages have arrived. The alarm outlives the object's memory. */
const recheck = 5_000;

export class Forwarder {
  readonly #state: DurableObjectState;
  readonly #room: string;
  readonly #read: (after: number) => Page;
  readonly #switchboard: () => SwitchboardStub;
  /** The last message that has arrived; null until the switchboard has said so. */
  #arrived: number | null = null;
  #latest = 0;
  #isAlarmSet = false;
  #running: Promise<void> | null = null;

  /** @param room Name of the room's object. */
  constructor(
    state: DurableObjectState,
    room: string,
    read: (after: number) => Page,
    switchboard: () => SwitchboardStub,
  ) {
    this.#state = state;
    this.#room = room;
    this.#read = read;
    this.#switchboard = switchboard;
  }

  /** A message was stored. It is handed on without anybody waiting for it. */
  published(seq: number): void {
    this.#latest = seq;
    this.#checkLater();
    this.#state.waitUntil(this.#handOn());
  }

  /** What the object's alarm calls. */
  async alarm(): Promise<void> {
    this.#isAlarmSet = false;
    await this.#handOn();
    if (this.#arrived === null || this.#arrived < this.#latest) this.#checkLater();
  }

  #checkLater(): void {
    if (this.#isAlarmSet) return;
    this.#isAlarmSet = true;
    // Not awaited: it is stored together with the message.
    void this.#state.storage.setAlarm(Date.now() + recheck);
  }

  async #handOn(): Promise<void> {
    this.#running ??= this.#run();
    await this.#running;
  }

  /** Failures are told in the log, and made good by the alarm. */
  async #run(): Promise<void> {
    try {
      for (;;) {
        // At first it is only asked what has arrived.
        const page = this.#arrived === null ? { ...this.#read(0), messages: [] } : this.#read(this.#arrived);
        if (this.#arrived !== null && page.messages.length === 0) return;
        this.#arrived = await this.#switchboard().forward(this.#room, page);
      }
    } catch (error) {
      logFault(`the room ${this.#room}`, error);
    } finally {
      this.#running = null;
    }
  }
}
