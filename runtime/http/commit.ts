/** Runs a write and answers the request that asked for it. */

import type { Row, Table } from "../query/table.ts";
import type { Answer, Change } from "../query/write/change.ts";
import { runChange, writtenRows } from "../query/write/run.ts";
import { entityTag } from "./conditions.ts";
import { type ReplyContext, reply, replyEmpty } from "./reply.ts";

/** What a handler has at hand. */
export interface CommitContext extends ReplyContext {
  readonly req: { readonly raw: Request };
}

/** How a write is answered. */
export interface Success {
  /** Default: 200. */
  readonly status?: 200 | 201;
  /** Path of the collection that the row was added to; `Location` is the row's own. */
  readonly location?: string;
}

/**
 * Runs a write and answers with what it wrote: the row, `{items}` or `{count}`; with 204 where there is nothing that the
 * caller may see.
 *
 * @throws {Problem} for whatever refuses the write; nothing has changed then.
 */
export async function commit(
  c: CommitContext,
  db: D1Database,
  change: Change,
  success: Success = {},
): Promise<Response> {
  const result = await runChange(db, change);
  return answer(c, change.answer, writtenRows(change, result), result.meta.changes, success);
}

function answer(
  c: CommitContext,
  about: Answer,
  rows: readonly (Row | null)[],
  count: number,
  { status = 200, location }: Success,
): Response {
  switch (about.type) {
    case "nothing":
      return replyEmpty(c);
    case "count":
      return reply(c, status, { count });
    case "rows":
      return rows.every((row) => row === null) && rows.length > 0
        ? replyEmpty(c)
        : reply(c, status, { items: rows });
    case "row": {
      const { table, ids } = about;
      const headers = location === undefined ? {} : { Location: `${location}/${ids[0]}` };
      const [row] = rows;
      if (row === undefined || row === null) return replyEmpty(c, headers);
      return reply(c, status, row, { ...headers, ...tagOf(table, row) });
    }
  }
}

/** The `ETag` of a row whose table has versions. */
export function tagOf(table: Table, row: Row): { ETag?: string } {
  if (table.version === undefined) return {};
  return { ETag: entityTag(Number(row[table.version])) };
}
