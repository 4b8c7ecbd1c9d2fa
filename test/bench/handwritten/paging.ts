import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { invalidField, Problem } from "./problem.ts";
import { type Todo, todos } from "./schema.ts";

export type TodoField = keyof Todo;

export interface OrderTerm {
  field: TodoField;
  descending: boolean;
}

const nullable: ReadonlySet<TodoField> = new Set(["notes", "estimate", "assigneeId", "listId", "dueAt"]);

const columns = getTableColumns(todos);

const isField = (name: string): name is TodoField => Object.hasOwn(columns, name);

/** Reads `select=id,title`. */
export function parseSelect(text: string): TodoField[] {
  const names: TodoField[] = [];
  for (const part of text.split(",")) {
    const name = part.trim();
    if (!isField(name)) throw invalidField("select", `There is no field ${name}`, "unknown_field");
    if (names.includes(name)) throw invalidField("select", "Name each field once", "invalid_value");
    names.push(name);
  }
  return names;
}

/** Reads `-priority,title` or `priority:desc,title:asc`; the id makes the order total. */
export function parseOrder(text: string | undefined): OrderTerm[] {
  const terms: OrderTerm[] = [];
  for (const part of text === undefined ? [] : text.split(",")) {
    const match = /^\s*(?:-(\w+)|(\w+)(?::(asc|desc))?)\s*$/.exec(part);
    const field = match?.[1] ?? match?.[2] ?? "";
    if (!isField(field)) throw invalidField("orderBy", `There is no field ${field}`, "unknown_field");
    if (field === "labels") throw invalidField("orderBy", "labels has no order", "invalid_value");
    if (terms.some((term) => term.field === field)) {
      throw invalidField("orderBy", `Names ${field} twice`, "invalid_value");
    }
    terms.push({ field, descending: match?.[1] !== undefined || match?.[3] === "desc" });
  }
  const id = terms.findIndex((term) => term.field === "id");
  return id >= 0 ? terms.slice(0, id + 1) : [...terms, { field: "id", descending: false }];
}

/** Nulls come last in both directions. */
export function orderBy(terms: readonly OrderTerm[]): SQL[] {
  return terms.map(({ field, descending }) => {
    const order = descending ? desc(todos[field]) : asc(todos[field]);
    return nullable.has(field) ? sql`${order} nulls last` : order;
  });
}

/** The rows behind a key. */
export function after(terms: readonly OrderTerm[], key: readonly unknown[]): SQL | undefined {
  const branches: (SQL | undefined)[] = [];
  terms.forEach(({ field, descending }, index) => {
    const value = key[index];
    if (value === null) return;
    const column: SQLiteColumn = todos[field];
    const ties = terms.slice(0, index).map((earlier, i) => {
      const tied: SQLiteColumn = todos[earlier.field];
      return key[i] === null ? isNull(tied) : eq(tied, key[i]);
    });
    const beyond = descending ? lt(column, value) : gt(column, value);
    branches.push(and(...ties, nullable.has(field) ? or(beyond, isNull(column)) : beyond));
  });
  return or(...branches);
}

/** What a cursor belongs to. */
export const cursorContext = (terms: readonly OrderTerm[], userId: string, filter = ""): string =>
  `${terms.map(({ field, descending }) => (descending ? `-${field}` : field)).join(",")} ${userId} ${filter}`;

export function encodeCursor(terms: readonly OrderTerm[], context: string, last: Partial<Todo>): string {
  const text = JSON.stringify([context, ...terms.map(({ field }) => last[field])]);
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function decodeCursor(terms: readonly OrderTerm[], context: string, cursor: string): unknown[] {
  let value: unknown;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
  } catch {
    throw cursorInvalid();
  }
  if (!Array.isArray(value) || value[0] !== context || value.length !== terms.length + 1) {
    throw cursorInvalid();
  }
  return value.slice(1).map((part: unknown, index) => {
    const field = terms[index]?.field;
    const fits =
      typeof part === "string" ||
      typeof part === "number" ||
      (typeof part === "boolean" && field === "done") ||
      (part === null && field !== undefined && nullable.has(field));
    if (!fits) throw cursorInvalid();
    return part;
  });
}

const cursorInvalid = (): Problem =>
  new Problem("CURSOR_INVALID", "The cursor is malformed, or of another order, filter or user.");
