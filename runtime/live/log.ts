/** Reads the change log. Only the pump, and streams that have missed something, do. */
import { decodeValues, type Row, type Table } from "../query/table.ts";
import { relate } from "./related.ts";
import type { Batch, Change, Image, Log } from "./types.ts";

/** A place in the log: all changes up to `seq`. */
export interface Position {
  /** 0 before the first change. */
  readonly seq: number;
  /** Tag of that change; empty before the first. */
  readonly tag: string;
}

/** Before the first change. */
export const origin: Position = { seq: 0, tag: "" };

/** Changes of one read, unless they come to more than its length before. */
const maxChanges = 500;

/** What became of reading on from a place. */
export type LogRead =
  /** The place is not in the log any more, or never was: it was pruned, or the database was restored. */
  { readonly type: "gap" } | (Batch & { readonly type: "changes"; readonly hasMore: boolean });

interface LogRow extends Row {
  readonly seq: number;
  readonly tag: string;
  readonly source: string;
  readonly row_id: string;
  readonly before_row: string | null;
  readonly after_row: string | null;
  /** Characters of the images before this one. */
  readonly length_before: number;
}

/** The place itself, the changes of one read, and one more, which tells that there are others. */
const selectChanges = `
  SELECT *, coalesce(sum(length) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS length_before
  FROM (
    SELECT *, coalesce(length(before_row), 0) + coalesce(length(after_row), 0) AS length
    FROM _covara_changes WHERE seq >= ? ORDER BY seq LIMIT ${maxChanges + 2}
  )
  ORDER BY seq`;

/** Where the log ends. */
export const selectHead = "SELECT seq, tag FROM _covara_changes ORDER BY seq DESC LIMIT 1";

/** Where the log ends, from the rows of {@link selectHead}. */
export const headOf = (rows: readonly unknown[]): Position => (rows[0] as Position | undefined) ?? origin;

/** Reads where the log ends. */
export async function readHead(db: D1Database): Promise<Position> {
  return headOf((await db.prepare(selectHead).all()).results);
}

/**
 * Reads the changes after a place, each with the rows of other tables that it may bring into reach or take out of it.
 * One statement, but where changes have such rows.
 *
 * @param maxLength Characters of images to read at most. A single change may have more.
 */
export async function readLog(
  db: D1Database,
  log: Log,
  after: Position,
  maxLength: number,
): Promise<LogRead> {
  const { results } = await db.prepare(selectChanges).bind(after.seq).all<LogRow>();
  const rows = following(results, after);
  if (rows === null) return { type: "gap" };
  const fitting = rows.filter(({ length_before }, index) => index === 0 || length_before < maxLength);
  const changes = fitting.slice(0, maxChanges).map((row) => toChange(log, row));
  const last = changes.at(-1) ?? after;
  return {
    type: "changes",
    from: after.seq,
    to: last.seq,
    tag: last.tag,
    changes: await relate(db, log, changes),
    hasMore: changes.length < rows.length,
  };
}

/** The rows behind the one of the place itself, or null where that is missing. */
function following(rows: readonly LogRow[], { seq, tag }: Position): readonly LogRow[] | null {
  const [first] = rows;
  if (seq === 0) return first === undefined || first.seq === 1 ? rows : null;
  return first?.seq === seq && first.tag === tag ? rows.slice(1) : null;
}

function toChange(log: Log, { seq, tag, source, row_id, before_row, after_row }: LogRow): Change {
  const table = log[source]?.table;
  return {
    seq,
    tag,
    table: source,
    id: row_id,
    // A table that this version of the application does not follow was logged by another one, and concerns nobody here.
    before: table === undefined ? null : toImage(table, before_row),
    after: table === undefined ? null : toImage(table, after_row),
  };
}

/** Reads an image from its JSON text. Wide rows are an array of objects, since SQLite's functions take 127 arguments. */
export function toImage(table: Table, text: string): Image;
export function toImage(table: Table, text: string | null): Image | null;
export function toImage(table: Table, text: string | null): Image | null {
  if (text === null) return null;
  const parsed: Row | readonly Row[] = JSON.parse(text);
  const row: Row = Array.isArray(parsed) ? Object.assign({}, ...parsed) : parsed;
  decodeValues(table.columns, row);
  return table.hidden === undefined ? row : decodeValues(table.hidden, row);
}
