/** The rows that a stream starts with, as they were at one place in the log, however long sending them takes. */
import { type Filter, filterSql } from "../query/filter/index.ts";
import { both, type Scope } from "../query/scope.ts";
import type { Table } from "../query/table.ts";
import { type Position, toImage } from "./log.ts";
import type { Image, Log } from "./types.ts";

/** Rows of one read. */
const pageSize = 100;

/**
 * Reads all rows of a table that may be in reach, by id: those that have not changed since the place, as they are, and those that
 * have, as they were before. So what is sent and the changes after the place fit together, without a gap and without a row twice.
 *
 * The rows are a few more than those in reach: whoever reads them asks the rule and the filter again.
 *
 * @param read The rows in reach. It looks at other tables as they are now.
 * @yields the rows of one page, or null where the place is not in the log any more.
 */
export async function* snapshotPages(
  db: D1Database,
  log: Log,
  table: Table,
  read: Scope,
  filter: Filter | null,
  at: Position,
): AsyncGenerator<readonly Image[] | null> {
  const image = log[table.name]?.image;
  if (image === undefined) throw new TypeError(`${table.name} is not in the change log`);
  const wanted = filter === null ? read : both(read, filterSql(filter, read.values.length + 1));
  const count = wanted.values.length;
  const [after, since, name] = [`?${count + 1}`, `?${count + 2}`, `?${count + 3}`];
  const page = `
    SELECT id AS "$id", ${image} AS "$row" FROM ${table.name}
    WHERE ${wanted.sql === "" ? "" : `(${wanted.sql}) AND `}id > ${after}
      AND id NOT IN (SELECT row_id FROM _covara_changes WHERE seq > ${since} AND source = ${name})
    UNION ALL
    SELECT row_id, before_row FROM (
      SELECT row_id, before_row, min(seq) FROM _covara_changes WHERE seq > ${since} AND source = ${name} GROUP BY row_id
    ) WHERE row_id > ${after} AND before_row IS NOT NULL
    ORDER BY 1 LIMIT ${pageSize}`;
  let last = "";
  for (;;) {
    const statements = [
      db.prepare(page).bind(...wanted.values, last, at.seq, table.name),
      db.prepare("SELECT min(seq) AS seq FROM _covara_changes").bind(),
    ];
    const [found, oldest] = await db.batch<{ $id: string; $row: string; seq: number | null }>(statements);
    if ((oldest?.results[0]?.seq ?? 0) > at.seq + 1) {
      yield null;
      return;
    }
    const rows = found?.results ?? [];
    yield rows.map(({ $row }) => toImage(table, $row));
    if (rows.length < pageSize) return;
    last = rows.at(-1)?.$id ?? "";
  }
}
