/** Databases for tests: applying migrations as wrangler does, and reading the schema back. */
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { hasErrors } from "../../../generator/diagnostics/has-errors.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { Model, ResourceModel } from "../../../generator/model/types.ts";

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** What tests need of a database, be it SQLite in the process or D1. */
export interface Database {
  /** Runs a migration file in one transaction. */
  apply(sql: string): Promise<void>;
  query(sql: string): Promise<readonly Row[]>;
}

/** An empty database in memory, with foreign keys enforced as on D1. */
export function sqlite(): Database {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA foreign_keys = ON");
  return {
    async apply(sql) {
      database.exec("BEGIN");
      try {
        database.exec(sql);
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    async query(sql) {
      return database.prepare(sql).all() as Row[];
    },
  };
}

/** The output folder's migrations, as a project would keep them. */
export class History {
  snapshot: string | null = null;
  readonly files: string[] = [];

  /** Plans the step to a model and keeps it. The SQL of the new file, or `null` where none was needed. */
  step(
    model: Model,
    options: { readonly allowDestructive?: boolean; readonly name?: string } = {},
  ): string | null {
    const plan = planMigration(model, this, { allowDestructive: false, ...options });
    if (hasErrors(plan.diagnostics))
      throw new Error(plan.diagnostics.map((each) => `${each.code} ${each.message}`).join("\n"));
    this.snapshot = plan.files.get("migrations/snapshot.json") ?? null;
    const added = [...plan.files.keys()].filter((file) => file.endsWith(".sql"));
    this.files.push(...added);
    return added[0] === undefined ? null : (plan.files.get(added[0]) ?? null);
  }
}

export async function migrate(database: Database, sql: string | null): Promise<void> {
  if (sql !== null) await database.apply(sql);
}

/** All rows of a table by id. */
export async function rowsOf(database: Database, table: string): Promise<Map<Value, Row>> {
  const rows = await database.query(`SELECT * FROM "${table}" ORDER BY "id"`);
  return new Map(rows.map((row) => [row.id ?? null, row]));
}

/**
 * The schema by its effect, so that a migrated database can be compared with a new one: columns by name whatever
 * their order, and NOT NULL whether it is a constraint or a pair of triggers.
 */
export async function schemaOf(database: Database): Promise<unknown> {
  const objects = await database.query(
    `SELECT "type", "name", "tbl_name", "sql" FROM "sqlite_schema"
     WHERE "name" NOT LIKE 'sqlite_%' AND "name" NOT LIKE '_cf_%' AND "name" <> 'd1_migrations' ORDER BY "name"`,
  );
  const schema: Record<string, unknown> = {};
  for (const { name } of objects.filter((object) => object.type === "table")) {
    const triggers = objects.filter((object) => object.type === "trigger" && object.tbl_name === name);
    const pairs = triggers.map((trigger) => /\.(\w+)_not_null_(insert|update)$/.exec(String(trigger.name)));
    const guarded = (column: Value) =>
      ["insert", "update"].every((event) => pairs.some((pair) => pair?.[1] === column && pair[2] === event));
    const columns = await database.query(`SELECT * FROM pragma_table_info('${name}') ORDER BY "name"`);
    const indexes = await database.query(`SELECT * FROM pragma_index_list('${name}') ORDER BY "name"`);
    schema[String(name)] = {
      strict: /STRICT$/.test(String(objects.find((object) => object.name === name)?.sql)),
      columns: columns.map((column) => ({
        name: column.name,
        type: column.type,
        primaryKey: column.pk,
        default: column.dflt_value,
        notNull: column.notnull === 1 || guarded(column.name ?? null),
      })),
      foreignKeys: await database.query(
        `SELECT "from", "table", "to", "on_delete", "on_update" FROM pragma_foreign_key_list('${name}') ORDER BY "from"`,
      ),
      indexes: await Promise.all(
        indexes.map(async (index) => ({
          name: index.origin === "pk" ? "primary key" : index.name,
          unique: index.unique,
          columns: await database.query(
            `SELECT "seqno", "name" FROM pragma_index_info('${index.name}') ORDER BY "seqno"`,
          ),
        })),
      ),
      otherTriggers: triggers.filter((_, position) => !pairs[position]).map((trigger) => trigger.sql),
    };
  }
  return schema;
}

/** Fails unless the full-text index of a resource holds exactly what its rows do, and is sound in itself. */
export async function expectInStep(database: Database, resource: ResourceModel): Promise<void> {
  if (resource.search === null) return;
  const { index, rows: numbers, fields } = resource.search;
  await database.query(`INSERT INTO "${index}" ("${index}") VALUES ('integrity-check')`);
  const stored = fields.map(({ column }) => `"${column}"`);
  const indexed = fields.map(({ indexColumn, column }) => `"${indexColumn}" AS "${column}"`);
  const key = resource.fields.find(({ kind }) => kind === "id")?.column;
  const expected = await database.query(
    `SELECT "${key}" AS "id", ${stored} FROM "${resource.table}" ORDER BY 1`,
  );
  expect(await database.query(`SELECT "row_id" AS "id", ${indexed} FROM "${index}" ORDER BY 1`)).toEqual(
    expected,
  );
  expect(
    await database.query(
      `SELECT "row_id" FROM "${numbers}" JOIN "${index}" AS i USING ("row_id") WHERE "number" = i.rowid ORDER BY 1`,
    ),
  ).toEqual(expected.map((row) => ({ row_id: row.id })));
}

/** The schema that a new database gets from a model. */
export async function freshSchema(model: Model): Promise<unknown> {
  const database = sqlite();
  const resources = model.resources.map((resource) => ({
    ...resource,
    renamedFrom: null,
    fields: resource.fields.map((field) => ({ ...field, renamedFrom: null })),
  }));
  await migrate(database, new History().step({ ...model, resources }));
  return schemaOf(database);
}
