/**
 * Rows that the stream has told while creations are under way whose ids only the server knows. Each could be one of those: it would
 * be shown twice. So they wait until the creations that could be theirs have their answers.
 */
export class HeldRows {
  #count = 0;
  readonly #underWay = new Set<number>();
  /** The creations that a row may be: all up to this one. */
  readonly #held = new Map<string, number>();

  /** Rows that left while creations were under way. */
  readonly #left = new Set<string>();

  /** A creation is sent. @returns what ends it: it gives the ids of the rows that no longer wait. */
  begin(): () => readonly string[] {
    this.#count += 1;
    const number = this.#count;
    this.#underWay.add(number);
    return () => {
      this.#underWay.delete(number);
      // A set is in the order of insertion: the first is the oldest.
      const [oldest = Number.POSITIVE_INFINITY] = this.#underWay;
      if (this.#underWay.size === 0) this.#left.clear();
      const free = [...this.#held].flatMap(([id, upTo]) => (upTo < oldest ? [id] : []));
      for (const id of free) this.#held.delete(id);
      return free;
    };
  }

  /** The stream has told a row that was not there. */
  hold(id: string): void {
    if (this.#underWay.size > 0) this.#held.set(id, this.#count);
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** The stream has told that a row left. */
  leave(id: string): void {
    this.#held.delete(id);
    if (this.#underWay.size > 0) this.#left.add(id);
  }

  /** A row is known to be one that was created. @returns whether it has left already. */
  release(id: string): boolean {
    this.#held.delete(id);
    return this.#left.has(id);
  }
}
