/** What a filter means, once it has been read: conditions on columns, joined by and, or and not. */
import type { Column, ColumnKind } from "../table.ts";
import type { Forms } from "./operators.ts";

/** A value of the API that a column is compared with, in the form in which the API shows it. */
export type Scalar = string | number | boolean;

/** What stands behind an operator. */
export type Operand = Scalar | readonly Scalar[];

/** A filter whose fields, operators and values have been checked against a table. */
export type Filter = Group | Negation | Comparison;

/** Two or more filters, none of them a group of the same type. */
export interface Group {
  readonly type: "and" | "or";
  readonly items: readonly Filter[];
}

export interface Negation {
  readonly type: "not";
  readonly item: Group | Comparison;
}

/** One condition on one column. Operators that are complements of others are a negation of those. */
export interface Comparison {
  readonly type: "compare";
  /** Name in the API. */
  readonly field: string;
  readonly column: Column;
  /** The canonical spelling. */
  readonly operator: string;
  readonly operand: Operand;
  /** The condition as SQL and as a function. */
  readonly forms: Forms;
}

/** What decides which operators a column has, and how its values are read. */
export type FilterKind = ColumnKind | "enum";

/** An enum is text with a known list of members. */
export const kindOf = (column: Column): FilterKind => (column.values === undefined ? column.kind : "enum");

/** The filter negated. Two negations cancel each other out: every condition is true or false, never unknown. */
export const negate = (filter: Filter): Filter =>
  filter.type === "not" ? filter.item : { type: "not", item: filter };

/** Joins filters, of which there is at least one. Nested groups of the same type become one. */
export function join(type: "and" | "or", first: Filter, rest: readonly Filter[]): Filter {
  if (rest.length === 0) return first;
  return {
    type,
    items: [first, ...rest].flatMap((item) => (item.type === type ? item.items : [item])),
  };
}

/**
 * The filter in one canonical spelling, which is a filter again: `a!=1 or b==x` gives `not(a==1),b=="x"`. Filters
 * that print alike are equal.
 */
export function printFilter(filter: Filter): string {
  switch (filter.type) {
    case "compare":
      return `${filter.field}${filter.operator}${printOperand(filter)}`;
    case "not":
      return `not(${printFilter(filter.item)})`;
    case "and":
      return filter.items
        .map((item) => (item.type === "or" ? `(${printFilter(item)})` : printFilter(item)))
        .join(";");
    case "or":
      return filter.items.map(printFilter).join(",");
  }
}

function printOperand({ operator, operand }: Comparison): string {
  if (!Array.isArray(operand)) return printScalar(operand as Scalar);
  const items = operand.map(printScalar).join(",");
  return operator === "=between=" ? `[${items}]` : `(${items})`;
}

const printScalar = (value: Scalar): string =>
  typeof value === "string" ? `"${value.replace(/["\\]/g, "\\$&")}"` : String(value);
