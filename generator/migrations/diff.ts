/** The difference between the last snapshot and the model, as statements in an order in which they can run. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { accountsTableName } from "./better-auth.ts";
import { changesTableName } from "./change-log.ts";
import { changeLogResets } from "./change-log-resets.ts";
import type { ColumnChange, Demand, Loss, Obstacle } from "./columns.ts";
import { addColumn, changeColumn, dropStatement, isFilledIn, notNullTriggers } from "./columns.ts";
import type { BlockedColumn, UniqueColumn } from "./dependents.ts";
import { indexDependents, triggerDependents } from "./dependents.ts";
import { dictionary } from "./dictionary.ts";
import { dropTables } from "./drop-tables.ts";
import { guardTableName } from "./guard.ts";
import { idempotencyTableName } from "./idempotency.ts";
import type { Group } from "./migration-file.ts";
import { tableGroup } from "./migration-file.ts";
import { resourceOf } from "./names.ts";
import type { Renames } from "./renames.ts";
import { applyRenames } from "./renames.ts";
import { searchChanges } from "./search-changes.ts";
import type { Column, Snapshot, Table } from "./snapshot.ts";
import { byCodePoint, resourceTriggers, snapshotOf } from "./snapshot.ts";
import { type Revival, revivalGuard, revivalOf } from "./soft-delete.ts";
import { quoteName } from "./sql.ts";

/** What goes with a column that is dropped. */
export const wholeColumn = "everything in it";

/** A loss, and where it comes from. */
export interface LocatedLoss extends Loss {
  readonly table: string;
  /** `null` where the whole table goes. */
  readonly column: string | null;
}

/** What the rows must meet for a field to become required. */
export interface LocatedDemand {
  readonly demand: Demand;
  readonly resource: ResourceModel;
  readonly field: FieldModel;
}

/** A change that cannot be planned. */
export interface LocatedObstacle {
  readonly obstacle: Obstacle;
  readonly resource: ResourceModel;
  readonly column: string;
  /** `null` where the column is new. */
  readonly before: Column | null;
}

export interface Difference {
  /** In the order in which they must run. */
  readonly groups: readonly Group[];
  /** What the groups do, one short name each, for the name of the file: `add_todos_due_at`. */
  readonly summary: readonly string[];
  readonly losses: readonly LocatedLoss[];
  readonly demands: readonly LocatedDemand[];
  readonly obstacles: readonly LocatedObstacle[];
  /** Tables that no longer keep deleted rows. */
  readonly revivals: readonly Revival[];
  /** Columns of tables that exist, on which two rows may not share a value from here on. */
  readonly unique: readonly UniqueColumn[];
  readonly renames: Renames;
  /** The state before, under the new names. */
  readonly before: Snapshot;
  /** The state after the groups have run; where there are obstacles, the one that is wanted. */
  readonly after: Snapshot;
}

/** What has been found so far. The groups are kept by phase, since the phases run one after the other. */
interface Draft {
  readonly before: Snapshot;
  readonly after: Record<string, Table>;
  readonly renames: Group[];
  readonly creates: Group[];
  readonly adds: Group[];
  readonly changes: Group[];
  readonly drops: Group[];
  readonly blocked: BlockedColumn[];
  readonly summary: string[];
  readonly losses: LocatedLoss[];
  readonly demands: LocatedDemand[];
  readonly obstacles: LocatedObstacle[];
  readonly revivals: Revival[];
}

