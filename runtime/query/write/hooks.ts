/** What hooks are, and what is made of what they give back. */
import { anyRow, type Scope } from "../scope.ts";
import { storedFields } from "../stored.ts";
import { decodeRow, type Row, type Table } from "../table.ts";
import type { Change, Written } from "./change.ts";
import type { Results } from "./run.ts";

/** The writes that a guard may refuse. */
export type GuardedOperation = "create" | "update" | "delete";

/** Conditions that the database checks within a write: 403 where one does not hold. */
export type Guard<User> = { readonly [Operation in GuardedOperation]?: (user: User) => Scope };

/** What a hook that runs before a write gives back: fields to set, or nothing to leave the write as it is. */
type Changes<Fields> = Partial<Fields> | undefined | Promise<Partial<Fields> | undefined>;

/** The row that a write is about. */
interface At<Row> {
  readonly id: string;
  /** As it is before the write. */
  readonly current: Row;
}

/**
 * The hooks of a resource, each of which may be missing. `Row` is a row as it is stored, `Visible` as answers show it, and
 * `Fixed` names the fields that no hook can change. Nothing but a hook gives a new row the fields `Missing`.
 */
export interface Hooks<Row, Visible, Fixed extends keyof Row, Context, Missing extends keyof Row = never> {
  /** Before a row is stored. What it gives back is set in it. */
  beforeCreate(
    row: Omit<Row, Missing> & Partial<Pick<Row, Missing>>,
    context: Context,
  ): Changes<Omit<Row, Fixed>>;
  /** Before a change. What it gives back is set besides, or instead, of what the request sets. */
  beforeUpdate(patch: Partial<Omit<Row, Fixed>>, context: Context & At<Row>): Changes<Omit<Row, Fixed>>;
  /** Before a row is deleted. */
  beforeDelete(context: Context & At<Row>): unknown;
  /** Once a row is stored. */
  afterCreate(row: Visible, context: Context): unknown;
  /** Once a change is stored. */
  afterUpdate(row: Visible, context: Context): unknown;
  /** Once a row is deleted, with the row as it was. */
  afterDelete(row: Visible, context: Context): unknown;
  guard: Context extends { readonly user: infer User } ? Guard<User> : never;
}

/** What a module of hooks exports, whatever the types that its author gave the functions; {@link Hooks} are the right ones. */
export interface ExportedHooks<Context extends { readonly user: unknown }> {
  readonly beforeCreate?: (row: never, context: Context) => unknown;
  readonly beforeUpdate?: (patch: never, context: Context & At<never>) => unknown;
  readonly beforeDelete?: (context: Context & At<never>) => unknown;
  readonly afterCreate?: (row: never, context: Context) => unknown;
  readonly afterUpdate?: (row: never, context: Context) => unknown;
  readonly afterDelete?: (row: never, context: Context) => unknown;
  readonly guard?: Guard<Context["user"]>;
}

/** The hooks of a module, for one request. */
export interface RowHooks {
  readonly beforeCreate?: (row: never) => unknown;
  readonly beforeUpdate?: (patch: never, at: At<never>) => unknown;
  readonly beforeDelete?: (at: At<never>) => unknown;
  readonly afterCreate?: (row: never) => unknown;
  readonly afterUpdate?: (row: never) => unknown;
  readonly afterDelete?: (row: never) => unknown;
  readonly guard?: (operation: GuardedOperation) => Scope;
}

/** The hooks of a module with what they are told of the request. */
export function bindHooks<Context extends { readonly user: unknown }>(
  context: Context,
  hooks: ExportedHooks<Context>,
): RowHooks {
  const { beforeCreate, beforeUpdate, beforeDelete, afterCreate, afterUpdate, afterDelete, guard } = hooks;
  return {
    ...(beforeCreate && { beforeCreate: (row) => beforeCreate(row, context) }),
    ...(beforeUpdate && { beforeUpdate: (patch, at) => beforeUpdate(patch, { ...context, ...at }) }),
    ...(beforeDelete && { beforeDelete: (at) => beforeDelete({ ...context, ...at }) }),
    ...(afterCreate && { afterCreate: (row) => afterCreate(row, context) }),
    ...(afterUpdate && { afterUpdate: (row) => afterUpdate(row, context) }),
    ...(afterDelete && { afterDelete: (row) => afterDelete(row, context) }),
    ...(guard && { guard: (operation) => guard[operation]?.(context.user) ?? anyRow }),
  };
}

