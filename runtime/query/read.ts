import { notFound } from "../http/problem.ts";
import {
  booleanParameter,
  isUuid,
  limitParameter,
  type QuerySource,
  queryParameters,
} from "../http/query.ts";
import { afterKey, cursorInvalid, decodeCursor, encodeCursor, type KeyValue } from "./cursor.ts";
import { type Filter, filterSql, parseFilter, printFilter } from "./filter/index.ts";
import { type Include, includeParameter, readInclude } from "./include/index.ts";
import { type OrderTerm, orderKey, orderSql, parseOrder } from "./order.ts";
import { and, both, type Scope } from "./scope.ts";
import { parseSelect } from "./select.ts";
import { column, decodeRow, project, type Row, type Table } from "./table.ts";
import { deletedParameter } from "./with-deleted.ts";

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
 * Answers `GET /<resource>`: one page by keyset, of the rows that meet a filter, in any order of visible columns.
 *
 * @param caller The id of the caller, or empty: a cursor is good only for whom it was made.
 * @param include What the parameter `include` may follow; without it there is no such parameter.
 * @throws {Problem} 400 for bad parameters.
 */
export async function listRows<User>(
  db: D1Database,
  request: QuerySource,
  table: Table,
  read: Scope,
  caller: string,
  include?: Include<User>,
): Promise<Page> {
  const query = queryParameters(request, [
    ...(["filter", "orderBy", "limit", "cursor", "select", "totalCount"] as const),
    ...deletedParameter(table),
    ...includeParameter(include),
  ]);
  const limit = limitParameter(query.limit, table.defaultLimit, table.maxLimit);
  const selected = parseSelect(table, query.select);
  const included = readInclude(table, selected, include, query.include);
  const order = parseOrder(table, query.orderBy);
  const filter = query.filter === undefined ? null : parseFilter(table, query.filter);
  const wanted = narrowed(read, filter);
  const context = `${table.name}${table.withDeleted === true ? "+deleted" : ""} ${orderKey(order)} ${caller}${filter === null ? "" : ` ${printFilter(filter)}`}`;

  // The cursor is made of the columns ordered by, whether or not they were selected.
  const extra =
    selected === null ? [] : order.map(({ name }) => name).filter((name) => !selected.includes(name));
  const projection = selected === null ? table.projection : project(table, [...selected, ...extra]);

  const conditions = wanted.sql === "" ? [] : [`(${wanted.sql})`];
  const values: unknown[] = [...wanted.values];
  if (query.cursor !== undefined) {
    const found = decodeCursor(context, order, query.cursor);
    const key = "id" in found ? await lookUpKey(db, table, order, found.id, read) : found.key;
    conditions.push(`(${afterKey(order, key, values.length + 1)})`);
    values.push(...key);
  }
  const clause = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const page = db
    .prepare(
      `SELECT ${projection}${included?.columns ?? ""} FROM ${table.name}${clause} ORDER BY ${orderSql(order)} LIMIT ?`,
    )
    .bind(...values, limit + 1);

  let rows: Row[];
  let total: { totalCount: number } | undefined;
  if (booleanParameter("totalCount", query.totalCount)) {
    const [found, count] = await db.batch<Row>([page, countStatement(db, table, wanted)]);
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
    decodeRow(table, row, selected);
    for (const name of extra) delete row[name];
  }
  await included?.addTo(db, rows);
  return { items: rows, nextCursor, hasMore, ...total };
}

/** The rows in scope that meet a filter. */
const narrowed = (read: Scope, filter: Filter | null): Scope =>
  filter === null ? read : both(read, filterSql(filter, read.values.length + 1));

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

/**
 * Counts the rows in scope that meet a filter, for `GET /<resource>/count`.
 *
 * @throws {Problem} 400 for bad parameters.
 */
export async function countRows(
  db: D1Database,
  request: QuerySource,
  table: Table,
  read: Scope,
): Promise<number> {
  const { filter } = queryParameters(request, ["filter", ...deletedParameter(table)]);
  const wanted = narrowed(read, filter === undefined ? null : parseFilter(table, filter));
  const row = await countStatement(db, table, wanted).first<{ count: number }>();
  return row?.count ?? 0;
}

function countStatement(db: D1Database, table: Table, wanted: Scope): D1PreparedStatement {
  const clause = wanted.sql === "" ? "" : ` WHERE ${wanted.sql}`;
  return db.prepare(`SELECT count(*) AS count FROM ${table.name}${clause}`).bind(...wanted.values);
}

/**
 * Reads the row of `GET /<resource>/:id`. Where the table has versions, the row's own is beside its fields as `$version`, for
 * {@link import("../http/reply-row.ts").replyRow}.
 *
 * @param include What the parameter `include` may follow; without it there is no such parameter. A row with what it leads
 * to has no version: the tag would not tell of changes in the other rows.
 * @throws {Problem} 404 where there is no such row in scope, 400 for bad parameters.
 */
export async function getRow<User>(
  db: D1Database,
  request: QuerySource,
  table: Table,
  id: string,
  read: Scope,
  include?: Include<User>,
): Promise<Row> {
  const query = queryParameters(request, [
    "select",
    ...deletedParameter(table),
    ...includeParameter(include),
  ]);
  const selected = parseSelect(table, query.select);
  const included = readInclude(table, selected, include, query.include);
  if (!isUuid(id)) throw notFound();
  const projection = selected === null ? table.projection : project(table, selected);
  // The tag is of the row, whatever is selected of it.
  const version =
    table.version === undefined || included !== null
      ? ""
      : `, ${column(table, table.version).sql} AS "$version"`;
  const row = await db
    .prepare(
      `SELECT ${projection}${version}${included?.columns ?? ""} FROM ${table.name} WHERE id = ?${and(read)}`,
    )
    .bind(id.toLowerCase(), ...read.values)
    .first<Row>();
  if (row === null) throw notFound();
  decodeRow(table, row, selected);
  await included?.addTo(db, [row]);
  return row;
}
