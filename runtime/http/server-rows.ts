/** Rows for server code: what routes do, as functions. */
import { Raced } from "../query/errors.ts";
import { countRows, getRow, listRows } from "../query/read.ts";
import { permitted, type Scope, signedInFor } from "../query/scope.ts";
import type { Row, Table } from "../query/table.ts";
import type { Change, Staged } from "../query/write/change.ts";
import { deleteRow } from "../query/write/delete.ts";
import {
  hookedDeleteRow,
  hookedInsertRow,
  hookedInsertRows,
  hookedUpdateRow,
} from "../query/write/hooked.ts";
import type { RowHooks } from "../query/write/hooks.ts";
import { insertRow, insertRows } from "../query/write/insert.ts";
import type { References } from "../query/write/references.ts";
import { type Results, runChange, writtenRows } from "../query/write/run.ts";
import { updateRow } from "../query/write/update.ts";
import { type Validator, validated } from "./body.ts";
import { Problem } from "./problem.ts";
import { logFault } from "./reply.ts";

/** A field to order by: ascending by its name, descending with `-` before it. */
export type RowOrder<Field extends string> = Field | `-${Field}`;

/** What reads of one row take. */
export interface GetRowOptions<Field> {
  /** The fields of the row. Default: all. */
  readonly select?: readonly Field[];
}

/** What counts take. */
export interface CountRowsOptions {
  /** The rows that are meant: `done==false;priority>=2`. Values from elsewhere belong in double quotes, escaped. */
  readonly filter?: string;
}

/** What lists take. */
export interface ListRowsOptions<Field, Order> extends GetRowOptions<Field>, CountRowsOptions {
  /** What to order by, first the most significant. Ties are ordered by id. Nulls come last. */
  readonly orderBy?: readonly Order[];
  /** Rows on a page. There is a default, and a maximum that a larger one is cut to. */
  readonly limit?: number;
  /** The `nextCursor` of the page before, which must have had the same order and filter. */
  readonly cursor?: string | null;
}