/** The guard of an operation, where there is one. */
export const guardOf = (hooks: RowHooks, operation: GuardedOperation): Scope =>
  hooks.guard?.(operation) ?? anyRow;

/**
 * A new row with what its hook gave.
 *
 * @throws {TypeError} for something else than fields of the table, which is a mistake in the hook.
 */
export async function created<R extends Row & { readonly id: string }>(
  table: Table,
  row: R,
  { beforeCreate }: RowHooks,
): Promise<R> {
  if (beforeCreate === undefined) return row;
  return { ...row, ...fields(table, "beforeCreate", await beforeCreate(row as never), row.id, 1) };
}

/**
 * A patch with what its hook gave.
 *
 * @param current The row as it is, with hidden fields.
 * @throws {TypeError} for something else than fields of the table, which is a mistake in the hook.
 */
export async function updated(
  table: Table,
  patch: Row,
  current: Row,
  { beforeUpdate }: RowHooks,
): Promise<Row> {
  if (beforeUpdate === undefined) return patch;
  const id = String(current.id);
  const given = await beforeUpdate(patch as never, { id, current: current as never });
  return { ...patch, ...fields(table, "beforeUpdate", given, id, current[table.version ?? ""]) };
}

/** Asks the hook of a row that is about to be deleted. */
export async function deleting(current: Row, { beforeDelete }: RowHooks): Promise<void> {
  await beforeDelete?.({ id: String(current.id), current: current as never });
}

/** The fields that a hook gave; what it may not change must be what it was. */
function fields(table: Table, hook: string, given: unknown, id: string, version: unknown): Row {
  if (given === undefined || given === null) return {};
  const wrong = (what: string): TypeError => new TypeError(`${hook} of ${table.name} gave ${what}`);
  if (typeof given !== "object" || Array.isArray(given)) {
    throw wrong(`${Array.isArray(given) ? "an array" : typeof given} instead of an object of fields`);
  }
  const known = storedFields(table);
  const set: Row = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) throw wrong(`the field ${JSON.stringify(name)}, which there is not`);
    if (known[name]?.computed === true) throw wrong(`the field ${name}, which is computed`);
    if (known[name]?.computed) throw wrong(`the field ${name}, which is computed`);
    if (name === "id" || name === table.version) {
      if (value !== (name === "id" ? id : version)) throw wrong(`another ${name}, which it cannot change`);
    } else if (value !== undefined) set[name] = value;
  }
  return set;
}

/** What runs once a write is committed, with each row that some of its statements returned. */
export interface After {
  readonly table: Table;
  /** The statements, by their places in the batch. */
  readonly from: readonly number[];
  readonly run: (row: Row) => unknown;
}

/** A change with something that runs afterwards, where there is anything to run. */
export function followed(change: Change, ...after: readonly (After | undefined)[]): Change {
  const all = after.filter((one) => one !== undefined);
  return all.length === 0 ? change : { ...change, after: (...done) => runAfter(all, ...done) };
}

/** What runs with rows that are written. */
export const afterRows = (
  { table, from }: Pick<Written, "table" | "from">,
  hook: ((row: never) => unknown) | undefined,
): After | undefined => (hook === undefined ? undefined : { table, from, run: (row) => hook(row as never) });

async function runAfter(
  after: readonly After[],
  results: Results,
  failed: (error: unknown) => void,
): Promise<void> {
  const runs = after.flatMap(({ table, from, run }) =>
    from
      .flatMap((at) => results[at]?.results ?? [])
      .map(async ({ $readable: _, ...row }) => {
        try {
          await run(decodeRow(table, row));
        } catch (error) {
          failed(error);
        }
      }),
  );
  await Promise.all(runs);
}
