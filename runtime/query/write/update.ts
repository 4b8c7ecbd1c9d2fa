import { invalid, notFound } from "../../http/problem.ts";
import { isUuid } from "../../http/query.ts";
import { and, type Scope } from "../scope.ts";
import { column, encodeValue, type Row, storedColumn, type Table } from "../table.ts";
import { timestamp } from "../values.ts";
import { type Change, guard, returning, type Statement } from "./change.ts";
import { checkReferences, type References } from "./references.ts";

/** The versions of the row that a request accepts, as `If-Match` names them; null where it accepts any. */
export type Versions = readonly number[] | null;

/**
 * Checks the id that a body repeats.
 *
 * @throws {Problem} 400 where it is not the one of the path: an id cannot be changed.
 */
export function sameId(path: string, body: string | undefined): void {
  if (body !== undefined && body.toLowerCase() !== path.toLowerCase()) {
    throw invalid("id", "Must be the id of the path", "id_mismatch");
  }
}

/** A change of one row and the rules it is made under. */
export interface Update {
  readonly table: Table;
  readonly id: string;
  /** The fields to set and their values, validated. */
  readonly patch: Row;
  /** Versions that the row may have. */
  readonly versions?: Versions;
  readonly references: References;
  readonly read: Scope;
  readonly update: Scope;
  /** Whether the rule looks at a column that the request may change, and so has to hold afterwards too. */
  readonly recheck?: boolean;
}

/**
 * Describes the change of a row. It is refused with 404 where the caller cannot read the row, with 403 where it may read but
 * not change it (before or after the change), with 412 where the row has another version, with 400 for a reference and
 * with 409 for a value that is taken.
 *
 * @throws {Problem} 404 for an id that no row can have.
 */
export function updateRow(change: Update): Change {
  const { table, patch, versions = null, read, update, recheck = false } = change;
  const id = rowId(change.id);
  const set = assignments(table, patch);
  const version = versionCondition(table, versions);
  const statement: Statement = {
    sql: `UPDATE ${table.name} SET ${set.sql} WHERE id = ?${and(read)}${and(update)}${version.sql} RETURNING ${returning(table, read)}`,
    values: [...set.values, id, ...read.values, ...update.values, ...version.values, ...read.values],
  };
  const before = checkReferences(patch, change.references);
  const after = refuse({ table, id, versions, read, write: update, recheck });
  return {
    statements: [...before, statement, after],
    answer: { type: "row", table, ids: [id], read, from: [before.length] },
    tables: [table],
  };
}

/**
 * The id of a path as it is stored.
 *
 * @throws {Problem} 404 for a text that no row can have as its id.
 */
export function rowId(text: string): string {
  if (!isUuid(text)) throw notFound();
  return text.toLowerCase();
}

/** What UPDATE sets for a patch: its fields, the time of the change and the next version. */
export function assignments(table: Table, patch: Row): Statement {
  const sql: string[] = [];
  const values: unknown[] = [];
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const target = storedColumn(table, name);
    sql.push(`${target.sql} = ?`);
    values.push(encodeValue(target.kind, value));
  }
  // A patch of nothing changes nothing, and must not look like a change.
  if (sql.length === 0) return { sql: "id = id", values };
  const mark = touched(table);
  return { sql: [...sql, ...mark.sql].join(", "), values: [...values, ...mark.values] };
}

/** What every change sets besides its own columns: the time and the next version. */
export function touched(table: Table): {
  readonly sql: readonly string[];
  readonly values: readonly unknown[];
} {
  const version = table.version === undefined ? null : column(table, table.version).sql;
  return {
    sql: [
      ...(table.updatedAt === undefined ? [] : [`${table.updatedAt} = ?`]),
      ...(version === null ? [] : [`${version} = ${version} + 1`]),
    ],
    values: table.updatedAt === undefined ? [] : [timestamp()],
  };
}

/** The versions that the row may have, as a further condition of the writing statement. */
export function versionCondition(table: Table, versions: Versions): Statement {
  if (versions === null) return { sql: "", values: [] };
  const version = versionColumn(table);
  return versions.length === 1
    ? { sql: ` AND ${version} = ?`, values: versions }
    : { sql: ` AND ${version} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(versions)] };
}

function versionColumn(table: Table): string {
  if (table.version === undefined) throw new TypeError(`${table.name} has no version to compare`);
  return column(table, table.version).sql;
}

/** A write of one row that may have been refused. */
export interface Refusable {
  readonly table: Table;
  readonly id: string;
  readonly versions?: Versions;
  readonly read: Scope;
  /** The rule of the write, on the row before it. */
  readonly write: Scope;
  /** Whether the rule has to hold for the row after the write as well. */
  readonly recheck?: boolean;
}

/**
 * Follows the statement that writes the row, and aborts the batch where it found none, saying why: a row that was not
 * written is still as it was. `changes()` tells of the statement right before.
 */
export function refuse({ table, id, versions = null, read, write, recheck = false }: Refusable): Statement {
  const values: unknown[] = [id];
  const without = (scope: Scope): string => {
    values.push(...scope.values);
    return `NOT EXISTS (SELECT 1 FROM ${table.name} WHERE id = ?1${and(scope)})`;
  };
  const checked = recheck && write.sql !== "";
  const cases = [
    ...(checked ? ["WHEN changes() = 1 THEN 'FORBIDDEN'"] : []),
    ...(write.sql === "" && versions === null ? [] : [`WHEN ${without(read)} THEN 'NOT_FOUND'`]),
    ...(write.sql === "" || versions === null ? [] : [`WHEN ${without(write)} THEN 'FORBIDDEN'`]),
  ];
  const last =
    versions !== null
      ? `'PRECONDITION_FAILED ' || (SELECT ${versionColumn(table)} FROM ${table.name} WHERE id = ?1)`
      : write.sql === ""
        ? "'NOT_FOUND'"
        : "'FORBIDDEN'";
  const code = cases.length === 0 ? last : `CASE ${cases.join(" ")} ELSE ${last} END`;
  const broken = checked ? ` OR ${without(write)}` : "";
  // Where nothing needs the id, it may not be bound either.
  const bound = /\?/.test(code + broken) ? values : [];
  return guard(code, `WHERE changes() = 0${broken}`, bound);
}
