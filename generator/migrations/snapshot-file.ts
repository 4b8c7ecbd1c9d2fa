/** The snapshot as the text of `snapshot.json`: one line per column, keys sorted, so that a change is a small diff. */
import type { Json } from "../../schema/data.ts";
import { changesTableName } from "./change-log.ts";
import { parseDictionaries } from "./dictionary.ts";
import type { RoomState } from "./rooms.ts";
import type { Column, Index, Snapshot, StoreState, Table } from "./snapshot.ts";
import { byCodePoint } from "./snapshot.ts";

/** The newest version of the file's format that this generator reads. */
export const snapshotVersion = 6;

/**
 * The version that a snapshot needs: the first knew no stores, and would drop them; the second knew no soft delete, and
 * would bring deleted rows back; the third knew no full-text indexes, and would leave them behind; the fourth knew no change log,
 * and would drop the triggers that write it; the fifth knew no channels, and would forget what their rooms keep.
 */
function versionOf({ tables, stores, channels }: Snapshot): number {
  if (channels !== undefined) return 6;
  if (Object.hasOwn(tables, changesTableName)) return 5;
  if (Object.values(tables).some(({ search }) => search !== undefined)) return 4;
  if (Object.values(tables).some(({ deletedAt }) => deletedAt !== undefined)) return 3;
  return stores === undefined ? 1 : 2;
}

const lineWidth = 110;

/** What became of reading a snapshot. */
export type SnapshotRead =
  | { readonly ok: true; readonly snapshot: Snapshot }
  | { readonly ok: false; readonly reason: "corrupt"; readonly detail: string }
  | { readonly ok: false; readonly reason: "newer"; readonly version: number };

/** The snapshot's text. The same state gives the same bytes, in whatever order it was put together. */
export function renderSnapshot(snapshot: Snapshot): string {
  return `${render({ version: versionOf(snapshot), ...snapshot } as unknown as Json, "", 0)}\n`;
}

function render(value: Json, indent: string, before: number): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const isLeaf = Object.values(value).every((entry) => entry === null || typeof entry !== "object");
  const record = value as { readonly [key: string]: Json };
  const isEntry = isLeaf || typeof record.type === "string" || typeof record.unique === "boolean";
  if (isEntry) {
    const inline = renderInline(value);
    if (before + inline.length < lineWidth) return inline;
  }
  const deeper = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((entry: Json) => `${deeper}${render(entry, deeper, deeper.length)}`)
    : sortedEntries(value as { readonly [key: string]: Json }).map(([key, entry]) => {
        const label = `${deeper}${JSON.stringify(key)}: `;
        return `${label}${render(entry, deeper, label.length)}`;
      });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return entries.length === 0 ? `${open}${close}` : `${open}\n${entries.join(",\n")}\n${indent}${close}`;
}

function renderInline(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(renderInline).join(", ")}]`;
  const entries = sortedEntries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, entry]) => `${JSON.stringify(key)}: ${renderInline(entry)}`).join(", ")} }`;
}

function sortedEntries(value: { readonly [key: string]: Json }): [string, Json][] {
  return Object.entries(value).sort(([left], [right]) => byCodePoint(left, right));
}

const kinds: ReadonlySet<unknown> = new Set<Column["kind"]>([
  "id",
  "text",
  "integer",
  "number",
  "boolean",
  "enum",
  "json",
  "timestamp",
  "ref",
  "version",
]);
const types: ReadonlySet<unknown> = new Set<Column["type"]>(["TEXT", "INTEGER", "REAL"]);
const actions: ReadonlySet<unknown> = new Set(["cascade", "set null", "restrict"]);

/** Reads what {@link renderSnapshot} wrote, and checks every part of it: the next migration is built on it. */
export function parseSnapshot(text: string): SnapshotRead {
  let data: unknown;
  try {
    data = parseDictionaries(text);
  } catch (error) {
    return { ok: false, reason: "corrupt", detail: error instanceof Error ? error.message : String(error) };
  }
  if (!isRecord(data) || typeof data.version !== "number") {
    return { ok: false, reason: "corrupt", detail: "it has no version" };
  }
  if (data.version > snapshotVersion) return { ok: false, reason: "newer", version: data.version };
  if (!isRecord(data.tables)) return { ok: false, reason: "corrupt", detail: "it lists no tables" };
  for (const [name, table] of Object.entries(data.tables)) {
    const fault = faultOfTable(table);
    if (fault !== null) return { ok: false, reason: "corrupt", detail: `table ${name}: ${fault}` };
  }
  const { stores, channels } = data;
  const fault = faultOf(stores, "store", isStore) ?? faultOf(channels, "channel", isRoom);
  if (fault !== null) return { ok: false, reason: "corrupt", detail: fault };
  return {
    ok: true,
    snapshot: {
      tables: data.tables as Record<string, Table>,
      ...(stores === undefined ? {} : { stores: stores as Record<string, StoreState> }),
      ...(channels === undefined ? {} : { channels: channels as Record<string, RoomState> }),
    },
  };
}

