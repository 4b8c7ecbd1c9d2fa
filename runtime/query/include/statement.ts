/** The statements that fetch the rows which relations lead to: one for a relation, whatever the number of parents. */
import { filterSql } from "../filter/index.ts";
import { orderSql } from "../order.ts";
import { both, type Scope } from "../scope.ts";
import type { Table } from "../table.ts";
import type { Inclusion } from "./parse.ts";
import { isEmpty } from "./relation.ts";

/** Included rows in one answer, each counted as often as it is there. */
export const maxRows = 10_000;

/** A statement with the values of its parameters. */
export interface Fetch {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * The statement that fetches the rows which a relation leads to from the parents with these keys, each row with its
 * parent's key as `$parent`, which comes last: an object from which the last of its properties is deleted stays a fast one in V8.
 *
 * @param projection What to read of each row.
 * @returns null where the caller may read no such row.
 */
export function fetchOf<User>(
  inclusion: Inclusion<User>,
  projection: string,
  keys: readonly string[],
  user: User,
): Fetch | null {
  const { relation, filter } = inclusion;
  const read = relation.read(user);
  const links = relation.through?.read(user);
  if (isEmpty(read) || (links !== undefined && isEmpty(links))) return null;
  const before: readonly unknown[] = [JSON.stringify(keys), ...(links?.values ?? [])];
  const number = before.length + read.values.length + 1;
  const wanted = filter === null ? read : both(read, filterSql(filter, number));
  return relation.type === "one"
    ? one(inclusion, projection, wanted, before)
    : many(inclusion, projection, wanted, before, links);
}

/** A row for each parent at most: the key is unique in the target. */
function one<User>(
  { relation: { target, to } }: Inclusion<User>,
  projection: string,
  wanted: Scope,
  before: readonly unknown[],
): Fetch {
  return {
    sql: `SELECT ${projection}, ${to} AS [$parent] FROM ${target.name}
WHERE ${to} IN (SELECT value FROM json_each(?1))${tested(target, wanted)}`,
    values: [...before, ...wanted.values],
  };
}

/**
 * For each parent, the ids of its first rows are picked from the index on the reference; then the rows are read by their
 * ids and sorted. Picking stops right above what an answer may hold, so that no request can make the database read
 * more rows for it than that.
 */
function many<User>(
  { relation, order, limit }: Inclusion<User>,
  projection: string,
  wanted: Scope,
  before: readonly unknown[],
  links: Scope | undefined,
): Fetch {
  const { target, to, through } = relation;
  const parent = "[$parents].value";
  const joined =
    through === undefined || links === undefined
      ? `${to} = ${parent}`
      : `${to} IN (SELECT ${through.to} FROM ${through.table.name} WHERE ${through.by} = ${parent}${tested(through.table, links)})`;
  const ordered = orderSql(order);
  return {
    sql: `SELECT ${projection}, [$parent] FROM (
  SELECT [$parents].value AS [$parent], [$ids].value AS [$id]
  FROM json_each(?1) AS [$parents] CROSS JOIN json_each((
    SELECT json_group_array(id) FROM (
      SELECT id FROM ${target.name} WHERE ${joined}${tested(target, wanted)} ORDER BY ${ordered} LIMIT ?
    )
  )) AS [$ids]
  LIMIT ${maxRows + 1}
) CROSS JOIN ${target.name} ON ${target.name}.id = [$id] ORDER BY ${ordered}`,
    values: [...before, ...wanted.values, Math.min(limit, maxRows + 1)],
  };
}

/**
 * A condition to test on the rows that the join finds. The plus keeps SQLite from searching by it instead, which would
 * walk all rows of the caller once for each parent. Only that rows are not deleted is said without it once more, since
 * unique indexes leave deleted rows out and serve no search that may want them.
 */
function tested(table: Table, scope: Scope): string {
  const present = table.deletedAt === undefined ? "" : ` AND ${table.deletedAt} IS NULL`;
  return scope.sql === "" ? present : `${present} AND +(${scope.sql})`;
}
