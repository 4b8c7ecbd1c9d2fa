/** Follows relations level by level: the rows of one level are the parents of the next. */
import { invalid } from "../../http/problem.ts";
import { decodeRow, project, type Row, type Table } from "../table.ts";
import { type Inclusion, parseInclude } from "./parse.ts";
import type { Include } from "./relation.ts";
import { fetchOf, maxRows } from "./statement.ts";

/** A relation and where its parents hold the key that leads on. */
interface Branch<User> {
  readonly inclusion: Inclusion<User>;
  /** Name in the parent's row: a field, or an internal one that begins with `$`. */
  readonly key: string;
}

/** A row that was read, and how often it is in the answer: rows that several parents lead to are read once. */
interface Occurrence {
  readonly row: Row;
  readonly times: number;
}

/** Relations to follow from rows that are about to be read. */
export interface Inclusions {
  /** What to read besides the projection, beginning with a comma; empty where the keys are in it anyhow. */
  readonly columns: string;
  /**
   * Adds what the relations lead to, one round trip for each level, and takes out what `columns` added.
   *
   * @param rows Rows as the API shows them. Rows that are added may be shared among them.
   * @throws {Problem} 400 where that would be too many rows.
   */
  addTo(db: D1Database, rows: readonly Row[]): Promise<void>;
}

/**
 * Reads the parameter `include`.
 *
 * @param selected The fields of the rows, or null for all.
 * @param include Undefined where the route does not have it.
 * @returns null where the request does not have it.
 * @throws {Problem} 400 for one that cannot be used, 403 for one that the caller may not follow.
 */
export function readInclude<User>(
  table: Table,
  selected: readonly string[] | null,
  include: Include<User> | undefined,
  text: string | undefined,
): Inclusions | null {
  if (include === undefined || text === undefined) return null;
  const inclusions = parseInclude(include.relations, text);
  checkAll(inclusions, include.user);
  const { columns, branches } = plan(table, selected, inclusions);
  return { columns, addTo: (db, rows) => follow(db, rows, branches, include.user) };
}

/** @throws {Problem} for a relation that the caller may not follow. */
function checkAll<User>(inclusions: readonly Inclusion<User>[], user: User): void {
  for (const { relation, children } of inclusions) {
    relation.check?.(user);
    checkAll(children, user);
  }
}

/** Finds the keys of relations among the fields that are read anyhow, and names the others. */
function plan<User>(
  table: Table,
  selected: readonly string[] | null,
  inclusions: readonly Inclusion<User>[],
): { columns: string; branches: readonly Branch<User>[] } {
  const names = selected ?? Object.keys(table.columns);
  const keys = new Map(names.map((name) => [table.columns[name]?.sql, name]));
  const added: string[] = [];
  const branches = inclusions.map((inclusion) => {
    const { from } = inclusion.relation;
    const known = keys.get(from);
    if (known !== undefined) return { inclusion, key: known };
    const key = `$key${added.length}`;
    added.push(`, ${from} AS [${key}]`);
    keys.set(from, key);
    return { inclusion, key };
  });
  return { columns: added.join(""), branches };
}

/** The relations to follow from the rows of one table. */
interface Group<User> {
  readonly parents: readonly Occurrence[];
  readonly branches: readonly Branch<User>[];
}

async function follow<User>(
  db: D1Database,
  rows: readonly Row[],
  branches: readonly Branch<User>[],
  user: User,
): Promise<void> {
  let count = 0;
  let level: readonly Group<User>[] = [{ parents: rows.map((row) => ({ row, times: 1 })), branches }];
  while (level.length > 0) {
    const steps = level.flatMap(({ parents, branches }) =>
      branches.map((branch) => prepare(db, parents, branch, user)),
    );
    const statements = steps.flatMap(({ statement }) => (statement === null ? [] : [statement]));
    const results = await run(db, statements);
    const next: Group<User>[] = [];
    for (const step of steps) {
      const found = step.statement === null ? [] : (results[statements.indexOf(step.statement)] ?? []);
      const joined = join(step, found);
      count += joined.count;
      if (step.branches.length > 0) next.push({ parents: joined.children, branches: step.branches });
    }
    if (count > maxRows) {
      const message = `This would include more than ${maxRows.toLocaleString("en-US")} rows: give lower limits, or follow fewer relations`;
      throw invalid("include", message, "too_big");
    }
    for (const group of level) removeKeys(group);
    level = next;
  }
}

/** One relation on its way. */
interface Step<User> {
  readonly parents: readonly Occurrence[];
  readonly branch: Branch<User>;
  /** What to follow from the rows found. */
  readonly branches: readonly Branch<User>[];
  /** Null where there is nothing to ask for. */
  readonly statement: D1PreparedStatement | null;
}

function prepare<User>(
  db: D1Database,
  parents: readonly Occurrence[],
  branch: Branch<User>,
  user: User,
): Step<User> {
  const { relation, select, children } = branch.inclusion;
  const { target } = relation;
  const { columns, branches } = plan(target, select, children);
  const projection = (select === null ? target.projection : project(target, select)) + columns;
  const keys = new Set(parents.flatMap(({ row }) => keyOf(row, branch.key) ?? []));
  const fetch = keys.size === 0 ? null : fetchOf(branch.inclusion, projection, [...keys], user);
  const statement = fetch === null ? null : db.prepare(fetch.sql).bind(...fetch.values);
  return { parents, branch, branches, statement };
}

async function run(db: D1Database, statements: D1PreparedStatement[]): Promise<readonly (readonly Row[])[]> {
  const [only] = statements;
  if (only === undefined) return [];
  const results = statements.length === 1 ? [await only.all<Row>()] : await db.batch<Row>(statements);
  return results.map((result) => result.results);
}

/** Gives each parent what the relation leads to. */
function join<User>(
  { parents, branch: { inclusion, key } }: Step<User>,
  found: readonly Row[],
): { children: readonly Occurrence[]; count: number } {
  const { name, relation, select } = inclusion;
  const byKey = new Map<string, Row[]>();
  for (const row of found) {
    const parent = String(row.$parent);
    delete row.$parent;
    decodeRow(relation.target, row, select);
    const group = byKey.get(parent);
    if (group === undefined) byKey.set(parent, [row]);
    else group.push(row);
  }
  const times = new Map<string, number>();
  let count = 0;
  for (const parent of parents) {
    const value = keyOf(parent.row, key);
    const rows = value === null ? [] : (byKey.get(value) ?? []);
    parent.row[name] = relation.type === "many" ? rows : (rows[0] ?? null);
    if (value !== null) times.set(value, (times.get(value) ?? 0) + parent.times);
    count += rows.length * parent.times;
  }
  const children = [...byKey].flatMap(([value, rows]) =>
    rows.map((row) => ({ row, times: times.get(value) ?? 0 })),
  );
  return { children, count };
}

/** The value of a key, which is the id of some row, or null. */
function keyOf(row: Row, name: string): string | null {
  const value = row[name];
  return typeof value === "string" ? value : null;
}

/** Takes out what {@link plan} added to the rows. */
function removeKeys<User>({ parents, branches }: Group<User>): void {
  for (const { key } of branches) {
    if (key.startsWith("$")) for (const { row } of parents) delete row[key];
  }
}
