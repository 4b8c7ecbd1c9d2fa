/** A request for aggregates as one statement. */
import { filterSql } from "../filter/index.ts";
import type { Scope } from "../scope.ts";
import { type Column, qualified, type Table } from "../table.ts";
import type { Aggregate, MeasureName } from "./parse.ts";

/** The most groups in an answer. */
export const maxGroups = 1000;

/** Names of the result's columns. No field of the API has such a name. */
export const countName = "[$count]";
export const measureName = (index: number): string => `[$measure${index}]`;

/** A statement with the values of its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * The statement that gives the groups: their keys, their count if it is asked for, and their measures, in this order. It
 * gives one group more than {@link maxGroups} where there are as many. The groups have no order, so that the database can
 * stop at the limit.
 *
 * @param wanted The rows that are grouped.
 */
export function aggregateStatement(table: Table, aggregate: Aggregate, wanted: Scope): Statement {
  const { keys, count, measures, having } = aggregate;
  // Qualified, so that no alias can be meant.
  const own = (column: Column): string => qualified(table, column);
  const outputs = [
    ...keys.map(({ column }, index) => `${own(column)} AS [$key${index}]`),
    ...(count ? [`count(*) AS ${countName}`] : []),
    ...measures.map(
      ({ measure, column }, index) => `${measureSql(measure, column, own(column))} AS ${measureName(index)}`,
    ),
  ];
  const where = wanted.sql === "" ? "" : ` WHERE ${wanted.sql}`;
  const groups = keys.length === 0 ? "" : ` GROUP BY ${keys.map(({ column }) => own(column)).join(", ")}`;
  const grouped = `SELECT ${outputs.join(", ")} FROM ${table.name}${where}${groups}`;
  const limit = `LIMIT ${maxGroups + 1}`;
  if (having === null) return { sql: `${grouped} ${limit}`, values: wanted.values };
  const condition = filterSql(having, wanted.values.length + 1);
  return {
    // As one term: SQLite moves each term of an AND into the subquery, one inside the other, and 100 are too deep for D1.
    sql: `SELECT * FROM (${grouped}) WHERE (${condition.sql}) IS TRUE ${limit}`,
    values: [...wanted.values, ...condition.values],
  };
}

/**
 * A measure that cannot fail, whatever the values: `sum` over integers fails where it leaves 64 bits, while `total` goes
 * on in doubles there. It is exact as long as the sum is an integer of 64 bits, and 0 for no values, where the answer is
 * null. Doubles that add up to infinity, which JSON does not have, give null too.
 */
function measureSql(measure: MeasureName, { kind }: Column, column: string): string {
  if (measure === "min" || measure === "max") return `${measure}(${column})`;
  if (kind === "number") {
    return `CASE WHEN abs(${measure}(${column})) < 9e999 THEN ${measure}(${column}) END`;
  }
  if (measure === "avg") return `avg(${column})`;
  return `CASE WHEN count(${column}) > 0 THEN total(${column}) END`;
}
