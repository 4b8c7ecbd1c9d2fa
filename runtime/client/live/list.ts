/** The rows of a live list, from what its stream tells and what is written, as one snapshot after the other. */
import type { ConnectionState, ServerEvent } from "./connection.ts";
import { HeldRows } from "./held.ts";
import type { LiveSnapshot, LiveStatus } from "./live.ts";
import type { AnyRow } from "./matches.ts";
import { Optimistic } from "./optimistic.ts";
import type { Compare } from "./order.ts";
import { SortedRows } from "./rows.ts";

/** Rows that one list may hold, shown or not. */
export const maxRows = 10_000;

export interface LiveListOptions {
  readonly compare: Compare;
  readonly matches: (row: AnyRow) => boolean;
  readonly isSame: (a: AnyRow, b: AnyRow) => boolean;
  /** Name of the field that counts a row's versions. */
  readonly version: string | undefined;
  /** How many rows are shown at first, and come with each further page. */
  readonly limit: number;
  /** What is shown of a row instead of the row itself. */
  readonly show?: (row: AnyRow) => AnyRow;
  /** Something may look different. */
  readonly changed: () => void;
}

/** What events of a stream of rows carry, together. */
interface RowData {
  readonly objectId: string;
  readonly object: AnyRow;
}

const empty: LiveSnapshot<never> = {
  items: [],
  status: "loading",
  hasMore: false,
  error: null,
  pending: new Set(),
};

export class LiveList {
  readonly optimistic: Optimistic;
  readonly held = new HeldRows();
  readonly #options: LiveListOptions;
  readonly #rows: SortedRows;
  /** The rows as the stream has told them. */
  #base = new Map<string, AnyRow>();
  /** Those of a snapshot that is not complete yet: until then the ones before it are shown. */
  #next: Map<string, AnyRow> | null = null;
  /** How many snapshots have begun. */
  #generation = 0;
  #isLoaded = false;
  #isClosed = false;
  #state: ConnectionState = "connecting";
  #error: unknown = null;
  #shown: number;
  #snapshot: LiveSnapshot<AnyRow> = empty;
  readonly #looks = new WeakMap<AnyRow, AnyRow>();
  #isChanged = false;
  /** Whether a row that is shown has changed. */
  #isShownChanged = false;

  constructor(options: LiveListOptions) {
    this.#options = options;
    this.#shown = options.limit;
    this.#rows = new SortedRows(options.compare);
    this.optimistic = new Optimistic({
      base: (id) => this.#base.get(id),
      matches: options.matches,
      isSame: options.isSame,
      version: options.version,
      generation: () => this.#generation,
      changed: (id) => this.refresh(id),
    });
  }

  get isLive(): boolean {
    return this.#state === "live" && !this.#isClosed;
  }

  get snapshot(): LiveSnapshot<AnyRow> {
    if (!this.#isChanged) return this.#snapshot;
    this.#isChanged = false;
    const before = this.#snapshot;
    const pending = this.optimistic.pending;
    const now: LiveSnapshot<AnyRow> = {
      items: this.#isShownChanged ? this.#items() : before.items,
      status: this.#status(),
      hasMore: this.#rows.size > this.#shown,
      error: this.#error,
      pending: isSameSet(pending, before.pending) ? before.pending : pending,
    };
    this.#isShownChanged = false;
    const members = Object.keys(now) as (keyof typeof now)[];
    if (members.some((name) => now[name] !== before[name])) this.#snapshot = now;
    return this.#snapshot;
  }

  #items(): readonly AnyRow[] {
    const { show } = this.#options;
    const rows = this.#rows.first(this.#shown);
    if (show === undefined) return rows;
    return rows.map((row) => {
      // A row that has not changed has to look like the one before.
      const known = this.#looks.get(row) ?? show(row);
      this.#looks.set(row, known);
      return known;
    });
  }

  #status(): LiveStatus {
    if (this.#isClosed) return "closed";
    if (this.#state === "offline") return "offline";
    if (!this.#isLoaded) return "loading";
    return this.#state === "live" && this.#next === null ? "live" : "connecting";
  }

  /** What is shown of a row may have changed. */
  refresh(id: string): void {
    if (this.#rows.set(id, this.#visible(id)) < this.#shown) this.#isShownChanged = true;
    this.#touch();
  }

  /** A row is there that was not: one that is being made, perhaps. One that is shown already is none of those. */
  hold(id: string): void {
    if (!this.#rows.has(id)) this.held.hold(id);
  }

  /** While the server has not said which row it made, one that may be it is not shown beside it. */
  #visible(id: string): AnyRow | null {
    return this.held.has(id) ? null : this.optimistic.shown(id);
  }

  loadMore(): void {
    this.#shown += this.#options.limit;
    this.#isShownChanged = true;
    this.#touch();
  }

  opened(isResumed: boolean): void {
    if (!isResumed) {
      this.#generation += 1;
      this.#next = new Map();
    }
    this.optimistic.opened();
    this.#touch();
  }

  state(state: ConnectionState, error: unknown): void {
    this.#state = state;
    this.#error = error;
    this.#touch();
  }

  /** Nothing comes any more. @param error Why; null where that was asked for. */
  end(error: unknown): void {
    this.#isClosed = true;
    this.#error = error;
    this.#touch();
  }

  /** @throws {RangeError} for more rows than a list may hold. */
  event({ type, data }: ServerEvent): void {
    const { objectId: id, object: row } = data as RowData;
    if (type === "existing") this.#next?.set(String(row.id), row);
    else if (type === "synced") this.#replace();
    else if (type === "added" || type === "changed") this.#tell(id, row);
    else if (type === "removed") {
      this.#base.delete(id);
      this.held.leave(id);
      this.optimistic.removed(id);
      this.refresh(id);
    }
    const size = Math.max(this.#base.size, this.#next?.size ?? 0);
    if (size > maxRows) {
      throw new RangeError(
        `A live list holds ${maxRows} rows at most, and this one has more: give it conditions that fewer rows meet.`,
      );
    }
  }

  #tell(id: string, row: AnyRow): void {
    if (!this.#base.has(id)) this.hold(id);
    this.#base.set(id, row);
    this.optimistic.told(id, row);
    this.refresh(id);
  }

  /** Takes the snapshot that is complete now for what was told before. */
  #replace(): void {
    const before = this.#base;
    this.#base = this.#next ?? new Map();
    this.#next = null;
    this.#isLoaded = true;
    for (const id of this.#base.keys()) if (!before.has(id)) this.hold(id);
    this.optimistic.replaced();
    const ids = new Set([...this.#base.keys(), ...this.optimistic.ids]);
    this.#rows.reset(
      [...ids].flatMap((id) => {
        const row = this.#visible(id);
        return row === null ? [] : [[id, row] as const];
      }),
    );
    this.#isShownChanged = true;
    this.#touch();
  }

  #touch(): void {
    this.#isChanged = true;
    this.#options.changed();
  }
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item));
