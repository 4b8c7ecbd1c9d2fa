/** The rows of an application in workerd, over D1. */
import type { Model } from "../../generator/model/types.ts";
import type { Row, Rows } from "./rows.ts";
import { inOrder } from "./seed.ts";

/** All rows of a database, by the key of their resource. */
export async function dumpRows(db: D1Database, { resources }: Model): Promise<Record<string, Row[]>> {
  const results = await db.batch<Row>(
    resources.map(({ table }) => db.prepare(`SELECT * FROM ${table} ORDER BY rowid`)),
  );
  return Object.fromEntries(resources.map(({ key }, index) => [key, results[index]?.results ?? []]));
}

/** Makes the rows of a database those given, and no others. */
export async function resetRows(db: D1Database, model: Model, rows: Rows): Promise<void> {
  const ordered = inOrder(model);
  await db.batch([
    db.prepare("PRAGMA defer_foreign_keys = ON"),
    ...ordered.toReversed().map(({ table }) => db.prepare(`DELETE FROM ${table}`)),
    ...ordered.map(({ key, table, fields }) => {
      const columns = fields.map(({ column }) => column);
      const values = columns.map((_, index) => `value->>'$[${index}]'`);
      const lists = (rows[key] ?? []).map((row) => columns.map((column) => row[column] ?? null));
      return db
        .prepare(`INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM json_each(?)`)
        .bind(JSON.stringify(lists));
    }),
  ]);
}
