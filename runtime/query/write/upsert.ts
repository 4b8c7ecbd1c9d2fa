/** `POST /batch/upsert`: rows that are changed where their id is there, and created where it is not. */
import { invalid } from "../../http/problem.ts";
import { anyRow, both, type Scope } from "../scope.ts";
import { encodeValue, type Row, storedColumn, type Table } from "../table.ts";
import { type Change, guard, outside, returning, type Staged, type Statement } from "./change.ts";
import { insertRows } from "./insert.ts";
import { checkAllReferences, type References } from "./references.ts";
import { touched } from "./update.ts";

/** One row of an upsert. */
export interface UpsertItem {
  /** The whole row, for where it is created. */
  readonly row: Row & { readonly id: string };
  /** The fields that the request names, for where it is changed: others stay as they are. */
  readonly patch: Row;
}

/** Rows to be changed or created, and the rules for either. */
export interface Upsert {
  readonly table: Table;
  readonly items: readonly UpsertItem[];
  readonly references: References;
  /** What the caller may create; throws where that is nothing. */
  readonly create: () => Scope;
  readonly read: Scope;
  /** What the caller may change; throws where that is nothing. */
  readonly update: () => Scope;
  /** What has to hold besides for rows before they are changed. */
  readonly guard?: Scope | undefined;
}

/**
 * The items of an upsert.
 *
 * @param given The items as they were sent: what they do not name is not changed in a row that is there.
 * @param rows The new rows that they would make.
 * @throws {Problem} 400 for an item without id, and for two with the same.
 */
export function upsertItems(
  given: readonly unknown[],
  rows: readonly (Row & { readonly id: string })[],
): UpsertItem[] {
  const seen = new Set<string>();
  return rows.map((row, index) => {
    const named = new Set(Object.keys(given[index] as Row));
    if (!named.has("id")) throw invalid(`items[${index}].id`, "Say which row is meant", "required");
    if (seen.has(row.id)) throw invalid(`items[${index}].id`, "Another item has the same id", "duplicate_id");
    seen.add(row.id);
    const entries = Object.entries(row).filter(([name]) => name !== "id" && named.has(name));
    return { row, patch: Object.fromEntries(entries) };
  });
}

/**
 * Describes an upsert, all or nothing. It is refused with 403 where the rule of what happens to a row, its creation or its change,
 * does not hold, and with 409 for an id that is taken by a row which the caller may not read.
 *
 * Which rows are there is read first, since a batch cannot branch; the batch makes sure that it is still so.
 */
export function upsertRows(upsert: Upsert): Staged {
  const { table, items, read } = upsert;
  return {
    answer: { type: "rows", table, ids: [], read, from: [] },
    make: async (db) => {
      const ids = items.map(({ row }) => row.id);
      return upsertChange(upsert, await existing(db, table, ids));
    },
  };
}

/** The write of an upsert, once it is known which of the rows are there. */
export function upsertChange(
  { table, items, references, create, read, update, guard: condition }: Upsert,
  there: ReadonlySet<string>,
): Change {
  const created = items.filter(({ row }) => !there.has(row.id)).map(({ row }) => row);
  const changed = items.filter(({ row }) => there.has(row.id));
  const parts: Change[] = [
    ...(changed.length === 0 ? [] : [changeRows(table, changed, read, update(), condition)]),
    ...(created.length === 0 ? [] : [createRows(table, created, read, create())]),
  ];
  const before = checkAllReferences(
    items.map(({ row, patch }) => (there.has(row.id) ? patch : row)),
    references,
    "items",
  );
  const statements: Statement[] = [...before];
  const from: number[] = [];
  for (const part of parts) {
    if (part.answer.type === "rows") from.push(...part.answer.from.map((at) => at + statements.length));
    statements.push(...part.statements);
  }
  return {
    statements,
    answer: { type: "rows", table, ids: items.map(({ row }) => row.id), read, from },
    tables: [table],
  };
}

