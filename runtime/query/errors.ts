import { tooMany } from "../http/batch.ts";
import { preconditionFailed } from "../http/conditions.ts";
import { type FieldError, forbidden, invalid, notFound, Problem } from "../http/problem.ts";
import type { Table } from "./table.ts";

/** The write could not be carried out as it was made, since other writes came first. It is to be made anew. */
export class Raced extends Error {}

/** A request under this idempotency key was carried out before, or is so at this moment. */
export class KeyTaken extends Error {}

/**
 * Turns what the database refused into the problem that the caller should see. Guards report as `covara:<code>`,
 * constraints in SQLite's own words. Anything else is a fault of ours and stays as it is.
 *
 * @param tables Those that were written to.
 */
export function databaseProblem(error: unknown, tables: readonly Table[]): unknown {
  if (!(error instanceof Error)) return error;
  const [, code, more = ""] = /covara:([A-Z_]+)(?: ([^:]+))?/.exec(error.message) ?? [];
  if (code !== undefined) return guardProblem(code, more) ?? error;
  if (error.message.includes("UNIQUE constraint failed: _covara_idempotency.")) return new KeyTaken();
  const unique = /UNIQUE constraint failed: ([^:]+)/.exec(error.message);
  if (unique?.[1] !== undefined) return taken(uniqueFields(unique[1], tables));
  if (error.message.includes("FOREIGN KEY constraint failed")) {
    return new Problem(
      "CONFLICT",
      "Another row refers to this one, or a row that this one refers to is gone.",
    );
  }
  // D1 takes 2 MB in a row; a body limit above that lets more come here.
  if (/SQLITE_TOOBIG|string or blob too big/.test(error.message)) {
    return new Problem("PAYLOAD_TOO_LARGE", "The row is larger than the database takes.");
  }
  return error;
}

/** The problem of a guard's code, or null for a code that no guard has. */
function guardProblem(code: string, more: string): Error | null {
  switch (code) {
    case "RACED":
      return new Raced();
    case "CONFLICT":
      return taken(["id"]);
    case "BATCH_LIMIT_EXCEEDED":
      return tooMany(Number(more));
    case "FORBIDDEN":
      return forbidden();
    case "NOT_FOUND":
      return notFound();
    case "REFERENCE":
      return invalid(more, "There is no such row", "unknown_reference");
    case "PRECONDITION_FAILED":
      return preconditionFailed(Number(more));
    default:
      return null;
  }
}

/** The visible fields behind `todos.owner_id, todos.slug`. */
function uniqueFields(columns: string, tables: readonly Table[]): string[] {
  const parts = columns.split(",").map((text) => /^\s*(\S+)\.(\S+)/.exec(text));
  return parts.flatMap((part) => {
    const table = tables.find(({ name }) => bare(name) === part?.[1]);
    const found = Object.entries(table?.columns ?? {}).find(([, { sql }]) => bare(sql) === part?.[2]);
    return found === undefined ? [] : [found[0]];
  });
}

/** The name without the brackets that keywords need. */
const bare = (sql: string): string => sql.replace(/^\[(.*)\]$/, "$1");

function taken(fields: readonly string[]): Problem {
  const errors: FieldError[] = fields.map((field) => ({ field, message: "Is taken already", code: "taken" }));
  const what = fields.length === 0 ? "A value that must be unique" : fields.join(" and ");
  return new Problem("CONFLICT", `${what} is taken already.`, errors.length === 0 ? {} : { errors });
}
