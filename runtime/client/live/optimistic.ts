/**
 * Writes that show before the server has answered. The rows that the stream has told are the base; on top of them lie, for each row,
 * the server's answer to the last write for as long as the stream has not told it too, and then the writes that have no answer.
 */
import type { AnyRow } from "./matches.ts";

/** What the layer knows of the rest of the store. */
export interface Surroundings {
  /** A row as the stream has told it. */
  readonly base: (id: string) => AnyRow | undefined;
  /** Whether a row belongs to what is shown. */
  readonly matches: (row: AnyRow) => boolean;
  /** Whether two rows look alike. */
  readonly isSame: (a: AnyRow, b: AnyRow) => boolean;
  /** Name of the field that counts a row's versions; undefined where there is none. */
  readonly version: string | undefined;
  /** Which snapshot of the server the stream builds on: a number that grows. */
  readonly generation: () => number;
  /** What is shown of a row may have changed. */
  readonly changed: (id: string) => void;
}

/** One write of one row. */
export interface Write {
  /** What the row becomes, as far as it can be known; null for none. */
  readonly guess: (row: AnyRow | null) => AnyRow | null;
  /**
   * Sends it.
   *
   * @param row The row as the server has it, as far as that is known.
   * @returns the row as it is then, or null where there is none that the caller may read.
   */
  readonly send: (id: string, row: AnyRow | null) => Promise<AnyRow | null>;
  /** Whether it makes the row: if it fails, so do all that follow. */
  readonly isCreate: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Called with the row that the server has made, before it is shown. @returns whether the stream told that it left. */
  readonly made?: (id: string) => boolean;
  /** Called once all of that is done. */
  readonly settled?: () => void;
}

interface Entry {
  /** In the order in which they were made. The first one is on its way. */
  writes: Write[];
  /** The server's answer, until the stream has told it too. A null row is one that is gone. */
  answer: { readonly row: AnyRow | null; readonly generation: number; since: number } | null;
  /** The snapshot that the stream built on when the first write was sent. */
  generation: number;
  /** Whether what the stream has told since then may be newer than the write. */
  isTouched: boolean;
  /** What the stream has told of the row since then. Not kept where versions tell which row is newer. */
  told: AnyRow[];
  /** Whether it has told that the row left. */
  isRemoved: boolean;
}

/**
 * Milliseconds for which an answer stands although the stream, which is open, does not tell it: what the stream tells is right in
 * the end.
 */
const longestWait = 5_000;