/** Compares and plans. Renames run first, so that everything after them can speak of the new names. */
export function diff(model: Model, previous: Snapshot, renames: Renames): Difference {
  const before = applyRenames(previous, renames);
  const wanted = snapshotOf(model);
  const draft: Draft = {
    before,
    after: dictionary(),
    renames: [],
    creates: [],
    adds: [],
    changes: [],
    drops: [],
    blocked: [],
    summary: [],
    losses: [],
    demands: [],
    obstacles: [],
    revivals: [],
  };
  draftRenames(draft, model, renames);
  for (const [name, table] of Object.entries(wanted.tables)) {
    const resource = resourceOf(model, name);
    const existing = before.tables[name];
    draft.after[name] = existing && resource ? draftTable(draft, model, resource, existing, table) : table;
    if (!existing) draftNewTable(draft, name, table, resource);
  }
  draftDroppedTables(draft);

  const indexes = indexDependents(before.tables, draft.after, draft.blocked);
  const search = searchChanges(before.tables, draft.after, draft.blocked, model.resources);
  const triggers = triggerDependents(before.tables, draft.after, draft.blocked, search.suspended);
  const asked = [...draft.summary, ...indexes.summary, ...search.summary];
  const unhooked = [...triggers.drop, ...search.drop, ...indexes.drop];
  const first = { comment: "Not wanted any more, or in the way of the changes below", statements: unhooked };
  return {
    groups: [
      ...(unhooked.length > 0 ? [first] : []),
      ...draft.renames,
      ...draft.creates,
      ...draft.adds,
      ...draft.changes,
      ...draft.drops,
      ...indexes.create,
      ...search.create,
      ...triggers.create,
      ...changeLogResets(draft.after, triggers.create),
    ],
    // Triggers and full-text indexes mostly follow from a change that has a name of its own.
    summary: [asked, search.consequences, triggers.summary].find((names) => names.length > 0) ?? [],
    losses: draft.losses,
    demands: draft.demands,
    obstacles: draft.obstacles,
    revivals: draft.revivals,
    unique: indexes.unique,
    renames,
    before,
    after: { tables: draft.after },
  };
}

function draftRenames(draft: Draft, model: Model, renames: Renames): void {
  for (const { table } of model.resources) {
    const from = renames.tables.get(table);
    if (from !== undefined) {
      const statement = `ALTER TABLE ${quoteName(from)} RENAME TO ${quoteName(table)};`;
      draft.renames.push({ comment: `${from} is now ${table}`, statements: [statement] });
      draft.summary.push(`rename_${from}_to_${table}`);
    }
    for (const [to, old] of renames.columns.get(table) ?? []) {
      const statement = `ALTER TABLE ${quoteName(table)} RENAME COLUMN ${quoteName(old)} TO ${quoteName(to)};`;
      draft.renames.push({ comment: `${table}: ${old} is now ${to}`, statements: [statement] });
      draft.summary.push(`rename_${table}_${old}_to_${to}`);
    }
  }
}

/** What covara's own tables are for. */
const purposes: Readonly<Record<string, string>> = {
  [guardTableName]: "What is inserted here aborts the whole batch, with the code in the error",
  [idempotencyTableName]: "Requests with an Idempotency-Key, and how they were answered",
  [changesTableName]: "Changes of rows that subscribers may have to hear of",
  [accountsTableName]:
    "How users sign in by Better Auth: the digest of a password, or who they are elsewhere",
};

/** A table without a resource is one of covara's own. */
function draftNewTable(draft: Draft, name: string, table: Table, resource: ResourceModel | undefined): void {
  const order = resource?.fields.map((field) => field.column) ?? Object.keys(table.columns);
  draft.creates.push(tableGroup(name, table, order, resource ? name : (purposes[name] ?? name)));
  draft.summary.push(`create_${name}`);
}

function draftTable(
  draft: Draft,
  model: Model,
  resource: ResourceModel,
  before: Table,
  wanted: Table,
): Table {
  const name = resource.table;
  const columns = dictionary<Column>();
  const notNull = dictionary<string>();
  const filled: string[] = [];
  const primaryKey = resource.fields.find((field) => field.kind === "id")?.column;
  if (primaryKey === undefined) throw new Error(`The resource ${resource.key} has no id.`);
  const taken = new Set([...Object.keys(before.columns), ...Object.keys(wanted.columns)]);
  const revival = revivalOf(name, before, wanted);
  if (revival !== null) {
    draft.revivals.push(revival);
    draft.changes.push(revivalGuard(revival));
    draft.summary.push(`delete_${name}_for_good`);
  }
  for (const field of resource.fields) {
    const target = wanted.columns[field.column];
    if (!target) throw new Error(`The snapshot lacks the column ${name}.${field.column}.`);
    const old = before.columns[field.column] ?? null;
    const change = old ? changeColumn(name, field, old, target, taken) : addColumn(name, field, target);
    if (typeof change === "string") {
      draft.obstacles.push({ obstacle: change, resource, column: field.column, before: old });
      columns[field.column] = target;
      continue;
    }
    draftColumn(draft, name, field, old, change);
    if (change.demand) draft.demands.push({ demand: change.demand, resource, field });
    columns[field.column] = change.column;
    if (change.column.notNull === "trigger") {
      Object.assign(notNull, notNullTriggers(name, field, primaryKey));
      if (isFilledIn(field)) filled.push(field.column);
    }
  }
  for (const column of Object.keys(before.columns).sort(byCodePoint)) {
    if (!Object.hasOwn(wanted.columns, column)) draftDroppedColumn(draft, resource, column, before);
  }
  const triggers = dictionary([
    ...Object.entries(resourceTriggers(resource, model, filled)),
    ...Object.entries(notNull),
  ]);
  return { ...wanted, columns, triggers };
}

