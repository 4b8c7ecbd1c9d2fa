/** Indexes and triggers: which go, and which are made (again) after the columns below them have changed. */
import { isNotNullTrigger } from "./columns.ts";
import type { Group } from "./migration-file.ts";
import type { Index, Snapshot, Table } from "./snapshot.ts";
import { byCodePoint } from "./snapshot.ts";
import { createIndex, quoteName } from "./sql.ts";

export interface Dependents {
  /** Statements that run before anything else. */
  readonly drop: readonly string[];
  /** Groups that run after everything else. */
  readonly create: readonly Group[];
  /** Short names of what the user asked for. */
  readonly summary: readonly string[];
}

/** A column of a table that stays, which two rows may not share a value of from here on. */
export interface UniqueColumn {
  readonly table: string;
  readonly column: string;
}

export interface IndexDependents extends Dependents {
  readonly unique: readonly UniqueColumn[];
}

/** A column that is dropped or replaced, which no index or trigger survives. */
export interface BlockedColumn {
  readonly table: string;
  readonly column: string;
}

type Tables = Snapshot["tables"];

/**
 * The indexes. Their names are one namespace for the whole database, so all that go are dropped before any is
 * created. Those of new tables are created with them and are no concern of this.
 */
export function indexDependents(
  before: Tables,
  after: Tables,
  blocked: readonly BlockedColumn[],
): IndexDependents {
  const names = new Set(Object.values(after).flatMap((table) => Object.keys(table.indexes)));
  const stays = (table: string, name: string, index: Index): boolean => {
    const wanted = after[table]?.indexes[name];
    if (!wanted || wanted.unique !== index.unique || !sameColumns(wanted, index)) return false;
    if (wanted.where !== index.where) return false;
    return !blocked.some((each) => each.table === table && index.columns.includes(each.column));
  };
  const drop: string[] = [];
  const create: Group[] = [];
  const summary: string[] = [];
  const unique: UniqueColumn[] = [];
  for (const [table, { indexes }] of sorted(before)) {
    for (const [name, index] of sorted(indexes)) {
      if (Object.hasOwn(after, table)) {
        if (stays(table, name, index)) continue;
        if (!Object.hasOwn(after[table]?.indexes ?? {}, name)) summary.push(`drop_${name}`);
      } else if (!names.has(name)) {
        continue; // It goes with its table.
      }
      drop.push(`DROP INDEX ${quoteName(name)};`);
    }
  }
  for (const [table, { indexes }] of Object.entries(after)) {
    const old = before[table];
    if (!old) continue;
    const plain: string[] = [];
    const stricter: string[] = [];
    for (const [name, index] of Object.entries(indexes)) {
      const existing = old.indexes[name];
      if (existing && stays(table, name, existing)) continue;
      const isStricter = index.unique && !isUniqueIn(old, index);
      (isStricter ? stricter : plain).push(createIndex(name, table, index));
      const [column] = index.columns;
      if (isStricter && column !== undefined) unique.push({ table, column });
      if (!existing) summary.push(`index_${name}`);
    }
    if (plain.length > 0) create.push({ comment: `${table}: indexes`, statements: plain });
    if (stricter.length > 0) {
      create.push({
        comment: `${table}: unique from here on.\nWhere two rows share a value this fails, and the whole migration is undone.`,
        statements: stricter,
      });
    }
  }
  return { drop, create, summary, unique };
}

/**
 * The triggers of tables that stay: those that stand for NOT NULL, and those that the resource itself has. One that
 * differs goes before anything else runs, also where its table or a column has a new name, and is made again at the
 * end; so does one that a changed column would trip over, and one that is `suspended`.
 */
export function triggerDependents(
  before: Tables,
  after: Tables,
  blocked: readonly BlockedColumn[],
  suspended: ReadonlySet<string>,
): Dependents {
  const stays = (table: string, name: string, statement: string): boolean =>
    after[table]?.triggers[name] === statement &&
    !suspended.has(name) &&
    !blocked.some((column) => isAbout(statement, column));
  const drop: string[] = [];
  const create: Group[] = [];
  const summary: string[] = [];
  for (const [table, old] of sorted(before)) {
    const wanted = after[table];
    if (!wanted) continue;
    for (const [name, statement] of sorted(old.triggers)) {
      if (stays(table, name, statement)) continue;
      drop.push(`DROP TRIGGER ${quoteName(name)};`);
      if (!Object.hasOwn(wanted.triggers, name)) summary.push(`drop_${name}`);
    }
  }
  for (const [table, wanted] of Object.entries(after)) {
    const old = before[table];
    if (!old) continue;
    const notNull: string[] = [];
    const own: string[] = [];
    for (const [name, statement] of Object.entries(wanted.triggers)) {
      const existing = old.triggers[name];
      if (existing !== undefined && stays(table, name, existing)) continue;
      (isNotNullTrigger(name) ? notNull : own).push(statement);
      if (existing !== statement) summary.push(`${existing === undefined ? "add" : "change"}_${name}`);
    }
    if (notNull.length > 0) {
      const comment = `${table}: NOT NULL, which SQLite cannot add to a table that exists`;
      create.push({ comment, statements: notNull });
    }
    if (own.length > 0) create.push({ comment: `${table}: triggers`, statements: own });
  }
  return { drop, create, summary };
}

/**
 * Whether a trigger speaks of a column, which then cannot be dropped. It may be one of another table. All triggers
 * quote the names in them, and to drop one too many does no harm: it is made again.
 */
export function isAbout(statement: string, { table, column }: BlockedColumn): boolean {
  return statement.includes(quoteName(table)) && statement.includes(quoteName(column));
}

function isUniqueIn(table: Table, index: Index): boolean {
  return Object.values(table.indexes).some((other) => other.unique && sameColumns(other, index));
}

function sameColumns(left: Index, right: Index): boolean {
  return JSON.stringify(left.columns) === JSON.stringify(right.columns);
}

function sorted<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([left], [right]) => byCodePoint(left, right));
}
