/** The ids of events: where in the log a stream is, and what it was a stream of. */
import type { Position } from "./log.ts";

/** What a stream is of. One that goes on where another ended must be the same. */
export interface StreamIdentity {
  /** The columns and the rule. */
  readonly schema: string;
  /** The caller, with all that rules know of it, and the filter. */
  readonly subscriber: string;
}

/** A short text for a longer one: FNV-1a, 32 bits, in base 36. Against mistakes, not against attackers: a stream tells nobody more than its rule. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

/** `epoch.seq`. The epoch is made of the change's tag and of what the stream is. */
export const eventId = ({ schema, subscriber }: StreamIdentity, { seq, tag }: Position): string =>
  `${tag === "" ? "0" : tag}-${schema}-${subscriber}.${seq}`;

/** Where to go on, or why that is impossible. */
export type Resumption =
  | { readonly type: "resume"; readonly position: Position }
  | { readonly type: "invalidate"; readonly reason: "gap" | "scope" | "schema" };

/** Reads an id that a client gave back. One that no stream ever gave is one that is not known any more. */
export function parseEventId(text: string, identity: StreamIdentity): Resumption {
  const parts = /^([0-9a-f]{1,16})-(\w{1,16})-(\w{1,16})\.(\d{1,15})$/.exec(text);
  const [, tag = "", schema, subscriber, digits] = parts ?? [];
  const seq = Number(digits);
  if (parts === null || (seq === 0) !== (tag === "0")) return { type: "invalidate", reason: "gap" };
  if (schema !== identity.schema) return { type: "invalidate", reason: "schema" };
  if (subscriber !== identity.subscriber) return { type: "invalidate", reason: "scope" };
  return { type: "resume", position: { seq, tag: seq === 0 ? "" : tag } };
}
