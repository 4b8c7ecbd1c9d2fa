/** Uniform random picks from a collection of any size, without counting through it. */
import { checkInteger } from "./checks.ts";
import { KVError } from "./errors.ts";
import type { Sql } from "./sql.ts";

/**
 * A 32-bit hash of a text, from 0 to 2^32 − 1. Members are stored by it, so it must give the same numbers for ever.
 *
 * FNV-1a (Fowler, Noll, Vo; offset basis 2166136261, prime 16777619) over UTF-16 units instead of bytes, then the
 * 32-bit finalizer of MurmurHash3 (Appleby), which spreads texts that differ in little over the whole range.
 */
export function pickOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Gives numbers from 0 up to, but not, 1. */
export type Random = () => number;

/** A member, and the hash that it is stored under. */
export type Picked = { readonly pick: number; readonly member: string };

const hashes = 2 ** 32;

/** Up to this many members are read at once: one statement costs about as much as reading them. */
const small = 64;

/** Members that a window holds on average, and those it may hold to be sampled exactly. */
const meanMembers = 4;
const maxMembers = 16;

/** With members that hash evenly, this many windows in a row are refused once in 10^8 picks. */
const maxWindows = 64;

/**
 * Picks members of one table `(id, pick, member, …) WITHOUT ROWID, PRIMARY KEY (id, pick, member)`, `pick` being
 * {@link pickOf} of the member.
 *
 * The hashes are cut into windows of about 4 members each. A pick looks into a random window, takes one of 16 places
 * at random, and looks elsewhere if that place is empty: rejection sampling, 4 windows and 16 rows on average whatever
 * the size. Every member is equally likely, unless its window holds more than 16: by chance that is one window in a
 * million. Members that somebody has made to collide are picked less often than others, and slower.
 */
export class Picker {
  readonly #sql: Sql;
  readonly #random: Random;
  readonly #all: string;
  readonly #window: string;
  readonly #count: string;
  readonly #nth: string;

  /** @param column The table's name for the member. */
  constructor(sql: Sql, table: string, column = "member", random: Random = Math.random) {
    this.#sql = sql;
    this.#random = random;
    const columns = `pick, ${column} AS member`;
    const range = `FROM ${table} WHERE id = ? AND pick BETWEEN ? AND ?`;
    this.#all = `SELECT ${columns} FROM ${table} WHERE id = ?`;
    this.#window = `SELECT ${columns} ${range} LIMIT ${maxMembers + 1}`;
    this.#count = `SELECT count(*) AS count ${range}`;
    this.#nth = `SELECT ${columns} ${range} ORDER BY pick, ${column} LIMIT 1 OFFSET ?`;
  }

  /**
   * One member.
   *
   * @param id The key's surrogate.
   * @param count How many members it has, at least 1.
   */
  one(id: number, count: number): Picked {
    return count <= small ? this.among(this.#read(id)) : this.#sample(id, count);
  }

  /** `wanted` different members, or all where there are not so many. In random order, unless all are given. */
  distinct(id: number, count: number, wanted: number): Picked[] {
    if (wanted === 0) return [];
    if (isFew(count, wanted)) return this.shuffled(this.#read(id), wanted);
    const picked = new Map<string, Picked>();
    while (picked.size < wanted) {
      const next = this.#sample(id, count);
      picked.set(next.member, next);
    }
    return [...picked.values()];
  }

  /** `wanted` members, each picked from all. */
  repeated(id: number, count: number, wanted: number): Picked[] {
    if (!isFew(count, wanted)) return Array.from({ length: wanted }, () => this.#sample(id, count));
    const members = this.#read(id);
    return Array.from({ length: wanted }, () => this.among(members));
  }

  /** One item of a list that is not empty. */
  among<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError("There is nothing to pick from.");
    return items[this.#below(items.length)] as Item;
  }

  /** `wanted` different items of a list, or all of them. */
  shuffled<Item>(items: readonly Item[], wanted: number): Item[] {
    const rest = [...items];
    if (wanted >= rest.length) return rest;
    // Fisher and Yates, stopped after the wanted ones.
    for (let i = 0; i < wanted; i++) {
      const other = i + this.#below(rest.length - i);
      [rest[i], rest[other]] = [rest[other] as Item, rest[i] as Item];
    }
    return rest.slice(0, wanted);
  }

  #sample(id: number, count: number): Picked {
    const windows = Math.ceil(count / meanMembers);
    const width = hashes / windows;
    for (let tries = 0; tries < maxWindows; tries++) {
      const index = this.#below(windows);
      const [low, high] = [Math.ceil(index * width), Math.ceil((index + 1) * width) - 1];
      const members = this.#sql.all<Picked>(this.#window, id, low, high);
      if (members.length > maxMembers) return this.#nthOf(id, low, high, this.#size(id, low, high));
      const member = members[this.#below(maxMembers)];
      if (member !== undefined) return member;
    }
    return this.#nthOf(id, 0, hashes - 1, count);
  }

  #size(id: number, low: number, high: number): number {
    return this.#sql.get<{ count: number }>(this.#count, id, low, high)?.count ?? 0;
  }

  /** A member of a range, found by counting through it. */
  #nthOf(id: number, low: number, high: number, count: number): Picked {
    const member = this.#sql.get<Picked>(this.#nth, id, low, high, this.#below(count));
    if (member === undefined) throw new RangeError(`The key ${id} has fewer members than its count says.`);
    return member;
  }

  #read(id: number): Picked[] {
    return this.#sql.all<Picked>(this.#all, id);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Whether to read all members: a sampled one costs as much as 16 that are read. */
const isFew = (count: number, wanted: number): boolean => count <= small || wanted * maxMembers >= count;

/** Picks with repetition that one command may ask for: the reply has to fit into memory. */
const maxRepeated = 1_000_000;

/**
 * The count of `srandmember`, `hrandfield` and `zrandmember`: a negative one asks for that many with repetition.
 *
 * @throws KVError `OUT_OF_RANGE` for more than a million with repetition.
 */
export function checkPickCount(count: unknown): number {
  const wanted = checkInteger(count, "The count");
  if (wanted >= -maxRepeated) return wanted;
  throw new KVError("OUT_OF_RANGE", `The count must be at least ${-maxRepeated}, not ${wanted}.`);
}
