/** How the values of a column are carried over when its kind changes. */
import type { Column } from "./snapshot.ts";
import { quoteName, quoteText } from "./sql.ts";

export interface Conversion {
  /** The new value as an expression, NULL where the old one has no counterpart; `null`: values stay as they are. */
  readonly expression: string | null;
  /** What is lost, as the end of a sentence; `null`: nothing can be. */
  readonly loses: string | null;
  /** Whether values are lost in part, such as by rounding, where `expression` gives a value all the same. */
  readonly inexact?: true;
  /** Where all other values stay as they are: the condition that picks those without a counterpart. */
  readonly misfits?: string;
}

const unchanged: Conversion = { expression: null, loses: null };
const maxInteger = 9_007_199_254_740_991;

/**
 * The conversion of the column `name` from `before` to `after`, or `null` where there is none that would not be a
 * guess, such as from a number to a point in time.
 */
export function conversion(name: string, before: Column, after: Column): Conversion | null {
  const value = quoteName(name);
  switch (after.kind) {
    case "id":
      return before.kind === "id" ? unchanged : null;
    case "text":
      return toText(value, before);
    case "enum":
      return toEnum(value, before, after.values ?? []);
    case "json":
      return toJson(value, before);
    case "integer":
    case "version":
      return toInteger(value, before);
    case "number":
      return toNumber(value, before);
    case "boolean":
      return toBoolean(value, before);
    case "timestamp":
      return toTimestamp(value, before);
    case "ref":
      return toReference(value, before, after);
  }
}

function isText(column: Column): boolean {
  return column.kind === "text" || column.kind === "enum";
}

function toText(value: string, before: Column): Conversion {
  switch (before.kind) {
    case "integer":
    case "version":
      return { expression: `CAST(${value} AS TEXT)`, loses: null };
    case "number":
      return {
        expression: `CAST(${shortNumber(value)} AS TEXT)`,
        loses: "digits beyond the fifteenth",
        inexact: true,
      };
    case "boolean":
      return { expression: `CASE ${value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`, loses: null };
    case "json":
      return {
        expression: `CASE json_type(${value}) WHEN 'text' THEN ${value} ->> '$' ELSE ${value} END`,
        loses: null,
      };
    default:
      return unchanged;
  }
}

/** A number that is written as JSON and JavaScript write it: SQLite would make `2.0` of 2. */
function shortNumber(value: string): string {
  return `CASE WHEN ${value} = CAST(${value} AS INTEGER) THEN CAST(${value} AS INTEGER) ELSE ${value} END`;
}

function toEnum(value: string, before: Column, values: readonly string[]): Conversion {
  if (before.kind === "enum" && (before.values ?? []).every((member) => values.includes(member)))
    return unchanged;
  const text = toText(value, before).expression ?? value;
  const members = values.map(quoteText).join(", ");
  return {
    expression: `CASE WHEN ${text} IN (${members}) THEN ${text} END`,
    loses: "values that are not a member",
    ...(text === value ? { misfits: `${value} NOT IN (${members})` } : {}),
  };
}

function toJson(value: string, before: Column): Conversion {
  if (before.kind === "json") return unchanged;
  if (before.kind === "boolean") return toText(value, before);
  const scalar = before.kind === "number" ? shortNumber(value) : value;
  return { expression: `CASE WHEN ${value} IS NOT NULL THEN json_quote(${scalar}) END`, loses: null };
}

function toInteger(value: string, before: Column): Conversion | null {
  const loses = "values that are not an integer";
  switch (before.kind) {
    case "integer":
    case "version":
    case "boolean":
      return unchanged;
    case "number":
      return {
        expression: `CASE WHEN abs(${value}) <= ${maxInteger} THEN CAST(round(${value}) AS INTEGER) END`,
        loses: "fractions",
        inexact: true,
      };
    case "text":
    case "enum":
      return {
        expression: `CASE WHEN CAST(CAST(${value} AS INTEGER) AS TEXT) = ${value} THEN CAST(${value} AS INTEGER) END`,
        loses,
      };
    case "json":
      return { expression: `CASE json_type(${value}) WHEN 'integer' THEN ${value} ->> '$' END`, loses };
    default:
      return null;
  }
}

function toNumber(value: string, before: Column): Conversion | null {
  const loses = "values that are not a number";
  switch (before.kind) {
    case "number":
      return unchanged;
    case "integer":
    case "version":
    case "boolean":
      return { expression: `CAST(${value} AS REAL)`, loses: null };
    case "text":
    case "enum":
      return {
        expression:
          `CASE json_valid(${value}) WHEN 1 THEN ` +
          `CASE WHEN json_type(${value}) IN ('integer', 'real') THEN CAST(${value} AS REAL) END END`,
        loses,
      };
    case "json":
      return {
        expression: `CASE WHEN json_type(${value}) IN ('integer', 'real') THEN CAST(${value} ->> '$' AS REAL) END`,
        loses,
      };
    default:
      return null;
  }
}

function toBoolean(value: string, before: Column): Conversion | null {
  switch (before.kind) {
    case "boolean":
      return unchanged;
    case "integer":
    case "version":
    case "number":
      return { expression: `${value} <> 0`, loses: "numbers other than 0 and 1", inexact: true };
    case "text":
    case "enum":
      return {
        expression: `CASE ${value} WHEN 'true' THEN 1 WHEN '1' THEN 1 WHEN 'false' THEN 0 WHEN '0' THEN 0 END`,
        loses: "texts other than true and false",
      };
    case "json":
      return {
        expression: `CASE json_type(${value}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`,
        loses: "values other than true and false",
      };
    default:
      return null;
  }
}

/** SQLite's date functions also read bare numbers, as Julian days: only what starts with a date is let in. */
function toTimestamp(value: string, before: Column): Conversion | null {
  if (before.kind === "timestamp") return unchanged;
  if (!isText(before)) return null;
  const date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*";
  return {
    expression: `CASE WHEN ${value} GLOB '${date}' THEN strftime('%Y-%m-%dT%H:%M:%fZ', ${value}) END`,
    loses: "texts that are not a date",
  };
}

function toReference(value: string, before: Column, after: Column): Conversion | null {
  const target = after.references;
  if (!target) throw new Error(`The reference ${value} has no target.`);
  if (before.references && before.references.table === target.table) return unchanged;
  if (!isText(before) && before.kind !== "ref") return null;
  return {
    expression: `CASE WHEN ${value} IN (SELECT ${quoteName(target.column)} FROM ${quoteName(target.table)}) THEN ${value} END`,
    loses: `ids that are not in ${target.table}`,
  };
}
