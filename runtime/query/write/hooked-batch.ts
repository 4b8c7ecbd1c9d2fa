/** Batches with hooks for each of their rows. */
import { tooMany } from "../../http/batch.ts";
import { and, both, type Scope } from "../scope.ts";
import { decodeStored, storedProjection } from "../stored.ts";
import type { Row, Table } from "../table.ts";
import {
  clause,
  type FilteredDelete,
  type FilteredUpdate,
  type FilteredWrite,
  narrowed,
  stillMatching,
} from "./by-filter.ts";
import { type Change, outside, type Staged, type Statement } from "./change.ts";
import type { Hooked } from "./hooked.ts";
import { afterRows, created, deleting, followed, guardOf, updated } from "./hooks.ts";
import { checkReferences, type References } from "./references.ts";
import { removal } from "./soft-delete.ts";
import { changeGroup, groups, type Upsert, type UpsertItem, upsertChange } from "./upsert.ts";

/** Like {@link import("./by-filter.ts").updateRows}, with hooks: each row is read first, and changed by a patch of its own. */
export function hookedUpdateRows({ hooks, ...write }: FilteredUpdate & Hooked): Staged {
  const { table, patch, read, update, recheck = false } = write;
  const rule = both(update, guardOf(hooks, "update"));
  return {
    answer: { type: "count", from: 0 },
    make: async (db) => {
      const rows = await matching(db, write, rule);
      const items = await Promise.all(
        rows.map(
          async (row): Promise<UpsertItem> => ({
            row: row as UpsertItem["row"],
            patch: await updated(table, patch, row, hooks),
          }),
        ),
      );
      const ids = rows.map(({ id }) => String(id));
      // Where no row matches there is still a reference to look at.
      const patches = items.length === 0 ? [patch] : items.map((item) => item.patch);
      const before = [
        ...distinct(patches, write.references).flatMap((one) => checkReferences(one, write.references)),
        stillMatching(table, ids, narrowed(both(read, rule), write.filter, 1)),
      ];
      const changes = groups(items).map((group) => changeGroup(table, group, read));
      const after = recheck && ids.length > 0 ? outside(table, ids, update) : [];
      const from = changes.map((_, index) => before.length + index);
      const change = counted(table, [...before, ...changes, ...after], ids.length);
      return followed(change, afterRows({ table, from }, hooks.afterUpdate));
    },
  };
}

/** Like {@link import("./by-filter.ts").deleteRows}, with hooks. */
export function hookedDeleteRows({ hooks, ...write }: FilteredDelete & Hooked): Staged {
  const { table } = write;
  const rule = both(write.delete, guardOf(hooks, "delete"));
  return {
    answer: { type: "count", from: 0 },
    make: async (db) => {
      const rows = await matching(db, write, rule);
      await Promise.all(rows.map((row) => deleting(row, hooks)));
      const ids = rows.map(({ id }) => String(id));
      const remove = removal(table);
      const before = [stillMatching(table, ids, narrowed(both(write.read, rule), write.filter, 1))];
      const statement: Statement = {
        sql: `${remove.sql} WHERE id IN (SELECT value FROM json_each(?)) RETURNING ${table.projection}`,
        values: [...remove.values, JSON.stringify(ids)],
      };
      const change = counted(table, [...before, statement], ids.length);
      return followed(change, afterRows({ table, from: [before.length] }, hooks.afterDelete));
    },
  };
}

/** Patches that set the same references are looked at once. */
const distinct = (patches: readonly Row[], references: References): Row[] => [
  ...new Map(
    patches.map((patch) => [JSON.stringify(Object.keys(references).map((name) => patch[name])), patch]),
  ).values(),
];

/** Statements that write a number of rows which is known before they run. */
const counted = (table: Table, statements: readonly Statement[], known: number): Change => ({
  statements: [...statements, { sql: `SELECT ${known} AS count`, values: [] }],
  answer: { type: "count", from: statements.length, known },
  tables: [table],
});

/**
 * The rows that a batch means, hidden fields included.
 *
 * @throws {Problem} 400 `BATCH_LIMIT_EXCEEDED` where there are more than the limit.
 */
async function matching(db: D1Database, write: FilteredWrite, rule: Scope): Promise<Row[]> {
  const { table, limit, read, filter } = write;
  const rows = narrowed(both(read, rule), filter, 0);
  const { results } = await db
    .prepare(`SELECT ${storedProjection(table)} FROM ${table.name}${clause(rows)} LIMIT ${limit + 1}`)
    .bind(...rows.values)
    .all<Row>();
  if (results.length > limit) throw tooMany(limit);
  return results.map((row) => decodeStored(table, row));
}

/** Like {@link import("./upsert.ts").upsertRows}, with hooks: those of a create or those of a change, as it happens to a row. */
export function hookedUpsertRows({ hooks, ...upsert }: Upsert & Hooked): Staged {
  const { table, items, read } = upsert;
  const ids = items.map(({ row }) => row.id);
  return {
    answer: { type: "rows", table, ids: [], read, from: [] },
    make: async (db) => {
      const rows = await existing(db, table, ids);
      const there = new Set(rows.keys());
      const hooked = {
        ...upsert,
        create: () => both(upsert.create(), guardOf(hooks, "create")),
        guard: guardOf(hooks, "update"),
      };
      // A row that the caller may not change is no affair of a hook: the write refuses it.
      if (
        there.size > 0 &&
        !(await allInScope(db, table, [...there], both(read, both(upsert.update(), hooked.guard))))
      )
        return upsertChange(hooked, there);
      const changed = await Promise.all(
        items.map(async ({ row, patch }): Promise<UpsertItem> => {
          const current = rows.get(row.id);
          if (current === undefined) return { row: await created(table, row, hooks), patch };
          return { row, patch: await updated(table, patch, current, hooks) };
        }),
      );
      const change = upsertChange({ ...hooked, items: changed }, there);
      if (!("ids" in change.answer)) return change;
      const { afterCreate, afterUpdate } = hooks;
      const after = (row: { readonly id: string }): unknown =>
        there.has(row.id) ? afterUpdate?.(row as never) : afterCreate?.(row as never);
      return followed(change, afterRows(change.answer, after));
    },
  };
}

/** Those of the rows that are there, whoever may see them. */
async function existing(
  db: D1Database,
  table: Table,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const { results } = await db
    .prepare(
      `SELECT ${storedProjection(table)} FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(ids))
    .all<Row>();
  return new Map(results.map((row) => [String(row.id), decodeStored(table, row)]));
}

async function allInScope(
  db: D1Database,
  table: Table,
  ids: readonly string[],
  scope: Scope,
): Promise<boolean> {
  const row = await db
    .prepare(
      `SELECT count(*) AS count FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))${and(scope)}`,
    )
    .bind(JSON.stringify(ids), ...scope.values)
    .first<{ count: number }>();
  return row?.count === ids.length;
}
