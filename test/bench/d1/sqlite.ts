/** A D1 database over `node:sqlite`. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Binding, type Execute, makeBinding, sourceOf } from "./binding.ts";

/** Opens an empty database in memory and runs a script in it. */
export function openSqlite(script: string): { readonly binding: Binding; readonly execute: Execute } {
  const db = new DatabaseSync(":memory:");
  db.exec(script);
  const execute: Execute = (sql, values) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    const rows: unknown = statement.all(...values.map(toSql));
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
  return { binding: makeBinding(sourceOf(execute), transaction), execute };
}

function toSql(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  throw new TypeError(`D1 takes no ${typeof value} as a parameter`);
}
