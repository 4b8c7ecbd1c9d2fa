/** Which Durable Object holds a key. */
import { KVError } from "./errors.ts";

/** Where a store lives. */
export interface Placement {
  /** Name of the object, or the first part of the objects' names. */
  readonly object: string;
  /** Spreads the keys over this many objects. */
  readonly shards?: number;
  /** Gives each tag an object of its own. */
  readonly shardBy?: "tag";
}

/** Keys with the same `{tag}` live in the same object, as in a Redis Cluster. */
export type Tagged = `${string}{${string}}${string}`;

/**
 * The part of a key that decides where it lives: what stands between the first `{` and the next `}`, if there is
 * anything; else the whole key. As in the Redis Cluster specification.
 */
export function tagOf(key: string): string {
  const open = key.indexOf("{");
  if (open < 0) return key;
  const close = key.indexOf("}", open + 1);
  return close <= open + 1 ? key : key.slice(open + 1, close);
}

/** Slots of a Redis Cluster. */
export const slots = 16_384;

/** The slot of a tag: CRC-16/XMODEM of its UTF-8 bytes, as in the Redis Cluster specification. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % slots;
}

/** Name of the object number `index` of `shards`. The number of shards is part of it, so that two never mix. */
export const shardName = ({ object }: Placement, shards: number, index: number): string =>
  `${object}/${shards}/${index}`;

/** Whether keys decide which of several objects they live in. */
export const isSpread = ({ shards, shardBy }: Placement): boolean =>
  shards !== undefined || shardBy !== undefined;

/** Name of the object that holds a key. */
export function objectOf(placement: Placement, key: string): string {
  const { object, shards, shardBy } = placement;
  if (shardBy === "tag") return `${object}/${tagOf(key)}`;
  if (shards === undefined) return object;
  return shardName(placement, shards, shardOf(slotOf(tagOf(key)), shards));
}

/** Which of so many objects a slot belongs to. */
export const shardOf = (slot: number, shards: number): number => Math.floor((slot * shards) / slots);

/**
 * Name of the one object that holds all of the keys.
 *
 * @throws KVError `CROSSSLOT` where they live in several.
 */
export function commonObject(placement: Placement, keys: readonly string[]): string {
  const [first = "", ...others] = keys;
  const object = objectOf(placement, first);
  if (isSpread(placement)) {
    const other = others.find((key) => objectOf(placement, key) !== object);
    if (other !== undefined) {
      throw new KVError(
        "CROSSSLOT",
        `The keys ${JSON.stringify(first)} and ${JSON.stringify(other)} live in different objects. Give them a common {tag}.`,
      );
    }
  }
  return object;
}

/** The objects of a store that spreads its keys over a known number of them. */
export function objectsOf(placement: Placement): readonly string[] {
  const { object, shards } = placement;
  if (shards === undefined) return [object];
  return Array.from({ length: shards }, (_, index) => shardName(placement, shards, index));
}
