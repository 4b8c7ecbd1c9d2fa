/** What is measured: one command with arguments, and how its traces are removed. */
import type { Command, Queued } from "../../../runtime/kv/replies.ts";
import type { Shape } from "./shape.ts";
import type { Queues, StoreName } from "./stores.ts";

/**
 * What a command's cost may depend on.
 *
 * - `point`: one key or member, or a fixed number of them. Has to stay flat.
 * - `count`: how many there are. Has to stay flat.
 * - `log`: indexes, counts of a range, random picks.
 * - `range`: a fixed number of neighbours, found by score, cursor or end.
 * - `rank`: ranks, and neighbours found by rank.
 * - `whole`: all members.
 */
export type Kind = "point" | "count" | "log" | "range" | "rank" | "whole";

export const kinds = ["point", "count", "log", "range", "rank", "whole"] as const satisfies readonly Kind[];

/** A command, from a store's own interface where it has one with queued replies. */
export type Made = Queued<unknown> | Command;

/** What is measured of one command. Functions get the number of the call, from which keys and members follow. */
export interface Measured {
  readonly kind: Kind;
  readonly call: (stores: Queues, i: number, shape: Shape) => Made;
  /** What has to be there first. Not measured. */
  readonly before?: (stores: Queues, i: number, shape: Shape) => Made;
  /** Puts things back afterwards, in reverse order. Not measured. */
  readonly undo?: (stores: Queues, i: number, shape: Shape, reply: unknown) => Made;
  /** How many calls may follow each other. Default: half as many as there are members, where there is an `undo`. */
  readonly limit?: (shape: Shape) => number;
}

export interface Case extends Measured {
  readonly store: StoreName;
  /** `zrange`, and in brackets what it does where that is not its most common use. */
  readonly name: string;
}

/** The command of a case. */
export const commandOf = ({ name }: Pick<Case, "name">): string => name.split(" ")[0] ?? name;

export const identify = ({ store, name }: Pick<Case, "store" | "name">): string => `${store}.${name}`;

/** The cases of one store, by their names. */
export const casesOf = (store: StoreName, measured: Readonly<Record<string, Measured>>): readonly Case[] =>
  Object.entries(measured).map(([name, one]) => ({ store, name, ...one }));

/** A copy of a collection takes as long as the collection is large, and is only there to be deleted. */
export const fewCopies = ({ members }: Shape): number => Math.max(1, Math.min(200, 20_000 / members));
