/** Random choices that a seed repeats. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below 1, by mulberry32 (Tommy Ettinger, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (items.length === 0) throw new Error("there is nothing to pick from");
    return item as T;
  }

  /** Up to `most` different items, in their order. */
  some<T>(items: readonly T[], most: number): T[] {
    const wanted = new Set(Array.from({ length: most }, () => this.below(items.length)));
    return items.filter((_, index) => wanted.has(index));
  }

  uuid(): string {
    const digits = (count: number): string =>
      Array.from({ length: count }, () => this.below(16).toString(16)).join("");
    return `${digits(8)}-${digits(4)}-7${digits(3)}-${this.pick(["8", "9", "a", "b"])}${digits(3)}-${digits(12)}`;
  }
}
