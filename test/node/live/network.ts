/** The objects of live streams in this process, with the pump as it is, and a network between them that fails at random. */

import { type LiveNamespace, type LiveStub, pumpName } from "../../../runtime/live/hub-socket.ts";
import { Pump, type PumpState } from "../../../runtime/live/pump.ts";
import type { Log } from "../../../runtime/live/types.ts";
import type { Binding } from "../../bench/d1/binding.ts";
import type { Random } from "../../matrix/random.ts";

/** How often what goes wrong, from 0 to 1. */
export interface Weather {
  /** A call to a hub fails. */
  readonly failedCall: number;
  /** A connection to a hub breaks just before a message. */
  readonly brokenSocket: number;
  /** A message does not get to a stream whose connection stays as it is. The stream finds out with the next message. */
  readonly lostMessage: number;
  /** A poke does not get to the pump. */
  readonly lostPoke: number;
}

/** Nothing goes wrong. */
export const calm: Weather = { failedCall: 0, brokenSocket: 0, lostMessage: 0, lostPoke: 0 };

/** One end of a connection, as far as streams use it. */
class Socket {
  readonly #listeners = new Map<string, ((event: { data?: unknown }) => void)[]>();
  readonly #onClose: () => void;
  isOpen = true;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  accept(): void {}

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    if (text === "ping") this.deliver("message", "pong");
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#onClose();
  }

  deliver(type: string, data?: unknown): void {
    if (this.isOpen) for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }

  /** The hub has gone. */
  break(): void {
    this.deliver("close");
    this.isOpen = false;
  }
}

/** What a pump keeps across restarts. */
class Storage {
  readonly #values = new Map<string, unknown>();
  #owner: PumpState | null = null;
  alarmAt: number | null = null;

  /** What a pump that is made anew has; the one before can write nothing any more, whatever it is still busy with. */
  open(): PumpState {
    const mustOwn = (): void => {
      if (this.#owner !== state) throw new Error(goneMessage);
    };
    const state: PumpState = {
      storage: {
        kv: {
          get: <T>(key: string) => structuredClone(this.#values.get(key)) as T | undefined,
          put: (key, value) => {
            mustOwn();
            this.#values.set(key, structuredClone(value));
          },
          delete: (key) => {
            mustOwn();
            return this.#values.delete(key);
          },
          list: <T>({ prefix }: { prefix: string }) =>
            [...this.#values].filter(([key]) => key.startsWith(prefix)) as [string, T][],
        },
        setAlarm: async (at) => {
          mustOwn();
          this.alarmAt = at;
        },
      },
    };
    this.#owner = state;
    return state;
  }
}

const goneMessage = "the object was made anew meanwhile";

export class Network implements LiveNamespace {
  readonly #random: Random;
  readonly #binding: Binding;
  readonly #log: Log;
  readonly #retention: number;
  readonly #storage = new Storage();
  readonly #hubs = new Map<string, Set<Socket>>();
  #pump: Pump;
  weather: Weather;

  constructor(binding: Binding, log: Log, retention: number, random: Random, weather: Weather) {
    this.#random = random;
    this.#binding = binding;
    this.#log = log;
    this.#retention = retention;
    this.weather = weather;
    this.#pump = this.#start();
  }

  #start(): Pump {
    return new Pump(
      this.#storage.open(),
      this.#binding as unknown as D1Database,
      this,
      this.#log,
      this.#retention,
    );
  }

  /** The pump loses what it has in memory. */
  restartPump(): void {
    this.#pump = this.#start();
  }

  /** A hub loses its connections. */
  breakHubs(): void {
    for (const sockets of this.#hubs.values()) {
      const broken = [...sockets];
      sockets.clear();
      for (const socket of broken) socket.break();
    }
  }

  /** What the platform does every few seconds while the alarm is set. */
  async alarm(): Promise<void> {
    if (this.#storage.alarmAt === null) return;
    this.#storage.alarmAt = null;
    await this.#pump.alarm();
  }

  get isWatching(): boolean {
    return this.#storage.alarmAt !== null;
  }

  getByName(name: string): LiveStub {
    const hub = this.#hubs.get(name) ?? new Set<Socket>();
    this.#hubs.set(name, hub);
    return {
      fetch: async () => {
        const socket = new Socket(() => {
          hub.delete(socket);
          if (hub.size > 0) return;
          void this.#pump.listen(name, false).catch((error: Error) => {
            if (error.message !== goneMessage) throw error;
          });
        });
        hub.add(socket);
        await this.#pump.listen(name, true);
        return { webSocket: socket, status: 101 } as unknown as Response;
      },
      poke: async () => {
        if (name !== pumpName) throw new Error(`${name} is no pump`);
        if (!this.#random.chance(this.weather.lostPoke)) await this.#pump.poke();
      },
      listen: (hubName, isListening) => this.#pump.listen(hubName, isListening),
      receive: async (message) => {
        await Promise.resolve();
        if (this.#random.chance(this.weather.failedCall)) throw new Error("the hub does not answer");
        for (const socket of [...hub]) {
          if (this.#random.chance(this.weather.brokenSocket)) {
            hub.delete(socket);
            socket.break();
          } else if (!this.#random.chance(this.weather.lostMessage)) socket.deliver("message", message);
        }
        return hub.size;
      },
    };
  }
}
