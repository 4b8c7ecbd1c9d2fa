/**
 * Changes of single columns. SQLite cannot alter a column, and rebuilding its table is no way out: D1 always enforces
 * foreign keys, so dropping a table deletes the rows that refer to it with ON DELETE CASCADE and clears the columns
 * with SET NULL. Instead a new column is added, filled, and put in the place of the old one.
 */
import type { FieldModel } from "../model/types.ts";
import type { Conversion } from "./convert.ts";
import { conversion } from "./convert.ts";
import { guardTableName } from "./guard.ts";
import type { Column } from "./snapshot.ts";
import { columnDefinition, literal, quoteName, quoteText } from "./sql.ts";

/** A statement after which some data may be gone. */
export interface Loss {
  readonly statement: string;
  /** What is lost, as the end of a sentence. */
  readonly what: string;
  /** Whether the migration fails instead, if there is any of that. */
  readonly stops: boolean;
}

/** What must hold of the rows that are there, since the config names no value for them; the migration stops otherwise. */
export type Demand = "no rows" | "no nulls";

export interface ColumnChange {
  /** The column as it then is, in the snapshot. */
  readonly column: Column;
  readonly statements: readonly string[];
  readonly loss: Loss | null;
  readonly demand: Demand | null;
  /** Whether the old column is dropped, which indexes and triggers on it would block. */
  readonly replaced: boolean;
}

/** Why a change cannot be planned. */
export type Obstacle = "no conversion" | "primary key";

const now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/** The value of rows that have none yet, as an expression; `null` where the config names none. */
export function fillOf(field: FieldModel): string | null {
  if (field.generated === "createdAt" || field.generated === "updatedAt") return now;
  if (field.generated === "version") return "1";
  if (field.default === undefined || field.default === null) return null;
  return field.kind === "json" ? literal(JSON.stringify(field.default)) : literal(field.default);
}

/**
 * SQLite adds a NOT NULL column to a table only with a constant default, and a column with REFERENCES only without
 * one. Where that does not fit, the column is added nullable, and triggers refuse NULL.
 */
function addable(wanted: Column): Column {
  const { notNull, ...rest } = wanted;
  if (notNull === undefined) return wanted;
  return wanted.default === undefined ? { ...rest, notNull: "trigger" } : { ...rest, notNull: true };
}

/** A column that its table did not have. */
export function addColumn(table: string, field: FieldModel, wanted: Column): ColumnChange | Obstacle {
  if (wanted.primaryKey) return "primary key";
  const fill = fillOf(field);
  if (wanted.notNull && fill === null) {
    // To a table without rows SQLite adds any column.
    const stop = guardStatement(table, `${table}.${field.column} has no value for the rows that are there`);
    const statements = [stop, addStatement(table, field.column, wanted)];
    return { column: wanted, statements, loss: null, demand: "no rows", replaced: false };
  }
  const column = addable(wanted);
  const statements = [addStatement(table, field.column, column)];
  if (fill !== null && column.default === undefined) {
    statements.push(`UPDATE ${quoteName(table)} SET ${quoteName(field.column)} = ${fill};`);
  }
  return { column, statements, loss: null, demand: null, replaced: false };
}

function addStatement(table: string, name: string, column: Column): string {
  return `ALTER TABLE ${quoteName(table)} ADD COLUMN ${columnDefinition(name, column)};`;
}

export function dropStatement(table: string, name: string): string {
  return `ALTER TABLE ${quoteName(table)} DROP COLUMN ${quoteName(name)};`;
}

/**
 * A column that stays, as another kind or under other constraints. No statements if the database need not change.
 * `taken` holds the names that a temporary column may not have.
 */
export function changeColumn(
  table: string,
  field: FieldModel,
  before: Column,
  wanted: Column,
  taken: ReadonlySet<string>,
): ColumnChange | Obstacle {
  if (before.primaryKey !== wanted.primaryKey) return "primary key";
  const converted = conversion(field.column, before, wanted);
  if (!converted) return "no conversion";
  const required = wanted.notNull !== undefined;
  const fill = fillOf(field);
  const name = quoteName(field.column);
  const value = filled(field, field.column, converted, before, wanted);
  const demand: Demand | null = required && before.notNull === undefined && fill === null ? "no nulls" : null;
  const first =
    demand === null
      ? []
      : [guardStatement(table, `${table}.${field.column} has rows without a value`, `${name} IS NULL`)];
  // Without a value for the rest, rows that cannot be converted stop the migration.
  const problem = converted.inexact ? `cannot be converted to ${wanted.kind}` : `has ${converted.loses}`;
  const stopAt = (condition: string): string | null =>
    required && fill === null && converted.loses !== null
      ? guardStatement(table, `${table}.${field.column} ${problem}`, condition)
      : null;
  const lossOf = (update: string, stop: string | null): Loss | null => {
    if (converted.loses === null) return null;
    const stops = stop !== null && !converted.inexact;
    return { statement: stops ? stop : update, what: converted.loses, stops };
  };

  if (needsReplacing(before, wanted)) {
    const column = addable(wanted);
    const temporary = freeName(field.column, taken);
    const update = `UPDATE ${quoteName(table)} SET ${quoteName(temporary)} = ${value};`;
    const stop = stopAt(`${quoteName(temporary)} IS NULL`);
    const statements = [
      ...first,
      addStatement(table, temporary, column),
      update,
      ...(stop === null ? [] : [stop]),
      dropStatement(table, field.column),
      `ALTER TABLE ${quoteName(table)} RENAME COLUMN ${quoteName(temporary)} TO ${name};`,
    ];
    return { column, statements, loss: lossOf(update, stop), demand, replaced: true };
  }

  const column = kept(before, wanted);
  if (value === name) return { column, statements: first, loss: null, demand, replaced: false };
  if (converted.misfits !== undefined && (before.notNull || !required)) {
    const stop = stopAt(converted.misfits);
    const update = `UPDATE ${quoteName(table)} SET ${name} = ${fill ?? "NULL"} WHERE ${converted.misfits};`;
    return { column, statements: [stop ?? update], loss: lossOf(update, stop), demand, replaced: false };
  }
  const stop = stopAt(`${name} IS NOT NULL AND ${value} IS NULL`);
  const update = `UPDATE ${quoteName(table)} SET ${name} = ${value};`;
  const statements = [...first, ...(stop === null ? [] : [stop]), update];
  return { column, statements, loss: lossOf(update, stop), demand, replaced: false };
}

