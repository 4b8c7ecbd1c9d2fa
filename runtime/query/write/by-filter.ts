/** Writes to all rows that meet a filter: `PATCH` and `DELETE` of `/batch?filter=`. */
import { tooMany } from "../../http/batch.ts";
import { invalid } from "../../http/problem.ts";
import { queryParameters } from "../../http/query.ts";
import { type Filter, filterSql, parseFilter } from "../filter/index.ts";
import { and, both, type Scope } from "../scope.ts";
import type { Row, Table } from "../table.ts";
import { type Change, countChanges, guard, outside, type Staged, type Statement } from "./change.ts";
import { checkReferences, type References } from "./references.ts";
import { removal } from "./soft-delete.ts";
import { assignments } from "./update.ts";

/** The rows that a batch means: those that meet the filter, or null for all of them. */
export type Selection = Filter | null;

/**
 * Reads the `filter` of a batch. It has to be there, so that a forgotten one never means everything; `*` says so.
 *
 * @throws {Problem} 400 for a missing or malformed filter, and for any other parameter.
 */
export function batchFilter(request: Request, table: Table): Selection {
  const { filter } = queryParameters(request, ["filter"]);
  if (filter === undefined) {
    throw invalid("filter", "Say which rows are meant; filter=* means all of them", "required");
  }
  return filter === "*" ? null : parseFilter(table, filter);
}

/** The rows of a batch write and the rules it is made under. */
export interface FilteredWrite {
  readonly table: Table;
  readonly filter: Selection;
  /** Greatest number of rows. */
  readonly limit: number;
  readonly read: Scope;
}

/** A change of all rows that meet a filter. */
export interface FilteredUpdate extends FilteredWrite {
  /** The fields to set and their values, validated. */
  readonly patch: Row;
  readonly references: References;
  readonly update: Scope;
  /** Whether the rule looks at a column that the request may change, and so has to hold afterwards too. */
  readonly recheck?: boolean;
}

/** A deletion of all rows that meet a filter. */
export interface FilteredDelete extends FilteredWrite {
  readonly delete: Scope;
}

/**
 * Describes one change of many rows. Rows that the caller may not change are skipped. It is refused with 400 for more rows than
 * the limit and for a reference, with 403 where the rule does not hold for a row after the change.
 */
export function updateRows(write: FilteredUpdate): Change | Staged {
  const { table, patch, update } = write;
  const rows = both(write.read, update);
  const before = checkReferences(patch, write.references);
  const set = assignments(table, patch);
  if (write.recheck === true && update.sql !== "") return staged(write, rows, before, set);
  const wanted = narrowed(rows, write.filter, set.values.length);
  const limit = refuseMore(table, narrowed(rows, write.filter, 0), write.limit);
  const statement: Statement = {
    sql: `UPDATE ${table.name} SET ${set.sql}${clause(wanted)}`,
    values: [...set.values, ...wanted.values],
  };
  return counted(table, [...before, limit, statement]);
}

/** Describes the deletion of many rows. Rows that the caller may not delete are skipped. Refused with 400 for too many rows. */
export function deleteRows({ table, filter, limit, read, delete: write }: FilteredDelete): Change {
  const rows = both(read, write);
  const remove = removal(table);
  const wanted = narrowed(rows, filter, remove.values.length);
  return counted(table, [
    refuseMore(table, narrowed(rows, filter, 0), limit),
    { sql: `${remove.sql}${clause(wanted)}`, values: [...remove.values, ...wanted.values] },
  ]);
}

/** The statements, of which the last one writes, answered with the number of rows that it wrote. */
const counted = (
  table: Table,
  statements: readonly Statement[],
  after: readonly Statement[] = [],
): Change => ({
  statements: [...statements, countChanges, ...after],
  answer: { type: "count", from: statements.length },
  tables: [table],
});

/**
 * The rows in scope that a filter means.
 *
 * @param before How many parameters stand before it.
 */
export const narrowed = (rows: Scope, filter: Selection, before: number): Scope =>
  filter === null ? rows : both(rows, filterSql(filter, before + rows.values.length + 1));

/** The scope as a WHERE clause; empty where every row is in scope. */
export const clause = (rows: Scope): string => (rows.sql === "" ? "" : ` WHERE ${rows.sql}`);

function refuseMore(table: Table, rows: Scope, limit: number): Statement {
  const few = `SELECT 1 FROM ${table.name}${clause(rows)} LIMIT ${limit + 1}`;
  return guard(
    `'BATCH_LIMIT_EXCEEDED ${limit}'`,
    `WHERE (SELECT count(*) FROM (${few})) > ${limit}`,
    rows.values,
  );
}

/**
 * A rule that has to hold afterwards needs to know which rows were changed, and the filter may not find them any more. So
 * their ids are read first; the batch makes sure that they are still the ones.
 */
function staged(
  { table, filter, limit, update }: FilteredUpdate,
  rows: Scope,
  before: readonly Statement[],
  set: Statement,
): Staged {
  return {
    answer: { type: "count", from: 0 },
    make: async (db) => {
      const ids = await matchingIds(db, table, narrowed(rows, filter, 0), limit);
      const statement: Statement = {
        sql: `UPDATE ${table.name} SET ${set.sql} WHERE id IN (SELECT value FROM json_each(?))`,
        values: [...set.values, JSON.stringify(ids)],
      };
      const after = ids.length === 0 ? [] : outside(table, ids, update);
      return counted(
        table,
        [...before, stillMatching(table, ids, narrowed(rows, filter, 1)), statement],
        after,
      );
    },
  };
}

/**
 * Has the write made anew where a row no longer matches that did when it was read.
 *
 * @param rows The rows that the batch means, behind one parameter.
 */
export function stillMatching(table: Table, ids: readonly string[], rows: Scope): Statement {
  const gone = `FROM (SELECT value AS [$id] FROM json_each(?1)) WHERE NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = [$id]${and(rows)})`;
  return guard("'RACED'", gone, [JSON.stringify(ids), ...rows.values]);
}

/**
 * The ids of the rows in scope.
 *
 * @throws {Problem} 400 `BATCH_LIMIT_EXCEEDED` where there are more than the limit.
 */
async function matchingIds(db: D1Database, table: Table, rows: Scope, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT id FROM ${table.name}${clause(rows)} LIMIT ${limit + 1}`)
    .bind(...rows.values)
    .all<{ id: string }>();
  if (results.length > limit) throw tooMany(limit);
  return results.map(({ id }) => id);
}
