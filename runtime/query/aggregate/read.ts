import { invalid } from "../../http/problem.ts";
import { queryParameters } from "../../http/query.ts";
import { filterSql } from "../filter/index.ts";
import { compareText } from "../filter/text.ts";
import { both, type Scope } from "../scope.ts";
import type { Table } from "../table.ts";
import {
  type Aggregate,
  aggregateParameters,
  type MeasureName,
  measureNames,
  parseAggregate,
} from "./parse.ts";
import { aggregateStatement, maxGroups } from "./sql.ts";

/** Values of one group by field. */
type Values = Readonly<Record<string, unknown>>;

/** One group of rows, with what was asked of it. */
export interface AggregateGroup extends Readonly<Partial<Record<MeasureName, Values>>> {
  /** What the rows of the group have in common: the value of each field grouped by. */
  readonly key: Values;
  /** The number of rows. */
  readonly count?: number;
}

/** The answer to `GET /<resource>/aggregate`. */
export interface Aggregation {
  /** Ordered by key, nulls last. */
  readonly groups: readonly AggregateGroup[];
}

/**
 * Answers `GET /<resource>/aggregate`: counts, sums, averages, minima and maxima of the rows in scope that meet a filter,
 * by group. One statement, whatever is asked.
 *
 * @throws {Problem} 400 for bad parameters, and for more than 1,000 groups.
 */
export async function aggregateRows(
  db: D1Database,
  request: Request,
  table: Table,
  read: Scope,
): Promise<Aggregation> {
  return readAggregate(db, table, parseAggregate(table, queryParameters(request, aggregateParameters)), read);
}

/**
 * Reads what was asked for, of the rows in scope.
 *
 * @throws {Problem} 400 for more than 1,000 groups.
 */
export async function readAggregate(
  db: D1Database,
  table: Table,
  aggregate: Aggregate,
  read: Scope,
): Promise<Aggregation> {
  const { filter } = aggregate;
  const wanted = filter === null ? read : both(read, filterSql(filter, read.values.length + 1));
  const { sql, values } = aggregateStatement(table, aggregate, wanted);
  const rows = await db
    .prepare(sql)
    .bind(...values)
    .raw();
  if (rows.length > maxGroups) {
    const message = `There are more than ${maxGroups} groups: narrow them with filter or having`;
    throw invalid("groupBy", message, "too_big");
  }
  return { groups: rows.sort(byKey(aggregate.keys.length)).map((row) => toGroup(aggregate, row)) };
}

/** Orders rows by their first columns: numbers by size, text by code point, null last. */
function byKey(length: number): (a: readonly unknown[], b: readonly unknown[]) => number {
  return (a, b) => {
    for (let index = 0; index < length; index++) {
      const difference = compareValues(a[index], b[index]);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return Number(a === null) - Number(b === null);
}

/** @param row As the statement gives it: keys, count, measures. */
function toGroup({ keys, count, measures }: Aggregate, row: readonly unknown[]): AggregateGroup {
  const key = keys.map(({ name, column }, index): [string, unknown] => {
    const value = row[index];
    return [name, column.kind === "boolean" && value !== null ? value === 1 : value];
  });
  const first = keys.length + (count ? 1 : 0);
  const byMeasure = measureNames.flatMap((asked): [MeasureName, Values][] => {
    const values = measures.flatMap(({ measure, name }, index): [string, unknown][] =>
      measure === asked ? [[name, row[first + index]]] : [],
    );
    return values.length === 0 ? [] : [[asked, Object.fromEntries(values)]];
  });
  return {
    key: Object.fromEntries(key),
    ...(count ? { count: Number(row[keys.length]) } : {}),
    ...Object.fromEntries(byMeasure),
  };
}
