/** Writes with hooks around them. What runs before a write runs outside its transaction, and may run again where others came first. */
import { preconditionFailed } from "../../http/conditions.ts";
import { ruledRow } from "../../http/procedure.ts";
import { both } from "../scope.ts";
import type { Row } from "../table.ts";
import { type Change, outside, type Staged } from "./change.ts";
import { type Delete, deleteRow } from "./delete.ts";
import { afterRows, created, deleting, followed, guardOf, type RowHooks, updated } from "./hooks.ts";
import { type Insert, insertRow, insertRows } from "./insert.ts";
import { insertNested } from "./nested.ts";
import { rowId, type Update, updateRow } from "./update.ts";

/** What has hooks. */
export interface Hooked {
  readonly hooks: RowHooks;
}

/** One new row, as {@link insertRow} takes it. */
type One = Parameters<typeof insertRow>[0];

/** Like {@link insertRow}, with hooks. */
export function hookedInsertRow(insert: One & Hooked): Staged {
  const { table, row, read, hooks } = insert;
  return {
    answer: { type: "row", table, ids: [row.id], read, from: [] },
    make: async () => {
      const change = insertRow(await before(insert));
      return followed(change, afterRows(writtenBy(change), hooks.afterCreate));
    },
  };
}

/** Like {@link insertRows}, with hooks for each row. */
export function hookedInsertRows(insert: Insert & Hooked): Staged {
  const { table, read, hooks } = insert;
  return {
    answer: { type: "rows", table, ids: [], read, from: [] },
    make: async () => {
      const change = insertRows(await before(insert));
      return followed(change, afterRows(writtenBy(change), hooks.afterCreate));
    },
  };
}

/** A nested create in which some of the rows have hooks. */
export interface HookedNested {
  readonly own: One & Partial<Hooked>;
  readonly parents?: Readonly<Record<string, (One & Partial<Hooked>) | undefined>>;
  readonly children?: Readonly<Record<string, ((One | Insert) & Partial<Hooked>) | undefined>>;
}

/** Like {@link insertNested}, with the hooks of each resource. */
export function hookedInsertNested({ own, parents = {}, children = {} }: HookedNested): Staged {
  const parts = { ...parents, ...children };
  const { table, row, read } = own;
  const embedded = Object.entries(parts).flatMap(([name, part]) =>
    part === undefined
      ? []
      : [[name, { type: type(part), table: part.table, ids: [], read: part.read, from: [] }] as const],
  );
  return {
    answer: { type: "row", table, ids: [row.id], read, from: [], embedded: Object.fromEntries(embedded) },
    make: async () => {
      const change = insertNested({
        own: await before(own),
        parents: await beforeAll(parents),
        children: await beforeAll(children),
      });
      const { answer } = change;
      const others = answer.type === "row" ? (answer.embedded ?? {}) : {};
      return followed(
        change,
        afterRows(writtenBy(change), own.hooks?.afterCreate),
        ...Object.entries(others).map(([name, written]) =>
          afterRows(written, parts[name]?.hooks?.afterCreate),
        ),
      );
    },
  };
}

const type = (part: One | Insert): "row" | "rows" => ("row" in part ? "row" : "rows");

/** An insert as its hooks leave it. */
async function before<I extends (One | Insert) & Partial<Hooked>>(insert: I): Promise<I> {
  const { table, hooks } = insert;
  if (hooks === undefined) return insert;
  const create = both(insert.create, guardOf(hooks, "create"));
  if ("row" in insert) return { ...insert, create, row: await created(table, insert.row, hooks) };
  return { ...insert, create, rows: await Promise.all(insert.rows.map((row) => created(table, row, hooks))) };
}

async function beforeAll<I extends (One | Insert) & Partial<Hooked>>(
  parts: Readonly<Record<string, I | undefined>>,
): Promise<Record<string, I | undefined>> {
  const entries = Object.entries(parts).map(
    async ([name, part]) => [name, part === undefined ? undefined : await before(part)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The rows that a change answers with. */
function writtenBy({ answer }: Change): {
  readonly table: Insert["table"];
  readonly from: readonly number[];
} {
  if (!("ids" in answer)) throw new TypeError("A write of rows answers with them");
  return answer;
}

/** Like {@link updateRow}, with hooks. The rule, and the version, are looked at before a hook runs, and once more in the write. */
export function hookedUpdateRow({ hooks, ...update }: Update & Hooked): Change | Staged {
  const id = rowId(update.id);
  const { table, read, recheck = false } = update;
  const guard = guardOf(hooks, "update");
  const make = (patch: Row): Change => {
    const change = updateRow({ ...update, patch, update: both(update.update, guard), recheck: false });
    // A guard is about the row as it was, so only the rule has to hold afterwards.
    const last = recheck ? outside(table, [id], update.update) : [];
    return followed(
      { ...change, statements: [...change.statements, ...last] },
      afterRows(writtenBy(change), hooks.afterUpdate),
    );
  };
  if (hooks.beforeUpdate === undefined) return make(update.patch);
  return {
    answer: { type: "row", table, ids: [id], read, from: [] },
    make: async (db) => {
      const current = await ruledRow<Row>(db, table, id, read, both(update.update, guard));
      checkVersion(update, current);
      return make(await updated(table, update.patch, current, hooks));
    },
  };
}

/** Like {@link deleteRow}, with hooks. */
export function hookedDeleteRow({ hooks, ...del }: Delete & Hooked): Change | Staged {
  const id = rowId(del.id);
  const { table, read } = del;
  const rule = both(del.delete, guardOf(hooks, "delete"));
  const make = (): Change => {
    const change = deleteRow({ ...del, delete: rule });
    const [remove, ...rest] = change.statements;
    if (hooks.afterDelete === undefined || remove === undefined) return change;
    const returning = { ...remove, sql: `${remove.sql} RETURNING ${table.projection}` };
    const statements = [returning, ...rest];
    return followed({ ...change, statements }, afterRows({ table, from: [0] }, hooks.afterDelete));
  };
  if (hooks.beforeDelete === undefined) return make();
  return {
    answer: { type: "nothing" },
    make: async (db) => {
      const current = await ruledRow<Row>(db, table, id, read, rule);
      checkVersion(del, current);
      await deleting(current, hooks);
      return make();
    },
  };
}

function checkVersion({ table, versions }: Update | Delete, current: Row): void {
  if (versions === null || versions === undefined || table.version === undefined) return;
  const version = Number(current[table.version]);
  if (!versions.includes(version)) throw preconditionFailed(version);
}
