import { type FieldError, forbidden, invalid, Problem } from "../http/problem.ts";
import type { Table } from "./table.ts";

/**
 * Turns what the database refused into the problem that the caller should see. Guards report as
 * `covara:<code>`, constraints in SQLite's own words. Anything else is a fault of ours and stays as it is.
 */
export function databaseProblem(error: unknown, table: Table): unknown {
  if (!(error instanceof Error)) return error;
  const guard = /covara:(FORBIDDEN|REFERENCE (\w+))/.exec(error.message);
  if (guard?.[1] === "FORBIDDEN") return forbidden();
  if (guard?.[2] !== undefined) return invalid(guard[2], "There is no such row", "unknown_reference");
  const unique = /UNIQUE constraint failed: ([^:]+)/.exec(error.message);
  if (unique?.[1] !== undefined) return taken(uniqueFields(unique[1], table));
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

/** The visible fields behind `todos.owner_id, todos.slug`. */
function uniqueFields(columns: string, table: Table): string[] {
  const names = columns.split(",").map((text) => text.trim().replace(/^.*\./, "").split(" ")[0]);
  return Object.entries(table.columns)
    .filter(([, { sql }]) => names.some((name) => sql === name || sql === `[${name}]`))
    .map(([name]) => name);
}

function taken(fields: readonly string[]): Problem {
  const errors: FieldError[] = fields.map((field) => ({ field, message: "Is taken already", code: "taken" }));
  const what = fields.length === 0 ? "A value that must be unique" : fields.join(" and ");
  return new Problem("CONFLICT", `${what} is taken already.`, errors.length === 0 ? {} : { errors });
}
