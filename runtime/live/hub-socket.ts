/** The connection of one stream to the hub that tells it of changes. */
import { fingerprint } from "./position.ts";
import type { Batch } from "./types.ts";

/** The calls of the emitted `CovaraLiveDurableObject`. */
export interface LiveStub {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Reads what is new in the change log, and hands it to the hubs that have listeners. */
  poke(): Promise<void>;
  /** Begins or ends to hand changes to a hub. */
  listen(hub: string, isListening: boolean): Promise<void>;
  /** Tells the listeners of a hub. Gives their number. */
  receive(message: string): Promise<number>;
}

/** The binding of the emitted `CovaraLiveDurableObject`. */
export interface LiveNamespace {
  getByName(name: string): LiveStub;
}

/** Name of the one object that reads the change log. */
export const pumpName = "pump";

/** Characters of a partition in the name of its hub. Names of objects have 1,024 bytes at most. */
const maxPartition = 200;

/**
 * Name of a hub: of all changes of a resource, or of those of one partition. Partitions with long values may share one: streams look
 * at each change themselves.
 */
export function hubName(stream: string, partition: string | null): string {
  if (partition === null) return `${stream}/*`;
  return partition.length > maxPartition ? `${stream}/#${fingerprint(partition)}` : `${stream}/=${partition}`;
}

/** What hubs send: changes, or that what was sent before may be incomplete. */
export type HubMessage = Batch | { readonly type: "check" };

export const ping = "ping";
export const pong = "pong";

/** Listens to a hub until it is closed. */
export interface HubSocket {
  /** Asks the connection whether it is alive. `onLost` is called where there was no answer to the last question. */
  ping(): void;
  close(): void;
}

interface Listeners {
  readonly onMessage: (message: HubMessage) => void;
  /** The connection broke. Nothing more comes. */
  readonly onLost: () => void;
}

/** Parsed messages of hubs, for the streams of one isolate that get the same text. */
let latest: { readonly text: string; readonly message: HubMessage } | null = null;

function parse(text: string): HubMessage {
  if (latest?.text !== text) latest = { text, message: JSON.parse(text) };
  return latest.message;
}

/**
 * Opens the connection. All changes that are committed from now on will come.
 *
 * @throws {Error} where the hub does not answer.
 */
export async function openHub(hubs: LiveNamespace, name: string, listeners: Listeners): Promise<HubSocket> {
  const response = await hubs.getByName(name).fetch("https://hub/", { headers: { Upgrade: "websocket" } });
  const socket = response.webSocket;
  if (socket === null)
    throw new Error(`The hub ${name} answered ${response.status}, and opened no connection`);
  socket.accept();
  let isOpen = true;
  let isAnswered = true;
  const lost = (): void => {
    if (!isOpen) return;
    isOpen = false;
    listeners.onLost();
  };
  socket.addEventListener("message", ({ data }) => {
    if (!isOpen || typeof data !== "string") return;
    if (data === pong) isAnswered = true;
    else listeners.onMessage(parse(data));
  });
  socket.addEventListener("close", lost);
  socket.addEventListener("error", lost);
  return {
    ping() {
      if (!isOpen) return;
      if (!isAnswered) {
        lost();
        socket.close(1001, "No answer");
        return;
      }
      isAnswered = false;
      socket.send(ping);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      socket.close(1000, "Done");
    },
  };
}
