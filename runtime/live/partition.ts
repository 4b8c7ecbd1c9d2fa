/** Which hub tells a subscriber of all it may see and asked for. */
import type { Filter } from "../query/filter/index.ts";
import type { Image, Live } from "./types.ts";

/** The partition that holds all rows a subscriber can be told of, or null where only the hub of all rows does. */
export function partitionOf<User>(live: Live<User>, user: User, filter: Filter | null): string | null {
  const { partition } = live;
  if (partition === undefined) return null;
  if (partition.value !== "filter") return partition.value(user);
  const [field] = partition.fields;
  return filter === null || field === undefined ? null : fixedValue(filter, field);
}

/** The value that a field has in all rows that meet a filter, where the filter says so plainly. */
function fixedValue(filter: Filter, field: string): string | null {
  if (filter.type === "and") {
    return filter.items.map((item) => fixedValue(item, field)).find((value) => value !== null) ?? null;
  }
  const isFixed = filter.type === "compare" && filter.field === field && filter.operator === "==";
  return isFixed && !Array.isArray(filter.operand) ? String(filter.operand) : null;
}

/** The partitions that a row is in. */
export const partitionsOf = (row: Image | null, fields: readonly string[]): string[] =>
  fields.flatMap((field) => {
    const value = row?.[field];
    return value === null || value === undefined ? [] : [String(value)];
  });
