/** The part of RSQL that the pages of the task board use: comparisons joined by `;` (and) and `,` (or), with parentheses. */
import { and, eq, gt, gte, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type FieldError, Problem } from "./problem.ts";
import { todos } from "./schema.ts";

interface Token {
  type: "mark" | "operator" | "quoted" | "word";
  text: string;
}

type Value = string | number | boolean;

interface Filterable {
  column: SQLiteColumn;
  type: "text" | "number" | "boolean" | "timestamp";
}

const fields: Readonly<Record<string, Filterable>> = {
  id: { column: todos.id, type: "text" },
  title: { column: todos.title, type: "text" },
  notes: { column: todos.notes, type: "text" },
  done: { column: todos.done, type: "boolean" },
  priority: { column: todos.priority, type: "number" },
  estimate: { column: todos.estimate, type: "number" },
  ownerId: { column: todos.ownerId, type: "text" },
  assigneeId: { column: todos.assigneeId, type: "text" },
  listId: { column: todos.listId, type: "text" },
  dueAt: { column: todos.dueAt, type: "timestamp" },
  createdAt: { column: todos.createdAt, type: "timestamp" },
  updatedAt: { column: todos.updatedAt, type: "timestamp" },
  version: { column: todos.version, type: "number" },
};

const operators: Readonly<Record<string, (column: SQLiteColumn, value: Value) => SQL>> = {
  "==": eq,
  ">": gt,
  ">=": gte,
  "<": lt,
  "<=": lte,
  "=icontains=": (column, value) => sql`instr(lower(${column}), lower(${value})) > 0`,
};

/** Reads `done==false;(priority>=2,title=icontains="ship it")` as a condition. */
export function parseFilter(text: string): SQL | undefined {
  const tokens = tokenize(text);
  let at = 0;
  const take = (mark: string): boolean => {
    const taken = tokens[at]?.type === "mark" && tokens[at]?.text === mark;
    if (taken) at += 1;
    return taken;
  };
  const either = (): SQL | undefined => {
    const conditions = [all()];
    while (take(",")) conditions.push(all());
    return or(...conditions);
  };
  const all = (): SQL | undefined => {
    const conditions = [term()];
    while (take(";")) conditions.push(term());
    return and(...conditions);
  };
  const term = (): SQL | undefined => {
    if (!take("(")) return comparison();
    const condition = either();
    if (!take(")")) throw invalidFilter("syntax", "A closing parenthesis is missing");
    return condition;
  };
  const comparison = (): SQL => {
    const [name, sign, value] = tokens.slice(at, at + 3);
    at += 3;
    if (name?.type !== "word") throw invalidFilter("syntax", "A field is missing");
    const field = Object.hasOwn(fields, name.text) ? fields[name.text] : undefined;
    if (field === undefined) throw invalidFilter("unknown_field", `There is no field ${name.text}`);
    if (sign?.type !== "operator") throw invalidFilter("syntax", "An operator is missing");
    const operator = Object.hasOwn(operators, sign.text) ? operators[sign.text] : undefined;
    if (operator === undefined) throw invalidFilter("unknown_operator", `There is no operator ${sign.text}`);
    if (sign.text === "=icontains=" && field.type !== "text") {
      throw invalidFilter("invalid_type", `${sign.text} is for text`);
    }
    if (value?.type !== "quoted" && value?.type !== "word") {
      throw invalidFilter("syntax", "A value is missing");
    }
    return operator(field.column, read(field, value));
  };
  const filter = either();
  if (at < tokens.length) throw invalidFilter("syntax", "Something follows the filter");
  return filter;
}

function tokenize(text: string): Token[] {
  const pattern = /\s*(?:([();,])|(=[A-Za-z]+=|==|>=|<=|>|<)|"((?:[^"\\]|\\.)*)"|([^\s"'()[\],;=!<>&|]+))/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text);
    if (found === null) throw invalidFilter("syntax", "The filter cannot be read");
    const [, mark, operator, quoted, word] = found;
    if (mark !== undefined) tokens.push({ type: "mark", text: mark });
    else if (operator !== undefined) tokens.push({ type: "operator", text: operator });
    else if (quoted !== undefined) tokens.push({ type: "quoted", text: quoted.replaceAll(/\\(.)/g, "$1") });
    else if (word !== undefined) tokens.push({ type: "word", text: word });
  }
  return tokens;
}

/** A value of the field's type. */
function read({ type }: Filterable, { type: form, text }: Token): Value {
  const bare = form === "word";
  switch (type) {
    case "text":
      return text;
    case "boolean":
      if (bare && (text === "true" || text === "false")) return text === "true";
      throw invalidFilter("invalid_value", "Must be true or false");
    case "number":
      if (bare && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
      throw invalidFilter("invalid_value", "Must be a number");
    case "timestamp":
      if (/^\d{4}-\d\d-\d\d(T.+(Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(Date.parse(text))) {
        return new Date(text).toISOString();
      }
      throw invalidFilter("invalid_value", "Must be a date, or a time with its offset");
  }
}

function invalidFilter(code: string, message: string): Problem {
  const error: FieldError = { field: "filter", message, code };
  return new Problem("FILTER_PARSE_ERROR", `filter: ${message}.`, { errors: [error] });
}
