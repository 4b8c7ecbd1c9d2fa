/** The pump: the only object that reads the change log as it grows, and hands each change to the hubs whose streams may be told. */
import { logFault } from "../http/reply.ts";
import { type HubMessage, type LiveNamespace, pumpName } from "./hub-socket.ts";
import { origin, type Position, readHead, readLog } from "./log.ts";
import { routeChanges } from "./routing.ts";
import type { Batch, Change, Log } from "./types.ts";

/** The part of a `DurableObjectState` that is used. */
export interface PumpState {
  readonly storage: {
    readonly kv: {
      get<T>(key: string): T | undefined;
      put<T>(key: string, value: T): void;
      delete(key: string): boolean;
      list<T>(options: { prefix: string }): Iterable<[string, T]>;
    };
    setAlarm(at: number): Promise<void>;
  };
}

/** Milliseconds between looks at the log while anybody listens: what was written without a poke is told then. */
const interval = 5_000;

/**
 * Changes after which a hub is told that there was nothing for it, so that its streams keep a place that is in the log: half of what
 * that keeps, or fewer. The other half is for changes that come before the pump has read on.
 */
const maxSilence = (retention: number): number => Math.min(1_000, Math.floor(retention / 2));

/** Characters of images in one read. */
const maxLength = 2_000_000;

/** Hubs that are told at the same time: each has a text of its own in memory. */
const parallel = 50;

/** Calls to a hub that does not answer, before its streams are left to read the log for themselves. */
const attempts = 3;

/** A hub that has listeners. */
interface Listening {
  /** All changes up to this one were handed over. */
  sent: number;
  /** Rises with each registration, so that an answer from before it is not taken for one about it. */
  generation: number;
  /** Whether a message was lost, so that its streams have to look at the log. */
  isBehind: boolean;
}

const cursorKey = "cursor";
/** A key for each hub that has listeners. Its value is whether all before the cursor was handed to it. */
const hubPrefix = "hub:";

export class Pump {
  readonly #state: PumpState;
  readonly #db: D1Database;
  readonly #namespace: LiveNamespace;
  readonly #log: Log;
  readonly #maxSilence: number;
  readonly #hubs = new Map<string, Listening>();
  #cursor: Position;
  /** The read that goes on, and whether there is to be another one after it. */
  #running: Promise<void> | null = null;
  #isAskedAgain = false;
  /** The look at where the log ends, before the first hub gets changes. */
  #starting: Promise<void> | null = null;

  /** @param retention Changes that the log keeps. */
  constructor(state: PumpState, db: D1Database, namespace: LiveNamespace, log: Log, retention: number) {
    this.#state = state;
    this.#db = db;
    this.#namespace = namespace;
    this.#log = log;
    this.#maxSilence = maxSilence(retention);
    const { kv } = state.storage;
    this.#cursor = kv.get<Position>(cursorKey) ?? origin;
    for (const [key, isInStep] of kv.list<boolean>({ prefix: hubPrefix })) {
      this.#hubs.set(key.slice(hubPrefix.length), this.#listening(!isInStep));
    }
  }

  /** Hands over what is new. Pokes that come while it reads become one further read. */
  async poke(): Promise<void> {
    if (this.#hubs.size > 0) await this.#pull();
  }

  /**
   * A hub got a stream, or lost the last one it knew of. Once it resolves, a hub that listens gets every change that is committed
   * from now on.
   */
  async listen(hub: string, isListening: boolean): Promise<void> {
    if (!isListening) {
      // Calls may overtake each other: the hub itself is asked whether anybody is there.
      await this.#ask(hub);
      return;
    }
    if (this.#hubs.size === 0 || this.#starting !== null) await this.#start();
    const known = this.#hubs.get(hub);
    if (known !== undefined) {
      known.generation += 1;
      return;
    }
    this.#hubs.set(hub, this.#listening(false));
    this.#state.storage.kv.put(hubPrefix + hub, true);
    await this.#schedule();
  }

  /** Reads the log while anybody listens. */
  async alarm(): Promise<void> {
    if (this.#hubs.size === 0) return;
    await this.#schedule();
    try {
      await this.#pull();
    } catch (error) {
      // The platform would try again a few times and then never. The next look is set, however long this goes on.
      logFault(pumpName, error);
    }
  }

  #listening(isBehind: boolean): Listening {
    return { sent: this.#cursor.seq, generation: 0, isBehind };
  }

  #schedule(): Promise<void> {
    return this.#state.storage.setAlarm(Date.now() + interval);
  }

  /** Nobody has listened: what is in the log by now is for nobody. */
  async #start(): Promise<void> {
    this.#starting ??= readHead(this.#db).then(
      (head) => {
        this.#moveTo(head);
        this.#starting = null;
      },
      (error) => {
        this.#starting = null;
        throw error;
      },
    );
    await this.#starting;
  }

