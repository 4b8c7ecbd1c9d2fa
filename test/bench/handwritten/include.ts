import { asc, getTableColumns, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { invalidField } from "./problem.ts";
import { type Comment, comments, type List, lists, type Todo } from "./schema.ts";

/** A relation to follow, in the order of the request. */
export type Inclusion = { name: "list" } | { name: "comments"; limit: number };

/** What is added to a todo. */
export interface Included {
  list?: List | null;
  comments?: Comment[];
}

/** Reads `include=list,comments(limit:3)`. */
export function parseInclude(text: string): Inclusion[] {
  const inclusions: Inclusion[] = [];
  for (const part of text.split(",")) {
    const [, name, limit] = /^\s*(\w+)(?:\(limit:(\d+)\))?\s*$/.exec(part) ?? [];
    if (name === undefined) throw invalidField("include", "Cannot be read", "syntax");
    if (name !== "list" && name !== "comments") {
      throw invalidField("include", `There is no relation ${name}`, "unknown_relation");
    }
    if (inclusions.some((inclusion) => inclusion.name === name)) continue;
    if (name === "list") {
      if (limit !== undefined) throw invalidField("include", "list has no limit", "invalid_option");
      inclusions.push({ name });
    } else {
      if (limit === "0") throw invalidField("include", "Must be at least 1", "invalid_value");
      inclusions.push({ name, limit: Math.min(Number(limit ?? 20), 100) });
    }
  }
  return inclusions;
}

/**
 * Reads what the relations lead to, all of it in one round trip.
 *
 * @returns for each todo what is to be added to it. Everybody who is signed in may read lists and comments.
 */
export async function readIncluded(
  { db }: Database,
  inclusions: readonly Inclusion[],
  rows: readonly Todo[],
): Promise<Included[]> {
  const listIds = new Set(rows.flatMap(({ listId }) => listId ?? []));
  const queryLists = db
    .select()
    .from(lists)
    .where(among(lists.id, [...listIds]));
  const limit = inclusions.find((inclusion) => inclusion.name === "comments")?.limit ?? 0;
  const todoIds = rows.map(({ id }) => id);
  const place = sql<number>`row_number() over (partition by ${comments.todoId} order by ${comments.id})`;
  const ranked = db
    .select({ ...getTableColumns(comments), place: place.as("place") })
    .from(comments)
    .where(among(comments.todoId, todoIds))
    .as("ranked");
  const { place: rank, ...columns } = ranked._.selectedFields;
  const queryComments = db.select(columns).from(ranked).where(lte(rank, limit)).orderBy(asc(columns.id));

  const wantsLists = listIds.size > 0 && inclusions.some(({ name }) => name === "list");
  const wantsComments = rows.length > 0 && limit > 0;
  let [foundLists, foundComments]: [List[], Comment[]] = [[], []];
  if (wantsLists && wantsComments) {
    [foundLists, foundComments] = await db.batch([queryLists, queryComments]);
  } else if (wantsLists) foundLists = await queryLists;
  else if (wantsComments) foundComments = await queryComments;

  const listById = new Map(foundLists.map((list) => [list.id, list]));
  const commentsByTodo = Map.groupBy(foundComments, ({ todoId }) => todoId);
  return rows.map(({ id, listId }) => {
    const included: Included = {};
    for (const { name } of inclusions) {
      if (name === "list") included.list = listId === null ? null : (listById.get(listId) ?? null);
      else included.comments = commentsByTodo.get(id) ?? [];
    }
    return included;
  });
}

/** One parameter, however many ids: D1 takes 100 in a statement. */
export const among = (column: SQLiteColumn, ids: readonly string[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(ids)}))`;
