/** Generated applications in this process: bundled, over a D1 database that is SQLite in memory. */
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { emit } from "../../../generator/emit/index.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { makeBinding, sourceOf } from "../../bench/d1/binding.ts";
import type { Row } from "../../matrix/rows.ts";
import type { Subject } from "../../matrix/subject.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/matrix-${process.pid}`);

export const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });

/** Names the caller of a request, as JSON. */
const userHeader = "X-Test-User";

const authModule = `export default (request) => JSON.parse(request.headers.get("${userHeader}") ?? "null");`;

let runtime: Promise<string> | null = null;
let made = 0;

/** The runtime, bundled once for all applications. */
async function bundledRuntime(): Promise<string> {
  const outfile = path.join(folder, "runtime.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["runtime/http/index.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  return outfile;
}

/** Resolves generated files, and the user's module for identities, from memory. */
function inMemory(files: ReadonlyMap<string, string>, runtimeFile: string): Plugin {
  return {
    name: "in-memory",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^covara\/runtime$/ }, () => ({
        path: pathToFileURL(runtimeFile).href,
        external: true,
      }));
      onResolve({ filter: /^\.|^app\.ts$/ }, ({ path: name, importer }) => ({
        path: path.posix.join(path.posix.dirname(importer), name).replace(/\.js$/, ".ts"),
        namespace: "generated",
      }));
      onLoad({ filter: /.*/, namespace: "generated" }, ({ path: name }) => {
        const contents = name.endsWith("auth.ts") ? authModule : files.get(name.replace(/^generated\//, ""));
        if (contents === undefined) throw new Error(`nothing was emitted for ${name}`);
        return { contents, loader: name.endsWith(".json") ? "json" : "ts", resolveDir: root };
      });
    },
  };
}

interface App {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

/** Generates an application, migrates its database, and gives a way to use both. */
export async function startApplication(model: Model): Promise<Subject & { close(): void }> {
  mkdirSync(folder, { recursive: true });
  runtime ??= bundledRuntime();
  const runtimeFile = await runtime;
  made += 1;
  const outfile = path.join(folder, `app-${made}.mjs`);
  await build({
    entryPoints: ["generated/app.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    plugins: [inMemory(emit(model, { wranglerToml: null }), runtimeFile)],
    logLevel: "silent",
  });
  const { app } = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as { app: App };
  return new SqliteApplication(model, app);
}

class SqliteApplication implements Subject {
  readonly #model: Model;
  readonly #app: App;
  readonly #db = new DatabaseSync(":memory:");
  readonly #env: object;
  readonly #prepared = new Map<string, StatementSync>();
  /** The rows, and how many the database had written by then. */
  #dumped: { readonly at: number; readonly rows: Record<string, Row[]> } | null = null;

  constructor(model: Model, app: App) {
    this.#model = model;
    this.#app = app;
    const plan = planMigration(model, { snapshot: null, files: [] }, { allowDestructive: false });
    for (const [file, sql] of plan.files) if (file.endsWith(".sql")) this.#db.exec(sql);
    this.#db.exec("PRAGMA foreign_keys = ON");
    const execute = (sql: string, values: readonly unknown[]): { columns: string[]; rows: unknown[][] } => {
      const statement = this.#prepare(sql);
      statement.setReturnArrays(true);
      const rows: unknown = statement.all(...(values as SQLInputValue[]));
      return { columns: statement.columns().map(({ name }) => name), rows: rows as unknown[][] };
    };
    const transaction = <T>(body: () => T): T => {
      this.#db.exec("BEGIN");
      try {
        const result = body();
        this.#db.exec("COMMIT");
        return result;
      } catch (error) {
        this.#db.exec("ROLLBACK");
        throw error;
      }
    };
    this.#env = { [model.database.binding]: makeBinding(sourceOf(execute), transaction) };
  }

  async send(user: object | null, method: string, url: string, json?: unknown) {
    const headers = new Headers();
    if (user !== null) headers.set(userHeader, JSON.stringify(user));
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const body = json === undefined ? null : JSON.stringify(json);
    const request = new Request(`https://covara.test${url}`, { method, headers, body });
    const response = await this.#app.fetch(request, this.#env);
    const { status } = response;
    return { status, location: response.headers.get("Location"), text: await response.text() };
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  async dump(): Promise<Record<string, Row[]>> {
    const counter = this.#prepare("SELECT total_changes() AS n");
    counter.setReturnArrays(false);
    const at = Number(counter.get()?.n);
    if (this.#dumped !== null && this.#dumped.at === at) return this.#dumped.rows;
    const rows = Object.fromEntries(
      this.#model.resources.map(({ key, table }) => {
        const statement = this.#prepare(`SELECT * FROM "${table}" ORDER BY rowid`);
        statement.setReturnArrays(false);
        return [key, statement.all() as Row[]];
      }),
    );
    this.#dumped = { at, rows };
    return rows;
  }

  async reset(rows: Readonly<Record<string, readonly Row[]>>): Promise<void> {
    this.#db.exec("PRAGMA foreign_keys = OFF; BEGIN");
    for (const { key, table, fields } of this.#model.resources) {
      this.#db.exec(`DELETE FROM "${table}"`);
      const names = fields.map(({ column }) => `"${column}"`).join(", ");
      const insert = this.#prepare(
        `INSERT INTO "${table}" (${names}) VALUES (${fields.map(() => "?").join(", ")})`,
      );
      for (const row of rows[key] ?? []) insert.run(...fields.map(({ column }) => row[column] ?? null));
    }
    this.#db.exec("COMMIT; PRAGMA foreign_keys = ON");
  }

  close(): void {
    this.#db.close();
  }
}
