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

/** The layer. */
export interface Optimistic {
  /** Ids of the rows with writes that have no answer. */
  pending(): ReadonlySet<string>;
  /** Ids of all rows that may not be what the stream told. */
  ids(): Iterable<string>;
  /** The id of a row that had another one before the server made it. */
  idOf(id: string): string;
  /** A row as it is to be shown; null where it is not. */
  shown(id: string): AnyRow | null;
  /** Adds a write behind those of the same row that are under way. */
  add(id: string, write: Write): void;
  /** The stream has told a row. */
  told(id: string, row: AnyRow): void;
  /** The stream has told that a row left. */
  removed(id: string): void;
  /** The base was replaced by another snapshot. */
  replaced(): void;
  /** The stream is open: from now on it has its time to tell what it has not told. */
  opened(): void;
  /** Lets go of the answers that the open stream has had its time to tell. @returns whether others are left. */
  expire(): boolean;
}

export function optimisticRows(around: Surroundings): Optimistic {
  const { base, matches, isSame, generation, changed, version = "" } = around;
  const entries = new Map<string, Entry>();
  /** Ids that the server gave, by those that stood for them before. */
  const realIds = new Map<string, string>();

  const isVersioned = (row: AnyRow): boolean => typeof row[version] === "number";
  /**
   * Whether a row that was told is not the row of an answer yet. Without versions only that row itself shows that the stream has
   * come so far.
   */
  const isBehind = (told: AnyRow, answer: AnyRow | null): boolean => {
    if (answer === null) return true;
    return isVersioned(answer) ? Number(told[version]) < Number(answer[version]) : !isSame(told, answer);
  };

  const forget = (id: string, entry: Entry): void => {
    entry.answer = null;
    if (entry.writes.length === 0) entries.delete(id);
    changed(id);
  };

  const add = (id: string, write: Write): void => {
    const entry = entries.get(id) ?? {
      writes: [],
      answer: null,
      generation: 0,
      isTouched: false,
      isRemoved: false,
      told: [],
    };
    entries.set(id, entry);
    entry.writes.push(write);
    if (entry.writes.length === 1) void send(id, entry);
    changed(id);
  };

  const send = async (id: string, entry: Entry): Promise<void> => {
    const [write] = entry.writes;
    if (write === undefined) return;
    entry.generation = generation();
    entry.isTouched = entry.isRemoved = false;
    entry.told = [];
    const known = entry.answer === null ? (base(id) ?? null) : entry.answer.row;
    const outcome = await write.send(id, known).then(
      (row) => ({ row }),
      (error: unknown) => ({ error }),
    );
    entry.writes.shift();
    if ("error" in outcome) {
      write.reject(outcome.error);
      if (write.isCreate) for (const { reject } of entry.writes.splice(0)) reject(outcome.error);
      next(id, entry);
      write.settled?.();
      return;
    }
    const { row } = outcome;
    const at = row === null ? id : String(row.id);
    const hasLeft = write.made?.(at) ?? false;
    // A row that the stream has told is no older than the write that made it.
    if (hasLeft || (write.isCreate && base(at) !== undefined)) entry.isTouched = true;
    if (at !== id) rename(id, at, entry);
    if (entries.get(at) === entry) {
      keepAnswer(at, entry, row);
      next(at, entry);
    }
    write.settled?.();
    write.resolve();
  };

  const next = (id: string, entry: Entry): void => {
    if (entry.writes.length > 0) void send(id, entry);
    else if (entry.answer === null) entries.delete(id);
    changed(id);
  };

  /** Puts a row that the server has made under the id that it gave. */
  const rename = (from: string, to: string, entry: Entry): void => {
    realIds.set(from, to);
    entries.delete(from);
    changed(from);
    if (!entries.has(to)) entries.set(to, entry);
    // Somebody who knew the id has begun to write the row: what is left comes behind that.
    else for (const write of entry.writes) add(to, write);
  };

  /** Keeps an answer where the stream is going to tell it, and has not yet. */
  const keepAnswer = (id: string, entry: Entry, row: AnyRow | null): void => {
    const told = base(id);
    const { isTouched, isRemoved } = entry;
    const isTold = (answer: AnyRow): boolean => {
      if (told !== undefined && isVersioned(answer)) return !isBehind(told, answer);
      const all = told === undefined ? entry.told : [told, ...entry.told];
      return isTouched || isRemoved || all.some((each) => !isBehind(each, answer));
    };
    const isAwaited =
      row === null
        ? // A row that left and came back before it was deleted is going to leave again.
          !isRemoved || told !== undefined
        : !isTold(row) && (told !== undefined || matches(row));
    entry.answer = isAwaited ? { row, generation: entry.generation, since: Date.now() } : null;
  };

  return {
    pending: () => new Set([...entries].flatMap(([id, { writes }]) => (writes.length > 0 ? [id] : []))),
    ids: () => entries.keys(),
    idOf: (id) => realIds.get(id) ?? id,
    shown: (id) => {
      const told = base(id) ?? null;
      const entry = entries.get(id);
      if (entry === undefined) return told;
      let row = entry.answer === null ? told : entry.answer.row;
      for (const write of entry.writes) row = write.guess(row);
      return row !== null && (row === told || matches(row)) ? row : null;
    },
    add,
    told: (id, row) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      const { answer, writes } = entry;
      if (writes.length > 0 && !isVersioned(row)) entry.told.push(row);
      // A row that was deleted is gone until the stream says so: what comes before that is older.
      if (answer !== null && !isBehind(row, answer.row)) forget(id, entry);
    },
    removed: (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.isRemoved = true;
      forget(id, entry);
    },
    replaced: () => {
      const now = generation();
      for (const [id, entry] of [...entries]) {
        if (entry.generation < now) entry.isTouched = true;
        const { answer } = entry;
        if (answer === null || answer.generation === now) continue;
        const told = base(id);
        // The snapshot may be from before a row was made and deleted, and then both are going to be told.
        const isAhead =
          answer.row === null || (told !== undefined && isVersioned(told) && isBehind(told, answer.row));
        if (!isAhead) forget(id, entry);
      }
    },
    opened: () => {
      for (const { answer } of entries.values()) if (answer !== null) answer.since = Date.now();
    },
    expire: () => {
      let isLeft = false;
      for (const [id, entry] of [...entries]) {
        if (entry.answer === null) continue;
        if (Date.now() - entry.answer.since < longestWait) isLeft = true;
        else forget(id, entry);
      }
      return isLeft;
    },
  };
}