/** Those of the ids that are there, whoever may see them. */
async function existing(db: D1Database, table: Table, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(`SELECT id FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))`)
    .bind(JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

function createRows(table: Table, rows: readonly UpsertItem["row"][], read: Scope, create: Scope): Change {
  const list = JSON.stringify(rows.map(({ id }) => id));
  const there = `WHERE EXISTS (SELECT 1 FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?)))`;
  const insert = insertRows({ table, rows, references: {}, create, read, path: "items" });
  return shifted(insert, [guard("'RACED'", there, [list])]);
}

/** Statements that run before those of a change. */
function shifted(change: Change, before: readonly Statement[]): Change {
  const { answer } = change;
  return {
    ...change,
    statements: [...before, ...change.statements],
    answer: "ids" in answer ? { ...answer, from: answer.from.map((at) => at + before.length) } : answer,
  };
}

/** Changes each row by its own patch. Rows whose patches name the same fields are changed by one statement. */
export function changeRows(
  table: Table,
  items: readonly UpsertItem[],
  read: Scope,
  update: Scope,
  condition: Scope = anyRow,
): Change {
  const ids = items.map(({ row }) => row.id);
  const statements: Statement[] = [...refuseOthers(table, ids, read, both(update, condition))];
  const from: number[] = [];
  for (const group of groups(items)) {
    from.push(statements.length);
    statements.push(changeGroup(table, group, read));
  }
  return {
    statements: [...statements, ...outside(table, ids, update)],
    answer: { type: "rows", table, ids, read, from },
    tables: [table],
  };
}

/** Refuses where a row has gone, may not be read (its id is taken, and that is all to be said) or may not be changed. */
function refuseOthers(table: Table, ids: readonly string[], read: Scope, update: Scope): Statement[] {
  const list = JSON.stringify(ids);
  const rows = (scope: Scope): string =>
    `EXISTS (SELECT 1 FROM ${table.name} WHERE id = [$id]${scope.sql === "" ? "" : ` AND (${scope.sql})`})`;
  const every: Scope = { sql: "", values: [] };
  const allowed = both(read, update);
  return [
    guard(
      `CASE WHEN NOT ${rows(every)} THEN 'RACED' WHEN NOT ${rows(read)} THEN 'CONFLICT' ELSE 'FORBIDDEN' END`,
      `FROM (SELECT value AS [$id] FROM json_each(?)) WHERE NOT ${rows(allowed)}`,
      [...read.values, list, ...allowed.values],
    ),
  ];
}

/** The items whose patches name the same fields. */
export function groups(items: readonly UpsertItem[]): UpsertItem[][] {
  const byFields = new Map<string, UpsertItem[]>();
  for (const item of items) {
    const key = JSON.stringify(Object.keys(item.patch));
    byFields.set(key, [...(byFields.get(key) ?? []), item]);
  }
  return [...byFields.values()];
}

/** One statement that changes rows, each by its own patch; all patches name the same fields. */
export function changeGroup(table: Table, items: readonly UpsertItem[], read: Scope): Statement {
  const fields = Object.keys(items[0]?.patch ?? {});
  const lists = items.map(({ row, patch }) => [
    row.id,
    ...fields.map((name) => encodeValue(storedColumn(table, name).kind, patch[name])),
  ]);
  // A patch of nothing changes nothing, and must not look like a change.
  if (fields.length === 0) {
    return {
      sql: `SELECT ${returning(table, read)} FROM ${table.name} WHERE id IN (SELECT value->>'$[0]' FROM json_each(?))`,
      values: [...read.values, JSON.stringify(lists)],
    };
  }
  const mark = touched(table);
  const set = fields.map((name, index) => `${storedColumn(table, name).sql} = [$item]->>'$[${index + 1}]'`);
  return {
    sql: `UPDATE ${table.name} SET ${[...set, ...mark.sql].join(", ")} FROM (SELECT value AS [$item] FROM json_each(?)) WHERE id = [$item]->>'$[0]' RETURNING ${returning(table, read)}`,
    values: [...mark.values, JSON.stringify(lists), ...read.values],
  };
}