/**
 * What a column that stays will hold, as an expression over what is there; `name` is what the column is called where
 * the expression is used. `null` where there is no conversion.
 */
export function valueAfter(field: FieldModel, name: string, before: Column, wanted: Column): string | null {
  const converted = conversion(name, before, wanted);
  return converted && filled(field, name, converted, before, wanted);
}

/** The converted value, and the config's value for rows that would be left without one. */
function filled(
  field: FieldModel,
  column: string,
  converted: Conversion,
  before: Column,
  wanted: Column,
): string {
  const name = quoteName(column);
  const expression = converted.expression ?? name;
  const required = wanted.notNull !== undefined;
  const fill = fillOf(field);
  const mayLack = (required && before.notNull === undefined) || converted.loses !== null;
  if (!mayLack || fill === null) return expression;
  const value = `coalesce(${expression}, ${fill})`;
  return required ? value : `CASE WHEN ${name} IS NOT NULL THEN ${value} END`;
}

function needsReplacing(before: Column, wanted: Column): boolean {
  if (before.type !== wanted.type || before.default !== wanted.default) return true;
  if (JSON.stringify(referenceOf(before)) !== JSON.stringify(referenceOf(wanted))) return true;
  if (before.notNull === true) return wanted.notNull === undefined;
  return before.notNull === undefined && wanted.notNull !== undefined && wanted.default !== undefined;
}

function referenceOf({ references }: Column): readonly string[] | null {
  return references ? [references.table, references.column, references.onDelete] : null;
}

/** The column where the one in the table stays: NOT NULL that is new, or was a trigger, is a trigger. */
function kept(before: Column, wanted: Column): Column {
  if (wanted.notNull === undefined || before.notNull === true) return wanted;
  return { ...wanted, notNull: "trigger" };
}

function freeName(column: string, taken: ReadonlySet<string>): string {
  let name = `${column}__new`;
  while (taken.has(name)) name += "_";
  return name;
}

/** Aborts the migration, with `reason` in the error, if any row meets the condition; without one, if there is a row. */
export function guardStatement(table: string, reason: string, condition?: string): string {
  const where = condition === undefined ? "" : ` WHERE ${condition}`;
  return (
    `INSERT INTO ${quoteName(guardTableName)} ("code")\n` +
    `SELECT ${quoteText(reason)} FROM ${quoteName(table)}${where} LIMIT 1;`
  );
}

/** Names of the two triggers that stand for NOT NULL. */
export function notNullTriggerNames(
  table: string,
  column: string,
): readonly [insert: string, update: string] {
  return [`${table}.${column}_not_null_insert`, `${table}.${column}_not_null_update`];
}

/** Whether a trigger is one of the two; no other trigger has a name that ends like theirs. */
export function isNotNullTrigger(name: string): boolean {
  return /_not_null_(insert|update)$/.test(name);
}

/** Whether the trigger that stands for NOT NULL on insert gives the column a value rather than refuse the row. */
export const isFilledIn = ({ generated }: FieldModel): boolean =>
  generated === "createdAt" || generated === "updatedAt";

/**
 * The two triggers that stand for NOT NULL, by name. They refuse NULL with the message that SQLite itself gives. Only
 * a time that the server sets is filled in on insert: between the migration and the deploy, the Worker that is live
 * still inserts rows without it.
 */
export function notNullTriggers(
  table: string,
  field: FieldModel,
  primaryKey: string,
): Record<string, string> {
  const { column } = field;
  const [insert, update] = notNullTriggerNames(table, column);
  const trigger = (name: string, event: string, body: string) =>
    `CREATE TRIGGER ${quoteName(name)} ${event} ON ${quoteName(table)}\n` +
    `WHEN NEW.${quoteName(column)} IS NULL\nBEGIN\n  ${body};\nEND;`;
  const refuse = `SELECT RAISE(ABORT, ${quoteText(`NOT NULL constraint failed: ${table}.${column}`)})`;
  const key = quoteName(primaryKey);
  const fill = `UPDATE ${quoteName(table)} SET ${quoteName(column)} = ${now} WHERE ${key} = NEW.${key}`;
  return {
    [insert]: isFilledIn(field)
      ? trigger(insert, "AFTER INSERT", fill)
      : trigger(insert, "BEFORE INSERT", refuse),
    [update]: trigger(update, `BEFORE UPDATE OF ${quoteName(column)}`, refuse),
  };
}