export class Optimistic {
  readonly #around: Surroundings;
  readonly #entries = new Map<string, Entry>();
  /** Ids that the server gave, by those that stood for them before. */
  readonly #realIds = new Map<string, string>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Ids of the rows with writes that have no answer. */
  get pending(): ReadonlySet<string> {
    return new Set([...this.#entries].flatMap(([id, { writes }]) => (writes.length > 0 ? [id] : [])));
  }

  /** Ids of all rows that may not be what the stream told. */
  get ids(): Iterable<string> {
    return this.#entries.keys();
  }

  /** The id of a row that had another one before the server made it. */
  idOf(id: string): string {
    return this.#realIds.get(id) ?? id;
  }

  /** A row as it is to be shown; null where it is not. */
  shown(id: string): AnyRow | null {
    const told = this.#around.base(id) ?? null;
    const entry = this.#entries.get(id);
    if (entry === undefined) return told;
    let row = entry.answer === null ? told : entry.answer.row;
    for (const write of entry.writes) row = write.guess(row);
    return row !== null && (row === told || this.#around.matches(row)) ? row : null;
  }

  /** Adds a write behind those of the same row that are under way. */
  add(id: string, write: Write): void {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      entry = { writes: [], answer: null, generation: 0, isTouched: false, isRemoved: false, told: [] };
      this.#entries.set(id, entry);
    }
    entry.writes.push(write);
    if (entry.writes.length === 1) void this.#send(id, entry);
    this.#around.changed(id);
  }

  /** The stream has told a row. */
  told(id: string, row: AnyRow): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { answer, writes } = entry;
    if (writes.length > 0 && !this.#isVersioned(row)) entry.told.push(row);
    // A row that was deleted is gone until the stream says so: what comes before that is older.
    if (answer !== null && !this.#isBehind(row, answer.row)) this.#forget(id, entry);
  }

  /** The stream has told that a row left. */
  removed(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.isRemoved = true;
    this.#forget(id, entry);
  }

  /** The base was replaced by another snapshot. */
  replaced(): void {
    const generation = this.#around.generation();
    for (const [id, entry] of [...this.#entries]) {
      if (entry.generation < generation) entry.isTouched = true;
      const { answer } = entry;
      if (answer === null || answer.generation === generation) continue;
      const told = this.#around.base(id);
      // The snapshot may be from before a row was made and deleted, and then both are going to be told.
      const isAhead =
        answer.row === null ||
        (told !== undefined && this.#isVersioned(told) && this.#isBehind(told, answer.row));
      if (!isAhead) this.#forget(id, entry);
    }
  }

  /** The stream is open: from now on it has its time to tell what it has not told. */
  opened(): void {
    for (const { answer } of this.#entries.values()) if (answer !== null) answer.since = Date.now();
  }

  /** Lets go of the answers that the open stream has had its time to tell. @returns whether others are left. */
  expire(): boolean {
    let isLeft = false;
    for (const [id, entry] of [...this.#entries]) {
      if (entry.answer === null) continue;
      if (Date.now() - entry.answer.since < longestWait) isLeft = true;
      else this.#forget(id, entry);
    }
    return isLeft;
  }

  async #send(id: string, entry: Entry): Promise<void> {
    const [write] = entry.writes;
    if (write === undefined) return;
    entry.generation = this.#around.generation();
    entry.isTouched = false;
    entry.isRemoved = false;
    entry.told = [];
    const known = entry.answer === null ? (this.#around.base(id) ?? null) : entry.answer.row;
    const outcome = await write.send(id, known).then(
      (row) => ({ row }),
      (error: unknown) => ({ error }),
    );
    entry.writes.shift();
    if ("error" in outcome) {
      write.reject(outcome.error);
      if (write.isCreate) for (const { reject } of entry.writes.splice(0)) reject(outcome.error);
      this.#next(id, entry);
      write.settled?.();
      return;
    }
    const { row } = outcome;
    const at = row === null ? id : String(row.id);
    const hasLeft = write.made?.(at) ?? false;
    // A row that the stream has told is no older than the write that made it.
    if (hasLeft || (write.isCreate && this.#around.base(at) !== undefined)) entry.isTouched = true;
    if (at !== id) this.#rename(id, at, entry);
    if (this.#entries.get(at) === entry) {
      this.#answered(at, entry, row);
      this.#next(at, entry);
    }
    write.settled?.();
    write.resolve();
  }

  #next(id: string, entry: Entry): void {
    if (entry.writes.length > 0) void this.#send(id, entry);
    else if (entry.answer === null) this.#entries.delete(id);
    this.#around.changed(id);
  }

  /** Puts a row that the server has made under the id that it gave. */
  #rename(from: string, to: string, entry: Entry): void {
    this.#realIds.set(from, to);
    this.#entries.delete(from);
    this.#around.changed(from);
    const other = this.#entries.get(to);
    if (other === undefined) this.#entries.set(to, entry);
    // Somebody who knew the id has begun to write the row: what is left comes behind that.
    else for (const write of entry.writes) this.add(to, write);
  }

  /** Keeps an answer where the stream is going to tell it, and has not yet. */
  #answered(id: string, entry: Entry, row: AnyRow | null): void {
    const told = this.#around.base(id);
    const { generation, isTouched, isRemoved } = entry;
    const isTold = (row: AnyRow): boolean => {
      if (told !== undefined && this.#isVersioned(row)) return !this.#isBehind(told, row);
      const all = told === undefined ? entry.told : [told, ...entry.told];
      return isTouched || isRemoved || all.some((each) => !this.#isBehind(each, row));
    };
    const isAwaited =
      row === null ? !isRemoved : !isTold(row) && (told !== undefined || this.#around.matches(row));
    entry.answer = isAwaited ? { row, generation, since: Date.now() } : null;
  }

  #forget(id: string, entry: Entry): void {
    entry.answer = null;
    if (entry.writes.length === 0) this.#entries.delete(id);
    this.#around.changed(id);
  }

  #isVersioned(row: AnyRow): boolean {
    const { version } = this.#around;
    return version !== undefined && typeof row[version] === "number";
  }

  /**
   * Whether a row that was told is not the row of an answer yet. Without versions only that row itself shows that the stream has
   * come so far.
   */
  #isBehind(told: AnyRow, answer: AnyRow | null): boolean {
    const { version = "", isSame } = this.#around;
    if (answer === null) return true;
    return this.#isVersioned(answer)
      ? Number(told[version]) < Number(answer[version])
      : !isSame(told, answer);
  }
}
