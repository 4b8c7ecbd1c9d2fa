/** Procedures: functions of the application that have a route, an access rule and validated values. */
import { and, type Scope } from "../query/scope.ts";
import { decodeStored, storedProjection } from "../query/stored.ts";
import type { Row, Table } from "../query/table.ts";
import { fieldErrors, type Validator } from "./body.ts";
import { rejectIfMatch } from "./conditions.ts";
import { rejectIdempotencyKey } from "./idempotency.ts";
import { forbidden, invalid, notFound } from "./problem.ts";
import { rejectQuery } from "./query.ts";

/** A procedure as its module exports it. */
export type Procedure<Input, Output, Context> = (input: Input, context: Context) => Output | Promise<Output>;

/** Calls a procedure, which may declare fewer parameters than it is called with. */
export const callProcedure = <Input, Context, Output>(
  procedure: Procedure<Input, Output, Context>,
  input: Input,
  context: Context,
): Output | Promise<Output> => procedure(input, context);

/**
 * Refuses what no procedure takes.
 *
 * @throws {Problem} 400 for query parameters, `If-Match` and `Idempotency-Key`.
 */
export function rejectConditions(request: Request): void {
  rejectQuery(request);
  rejectIfMatch(request);
  rejectIdempotencyKey(request);
}

/**
 * For routes without a body.
 *
 * @throws {Problem} 400 where there is one.
 */
export async function rejectBody(request: Request): Promise<void> {
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) return;
    if (value.byteLength === 0) continue;
    await reader.cancel();
    throw invalid("", "This route takes no body", "unexpected_body");
  }
}

/**
 * Reads a row that somebody wants to do something with, hidden fields included. `R` is what the generator knows of the row.
 *
 * @param id As it is stored, see {@link import("../query/write/update.ts").rowId}.
 * @param rule Who may.
 * @throws {Problem} 404 where the caller cannot read the row, 403 where it may read it but not do that.
 */
export async function ruledRow<R>(
  db: D1Database,
  table: Table,
  id: string,
  read: Scope,
  rule: Scope,
): Promise<R> {
  const allowed = rule.sql === "" ? "" : `, (${rule.sql}) AS "$allowed"`;
  const row = await db
    .prepare(`SELECT ${storedProjection(table)}${allowed} FROM ${table.name} WHERE id = ?${and(read)}`)
    .bind(...rule.values, id, ...read.values)
    .first<Row>();
  if (row === null) throw notFound();
  if (allowed !== "") {
    if (row.$allowed !== 1) throw forbidden();
    delete row.$allowed;
  }
  return decodeStored(table, row) as R;
}

/**
 * Checks what a procedure gave, so that nothing else leaves the server.
 *
 * @param name The procedure, for the log.
 * @throws {Error} which is answered with 500, and whose message says in the log what is wrong.
 */
export function checkedOutput<T>(schema: Validator<T>, output: unknown, name: string): T {
  const result = schema.safeParse(output);
  if (result.success) return result.data;
  const problems = fieldErrors(result.error.issues).map(({ field, message, code }) => {
    const why = code === "unknown_field" ? "Is not declared" : message;
    return field === "" ? why : `${field}: ${why}`;
  });
  throw new Error(`The procedure ${name} gave something else than it declares. ${problems.join("; ")}`);
}
