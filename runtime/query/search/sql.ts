import { and, type Scope } from "../scope.ts";
import type { Table } from "../table.ts";
import { excerptSql } from "./highlight.ts";

/** The full-text index of a table. */
export interface Search {
  /** SQL name of the FTS5 table. Its first column is `row_id`; one for each field follows. */
  readonly index: string;
  /** How much a hit in each field counts, by API name, in the order of the index's columns. */
  readonly weights: Readonly<Record<string, number>>;
}

/**
 * One statement for the page and the total. The index is read first, and once for all hits; each hit is then looked up by
 * its id, and has to be in scope. Only the hits of the page are read whole and highlighted.
 *
 * Its parameters are the match, those of the scope, limit, offset, and with `marks` the two marks.
 *
 * @param marks Number of the parameter with the opening mark; null where nothing is highlighted.
 */
export function searchSql(
  table: Table,
  { index, weights }: Search,
  wanted: Scope,
  marks: number | null,
): string {
  const rank = `bm25(${index}, 0, ${Object.values(weights).join(", ")})`;
  const excerpts =
    marks === null
      ? []
      : Object.keys(weights).map(
          (_, place) => `, ${excerptSql(index, place + 1, `"$number"`, marks)} AS "$${place}"`,
        );
  return (
    `WITH "$hits" AS MATERIALIZED (SELECT "$id", "$number", "$rank" FROM ` +
    `(SELECT row_id AS "$id", rowid AS "$number", ${rank} AS "$rank" FROM ${index} WHERE ${index} MATCH ?1) ` +
    `CROSS JOIN ${table.name} WHERE id = "$id"${and(wanted)}), ` +
    `"$page" AS MATERIALIZED (SELECT * FROM "$hits" ORDER BY "$rank", "$id" LIMIT ? OFFSET ?) ` +
    `SELECT "$total", "$number", ${table.projection}${excerpts.join("")} ` +
    `FROM (SELECT count(*) AS "$total" FROM "$hits") LEFT JOIN "$page" ON true ` +
    `LEFT JOIN ${table.name} ON id = "$id" ORDER BY "$rank", "$id"`
  );
}