  #moveTo(position: Position): void {
    this.#cursor = position;
    this.#state.storage.kv.put(cursorKey, position);
  }

  /** Kept as the cursor is: that moves on without a hub that does not answer. */
  #mark(hub: string, listening: Listening, isBehind: boolean): void {
    if (listening.isBehind === isBehind) return;
    listening.isBehind = isBehind;
    if (this.#hubs.get(hub) === listening) this.#state.storage.kv.put(hubPrefix + hub, !isBehind);
  }

  #forget(hub: string): void {
    if (this.#hubs.delete(hub)) this.#state.storage.kv.delete(hubPrefix + hub);
  }

  /** Forgets a hub whose streams have all gone. */
  async #ask(hub: string): Promise<void> {
    const listening = this.#hubs.get(hub);
    if (listening === undefined) return;
    const { sent } = listening;
    const nothing = { from: sent, to: sent, tag: "", changes: [] };
    await this.#send(hub, listening, listening.isBehind ? { type: "check" } : nothing, sent);
  }

  #pull(): Promise<void> {
    this.#isAskedAgain = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#read();
    } finally {
      this.#running = null;
    }
  }

  async #read(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      const read = await readLog(this.#db, this.#log, this.#cursor, maxLength);
      if (read.type === "gap") {
        // The log was cut off or the database restored: each stream finds out for itself what that means for it.
        const head = await readHead(this.#db);
        for (const [hub, listening] of this.#hubs) this.#mark(hub, listening, true);
        await this.#handOut({ from: head.seq, to: head.seq, tag: head.tag, changes: [] });
        this.#moveTo(head);
        continue;
      }
      await this.#handOut(read);
      if (read.to > this.#cursor.seq) this.#moveTo({ seq: read.to, tag: read.tag });
      if (read.hasMore) this.#isAskedAgain = true;
    }
  }

  /** Hands each hub its part. Returns once each has it, or has been given up for now. */
  async #handOut(batch: Batch): Promise<void> {
    const parts = routeChanges(this.#log, batch.changes, [...this.#hubs.keys()]);
    const waiting = [...this.#hubs];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await this.#handTo(...next, batch, parts.get(next[0]) ?? []);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, waiting.length) }, work));
  }

  async #handTo(
    hub: string,
    listening: Listening,
    { to, tag }: Batch,
    changes: readonly Change[],
  ): Promise<void> {
    const isSilent = changes.length === 0 && to - listening.sent < this.#maxSilence;
    if (isSilent && !listening.isBehind) return;
    const message: HubMessage = listening.isBehind
      ? { type: "check" }
      : { from: listening.sent, to, tag, changes };
    await this.#send(hub, listening, message, to);
  }

  async #send(hub: string, listening: Listening, message: HubMessage, to: number): Promise<void> {
    const { generation } = listening;
    const text = JSON.stringify(message);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        // A stub that has failed stays broken: each attempt has its own.
        const listeners = await this.#namespace.getByName(hub).receive(text);
        listening.sent = to;
        this.#mark(hub, listening, false);
        if (listeners === 0 && listening.generation === generation) this.#forget(hub);
        return;
      } catch (error) {
        if (attempt === attempts) {
          this.#mark(hub, listening, true);
          logFault(`hub ${hub}`, error);
        } else await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
      }
    }
  }
}
