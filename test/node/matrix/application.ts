/** Generated applications in this process: bundled, over a D1 database that is SQLite in memory. */
import type { Model } from "../../../generator/model/types.ts";
import type { Row } from "../../matrix/rows.ts";
import type { Subject } from "../../matrix/subject.ts";
import { type App, loadApplication, userHeader } from "./bundle.ts";
import { openDatabase, type SqliteDatabase } from "./sqlite.ts";

export { cleanUp } from "./bundle.ts";

/** Generates an application, migrates its database, and gives a way to use both. */
export async function startApplication(model: Model): Promise<Subject & { close(): void }> {
  return new SqliteApplication(model, (await loadApplication(model)).app);
}

class SqliteApplication implements Subject {
  readonly #model: Model;
  readonly #app: App;
  readonly #database: SqliteDatabase;
  readonly #env: object;
  /** The rows, and how many the database had written by then. */
  #dumped: { readonly at: number; readonly rows: Record<string, Row[]> } | null = null;

  constructor(model: Model, app: App) {
    this.#model = model;
    this.#app = app;
    this.#database = openDatabase(model);
    this.#env = { [model.database.binding]: this.#database.binding };
  }

  async send(user: object | null, method: string, url: string, json?: unknown, more = {}) {
    const headers = new Headers(more);
    if (user !== null) headers.set(userHeader, JSON.stringify(user));
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const body = json === undefined ? null : JSON.stringify(json);
    const request = new Request(`https://covara.test${url}`, { method, headers, body });
    const response = await this.#app.fetch(request, this.#env);
    const { status } = response;
    const replayed = response.headers.get("Idempotency-Replayed") === "true";
    return { status, location: response.headers.get("Location"), replayed, text: await response.text() };
  }

  async dump(): Promise<Record<string, Row[]>> {
    const counter = this.#database.prepare("SELECT total_changes() AS n");
    counter.setReturnArrays(false);
    const at = Number(counter.get()?.n);
    if (this.#dumped !== null && this.#dumped.at === at) return this.#dumped.rows;
    const rows = Object.fromEntries(
      this.#model.resources.map(({ key, table }) => {
        const statement = this.#database.prepare(`SELECT * FROM "${table}" ORDER BY rowid`);
        statement.setReturnArrays(false);
        return [key, statement.all() as Row[]];
      }),
    );
    this.#dumped = { at, rows };
    return rows;
  }

  async reset(rows: Readonly<Record<string, readonly Row[]>>): Promise<void> {
    this.#database.db.exec("PRAGMA foreign_keys = OFF; BEGIN");
    for (const { key, table, fields } of this.#model.resources) {
      this.#database.db.exec(`DELETE FROM "${table}"`);
      const names = fields.map(({ column }) => `"${column}"`).join(", ");
      const insert = this.#database.prepare(
        `INSERT INTO "${table}" (${names}) VALUES (${fields.map(() => "?").join(", ")})`,
      );
      for (const row of rows[key] ?? []) insert.run(...fields.map(({ column }) => row[column] ?? null));
    }
    this.#database.db.exec("COMMIT; PRAGMA foreign_keys = ON");
  }

  close(): void {
    this.#database.db.close();
  }
}
