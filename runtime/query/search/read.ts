import { invalid } from "../../http/problem.ts";
import { booleanParameter, limitParameter, queryParameters } from "../../http/query.ts";
import { filterSql, parseFilter } from "../filter/index.ts";
import { both, type Scope } from "../scope.ts";
import { decodeRow, type Row, type Table } from "../table.ts";
import { excerptHtml, type Marks, newMarks } from "./highlight.ts";
import { type Search, searchSql } from "./sql.ts";
import { parseWords } from "./words.ts";

/** What was found. */
export interface SearchPage {
  /** The best hits first. */
  readonly items: readonly Row[];
  /** Rows found, on all pages. */
  readonly total: number;
  /** For each item, by field, what was found in the text around it, as HTML; where `highlight=true` asked for it. */
  readonly highlights?: readonly Readonly<Record<string, string>>[];
}

const maxOffset = 10_000;

/**
 * Answers `GET /<resource>/search`: the rows in scope that hold all words of `q`, best first, those that are equally good by
 * id. Rows out of scope, or not met by the filter, count nowhere.
 *
 * @throws {Problem} 400 for bad parameters.
 */
export async function searchRows(
  db: D1Database,
  request: Request,
  table: Table,
  search: Search,
  read: Scope,
): Promise<SearchPage> {
  const query = queryParameters(request, ["q", "filter", "limit", "offset", "highlight"]);
  const match = parseWords(query.q);
  const limit = limitParameter(query.limit, table.defaultLimit, table.maxLimit);
  const offset = offsetParameter(query.offset);
  const filter = query.filter === undefined ? null : parseFilter(table, query.filter);
  const marks = booleanParameter("highlight", query.highlight) ? newMarks() : null;
  // The first parameter is the match.
  const wanted = filter === null ? read : both(read, filterSql(filter, read.values.length + 2));
  const values = [match, ...wanted.values, limit, offset];
  const statement = searchSql(table, search, wanted, marks === null ? null : values.length + 1);
  if (marks !== null) values.push(marks.open, marks.close);

  const { results } = await db
    .prepare(statement)
    .bind(...values)
    .all<Row>();
  const total = Number(results[0]?.$total);
  // Where the page is empty, its one row holds the total alone.
  const rows = results.filter((row) => row.$number !== null);
  const highlights = marks === null ? null : rows.map((row) => highlightsOf(row, search, marks));
  const items = rows.map((row) => {
    for (const name of Object.keys(row)) if (name.startsWith("$")) delete row[name];
    return decodeRow(table, row);
  });
  return { items, total, ...(highlights === null ? {} : { highlights }) };
}

/** @throws {Problem} 400 for anything but a whole number up to {@link maxOffset}. */
function offsetParameter(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d+$/.test(text) && Number(text) <= maxOffset) return Number(text);
  throw invalid("offset", `Must be a whole number from 0 to ${maxOffset}`);
}

function highlightsOf(row: Row, { weights }: Search, marks: Marks): Record<string, string> {
  const found: Record<string, string> = {};
  Object.keys(weights).forEach((name, place) => {
    const html = excerptHtml(row[`$${place}`], marks);
    if (html !== null) found[name] = html;
  });
  return found;
}
