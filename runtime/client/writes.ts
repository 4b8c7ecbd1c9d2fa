/** The calls that write a resource, in the groups that its access rules allow or forbid together. */
import type { Some } from "./conditions.ts";
import { query, rowPath } from "./operations.ts";
import type { CallOptions, Send } from "./transport.ts";
import { filterOf } from "./where.ts";

/** Settings of a write by a caller that the server knows. */
export interface WriteOptions extends CallOptions {
  /**
   * What the server knows the write by, for 24 hours: sent again under the same key it gives the same answer and is not carried
   * out again. 8 to 255 visible ASCII characters. Default: one for each call, which its repetitions share.
   */
  readonly idempotencyKey?: string | undefined;
}

/** What a row has to be for a write to happen: the row as it was read, the number of its version, or `"*"` for any. */
export type Match<Version extends string> = number | "*" | { readonly [Name in Version]: number };

/** The setting `ifMatch` of a write. `Version` is the name of the version field. */
export interface IfMatch<Version extends string> {
  /** Writes only where the row still has this version; otherwise the call fails with 412 `PRECONDITION_FAILED`. */
  readonly ifMatch?: Match<Version> | undefined;
}

/** The setting `ifMatch` of a write that takes it. */
export interface IfMatchRequired<Version extends string> {
  /** Writes only where the row still has this version; otherwise the call fails with 412 `PRECONDITION_FAILED`. */
  readonly ifMatch: Match<Version>;
}

/** Which rows a batch writes. Those that you may not write are skipped. */
export type Selection<Where> =
  | {
      /** Conditions that all have to hold, at least one; `"all"` for every row. */
      readonly where: Some<Where> | "all";
    }
  | {
      /** The same as text: `done==true`; `*` for every row. */
      readonly filter: string;
    };

/** What `updateMany` does. */
export type Change<Where, Patch> = Selection<Where> & {
  /** The fields to set, in every row. */
  readonly data: Patch;
};

/** The settings of all writes together. */
interface AnyWrite extends WriteOptions {
  readonly ifMatch?: number | "*" | object | undefined;
}

/** `Answer` is the row, or also null where the caller may be someone who cannot read it. */
export interface Creating<Input, Item, Answer> {
  create(input: Input, options?: WriteOptions): Promise<Answer>;
  createMany(items: readonly Item[], options?: WriteOptions): Promise<Answer[]>;
}

/** The calls of a resource whose rows can be created. `Input` may carry rows along, and `Item`, one of many, may not. */
export function creating<Input, Item, Answer>(send: Send, path: string): Creating<Input, Item, Answer> {
  return {
    create: async (body, options) => send({ ...options, method: "POST", path, body }),
    createMany: async (items, options) => writeItems(send, `${path}/batch`, items, options),
  };
}

export interface Upserting<Item, Answer> {
  upsertMany(items: readonly Item[], options?: WriteOptions): Promise<Answer[]>;
}

/** The call of a resource whose ids clients choose. */
export function upserting<Item, Answer>(send: Send, path: string): Upserting<Item, Answer> {
  return { upsertMany: async (items, options) => writeItems(send, `${path}/batch/upsert`, items, options) };
}

async function writeItems<Answer>(
  send: Send,
  path: string,
  items: readonly unknown[],
  options: WriteOptions | undefined,
): Promise<Answer[]> {
  const answer = await send<{ items: Answer[] } | null>({
    ...options,
    method: "POST",
    path,
    body: { items },
  });
  // Without content where the caller can read none of them: `Answer` is null then, or may be.
  return answer?.items ?? items.map(() => null as Answer);
}

/** `Answer` is the row, or also null where the caller may be someone who can no longer read it. */
export interface Updating<Patch, Input, Answer, Where> {
  update(id: string, patch: Patch, options?: AnyWrite): Promise<Answer>;
  replace(id: string, input: Input, options?: AnyWrite): Promise<Answer>;
  updateMany(change: Change<Where, Patch>, options?: WriteOptions): Promise<number>;
}

/** The calls of a resource whose rows can be changed. @param version Name of the version field. */
export function updating<Patch, Input, Answer, Where>(
  send: Send,
  path: string,
  version?: string,
): Updating<Patch, Input, Answer, Where> {
  const write = writingRow<Answer>(send, path, version);
  return {
    update: (id, patch, options) => write("PATCH", id, options, patch),
    replace: (id, input, options) => write("PUT", id, options, input),
    updateMany: (change, options) => writeSelected(send, "PATCH", path, change, options),
  };
}

export interface Deleting<Where> {
  delete(id: string, options?: AnyWrite): Promise<void>;
  deleteMany(selection: Selection<Where>, options?: WriteOptions): Promise<number>;
}

/** The calls of a resource whose rows can be deleted. @param version Name of the version field. */
export function deleting<Where>(send: Send, path: string, version?: string): Deleting<Where> {
  const write = writingRow(send, path, version);
  return {
    delete: async (id, options) => {
      await write("DELETE", id, options);
    },
    deleteMany: (selection, options) => writeSelected(send, "DELETE", path, selection, options),
  };
}

export interface Restoring<Row> {
  restore(id: string, options?: AnyWrite): Promise<Row>;
}

/** The calls of a resource whose deleted rows can be brought back. @param version Name of the version field. */
export function restoring<Row>(send: Send, path: string, version?: string): Restoring<Row> {
  const write = writingRow<Row>(send, path, version);
  return { restore: (id, options) => write("POST", id, options, undefined, "/restore") };
}

/** Writes of one row. */
const writingRow =
  <Answer>(send: Send, path: string, version = "") =>
  async (
    method: "POST" | "PATCH" | "PUT" | "DELETE",
    id: string,
    options?: AnyWrite,
    body?: unknown,
    end = "",
  ): Promise<Answer> => {
    const at = rowPath(method, path, id) + end;
    return send({ ...options, method, path: at, body, ifMatch: tag(options?.ifMatch, version) });
  };

/** `If-Match` of a write. */
function tag(match: AnyWrite["ifMatch"], version: string): string | undefined {
  if (match === undefined || match === "*") return match;
  const number = typeof match === "number" ? match : (match as Readonly<Record<string, unknown>>)[version];
  if (typeof number !== "number") throw new TypeError(`ifMatch has no version: its ${version} is ${number}.`);
  return `"${number}"`;
}

/**
 * Writes a batch, and gives the number of its rows.
 *
 * @throws {TypeError} where nothing says which rows are meant.
 */
async function writeSelected(
  send: Send,
  method: "PATCH" | "DELETE",
  path: string,
  { where, filter, data }: { where?: object | "all"; filter?: string; data?: unknown },
  options: WriteOptions | undefined,
): Promise<number> {
  const text = where === "all" ? "*" : filterOf({ where, filter });
  if (text === undefined) {
    throw new TypeError(
      `${method} ${path}/batch without conditions would write every row. Where that is meant: where: "all".`,
    );
  }
  const at = `${path}/batch${query({ filter: text })}`;
  const { count } = await send<{ count: number }>({ ...options, method, path: at, body: data });
  return count;
}