/** What is wrong with the part of the snapshot that has all of a kind by name, where it is there. */
function faultOf(part: unknown, what: string, isFit: (entry: unknown) => boolean): string | null {
  if (part === undefined) return null;
  if (!isRecord(part)) return `its ${what}s are malformed`;
  const [bad] = Object.entries(part).find(([, entry]) => !isFit(entry)) ?? [];
  return bad === undefined ? null : `the ${what} ${bad} is malformed`;
}

function isRoom(value: unknown): boolean {
  return (
    isRecord(value) &&
    isRecord(value.message) &&
    Object.values(value.message).every(isMessageField) &&
    (value.generation === undefined ||
      (Number.isSafeInteger(value.generation) && Number(value.generation) > 0)) &&
    (value.removed === undefined || value.removed === true)
  );
}

function isMessageField(value: unknown): boolean {
  return (
    isRecord(value) &&
    kinds.has(value.kind) &&
    (value.optional === undefined || value.optional === true) &&
    (value.values === undefined || isTexts(value.values))
  );
}

const storeTypes: ReadonlySet<unknown> = new Set<StoreState["type"]>([
  "string",
  "counter",
  "hash",
  "set",
  "list",
  "sortedSet",
  "session",
  "rateLimit",
]);

function isStore(value: unknown): value is StoreState {
  return (
    isRecord(value) &&
    storeTypes.has(value.type) &&
    typeof value.object === "string" &&
    typeof value.prefix === "string" &&
    (value.shards === undefined || Number.isSafeInteger(value.shards)) &&
    (value.shardBy === undefined || value.shardBy === "tag")
  );
}

function faultOfTable(table: unknown): string | null {
  if (!isRecord(table) || !isRecord(table.columns)) return "its columns are missing";
  if (!isRecord(table.indexes)) return "its indexes are missing";
  if (!isRecord(table.triggers)) return "its triggers are missing";
  for (const [name, column] of Object.entries(table.columns)) {
    if (!isColumn(column)) return `the column ${name} is malformed`;
  }
  for (const [name, index] of Object.entries(table.indexes)) {
    if (!isIndex(index, table.columns)) return `the index ${name} is malformed`;
  }
  for (const [name, trigger] of Object.entries(table.triggers)) {
    if (typeof trigger !== "string") return `the trigger ${name} is malformed`;
  }
  const { columns, search, deletedAt } = table;
  if (search !== undefined && (!isRecord(search) || !isTexts(Object.values(search)))) {
    return "its full-text index is malformed";
  }
  if (deletedAt !== undefined && (typeof deletedAt !== "string" || !Object.hasOwn(columns, deletedAt))) {
    return "the column of deleted rows is malformed";
  }
  return null;
}

function isColumn(value: unknown): value is Column {
  return (
    isRecord(value) &&
    kinds.has(value.kind) &&
    types.has(value.type) &&
    (value.primaryKey === undefined || value.primaryKey === true) &&
    (value.autoincrement === undefined || value.autoincrement === true) &&
    (value.notNull === undefined || value.notNull === true || value.notNull === "trigger") &&
    (value.default === undefined || typeof value.default === "string") &&
    (value.values === undefined || isTexts(value.values)) &&
    (value.references === undefined || isReference(value.references))
  );
}

function isReference(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.table === "string" &&
    typeof value.column === "string" &&
    actions.has(value.onDelete)
  );
}

function isIndex(value: unknown, columns: Record<string, unknown>): value is Index {
  return (
    isRecord(value) &&
    typeof value.unique === "boolean" &&
    (value.where === undefined || typeof value.where === "string") &&
    isTexts(value.columns) &&
    value.columns.every((column) => Object.hasOwn(columns, column))
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
