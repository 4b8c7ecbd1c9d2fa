import { notFound } from "../http/problem.ts";
import { booleanParameter, isUuid, limitParameter, queryParameters, rejectQuery } from "../http/query.ts";
import { afterKey, cursorInvalid, decodeCursor, encodeCursor, type KeyValue } from "./cursor.ts";
import { type OrderTerm, orderKey, orderSql, parseOrder } from "./order.ts";
import { and, type Scope } from "./scope.ts";
import { parseSelect } from "./select.ts";
import { decodeRow, project, type Row, type Table } from "./table.ts";

/** One page of a list. */
export interface Page {
  readonly items: readonly Row[];
  /** Give it as `cursor` for the next page; null on the last one. */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
  /** Rows on all pages, where `totalCount=true` asked for it. */
  readonly totalCount?: number;
}

/**
 * Answers `GET /<resource>`: one page by keyset, in any order of visible columns.
 *
 * @param caller The id of the caller, or empty: a cursor is good only for whom it was made.
 * @throws {Problem} 400 for bad parameters.
 */
export async function listRows(
  db: D1Database,
  request: Request,
  table: Table,
  read: Scope,
  caller: string,
): Promise<Page> {
  const query = queryParameters(request, ["orderBy", "limit", "cursor", "select", "totalCount"]);
  const limit = limitParameter(query.limit, table.defaultLimit, table.maxLimit);
  const selected = parseSelect(table, query.select);
  const order = parseOrder(table, query.orderBy);
  const context = `${table.name} ${orderKey(order)} ${caller}`;

  // The cursor is made of the columns ordered by, whether or not they were selected.
  const extra =
    selected === null ? [] : order.map(({ name }) => name).filter((name) => !selected.includes(name));
  const projection = selected === null ? table.projection : project(table, [...selected, ...extra]);

  const conditions = read.sql === "" ? [] : [`(${read.sql})`];
  const values: unknown[] = [...read.values];
  if (query.cursor !== undefined) {
    const found = decodeCursor(context, order, query.cursor);
    const key = "id" in found ? await lookUpKey(db, table, order, found.id, read) : found.key;
    conditions.push(`(${afterKey(order, key, values.length + 1)})`);
    values.push(...key);
  }
  const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const page = db
    .prepare(`SELECT ${projection} FROM ${table.name}${filter} ORDER BY ${orderSql(table, order)} LIMIT ?`)
    .bind(...values, limit + 1);

  let rows: Row[];
  let total: { totalCount: number } | undefined;
  if (booleanParameter("totalCount", query.totalCount)) {
    const [found, count] = await db.batch<Row>([page, countStatement(db, table, read)]);
    rows = found?.results ?? [];
    total = { totalCount: Number(count?.results[0]?.count) };
  } else {
    rows = (await page.all<Row>()).results;
  }

  const hasMore = rows.length > limit;
  if (hasMore) rows.pop();
  const last = rows.at(-1);
  const nextCursor =
    hasMore && last !== undefined
      ? encodeCursor(
          context,
          order.map(({ name }) => last[name] as KeyValue),
        )
      : null;
  for (const row of rows) {
    for (const name of extra) delete row[name];
    decodeRow(table, row);
  }
  return { items: rows, nextCursor, hasMore, ...total };
}

/** The key of a row whose cursor holds its id alone. A row that is gone has no place in the list to go on from. */
async function lookUpKey(
  db: D1Database,
  table: Table,
  order: readonly OrderTerm[],
  id: string,
  read: Scope,
): Promise<readonly KeyValue[]> {
  const columns = order.map(({ sql }, index) => `${sql} AS k${index}`).join(", ");
  const row = await db
    .prepare(`SELECT ${columns} FROM ${table.name} WHERE id = ?${and(read)}`)
    .bind(id, ...read.values)
    .first<Record<string, KeyValue>>();
  if (row === null) throw cursorInvalid();
  return order.map((_, index) => row[`k${index}`] ?? null);
}

/** Counts the rows in scope, for `GET /<resource>/count`. */
export async function countRows(
  db: D1Database,
  request: Request,
  table: Table,
  read: Scope,
): Promise<number> {
  rejectQuery(request);
  const row = await countStatement(db, table, read).first<{ count: number }>();
  return row?.count ?? 0;
}

function countStatement(db: D1Database, table: Table, read: Scope): D1PreparedStatement {
  const filter = read.sql === "" ? "" : ` WHERE ${read.sql}`;
  return db.prepare(`SELECT count(*) AS count FROM ${table.name}${filter}`).bind(...read.values);
}

/**
 * Answers `GET /<resource>/:id`.
 *
 * @throws {Problem} 404 where there is no such row in scope, 400 for bad parameters.
 */
export async function getRow(
  db: D1Database,
  request: Request,
  table: Table,
  id: string,
  read: Scope,
): Promise<Row> {
  const selected = parseSelect(table, queryParameters(request, ["select"]).select);
  if (!isUuid(id)) throw notFound();
  const projection = selected === null ? table.projection : project(table, selected);
  const row = await db
    .prepare(`SELECT ${projection} FROM ${table.name} WHERE id = ?${and(read)}`)
    .bind(id.toLowerCase(), ...read.values)
    .first<Row>();
  if (row === null) throw notFound();
  return decodeRow(table, row);
}