/** One page of rows. */
export interface RowPage<R> {
  readonly items: readonly R[];
  /** The `cursor` of the next page; null on the last one. */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/** What writes of one row that is there take. */
export interface WriteRowOptions {
  /** The version that the row must have, where the resource has versions: else 412. */
  readonly version?: number;
}

/**
 * The rows of a resource. What a route would answer with a problem is thrown as one: 404 for a row that is not there, 400 for
 * a value that does not fit, 409 for one that is taken.
 */
export interface Rows<R, Order, Create, Patch, Created = R, Changed = R> {
  get<Field extends keyof R = keyof R>(id: string, options?: GetRowOptions<Field>): Promise<Pick<R, Field>>;
  list<Field extends keyof R = keyof R>(
    options?: ListRowsOptions<Field, Order>,
  ): Promise<RowPage<Pick<R, Field>>>;
  count(options?: CountRowsOptions): Promise<number>;
  create(input: Create): Promise<Created>;
  /** All or nothing. */
  createMany(inputs: readonly Create[]): Promise<Created[]>;
  update(id: string, patch: Patch, options?: WriteRowOptions): Promise<Changed>;
  delete(id: string, options?: WriteRowOptions): Promise<void>;
}

/** Where the rows of a resource are, who acts, and what that one may do. */
export interface RowPolicy<Input, Patch extends Row> {
  readonly db: D1Database;
  readonly requestId: string;
  /** For cursors, which are good only for whom they were made. */
  readonly caller: string;
  readonly table: Table;
  readonly read: () => Scope;
  /** How rows are created; absent where they never are. */
  readonly create?: {
    readonly schema: Validator<Input>;
    readonly scope: () => Scope;
    row(input: Input): Row & { readonly id: string };
  };
  /** How rows are changed; absent where they never are. */
  readonly update?: {
    readonly schema: Validator<Patch>;
    readonly scope: () => Scope;
    /** Whether the rule has to hold for the row after the change as well. */
    readonly recheck?: boolean;
  };
  /** Who may delete rows; absent where nobody may. */
  readonly delete?: () => Scope;
  readonly references: References;
  readonly hooks?: RowHooks;
}

/** What all resources have in common. */
type Loose = {
  readonly [Name in keyof Rows<Row, string, unknown, unknown>]: (...values: never[]) => unknown;
};

/** How often a write is made anew where others came first. */
const attempts = 5;

/** The functions for the rows of a resource; `T`, {@link Rows} or some of them, is what the generator knows of their types. */
export function rows<T, Input, Patch extends Row>(policy: RowPolicy<Input, Patch>): T {
  const { db, table, read, references, hooks } = policy;
  const missing = (what: string): TypeError => new TypeError(`Nobody may ${what} rows of ${table.name}`);
  const versions = ({ version }: WriteRowOptions): { versions?: readonly number[] } =>
    version === undefined ? {} : { versions: [version] };

  const perform = async (write: Change | Staged): Promise<(Row | null)[]> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        const change = "make" in write ? await write.make(db) : write;
        const results: Results = await runChange(db, change);
        await change.after?.(results, (error) => logFault(policy.requestId, error));
        return "ids" in change.answer ? writtenRows(change.answer, results) : [];
      } catch (error) {
        if (!(error instanceof Raced)) throw error;
      }
    }
    throw new Problem("CONFLICT", "Other writes to the same rows kept coming first. Try again.");
  };

  const functions = {
    async get(id: string, options?: GetRowOptions<string>): Promise<Row> {
      const { $version: _, ...row } = await getRow(db, parameters(options), table, id, signedInFor(read()));
      return row;
    },
    list: async (options?: ListRowsOptions<string, string>): Promise<RowPage<Row>> =>
      listRows(db, parameters(options), table, signedInFor(read()), policy.caller),
    count: async (options?: CountRowsOptions): Promise<number> =>
      countRows(db, parameters(options), table, signedInFor(read())),
    async create(input: unknown): Promise<Row | null> {
      const { create } = policy;
      if (create === undefined) throw missing("create");
      const scope = permitted(create.scope());
      const row = create.row(validated(create.schema, input));
      const insert = { table, row, references, create: scope, read: read() };
      const change = hooks === undefined ? insertRow(insert) : hookedInsertRow({ ...insert, hooks });
      return (await perform(change))[0] ?? null;
    },
    async createMany(inputs: readonly unknown[]): Promise<(Row | null)[]> {
      const { create } = policy;
      if (create === undefined) throw missing("create");
      const scope = permitted(create.scope());
      const made = inputs.map((input, index) =>
        create.row(validated(create.schema, input, ["items", index])),
      );
      if (made.length === 0) return [];
      const insert = { table, rows: made, references, create: scope, read: read(), path: "items" };
      const change = hooks === undefined ? insertRows(insert) : hookedInsertRows({ ...insert, hooks });
      return perform(change);
    },
    async update(id: string, patch: unknown, options: WriteRowOptions = {}): Promise<Row | null> {
      const { update } = policy;
      if (update === undefined) throw missing("change");
      const change = {
        table,
        id,
        patch: validated(update.schema, patch),
        ...versions(options),
        references,
        read: signedInFor(read()),
        update: signedInFor(update.scope()),
        ...(update.recheck === undefined ? {} : { recheck: update.recheck }),
      };
      const write = hooks === undefined ? updateRow(change) : hookedUpdateRow({ ...change, hooks });
      return (await perform(write))[0] ?? null;
    },
    async delete(id: string, options: WriteRowOptions = {}): Promise<void> {
      const scope = policy.delete?.();
      if (scope === undefined) throw missing("delete");
      const del = { table, id, ...versions(options), read: signedInFor(read()), delete: signedInFor(scope) };
      await perform(hooks === undefined ? deleteRow(del) : hookedDeleteRow({ ...del, hooks }));
    },
  };
  // The names and types of fields are known to the generator alone, which states them as `T`.
  return functions satisfies Loose as T;
}

/** The options as a route gets them; those that are not given are left out. */
function parameters(options: ListRowsOptions<PropertyKey, unknown> = {}): URLSearchParams {
  const { filter, orderBy, limit, cursor, select } = options;
  const found = new URLSearchParams();
  // What is empty is given as it is and refused, rather than read as "all".
  if (filter !== undefined) found.set("filter", filter);
  if (orderBy !== undefined && orderBy.length > 0) found.set("orderBy", orderBy.join(","));
  if (limit !== undefined) found.set("limit", String(limit));
  if (cursor !== undefined && cursor !== null) found.set("cursor", cursor);
  if (select !== undefined) found.set("select", select.map(String).join(","));
  return found;
}
