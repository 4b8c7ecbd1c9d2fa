/** The rows of a live list, from what its stream tells and what is written, as one snapshot after the other. */
import type { ConnectionState, ServerEvent } from "./connection.ts";
import { type HeldRows, heldRows } from "./held.ts";
import type { Followed } from "./listeners.ts";
import type { LiveSnapshot, LiveStatus } from "./live.ts";
import type { AnyRow } from "./matches.ts";
import { type Optimistic, optimisticRows } from "./optimistic.ts";
import type { Compare } from "./order.ts";
import { sortedRows } from "./rows.ts";

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
  /** What is shown of a row instead of the row itself: of one that has not changed, the same. */
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

export interface LiveList extends Followed<LiveSnapshot<AnyRow>> {
  readonly optimistic: Optimistic;
  readonly held: HeldRows;
  readonly isLive: boolean;
  /** A row is there that was not: one that is being made, perhaps. One that is shown already is none of those. */
  hold(id: string): void;
  loadMore(): void;
  opened(isResumed: boolean): void;
  /** @throws {RangeError} for more rows than a list may hold. */
  event(event: ServerEvent): void;
}

export function liveList(options: LiveListOptions): LiveList {
  const { compare, matches, isSame, version, limit, show, changed } = options;
  const rows = sortedRows(compare);
  /** The rows as the stream has told them. */
  let base = new Map<string, AnyRow>();
  /** Those of a snapshot that is not complete yet: until then the ones before it are shown. */
  let next: Map<string, AnyRow> | null = null;
  /** How many snapshots have begun. */
  let generation = 0;
  let isLoaded = false;
  let isClosed = false;
  let state: ConnectionState = "connecting";
  let error: unknown = null;
  let shown = limit;
  let snapshot: LiveSnapshot<AnyRow> = empty;
  let isChanged = false;
  /** Whether a row that is shown has changed. */
  let isShownChanged = false;

  const touch = (): void => {
    isChanged = true;
    changed();
  };
  /** What is shown of a row may have changed. */
  const refresh = (id: string): void => {
    if (rows.set(id, visible(id)) < shown) isShownChanged = true;
    touch();
  };
  const held = heldRows(refresh);
  const optimistic = optimisticRows({
    base: (id) => base.get(id),
    matches,
    isSame,
    version,
    generation: () => generation,
    changed: refresh,
  });
  /** While the server has not said which row it made, one that may be it is not shown beside it. */
  const visible = (id: string): AnyRow | null => (held.has(id) ? null : optimistic.shown(id));
  const hold = (id: string): void => {
    if (!rows.has(id)) held.hold(id);
  };

  const status = (): LiveStatus => {
    if (isClosed) return "closed";
    if (state === "offline") return "offline";
    if (!isLoaded) return "loading";
    return state === "live" && next === null ? "live" : "connecting";
  };
  const look = (): LiveSnapshot<AnyRow> => {
    if (!isChanged) return snapshot;
    const before = snapshot;
    const pending = optimistic.pending();
    const first = isShownChanged ? rows.first(shown) : null;
    const now: LiveSnapshot<AnyRow> = {
      items: first === null ? before.items : show === undefined ? first : first.map(show),
      status: status(),
      hasMore: rows.size > shown,
      error,
      pending: isSameSet(pending, before.pending) ? before.pending : pending,
    };
    isChanged = isShownChanged = false;
    const members = Object.keys(now) as (keyof typeof now)[];
    if (members.some((name) => now[name] !== before[name])) snapshot = now;
    return snapshot;
  };

  const tell = (id: string, row: AnyRow): void => {
    if (!base.has(id)) hold(id);
    base.set(id, row);
    optimistic.told(id, row);
    refresh(id);
  };
  const remove = (id: string): void => {
    base.delete(id);
    held.leave(id);
    optimistic.removed(id);
    refresh(id);
  };
  /** Takes the snapshot that is complete now for what was told before. */
  const replace = (): void => {
    const before = base;
    base = next ?? new Map();
    next = null;
    isLoaded = true;
    for (const id of base.keys()) if (!before.has(id)) hold(id);
    optimistic.replaced();
    const all = new Map<string, AnyRow>();
    for (const id of [...base.keys(), ...optimistic.ids()]) {
      const row = visible(id);
      if (row !== null) all.set(id, row);
    }
    rows.reset(all);
    isShownChanged = true;
    touch();
  };

  return {
    optimistic,
    held,
    get isLive() {
      return state === "live";
    },
    get snapshot() {
      return look();
    },
    hold,
    loadMore: () => {
      shown += limit;
      isShownChanged = true;
      touch();
    },
    opened: (isResumed) => {
      if (!isResumed) {
        generation += 1;
        next = new Map();
      }
      optimistic.opened();
      touch();
    },
    state: (now, why) => {
      state = now;
      error = why;
      touch();
    },
    end: (why) => {
      isClosed = true;
      error = why;
      touch();
    },
    event: ({ type, data }) => {
      const { objectId: id, object: row } = data as RowData;
      if (type === "existing") next?.set(String(row.id), row);
      else if (type === "synced") replace();
      else if (type === "added" || type === "changed") tell(id, row);
      else if (type === "removed") remove(id);
      if (Math.max(base.size, next?.size ?? 0) > maxRows) {
        throw new RangeError(
          `A live list holds ${maxRows} rows at most, and this one has more: give it conditions that fewer rows meet.`,
        );
      }
    },
  };
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item));