function draftColumn(
  draft: Draft,
  table: string,
  field: FieldModel,
  before: Column | null,
  change: ColumnChange,
): void {
  const { column, statements, loss, demand, replaced } = change;
  if (loss) draft.losses.push({ ...loss, table, column: field.column });
  if (replaced) draft.blocked.push({ table, column: field.column });
  // A constraint that is a trigger comes and goes without a statement on the column.
  const changesTriggers =
    before !== null && (before.notNull === "trigger") !== (column.notNull === "trigger");
  if (statements.length > 0 || changesTriggers) {
    draft.summary.push(`${before ? "change" : "add"}_${table}_${field.column}`);
  }
  if (statements.length === 0) return;
  if (before) {
    const comment = `${table}: ${field.column} ${describeChange(before, column)}${describeDemand(demand)}`;
    draft.changes.push({ comment, statements });
  } else {
    draft.adds.push({ comment: `${table}: add ${field.column}${describeDemand(demand)}`, statements });
  }
}

function draftDroppedColumn(draft: Draft, resource: ResourceModel, column: string, before: Table): void {
  const { table } = resource;
  const definition = before.columns[column];
  if (definition?.primaryKey) {
    draft.obstacles.push({ obstacle: "primary key", resource, column, before: definition });
    return;
  }
  const statement = dropStatement(table, column);
  // The mark of deleted rows goes only where there are none.
  if (column !== before.deletedAt) {
    draft.losses.push({ statement, what: wholeColumn, stops: false, table, column });
  }
  draft.drops.push({ comment: `${table}: drop ${column}`, statements: [statement] });
  draft.blocked.push({ table, column });
  draft.summary.push(`drop_${table}_${column}`);
}

function draftDroppedTables(draft: Draft): void {
  const names = Object.keys(draft.before.tables).filter((name) => !Object.hasOwn(draft.after, name));
  // While tables go, triggers of others that go may still write into the change log.
  const isLog = (name: string) => name === changesTableName;
  draft.drops.push(
    ...dropTables(
      names.filter((name) => !isLog(name)),
      draft.before,
    ),
    ...dropTables(names.filter(isLog), draft.before),
  );
  for (const table of names.sort(byCodePoint)) {
    draft.summary.push(`drop_${table}`);
    // What is in covara's own tables is nobody's data, but for the accounts: without them nobody can sign in.
    if (table in purposes && table !== accountsTableName) continue;
    draft.losses.push({
      statement: `DROP TABLE ${quoteName(table)};`,
      what: "all of its rows",
      stops: false,
      table,
      column: null,
    });
  }
}

function describeDemand(demand: Demand | null): string {
  if (demand === null) return "";
  const when = demand === "no rows" ? "Where there are rows" : "Where a row has no value";
  return `.\n${when} this fails, and the whole migration is undone.`;
}

/** What differs, in words: `becomes integer, required`. */
function describeChange(before: Column, after: Column): string {
  const parts: string[] = [];
  if (before.kind !== after.kind) parts.push(after.kind);
  if (!before.notNull !== !after.notNull) parts.push(after.notNull ? "required" : "optional");
  if (before.default !== after.default) {
    parts.push(
      after.default === undefined ? "without default" : `by default ${after.default}`.replaceAll(/\s+/g, " "),
    );
  }
  const [old, target] = [before.references, after.references];
  if (target && target.table !== old?.table) parts.push(`a reference to ${target.table}`);
  if (target && target.onDelete !== old?.onDelete) parts.push(`ON DELETE ${target.onDelete.toUpperCase()}`);
  return parts.length > 0 ? `becomes ${parts.join(", ")}` : `has the members ${after.values?.join(", ")}`;
}
