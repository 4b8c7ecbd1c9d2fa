/** The rows that a change of another row may bring into reach of a rule, or take out of it. */
import { type Position, toImage } from "./log.ts";
import type { Change, Image, Log, Reach } from "./types.ts";

/** Rows of one table that one change is told with. */
const maxRows = 200;

/** Characters of the images of rows that the changes of one read are told with: all hubs may get them. */
const maxLength = 1_000_000;

/** Statements for the changes of one read. */
const maxStatements = 50;

/** How far rules are followed upwards. They do not nest deeper; related rows that refer to each other in a circle would. */
const maxDepth = 8;

/** Rows to look for: those of another table that have one of the values. */
interface Search {
  readonly change: number;
  readonly reach: Reach;
  readonly keys: readonly unknown[];
}

type Related = Map<string, Map<string, Image> | null>;

/**
 * Adds to each change the rows that it may move, as they were once it had happened: what changed later in the log is undone.
 * Without any such row there is no statement.
 */
export async function relate(db: D1Database, log: Log, changes: readonly Change[]): Promise<Change[]> {
  const related = new Map<number, Related>();
  let searches = changes.flatMap((change, index) => searchesOf(log, change, index));
  let statements = 0;
  let length = 0;
  for (let depth = 0; searches.length > 0 && depth < maxDepth; depth++) {
    const open = searches.filter(({ change, reach }) => related.get(change)?.get(reach.table) !== null);
    const asked = open.slice(0, Math.max(0, maxStatements - statements));
    statements += asked.length;
    const found =
      asked.length === 0 ? [] : await db.batch(asked.map((search) => find(db, log, changes, search)));
    searches = open.flatMap((search, index): Search[] => {
      const rows = (found[index]?.results ?? null) as { row: string }[] | null;
      for (const { row } of rows ?? []) length += row.length;
      return rows === null || rows.length > maxRows || length > maxLength
        ? giveUp(log, related, search)
        : keep(log, related, search, rows);
    });
  }
  return changes.map((change, index) => {
    const rows = related.get(index);
    if (rows === undefined) return change;
    const byTable = [...rows].map(([table, images]) => [
      table,
      images === null ? null : [...images.values()],
    ]);
    return { ...change, related: Object.fromEntries(byTable) };
  });
}

/** What a change itself may move. */
function searchesOf(log: Log, { table, before, after }: Change, change: number): Search[] {
  return (log[table]?.reaches ?? []).flatMap((reach) => {
    const isSame =
      before !== null &&
      after !== null &&
      reach.when.every((field) => Object.is(before[field], after[field]));
    return isSame ? [] : search(change, reach, [before?.[reach.key], after?.[reach.key]]);
  });
}

function search(change: number, reach: Reach, values: readonly unknown[]): Search[] {
  const keys = [...new Set(values)].filter((value) => value !== null && value !== undefined);
  return keys.length === 0 ? [] : [{ change, reach, keys }];
}

/** The rows as they are, but for those that changed after the change: of those, as they were before. */
function find(db: D1Database, log: Log, changes: readonly Change[], search: Search): D1PreparedStatement {
  const { reach, keys } = search;
  const target = log[reach.table];
  const at = changes[search.change];
  if (target === undefined || at === undefined)
    throw new TypeError(`${reach.table} is not in the change log`);
  const field = (place: string): string =>
    `before_row ->> '$${place}.${JSON.stringify(reach.field).replaceAll("'", "''")}'`;
  return db
    .prepare(
      `SELECT ${target.image} AS row FROM ${reach.table}
      WHERE ${reach.column} IN (SELECT value FROM json_each(?1))
        AND id NOT IN (SELECT row_id FROM _covara_changes WHERE seq > ?2 AND source = ?3)
      UNION ALL
      SELECT before_row FROM (
        SELECT before_row, min(seq) FROM _covara_changes WHERE seq > ?2 AND source = ?3 GROUP BY row_id
      ) WHERE coalesce(${field("")}, ${field("[0]")}, ${field("[1]")}) IN (SELECT value FROM json_each(?1))
      LIMIT ${maxRows + 1}`,
    )
    .bind(JSON.stringify(keys), at.seq, target.table.name);
}

/** Keeps what was found, and looks further up from there. */
function keep(
  log: Log,
  related: Map<number, Related>,
  search: Search,
  rows: readonly { row: string }[],
): Search[] {
  const { table } = search.reach;
  const target = log[table];
  if (target === undefined) return [];
  const kept = tablesOf(related, search.change).get(table) ?? new Map<string, Image>();
  const fresh = rows.map(({ row }) => toImage(target.table, row)).filter(({ id }) => !kept.has(String(id)));
  for (const image of fresh) kept.set(String(image.id), image);
  if (kept.size > maxRows) return giveUp(log, related, search);
  tablesOf(related, search.change).set(table, kept);
  return (target.reaches ?? []).flatMap((reach) => searchFrom(search.change, reach, fresh));
}

const searchFrom = (change: number, reach: Reach, rows: readonly Image[]): Search[] =>
  search(
    change,
    reach,
    rows.map((row) => row[reach.key]),
  );

/** Marks a table, and all that is reached from there, as one of too many rows. */
function giveUp(log: Log, related: Map<number, Related>, { change, reach }: Search): Search[] {
  const tables = tablesOf(related, change);
  const pending = [reach.table];
  for (const table of pending) {
    if (tables.get(table) === null) continue;
    tables.set(table, null);
    pending.push(...(log[table]?.reaches ?? []).map((next) => next.table));
  }
  return [];
}

function tablesOf(related: Map<number, Related>, change: number): Related {
  const known = related.get(change);
  if (known !== undefined) return known;
  const tables: Related = new Map();
  related.set(change, tables);
  return tables;
}

/** The place right after a change. */
export const positionOf = ({ seq, tag }: Change): Position => ({ seq, tag });
