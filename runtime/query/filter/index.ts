/** Filters: read once, used as SQL and as a function. */
export { type Filter, printFilter } from "./ast.ts";
export { type Filterable, type FilterDialect, parseFilter } from "./parse.ts";
export { filterPredicate } from "./predicate.ts";
export { filterSql } from "./sql.ts";
