/**
 * Idempotent writes: a request that carries an `Idempotency-Key` is carried out once, however often it is sent. The claim of
 * the key, the write and its answer are one transaction, so a request that failed has left no claim behind.
 *
 * The claim is a row of `_covara_idempotency`, whose primary key lets one of several racing requests through. The answer is
 * rendered by SQL in the same batch, since D1 gives results only after it has committed.
 */
import { and, type Scope } from "../query/scope.ts";
import { type Column, decodeRow, decodeValues, type Row, type Table } from "../query/table.ts";
import { timestamp } from "../query/values.ts";
import type { Answer, Statement, Written } from "../query/write/change.ts";
import { bodyText } from "./body.ts";
import { tagOf } from "./conditions.ts";
import type { Identity } from "./context.ts";
import { invalid, Problem } from "./problem.ts";

/** How long a key is remembered, in milliseconds. */
const retention = 24 * 60 * 60 * 1000;

/** How many keys that have run out one write removes besides its own. */
const pruned = 100;

/** A key that a request carries, and what else it is known by. */
export interface IdempotencyKey {
  /** The caller and its key. */
  readonly id: string;
  /** Digest of method, path, query, `If-Match` and body: another request under the same key is a mistake. */
  readonly fingerprint: string;
}

/**
 * Reads the `Idempotency-Key` of a write.
 *
 * @returns null where the request has none.
 * @throws {Problem} 400 for a key that is not 8 to 255 visible ASCII characters, and for a caller that is not identified.
 */
export async function idempotencyKey(
  request: Request,
  caller: Identity | null,
): Promise<IdempotencyKey | null> {
  const key = request.headers.get("Idempotency-Key");
  if (key === null) return null;
  if (!/^[\x21-\x7e]{8,255}$/.test(key)) {
    throw invalid("Idempotency-Key", "Must be 8 to 255 visible ASCII characters", "invalid_header");
  }
  if (caller === null) {
    throw invalid("Idempotency-Key", "Only signed-in callers can send one", "unsupported_header");
  }
  const { pathname, search } = new URL(request.url);
  const parts = [
    request.method,
    pathname,
    search,
    request.headers.get("If-Match"),
    bodyText(request) ?? null,
  ];
  return {
    id: JSON.stringify([caller.id, key]),
    fingerprint: await digest(JSON.stringify(parts)),
  };
}

/**
 * For requests that no key belongs to.
 *
 * @throws {Problem} 400 where there is one: ignoring it would carry the request out twice.
 */
