/** A D1 database that is SQLite in memory, with the tables of an application. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { type Binding, makeBinding, sourceOf } from "../../bench/d1/binding.ts";

export interface SqliteDatabase {
  readonly db: DatabaseSync;
  readonly binding: Binding;
  /** A statement, prepared once. */
  prepare(sql: string): StatementSync;
}

/** Makes an empty database with all tables, and foreign keys checked as D1 checks them. */
export function openDatabase(model: Model): SqliteDatabase {
  const db = new DatabaseSync(":memory:");
  const plan = planMigration(model, { snapshot: null, files: [] }, { allowDestructive: false });
  for (const [file, sql] of plan.files) if (file.endsWith(".sql")) db.exec(sql);
  db.exec("PRAGMA foreign_keys = ON");
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const execute = (sql: string, values: readonly unknown[]): { columns: string[]; rows: unknown[][] } => {
    const statement = prepare(sql);
    statement.setReturnArrays(true);
    const rows: unknown = statement.all(...(values as SQLInputValue[]));
    return { columns: statement.columns().map(({ name }) => name), rows: rows as unknown[][] };
  };
  const transaction = <T>(body: () => T): T => {
    db.exec("BEGIN");
    try {
      const result = body();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  };
  return { db, binding: makeBinding(sourceOf(execute), transaction), prepare };
}
