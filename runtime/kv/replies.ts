/** The ways in which a command's reply comes to its caller. */

import type { KVError } from "./errors.ts";

/** Awaited by Worker code, queued inside `multi` and `pipeline`, or at once inside functions of the object. */
export type ReplyMode = "promise" | "queued" | "value";

interface Replies<T> {
  promise: Promise<T>;
  queued: Queued<T>;
  value: T;
}

/** A reply of type `T` in the mode `R`. */
export type Reply<T, R extends ReplyMode> = Replies<T>[R];

/** One page of a scan. The cursor of the last page is `"0"`. */
export interface Page<Item> {
  readonly cursor: string;
  readonly items: Item[];
}

/** The first page of a scan when awaited; every item from there on when iterated with `for await`. */
export interface Scan<Item> extends Promise<Page<Item>>, AsyncIterable<Item> {}

interface PageReplies<Item> {
  promise: Scan<Item>;
  queued: Queued<Page<Item>>;
  value: Page<Item>;
}

/** A page of items in the mode `R`. */
export type PageReply<Item, R extends ReplyMode> = PageReplies<Item>[R];

/** One command on its way to an object. */
export interface Command {
  /** Key of the store in the config. */
  readonly store: string;
  readonly command: string;
  readonly args: readonly unknown[];
}

/** A command that waits in a `multi` or a `pipeline`, and will reply with a `T`. */
export class Queued<T> {
  readonly command: Command;
  /** The object that the command's keys live in. */
  readonly object: string;
  readonly decode: (raw: unknown) => T;
  /** What its arguments are refused for. Then it is not sent. */
  readonly failure: KVError | undefined;

  constructor(command: Command, object: string, decode: (raw: unknown) => T, failure?: KVError) {
    this.command = command;
    this.object = object;
    this.decode = decode;
    this.failure = failure;
  }
}

/** Which way a command takes: the keys it names decide the object. */
export interface Sender<R extends ReplyMode> {
  /**
   * Sends a command about certain keys.
   *
   * @param args Encodes the arguments; what it throws becomes the command's failure.
   * @param decode Makes the caller's reply of the structure's plain one.
   */
  send<Raw, T>(
    command: string,
    keys: readonly string[],
    args: () => readonly unknown[],
    decode: (raw: Raw) => T,
  ): Reply<T, R>;
  /** Sends a command about one page of a key's items. */
  page<Raw, Item>(
    command: string,
    key: string,
    cursor: string,
    options: unknown,
    decode: (raw: Raw) => Item,
  ): PageReply<Item, R>;
  /** Sends a command to every object of the store and joins the lists that come back. */
  everywhere(command: string, args: readonly unknown[]): Reply<string[], R>;
  /** A page of the keys of all objects of the store, one object after the other. */
  walk(command: string, cursor: string, options: unknown): PageReply<string, R>;
}
