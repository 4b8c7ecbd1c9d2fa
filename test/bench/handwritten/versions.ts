import { eq, type SQL } from "drizzle-orm";
import type { Context } from "hono";
import { Problem } from "./problem.ts";
import { type Todo, todos } from "./schema.ts";

export const entityTag = ({ version }: Todo): string => `"${version}"`;

/** Whether the caller has the todo as it is. */
export const isFresh = (c: Context, todo: Todo): boolean => names(c.req.header("If-None-Match"), todo);

/**
 * Refuses a todo that the caller has in another version.
 *
 * @returns what the statement that writes it has to look at, so that of several writers one wins.
 */
export function checkIfMatch(c: Context, todo: Todo): SQL | undefined {
  const header = c.req.header("If-Match");
  if (header === undefined) return undefined;
  if (!names(header, todo)) throw preconditionFailed(todo);
  return header.trim() === "*" ? undefined : eq(todos.version, todo.version);
}

export const preconditionFailed = (todo: Todo): Problem =>
  new Problem("PRECONDITION_FAILED", "The row has changed.", { currentETag: entityTag(todo) });

const names = (header: string | undefined, todo: Todo): boolean =>
  header?.split(",").some((tag) => ["*", entityTag(todo)].includes(tag.trim())) ?? false;
