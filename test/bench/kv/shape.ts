/** How much data a measurement works on, and which part of it each command takes. */

/** A prime, so that multiples of it visit every member of a collection of 10^n before any comes twice. */
const step = 2_654_435_761;

/**
 * Collections of `members` members. Small ones come in several copies, so that commands that take something away find
 * enough of it: for strings, counters, sessions and rate limits, whose members are the keys of a store, copies of the
 * store; for all others, keys.
 */
export class Shape {
  readonly members: number;
  readonly copies: number;

  constructor(members: number) {
    this.members = members;
    this.copies = Math.max(1, Math.min(200, Math.floor(10_000 / members)));
  }

  /** The collection that command number `i` works on. */
  key(i: number): string {
    return `k${i % this.copies}`;
  }

  /** The position of a member, as good as random: neighbouring commands take distant members. */
  index(i: number): number {
    return (Math.floor(i / this.copies) * step) % this.members;
  }

  member(i: number): string {
    return `m${this.index(i)}`;
  }

  /** Different members of the collection that command number `i` works on. */
  several(i: number, count: number): [string, ...string[]] {
    const others = Array.from({ length: count - 1 }, (_, other) =>
      this.member(i + (other + 1) * this.copies),
    );
    return [this.member(i), ...others];
  }

  /** A member that is not there. */
  fresh(i: number): string {
    return `n${i}`;
  }
}
