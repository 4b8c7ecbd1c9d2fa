/** What the relations of a rule lead to for one caller, followed through the log. */
import type { Change, Has, Image, Path, View } from "./types.ts";

/** Keys that one path may lead to. Each is held in memory for as long as the stream is open. */
export const maxKeys = 50_000;

/** All paths of a view; those that others go through come first. */
export const pathsOf = (view: View): readonly Path[] =>
  view.paths.flatMap((path) => [...pathsOf(path), path]);

/** What {@link Keys} starts with: each key of a path with the number of rows that have it. */
export const keysStatement = (db: D1Database, { table, column, rows }: Path): D1PreparedStatement =>
  db
    .prepare(
      `SELECT ${column} AS "key", count(*) AS "count" FROM ${table} WHERE ${column} IS NOT NULL${
        rows.sql === "" ? "" : ` AND (${rows.sql})`
      } GROUP BY 1 LIMIT ${maxKeys + 1}`,
    )
    .bind(...rows.values);

/** What one change does to a view. */
export interface Step {
  /** The paths as they were before the change … */
  readonly before: Has;
  /** … and with it. */
  readonly after: Has;
  /** Whether a path got or lost a key while its rows are too many to tell one by one: what is in reach has to be read anew. */
  readonly isUntold: boolean;
}

type Counts = Map<string, Map<unknown, number>>;

/**
 * The keys of each path of a view, with the number of rows that give each: the exact state of a rule's relations at one place in
 * the log. Each change takes it to the next place, and back.
 */
export class Keys {
  readonly #paths: readonly Path[];
  readonly #top: readonly Path[];
  readonly #counts: Counts = new Map();

  /**
   * @param rows What {@link keysStatement} gave for each of {@link pathsOf}.
   * @throws {RangeError} where a path leads to more than {@link maxKeys} keys.
   */
  constructor(view: View, rows: readonly (readonly unknown[])[]) {
    this.#top = view.paths;
    this.#paths = pathsOf(view);
    for (const [index, { name, table }] of this.#paths.entries()) {
      const own = (rows[index] ?? []) as readonly { key: unknown; count: number }[];
      if (own.length > maxKeys) {
        throw new RangeError(`The rule of a live stream leads to more than ${maxKeys} rows of ${table}`);
      }
      this.#counts.set(name, new Map(own.map(({ key, count }) => [key, count])));
    }
  }

  /** Whether a path leads to a row, as things are now. */
  readonly has: Has = (path, key) => (this.#counts.get(path)?.get(key) ?? 0) > 0;

  /** Whether a change can matter: it is of one of these tables, or comes with rows of one. */
  concerns({ table, related }: Change): boolean {
    return this.#paths.some((path) => path.table === table || related?.[path.table] !== undefined);
  }

  /** @param target SQL name of the table of the view itself. */
  apply(change: Change, target: string): Step {
    return this.#step(change, target);
  }

  /** Takes back the latest change that was applied, or that had happened when the keys were read. */
  undo(change: Change, target: string): Step {
    return this.#step({ ...change, before: change.after, after: change.before }, target);
  }

  #step(change: Change, target: string): Step {
    const deltas: Counts = new Map();
    const count = (path: string, key: unknown): number => this.#counts.get(path)?.get(key) ?? 0;
    const before = this.has;
    const after: Has = (path, key) => count(path, key) + (deltas.get(path)?.get(key) ?? 0) > 0;
    let isUntold = false;
    const isOpen = (paths: readonly Path[], table: string): boolean =>
      change.related?.[table] === null && paths.some(({ name }) => deltas.has(name));
    for (const path of this.#paths) {
      if (isOpen(path.paths, path.table)) isUntold = true;
      for (const [old, now] of rowsOf(change, path.table)) {
        const from = old !== null && path.holds(old, before) ? old[path.key] : null;
        const to = now !== null && path.holds(now, after) ? now[path.key] : null;
        if (from === to) continue;
        add(deltas, path.name, from, -1);
        add(deltas, path.name, to, 1);
      }
    }
    if (isOpen(this.#top, target)) isUntold = true;
    if (deltas.size === 0) return { before, after: before, isUntold };
    // What the step tells is asked for before the next one, but after this one has been made.
    const old = snapshot(this.#counts, deltas);
    this.#commit(deltas);
    return {
      before: (path, key) => (old.get(path)?.get(key) ?? count(path, key)) > 0,
      after: this.has,
      isUntold,
    };
  }

  #commit(deltas: Counts): void {
    for (const [path, changed] of deltas) {
      const own = this.#counts.get(path);
      if (own === undefined) continue;
      for (const [key, delta] of changed) {
        const count = (own.get(key) ?? 0) + delta;
        if (count === 0) own.delete(key);
        else own.set(key, count);
      }
    }
  }
}

/** The counts of the keys that are about to change. */
const snapshot = (counts: Counts, deltas: Counts): Counts =>
  new Map(
    [...deltas].map(([path, changed]) => [
      path,
      new Map([...changed.keys()].map((key) => [key, counts.get(path)?.get(key) ?? 0])),
    ]),
  );

function add(deltas: Counts, path: string, key: unknown, delta: number): void {
  if (key === null || key === undefined) return;
  let own = deltas.get(path);
  if (own === undefined) {
    own = new Map();
    deltas.set(path, own);
  }
  own.set(key, (own.get(key) ?? 0) + delta);
}

/** The rows of a table that a change tells of, before and with it: the one that changed, and those related to it. */
export function rowsOf(change: Change, table: string): (readonly [Image | null, Image | null])[] {
  const related = (change.related?.[table] ?? []).filter(
    ({ id }) => change.table !== table || id !== change.id,
  );
  const rows = related.map((row) => [row, row] as const);
  return change.table === table ? [[change.before, change.after], ...rows] : rows;
}
