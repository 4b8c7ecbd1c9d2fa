import { invalid } from "../http/problem.ts";
import { visibleField } from "./select.ts";
import { column, qualified, type Table } from "./table.ts";

/** One column of an ordering. Nulls come last in both directions. */
export interface OrderTerm {
  readonly name: string;
  /** SQL, qualified: a bare name could mean a result's alias before it means a column. */
  readonly sql: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}

/** The condition behind a cursor nests with each term, and D1 takes expressions of depth 100. */
const maxTerms = 16;

/**
 * Reads `orderBy=-priority,title` or `orderBy=priority:desc,title:asc`. The id is appended unless it is there, so
 * that the order is total; what follows the id cannot matter and is dropped, so that equivalent spellings are equal.
 *
 * @throws {Problem} 400 for an unknown, repeated or unordered field or a bad direction.
 */
export function parseOrder(table: Table, text: string | undefined): readonly OrderTerm[] {
  const terms: OrderTerm[] = [];
  const items = text === undefined ? [] : text.split(",");
  if (items.length > maxTerms) throw invalid("orderBy", `Names more than ${maxTerms} fields`, "too_big");
  for (const item of items) {
    const term = parseTerm(table, item.trim());
    if (terms.some((other) => other.name === term.name)) throw invalid("orderBy", `Names ${term.name} twice`);
    terms.push(term);
  }
  const id = terms.findIndex((term) => term.name === "id");
  if (id >= 0) return terms.slice(0, id + 1);
  const sql = qualified(table, column(table, "id"));
  return [...terms, { name: "id", sql, descending: false, nullable: false }];
}

function parseTerm(table: Table, item: string): OrderTerm {
  const minus = item.startsWith("-");
  const [word = "", direction, ...rest] = (minus ? item.slice(1) : item).split(":");
  if (
    rest.length > 0 ||
    (direction !== undefined && (minus || (direction !== "asc" && direction !== "desc")))
  ) {
    throw invalid("orderBy", `${JSON.stringify(item)} is neither field, -field, field:asc nor field:desc`);
  }
  const name = visibleField(table, "orderBy", word);
  const found = column(table, name);
  if (found.kind === "json") throw invalid("orderBy", `${name} holds JSON, which has no order`);
  const { nullable = false } = found;
  return { name, sql: qualified(table, found), descending: minus || direction === "desc", nullable };
}

/** The terms as an ORDER BY list. */
export function orderSql(order: readonly OrderTerm[]): string {
  return order
    .map(({ sql, descending, nullable }) => {
      const direction = descending ? " DESC" : "";
      return `${sql}${direction}${nullable ? " NULLS LAST" : ""}`;
    })
    .join(", ");
}

/** A canonical text of the ordering, the same for equivalent spellings. */
export const orderKey = (order: readonly OrderTerm[]): string =>
  order.map(({ name, descending }) => (descending ? `-${name}` : name)).join(",");
