/** Reads what a request for aggregates asks: which groups of which rows, and what to make of each. */
import { invalid } from "../../http/problem.ts";
import { booleanParameter, type QueryParameters } from "../../http/query.ts";
import { type Filter, parseFilter } from "../filter/index.ts";
import { visibleField } from "../select.ts";
import { type Column, type ColumnKind, column, type Table } from "../table.ts";
import { parseHaving } from "./having.ts";

/** What can be made of the values of one column. Null is no value. */
export const measureNames = ["sum", "avg", "min", "max"] as const;
export type MeasureName = (typeof measureNames)[number];

/** The query parameters that say what to aggregate. */
export const aggregateParameters = ["groupBy", "count", ...measureNames, "filter", "having"] as const;
export type AggregateParameter = (typeof aggregateParameters)[number];

/** A column, under the name that it has in the API. */
export interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

/** One measure of one column: `sum.estimate`. */
export interface Measure extends NamedColumn {
  readonly measure: MeasureName;
}

/** A request for aggregates, checked against a table. */
export interface Aggregate {
  /** The columns whose values make a group; with none of them, all rows are one group. */
  readonly keys: readonly NamedColumn[];
  /** Whether to count the rows of each group. */
  readonly count: boolean;
  readonly measures: readonly Measure[];
  /** Which rows; null for all. */
  readonly filter: Filter | null;
  /** Which groups; null for all. */
  readonly having: Filter | null;
}

const maxKeys = 8;
/** With the keys and the count they stay below the 100 columns that D1 takes in a result. */
const maxMeasures = 64;

const numbers: readonly ColumnKind[] = ["integer", "number"];
const ordered: readonly ColumnKind[] = [...numbers, "text", "timestamp"];
/** The kinds of columns that have a measure, and those kinds in words. */
const measured: Readonly<Record<MeasureName, readonly [kinds: readonly ColumnKind[], words: string]>> = {
  sum: [numbers, "numbers"],
  avg: [numbers, "numbers"],
  min: [ordered, "text, numbers and times"],
  max: [ordered, "text, numbers and times"],
};

/**
 * Reads the parameters of a request for aggregates.
 *
 * @throws {Problem} 400 for a field that is unknown, repeated or of the wrong kind, for a bad filter, and where nothing
 * is asked for.
 */
export function parseAggregate(table: Table, query: QueryParameters<AggregateParameter>): Aggregate {
  const keys = parseFields(table, "groupBy", query.groupBy);
  if (keys.length > maxKeys) throw invalid("groupBy", `Names more than ${maxKeys} fields`, "too_big");
  for (const { name, column } of keys) {
    if (column.kind === "json") throw invalid("groupBy", `${name} holds JSON, which makes no groups`);
  }
  const count = booleanParameter("count", query.count);
  const measures = measureNames.flatMap((measure) => parseMeasures(table, measure, query[measure]));
  if (measures.length > maxMeasures) {
    throw invalid("", `sum, avg, min and max name more than ${maxMeasures} fields together`, "too_big");
  }
  if (!count && measures.length === 0) {
    throw invalid("", "Ask for at least one of count=true, sum, avg, min and max", "required");
  }
  return {
    keys,
    count,
    measures,
    filter: query.filter === undefined ? null : parseFilter(table, query.filter),
    having: query.having === undefined ? null : parseHaving({ count, measures }, query.having),
  };
}

function parseMeasures(table: Table, measure: MeasureName, text: string | undefined): Measure[] {
  const [kinds, words] = measured[measure];
  return parseFields(table, measure, text).map(({ name, column }) => {
    if (kinds.includes(column.kind)) return { measure, name, column };
    throw invalid(measure, `${name} holds ${nouns[column.kind]}, and ${measure} takes ${words} only`);
  });
}

/** Reads `done,priority`. */
function parseFields(table: Table, parameter: string, text: string | undefined): NamedColumn[] {
  if (text === undefined) return [];
  const fields: NamedColumn[] = [];
  for (const item of text.split(",")) {
    const name = visibleField(table, parameter, item.trim());
    if (fields.some((other) => other.name === name)) throw invalid(parameter, `Names ${name} twice`);
    fields.push({ name, column: column(table, name) });
  }
  return fields;
}

const nouns = {
  text: "text",
  integer: "whole numbers",
  number: "numbers",
  boolean: "true or false",
  timestamp: "times",
  json: "JSON",
} as const;
