/** What Workers and the objects of channels say to each other. */

/** A message in the log of a room. */
export interface LoggedMessage {
  /** The first message of a room has the number 1, and each one the next. */
  readonly seq: number;
  /** The message as clients get it, as JSON. */
  readonly text: string;
}

/** A place in the log: behind the message of this number. */
export interface Position {
  /** Random, and stored with the log; `"0"` before the first message. */
  readonly epoch: string;
  readonly seq: number;
}

/** What an object sends to those who listen. */
export type Frame =
  /** The first frame: where the log ends. `first` is the number of the oldest message that is kept, or of the next one. */
  | { readonly type: "connected"; readonly epoch: string; readonly seq: number; readonly first: number }
  | { readonly type: "message"; readonly epoch: string; readonly seq: number; readonly text: string }
  | { readonly type: "join" | "leave"; readonly userId: string };

/** Some messages of a log in order. */
export interface Page {
  readonly epoch: string;
  /** Number of the oldest message that is kept, or of the next one. */
  readonly first: number;
  /** Those after the place that was asked for; none where it is the end. */
  readonly messages: readonly LoggedMessage[];
}

/** A user who listens, and over how many connections. */
export interface Listener {
  readonly userId: string;
  readonly connections: number;
}

/** Who listens to a room. */
export interface Presence {
  /** By the ids of users, the first 1,000. */
  readonly items: readonly Listener[];
  /** The number of all users. Those who are not signed in are not among them. */
  readonly total: number;
}

/** The calls of the emitted `CovaraChannelDurableObject`. */
export interface ChannelStub {
  fetch(url: string, init: RequestInit): Promise<Response>;
  publish(content: string): Promise<LoggedMessage>;
  read(after: number): Promise<Page>;
  presence(): Promise<Presence>;
}

/** The binding of the emitted `CovaraChannelDurableObject`. */
export interface ChannelNamespace {
  getByName(name: string): ChannelStub;
}

/** The question whether a connection is alive, and its answer, which does not wake the object. */
export const ping = "ping";
export const pong = "pong";

/** Milliseconds between two such questions, and between signs of life to clients. */
export const pingInterval = 15_000;

/** The header that tells an object whose connection it is. */
export const userHeader = "Covara-User";

/** Longest name of a Durable Object, in bytes. */
const maxName = 1024;

const encode = (value: string): string => value.replaceAll(/[%/]/g, encodeURIComponent);

/**
 * The name of the object that is one room: `chat/general`.
 *
 * @throws {RangeError} where it is longer than an object's name can be. The limits of parameters do not let that happen.
 */
export function roomName(channel: string, values: readonly string[]): string {
  const name = [channel, ...values.map(encode)].join("/");
  if (new TextEncoder().encode(name).byteLength > maxName)
    throw new RangeError(`The parameters of ${channel} are longer than ${maxName} bytes`);
  return name;
}

/** The channel that an object with this name is a room of. */
export const channelOf = (name: string): string => name.split("/", 1)[0] ?? "";

/** The parameters of the room that an object with this name is, in their order. */
export const valuesOf = (name: string): string[] =>
  name
    .split("/")
    .slice(1)
    .map((value) => value.replaceAll(/%(?:25|2F)/g, decodeURIComponent));