export function rejectIdempotencyKey(request: Request): void {
  if (request.headers.get("Idempotency-Key") !== null) {
    throw invalid("Idempotency-Key", "This request cannot be made idempotent", "unsupported_header");
  }
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The statements that claim a key. They come first, and abort the batch where the key is taken. */
export function claim({ id, fingerprint }: IdempotencyKey): Statement[] {
  const oldest = new Date(Date.now() - retention).toISOString();
  return [
    {
      sql: `DELETE FROM _covara_idempotency WHERE id = ?1 AND created_at < ?2 OR id IN (SELECT id FROM _covara_idempotency WHERE created_at < ?2 ORDER BY created_at LIMIT ${pruned})`,
      values: [id, oldest],
    },
    {
      sql: "INSERT INTO _covara_idempotency (id, fingerprint, created_at) VALUES (?, ?, ?)",
      values: [id, fingerprint, timestamp()],
    },
  ];
}

/** What is kept of an answer besides the rows, which SQL adds. */
interface Kept {
  readonly type: Answer["type"];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: readonly KeptPart[];
}

/** Rows of one table: the row or rows themselves, or some that were created together with it. */
interface KeptPart {
  readonly relation: string | null;
  readonly list: boolean;
  readonly ids: readonly string[];
  readonly fields: readonly string[];
}

/** The rows that an answer is made of. */
interface AnswerPart extends Written {
  readonly relation: string | null;
  readonly list: boolean;
}

function partsOf(answer: Answer): AnswerPart[] {
  if (answer.type !== "row" && answer.type !== "rows") return [];
  const own: AnswerPart = { ...answer, relation: null, list: answer.type === "rows" };
  if (answer.type === "rows") return [own];
  const others = Object.entries(answer.embedded ?? {}).map(
    ([relation, part]): AnswerPart => ({ ...part, relation, list: part.type === "rows" }),
  );
  return [own, ...others];
}

/**
 * The statement that keeps the answer beside the claim. It follows the write; that of a count follows it at once.
 */
export function keep(
  { id }: IdempotencyKey,
  answer: Answer,
  status: number,
  headers: Readonly<Record<string, string>>,
): Statement {
  const parts = partsOf(answer);
  const kept: Kept = {
    type: answer.type,
    status,
    headers,
    parts: parts.map(({ relation, list, ids, table }) => ({
      relation,
      list,
      ids,
      fields: Object.keys(table.columns),
    })),
  };
  const rows = parts.map(rowsSql);
  const result =
    answer.type === "count"
      ? (answer.known?.toString() ?? "changes()")
      : `json_array(${rows.map(({ sql }) => sql).join(", ")})`;
  return {
    sql: `UPDATE _covara_idempotency SET answer = ?, result = ${result} WHERE id = ?`,
    values: [JSON.stringify(kept), ...rows.flatMap(({ values }) => values), id],
  };
}

/** Arguments that a function takes on D1. */
const maxArguments = 32;

/** The visible columns of the rows as one JSON object of lists, by id. */
function rowsSql({ table, ids, read }: Written): Statement {
  return {
    sql: `(SELECT json_group_object(id, ${listSql(Object.values(table.columns))}) FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))${and(read)})`,
    values: [JSON.stringify(ids), ...read.values],
  };
}

/** Columns as a JSON list; more than a function takes as a list of lists. */
function listSql(columns: readonly Pick<Column, "sql">[]): string {
  if (columns.length <= maxArguments) return `json_array(${columns.map(({ sql }) => sql).join(", ")})`;
  const lists: string[] = [];
  for (let start = 0; start < columns.length; start += maxArguments) {
    lists.push(listSql(columns.slice(start, start + maxArguments)));
  }
  return `json_array(${lists.join(", ")})`;
}

/** An answer as it was first given. */
export interface Replay {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the answer has no body. */
  readonly body: unknown;
}

/**
 * The answer that was given under a key.
 *
 * @param answer What a write of this request would answer: it tells the tables, and what of them the caller may read now. A row
 * that is there and that it may no longer read is left out; so is a field that has been hidden since.
 * @returns null where the key is free.
 * @throws {Problem} 409 where the key was used for another request.
 */
export async function replay(
  db: D1Database,
  { id, fingerprint }: IdempotencyKey,
  answer: Answer,
): Promise<Replay | null> {
  const oldest = new Date(Date.now() - retention).toISOString();
  const found = await db
    .prepare("SELECT fingerprint, answer, result FROM _covara_idempotency WHERE id = ? AND created_at >= ?")
    .bind(id, oldest)
    .first<{ fingerprint: string; answer: string; result: string | number }>();
  if (found === null) return null;
  if (found.fingerprint !== fingerprint) {
    throw new Problem(
      "IDEMPOTENCY_MISMATCH",
      "The Idempotency-Key was used for another request. Make a new key for each request.",
    );
  }
  const kept: Kept = JSON.parse(found.answer);
  const { status, headers } = kept;
  if (kept.type === "nothing") return { status, headers, body: undefined };
  if (kept.type === "count") return { status, headers, body: { count: Number(found.result) } };
  const stored: readonly Readonly<Record<string, readonly unknown[]>>[] = JSON.parse(String(found.result));
  const current = partsOf(answer);
  const parts = await Promise.all(
    kept.parts.map(async (part, index) => {
      const now = current.find(({ relation }) => relation === part.relation);
      if (now === undefined) throw new Error(`The answer kept under ${id} has a part that no answer has now`);
      const hidden = await unreadable(db, now.table, part.ids, now.read);
      const rows = part.ids.map((rowId) =>
        hidden.has(rowId) ? null : restore(now.table, part.fields, stored[index]?.[rowId]),
      );
      return { ...part, value: part.list ? rows : (rows[0] ?? null) };
    }),
  );
  const [own, ...others] = parts;
  if (own === undefined) throw new Error(`The answer kept under ${id} has no rows`);
  if (kept.type === "rows") {
    const items = own.value as readonly (Row | null)[];
    return { status, headers, body: items.every((row) => row === null) ? undefined : { items } };
  }
  if (own.value === null) return { status, headers, body: undefined };
  const embedded = others.map(({ relation, value }) => [relation, value] as const);
  const row = own.value as Row;
  const table = current[0]?.table;
  const tag = table === undefined ? {} : tagOf(table, row);
  return { status, headers: { ...headers, ...tag }, body: { ...row, ...Object.fromEntries(embedded) } };
}

/** Those of the rows that are there and that the caller may not read. */
async function unreadable(
  db: D1Database,
  table: Table,
  ids: readonly string[],
  read: Scope,
): Promise<ReadonlySet<string>> {
  if (read.sql === "") return new Set();
  const { results } = await db
    .prepare(
      `SELECT id FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?)) AND (${read.sql}) IS NOT TRUE`,
    )
    .bind(JSON.stringify(ids), ...read.values)
    .all<{ id: string }>();
  return new Set(results.map((row) => row.id));
}

/** The row of the API; null where the caller could not read it when it was written. */
function restore(
  table: Table,
  fields: readonly string[],
  values: readonly unknown[] | undefined,
): Row | null {
  if (values === undefined) return null;
  // No column holds a list: those of JSON are text.
  const stored = values.flat();
  const entries = fields.map((name, index) => [name, stored[index]] as const);
  const row = Object.fromEntries(entries.filter(([name]) => Object.hasOwn(table.columns, name)));
  // What the resource has got since is not in the answer, so functions cannot look at it either.
  const whole = Object.keys(table.columns).every((name) => Object.hasOwn(row, name));
  return whole ? decodeRow(table, row) : decodeValues(table.columns, row);
}
