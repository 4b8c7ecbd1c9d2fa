/** The Durable Object classes that covara writes, each under a binding of its own. */
import { channelBinding, channelClass } from "./channel-names.ts";
import { kvBinding, kvClass } from "./kv-names.ts";
import { liveBinding, liveClass } from "./live-names.ts";
import type { Model } from "./types.ts";

export interface OwnClass {
  /** The name of the class, in code and in wrangler.toml. */
  readonly className: string;
  readonly binding: string;
  /** The emitted file that exports it, without extension. */
  readonly file: string;
  /** Whether the application needs it. */
  readonly isUsed: (model: Pick<Model, "kv" | "live" | "channels">) => boolean;
}

/** All of them, in the order in which files name them. */
export const ownClasses: readonly OwnClass[] = [
  { className: kvClass, binding: kvBinding, file: "kv-object", isUsed: ({ kv }) => kv !== null },
  { className: liveClass, binding: liveBinding, file: "live-object", isUsed: ({ live }) => live !== null },
  {
    className: channelClass,
    binding: channelBinding,
    file: "channel-object",
    isUsed: ({ channels }) => channels !== null,
  },
];

/** Those that an application needs. */
export const classesOf = (model: Pick<Model, "kv" | "live" | "channels">): readonly OwnClass[] =>
  ownClasses.filter(({ isUsed }) => isUsed(model));
