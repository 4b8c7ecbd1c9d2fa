/** Runs a write and answers the request that asked for it. */
import { KeyTaken, Raced } from "../query/errors.ts";
import type { Row } from "../query/table.ts";
import type { Answer, Change, Embedded, Staged } from "../query/write/change.ts";
import { type Results, runChange, runStatements, writtenRows } from "../query/write/run.ts";
import { tagOf } from "./conditions.ts";
import type { Identity } from "./context.ts";
import { claim, type IdempotencyKey, idempotencyKey, keep, type Replay, replay } from "./idempotency.ts";
import { Problem } from "./problem.ts";
import { logFault, type ReplyContext, reply, replyEmpty } from "./reply.ts";

/** What a handler has at hand. */
export interface CommitContext extends ReplyContext {
  readonly req: { readonly raw: Request };
  get(key: "requestId"): string;
  get(key: "identified"): string | undefined;
  get(key: "unread"): boolean | undefined;
  get(key: "user"): Identity | null | undefined;
}

/** How a write is answered. */
export interface Success {
  /** Default: 200. */
  readonly status?: 200 | 201;
  /** Path of the collection that the row was added to; `Location` is the row's own. */
  readonly location?: string;
}

/** How often a write is made anew where others came first, before the caller is asked to repeat it. */
const attempts = 5;

/**
 * Runs a write and answers with what it wrote: the row, `{items}` or `{count}`; with 204 where there is nothing that the
 * caller may see. A request with an `Idempotency-Key` that was carried out before gets the answer it got then.
 *
 * @throws {Problem} for whatever refuses the write; nothing has changed then.
 */
export async function commit(
  c: CommitContext,
  db: D1Database,
  write: Change | Staged,
  success: Success = {},
): Promise<Response> {
  const key = await idempotencyKey(c.req.raw, c.get("user") ?? null);
  if (key !== null && "make" in write) {
    const before = await replay(db, key, write.answer);
    if (before !== null) return replayed(c, before);
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const change = "make" in write ? await write.make(db) : write;
      return await carryOut(c, db, change, success, key);
    } catch (error) {
      if (error instanceof KeyTaken && key !== null) {
        const before = await replay(db, key, write.answer);
        if (before !== null) return replayed(c, before);
      } else if (!(error instanceof Raced)) throw error;
    }
  }
  throw new Problem("CONFLICT", "Other writes to the same rows kept coming first. Repeat the request.");
}

async function carryOut(
  c: CommitContext,
  db: D1Database,
  change: Change,
  { status = 200, location }: Success,
  key: IdempotencyKey | null,
): Promise<Response> {
  const { answer } = change;
  const headers =
    location === undefined || answer.type !== "row" ? {} : { Location: `${location}/${answer.ids[0]}` };
  if (key === null) return finish(c, change, await runChange(db, change), status, headers);
  const claims = claim(key);
  const kept = keep(key, answer, status, headers);
  // A count is kept while `changes()` still tells it.
  const place = answer.type === "count" ? answer.from + 1 : change.statements.length;
  const statements = [...claims, ...change.statements.toSpliced(place, 0, kept)];
  const results = await runStatements(db, statements, change.tables);
  return finish(c, change, results.slice(claims.length).toSpliced(place, 1), status, headers);
}

/** What follows a write that is committed: first what the application runs, then the answer. */
async function finish(
  c: CommitContext,
  { answer, after }: Change,
  results: Results,
  status: 200 | 201,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  await after?.(results, (error) => logFault(c.get("requestId"), error));
  return respond(c, answer, results, status, headers);
}

function respond(
  c: CommitContext,
  answer: Answer,
  results: Results,
  status: 200 | 201,
  headers: Readonly<Record<string, string>>,
): Response {
  if (c.get("unread") === true) return replyEmpty(c, headers);
  switch (answer.type) {
    case "nothing":
      return replyEmpty(c);
    case "count":
      return reply(c, status, { count: Number(results[answer.from]?.results[0]?.count) });
    case "rows": {
      const items = writtenRows(answer, results);
      return items.every((row) => row === null) ? replyEmpty(c) : reply(c, status, { items });
    }
    case "row": {
      const [row = null] = writtenRows(answer, results);
      if (row === null) return replyEmpty(c, headers);
      const body =
        answer.embedded === undefined ? row : { ...row, ...embeddedRows(answer.embedded, results) };
      return reply(c, status, body, { ...headers, ...tagOf(answer.table, row) });
    }
  }
}

/** The rows that were created together with another one, by relation. */
function embeddedRows(embedded: Readonly<Record<string, Embedded>>, results: Results): Row {
  const entries = Object.entries(embedded).map(([name, part]) => {
    const rows = writtenRows(part, results);
    return [name, part.type === "rows" ? rows : (rows[0] ?? null)] as const;
  });
  return Object.fromEntries(entries);
}

function replayed(c: CommitContext, { status, headers, body }: Replay): Response {
  const all = { ...headers, "Idempotency-Replayed": "true" };
  if (c.get("unread") === true) {
    const { ETag: _, ...shown } = all as Readonly<Record<string, string>>;
    return replyEmpty(c, shown);
  }
  return body === undefined ? replyEmpty(c, all) : reply(c, status, body, all);
}
