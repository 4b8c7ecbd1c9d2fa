/** Text of SQL: names, literals and the definitions of tables, columns, indexes and triggers. */
import type { Json } from "../../schema/data.ts";
import type { Column, Index, Table } from "./snapshot.ts";

/** Quotes a name, so that no name can be taken for a keyword. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes text as a string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const WIDTH = 110;

/** A text or a name in quotes, or anything else up to the next one or the next blank. */
const word = /(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'" ])+/g;

/**
 * A long statement in lines of a readable length. Lines break at blanks, but not in texts and names; all but the first stand
 * two blanks further in.
 *
 * @param indent What each line begins with.
 */
export function foldSql(statement: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const [text] of statement.matchAll(word)) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + text.length > WIDTH) {
      lines.push(line);
      line = `${indent}  ${text}`;
    } else line += isFirst ? text : ` ${text}`;
  }
  return [...lines, line].join("\n");
}

/** A value as the literal that stores it: booleans as 0 or 1; arrays and objects as JSON text. */
export function literal(value: Json): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(Object.is(value, -0) ? 0 : value);
  return quoteText(typeof value === "string" ? value : JSON.stringify(value));
}

/** `"due_at" TEXT NOT NULL DEFAULT '…'`: a column as it stands in CREATE TABLE and ADD COLUMN. */
export function columnDefinition(name: string, column: Column): string {
  const parts = [quoteName(name), column.type];
  if (column.primaryKey) parts.push("PRIMARY KEY");
  if (column.autoincrement) parts.push("AUTOINCREMENT");
  if (column.notNull === true) parts.push("NOT NULL");
  if (column.default !== undefined) parts.push(`DEFAULT ${column.default}`);
  if (column.references) {
    const { table, column: target, onDelete } = column.references;
    parts.push(`REFERENCES ${quoteName(table)} (${quoteName(target)})`);
    parts.push(`ON DELETE ${onDelete.toUpperCase()}`);
  }
  return parts.join(" ");
}

/** A table without its indexes and triggers. `order` lists its columns as they shall stand. */
export function createTable(name: string, table: Table, order: readonly string[]): string {
  const lines = order.map((column) => {
    const definition = table.columns[column];
    if (!definition) throw new Error(`The table ${name} has no column ${column}.`);
    return `  ${columnDefinition(column, definition)}`;
  });
  return `CREATE TABLE ${quoteName(name)} (\n${lines.join(",\n")}\n) STRICT;`;
}

/** An index as a statement. */
export function createIndex(name: string, table: string, index: Index): string {
  const columns = index.columns.map(quoteName).join(", ");
  const where = index.where === undefined ? "" : ` WHERE ${index.where}`;
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${quoteName(name)} ON ${quoteName(table)} (${columns})${where};`;
}
