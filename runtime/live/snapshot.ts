/** The rows that a stream starts with, as they were at one place in the log, however long sending them takes. */
import { type Filter, filterSql } from "../query/filter/index.ts";
import { both, type Scope } from "../query/scope.ts";
import type { Table } from "../query/table.ts";
import { type Position, toImage } from "./log.ts";
import type { Image, Log } from "./types.ts";

/** Rows of one read at most. */
const maxRows = 100;

/** Characters of their images at most: they wait in memory until the client has read. A single image may have more. */
const maxLength = 131_072;

interface Page {
  readonly rows: readonly Image[];
  /** Id of the last row. */
  readonly last: string;
  /** Characters of the images. */
  readonly length: number;
  /** Whether nothing comes after it. */
  readonly isLast: boolean;
}

interface Found {
  readonly $id: string;
  readonly $row: string;
  /** Rows that were looked at, of which those are given that are not too long together. */
  readonly $count: number;
}

/**
 * Reads all rows of a table that may be in reach, by id: those that have not changed since the place, as they are, and those that
 * have, as they were before. So what is sent and the changes after the place fit together, without a gap and without a row twice.
 *
 * The rows are a few more than those in reach: whoever reads them asks the rule and the filter again.
 *
 * @param reach The rows in reach. It looks at other tables as they are now.
 * @yields the rows of one page, or null where the place is not in the log any more.
 */
export async function* snapshotPages(
  db: D1Database,
  log: Log,
  table: Table,
  reach: Scope,
  filter: Filter | null,
  at: Position,
): AsyncGenerator<readonly Image[] | null> {
  const image = log[table.name]?.image;
  if (image === undefined) throw new TypeError(`${table.name} is not in the change log`);
  const wanted = filter === null ? reach : both(reach, filterSql(filter, reach.values.length + 1));
  const count = wanted.values.length;
  const [after, since, name, limit] = [1, 2, 3, 4].map((index) => `?${count + index}`);
  const select = `
    SELECT "$id", "$row", "$count" FROM (
      SELECT *, count(*) OVER () AS "$count", coalesce(
        sum(length("$row")) OVER (ORDER BY "$id" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
      ) AS "$before"
      FROM (
        SELECT id AS "$id", ${image} AS "$row" FROM ${table.name}
        WHERE ${wanted.sql === "" ? "" : `(${wanted.sql}) AND `}id > ${after}
          AND id NOT IN (SELECT row_id FROM _covara_changes WHERE seq > ${since} AND source = ${name})
        UNION ALL
        SELECT row_id, before_row FROM (
          SELECT row_id, before_row, min(seq) FROM _covara_changes WHERE seq > ${since} AND source = ${name} GROUP BY row_id
        ) WHERE row_id > ${after} AND before_row IS NOT NULL
        ORDER BY 1 LIMIT ${limit}
      )
    )
    WHERE "$before" < ${maxLength} ORDER BY 1`;
  const read = async (last: string, rows: number): Promise<Page | null> => {
    const [found, oldest] = await db.batch<Found & { readonly seq: number | null }>([
      db.prepare(select).bind(...wanted.values, last, at.seq, table.name, rows),
      db.prepare("SELECT min(seq) AS seq FROM _covara_changes").bind(),
    ]);
    return (oldest?.results[0]?.seq ?? 0) > at.seq + 1 ? null : toPage(table, found?.results ?? [], rows);
  };
  let rows = maxRows;
  for (let last = ""; ; ) {
    const page = await read(last, rows);
    yield page === null ? null : page.rows;
    if (page === null || page.isLast) return;
    last = page.last;
    // What would be left of a read again is not read in the first place.
    rows = Math.min(maxRows, Math.ceil((page.rows.length * maxLength) / page.length));
  }
}

/** @param limit Rows that were asked for. */
function toPage(table: Table, found: readonly Found[], limit: number): Page {
  const [first] = found;
  return {
    rows: found.map(({ $row }) => toImage(table, $row)),
    last: found.at(-1)?.$id ?? "",
    length: found.reduce((sum, { $row }) => sum + $row.length, 0),
    isLast: first === undefined || (first.$count < limit && first.$count === found.length),
  };
}
