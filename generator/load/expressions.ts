/** Asks SQLite whether the expressions of computed fields can run. */
import type { DatabaseSync } from "node:sqlite";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { expressionFields, expressionSql } from "../emit/computed.ts";
import { sqlName } from "../emit/sql-name.ts";
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";

/**
 * The problems of expressions that only SQLite can see: what it cannot prepare, and what gives null in a field that is not
 * optional. Nothing is checked by a Node without `node:sqlite`, which came with 22.13; then reads tell.
 */
export async function checkExpressions(model: Model): Promise<Diagnostic[]> {
  const resources = model.resources.filter((resource) => expressionFields(resource).length > 0);
  if (resources.length === 0) return [];
  const sqlite = await loadSqlite();
  if (sqlite === null) return [];
  return resources.flatMap((resource) => {
    const db = new sqlite.DatabaseSync(":memory:");
    try {
      return checkResource(db, resource);
    } finally {
      db.close();
    }
  });
}

async function loadSqlite(): Promise<typeof import("node:sqlite") | null> {
  try {
    return await import("node:sqlite");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_UNKNOWN_BUILTIN_MODULE") return null;
    throw error;
  }
}

function checkResource(db: DatabaseSync, resource: ResourceModel): Diagnostic[] {
  const table = sqlName(resource.table);
  const columns = resource.fields.map(({ column, storage }) => `${sqlName(column)} ${storage}`);
  db.exec(`CREATE TABLE ${table} (${columns.join(", ")})`);
  return expressionFields(resource).flatMap((field): Diagnostic[] => {
    const sql = expressionSql(field, table);
    const about = (code: "COV1806" | "COV1807", message: string): Diagnostic[] => [
      {
        code,
        severity: "error",
        message,
        path: ["resources", resource.key, "fields", field.name, "computed"],
      },
    ];
    const name = `\`${resource.key}.${field.name}\``;
    // As a condition, where SQLite takes nothing that looks at several rows.
    const problem = preparationProblem(db, `SELECT 1 FROM ${table} WHERE ${sql}`);
    if (problem !== null) return about("COV1806", `SQLite refuses the expression of ${name}: ${problem}.`);
    if (field.nullable || field.kind === "boolean") return [];
    const used = resource.fields.filter(({ name }) =>
      field.expression.some((part) => typeof part !== "string" && part.field === name),
    );
    const optional = used.filter(({ nullable }) => nullable);
    const valueWithout = (missing: readonly FieldModel[]): unknown =>
      evaluate(
        db,
        table,
        sql,
        new Map(used.map((each) => [each, missing.includes(each) ? null : sample(each)])),
      );
    // Where it is null anyhow, the samples are to blame: nothing can be said.
    if (valueWithout([]) === null) return [];
    const cause = [...optional.map((each) => [each]), optional].find((each) => valueWithout(each) === null);
    if (cause === undefined) return [];
    const names = cause.map((each) => `\`${each.name}\``).join(" and ");
    return about(
      "COV1807",
      `The expression of ${name} is null where ${names} ${cause.length > 1 ? "are" : "is"} null.`,
    );
  });
}

function preparationProblem(db: DatabaseSync, sql: string): string | null {
  try {
    db.prepare(sql);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  }
}

/** The value for a row; undefined where the expression fails for it, which other rows need not make it do. */
function evaluate(
  db: DatabaseSync,
  table: string,
  sql: string,
  values: ReadonlyMap<FieldModel, string | number | null>,
): unknown {
  db.exec(`DELETE FROM ${table}`);
  const columns = [...values.keys()].map(({ column }) => sqlName(column));
  const insert =
    columns.length === 0
      ? `INSERT INTO ${table} DEFAULT VALUES`
      : `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  db.prepare(insert).run(...values.values());
  try {
    return db.prepare(`SELECT ${sql} AS value FROM ${table}`).get()?.value;
  } catch {
    return undefined;
  }
}

/** A stored value as a field of the kind may have it. */
function sample({ kind, values, min, max }: FieldModel): string | number {
  switch (kind) {
    case "integer":
    case "number":
      return Math.min(Math.max(7, min ?? 7), max ?? 7);
    case "version":
    case "boolean":
      return 1;
    case "timestamp":
      return "2026-01-31T09:30:00.000Z";
    case "json":
      return "{}";
    case "enum":
      return values[0] ?? "";
    case "id":
    case "ref":
      return "01980000-0000-7000-8000-000000000001";
    case "text":
      return "some text";
  }
}
