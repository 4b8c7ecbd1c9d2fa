import type { Filter } from "./ast.ts";

/** The filter as a function of a row as the API shows it; it holds for the same rows as the filter's SQL. */
export function filterPredicate(filter: Filter): (row: Readonly<Record<string, unknown>>) => boolean {
  switch (filter.type) {
    case "compare": {
      const { field, forms } = filter;
      return (row) => {
        const value = row[field];
        if (value === undefined) throw new TypeError(`The row has no ${field}, which the filter looks at`);
        return forms.test(value);
      };
    }
    case "not": {
      const holds = filterPredicate(filter.item);
      return (row) => !holds(row);
    }
    case "and": {
      const conditions = filter.items.map(filterPredicate);
      return (row) => conditions.every((holds) => holds(row));
    }
    case "or": {
      const conditions = filter.items.map(filterPredicate);
      return (row) => conditions.some((holds) => holds(row));
    }
  }
}
