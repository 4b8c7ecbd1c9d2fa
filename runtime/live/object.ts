/** What the emitted `CovaraLiveDurableObject` hands its calls to: one of its objects is the pump, all others are hubs. */
import { Hub } from "./hub.ts";
import { type LiveNamespace, pumpName } from "./hub-socket.ts";
import { Pump, type PumpState } from "./pump.ts";
import type { Log } from "./types.ts";

/** The part of a `DurableObjectState` that is used. */
export interface LiveState extends PumpState {
  readonly id: { readonly name?: string | undefined };
  acceptWebSocket(socket: WebSocket): void;
  getWebSockets(): WebSocket[];
  getWebSocketAutoResponseTimestamp(socket: WebSocket): Date | null;
  setWebSocketAutoResponse(pair: WebSocketRequestResponsePair): void;
}

export interface LiveObjectOptions {
  readonly db: D1Database;
  /** The binding of the objects themselves. */
  readonly hubs: LiveNamespace;
  readonly log: Log;
  /** Changes that the log keeps. */
  readonly retention: number;
}

/** A pump or a hub, by the name of the object. */
export class LiveHost {
  readonly #part: { readonly pump: Pump } | { readonly hub: Hub };

  constructor(state: LiveState, { db, hubs, log, retention }: LiveObjectOptions) {
    const { name } = state.id;
    if (name === undefined) throw new Error("A live object was reached by its id: its name says what it is");
    this.#part =
      name === pumpName
        ? { pump: new Pump(state, db, hubs, log, retention) }
        : { hub: new Hub(state, name, hubs) };
  }

  poke(): Promise<void> {
    return this.#pump.poke();
  }

  listen(hub: string, isListening: boolean): Promise<void> {
    return this.#pump.listen(hub, isListening);
  }

  receive(message: string): number {
    return this.#hub.receive(message);
  }

  fetch(request: Request): Promise<Response> {
    return this.#hub.fetch(request);
  }

  alarm(): Promise<void> {
    return this.#pump.alarm();
  }

  closed(socket: WebSocket): Promise<void> {
    return this.#hub.closed(socket);
  }

  get #pump(): Pump {
    if ("pump" in this.#part) return this.#part.pump;
    throw new Error("This live object is a hub, and was called as the pump");
  }

  get #hub(): Hub {
    if ("hub" in this.#part) return this.#part.hub;
    throw new Error("This live object is the pump, and was called as a hub");
  }
}
