/** What one subscriber is told of a change. */
import { computeFields } from "../query/computed.ts";
import type { Row, Table } from "../query/table.ts";
import { type Keys, rowsOf, type Step } from "./keys.ts";
import type { Change, Has, Image, View } from "./types.ts";

/** A row entered, stayed in, or left what a subscriber sees. */
export type RowEvent =
  | { readonly type: "added" | "changed"; readonly id: string; readonly object: Row }
  | { readonly type: "removed"; readonly id: string };

/** What has become of a subscriber's rows by a change: events, or why everything has to be read anew. */
export type Told =
  | { readonly type: "events"; readonly events: readonly RowEvent[] }
  | { readonly type: "invalidate"; readonly reason: "scope" | "overflow" | "schema" };

const nothing: Told = { type: "events", events: [] };

/** What a subscriber asked for. */
export interface Wanted {
  readonly table: Table;
  readonly view: View;
  /** The filter. */
  readonly matches: (row: Image) => boolean;
  /** Fields of the objects, or null for all. */
  readonly selected: readonly string[] | null;
}

/** Decides what to tell of a change, and takes the keys past it. */
export function tell(wanted: Wanted, keys: Keys, change: Change): Told {
  const { table, view } = wanted;
  const isOwn = change.table === table.name;
  const isRelated = change.related?.[table.name] !== undefined;
  if (!isOwn && !isRelated && !keys.concerns(change)) return nothing;
  if (change.before === null && change.after === null) return { type: "invalidate", reason: "schema" };
  const step = keys.apply(change, table.name);
  if (step.isUntold) return { type: "invalidate", reason: "scope" };
  const events: RowEvent[] = [];
  for (const [before, after] of rowsOf(change, table.name)) {
    const verdict = compare(wanted, view, step, before, after);
    if (verdict === "unknown") return { type: "invalidate", reason: "overflow" };
    if (verdict === null) continue;
    const id = String((after ?? before)?.id);
    if (verdict === "removed") events.push({ type: verdict, id });
    else if (after !== null) events.push({ type: verdict, id, object: shown(wanted, after) });
  }
  return { type: "events", events };
}

function compare(
  wanted: Wanted,
  view: View,
  step: Step,
  before: Image | null,
  after: Image | null,
): RowEvent["type"] | "unknown" | null {
  const was = isSeen(wanted, view, before, step.before);
  const is = isSeen(wanted, view, after, step.after);
  if (was === null || is === null) return "unknown";
  // A related row may have moved, but has not changed itself.
  if (was && is) return before === after ? null : "changed";
  if (is) return "added";
  return was ? "removed" : null;
}

/** Whether a row is in what was asked for; null where its image is too large to be in the log, and a filter or the answer needs it. */
export function isSeen({ matches }: Wanted, view: View, row: Image | null, has: Has): boolean | null {
  if (row === null || !view.holds(row, has)) return false;
  return row.$large === 1 ? null : matches(row);
}

/** Objects of rows, kept while all subscribers of an isolate are told of the same change. */
const objects = new WeakMap<Image, Row>();

/** The row as answers show it: the fields that callers may see, and of these the selected ones. */
export function shown({ table, selected }: Wanted, image: Image): Row {
  if (selected !== null) return visible(table, image, selected);
  let object = objects.get(image);
  if (object === undefined) {
    object = visible(table, image, null);
    objects.set(image, object);
  }
  return object;
}

function visible(table: Table, image: Image, selected: readonly string[] | null): Row {
  const { columns, functions } = table;
  const needsAll =
    functions !== undefined && (selected?.some((name) => Object.hasOwn(functions, name)) ?? true);
  const row: Row = {};
  for (const name of needsAll || selected === null ? Object.keys(columns) : selected) row[name] = image[name];
  if (needsAll) computeFields(columns, functions, row, selected);
  return row;
}
