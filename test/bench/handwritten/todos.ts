import { and, count, eq, sql } from "drizzle-orm";
import { type Context, Hono } from "hono";
import type * as z from "zod";
import type { AppEnv, User } from "./app-env.ts";
import type { Database } from "./database.ts";
import { parseFilter } from "./filter.ts";
import { among, parseInclude, readIncluded } from "./include.ts";
import {
  after,
  cursorContext,
  decodeCursor,
  encodeCursor,
  orderBy,
  parseOrder,
  parseSelect,
  type TodoField,
} from "./paging.ts";
import { canDelete, canRead, canUpdate, deletable, readable, updatable } from "./policy.ts";
import { invalidField, notFound, Problem } from "./problem.ts";
import { lists, type Todo, todos, users } from "./schema.ts";
import { uuidv7 } from "./uuid.ts";
import {
  getParameters,
  isUuid,
  listParameters,
  noParameters,
  parseBody,
  parseQuery,
  todoBatch,
  todoCreate,
  todoReplace,
  todoUpdate,
} from "./validation.ts";
import { checkIfMatch, entityTag, isFresh, preconditionFailed } from "./versions.ts";

/** What a request gives of a new todo. */
type Input = z.output<typeof todoCreate>;

/** What a request changes. */
type Changes = z.output<typeof todoUpdate>;

export const todoRoutes = new Hono<AppEnv>();

todoRoutes.get("/", async (c) => {
  const { db } = c.get("database");
  const user = c.get("user");
  const query = parseQuery(c, listParameters);
  const limit = Math.min(query.limit, 100);
  const selected = query.select === undefined ? null : parseSelect(query.select);
  const order = parseOrder(query.orderBy);
  const filter = query.filter === undefined ? undefined : parseFilter(query.filter);
  const included = query.include === undefined ? null : parseInclude(query.include);
  const context = cursorContext(order, user.id, query.filter);
  const key = query.cursor === undefined ? null : decodeCursor(order, context, query.cursor);
  const scope = and(readable(user), filter);
  const page = db
    .select()
    .from(todos)
    .where(key === null ? scope : and(scope, after(order, key)))
    .orderBy(...orderBy(order))
    .limit(limit + 1);
  let rows: Todo[];
  let totalCount: number | undefined;
  if (query.totalCount === "true") {
    const [found, counted] = await db.batch([page, db.select({ count: count() }).from(todos).where(scope)]);
    rows = found;
    totalCount = counted[0]?.count ?? 0;
  } else {
    rows = await page;
  }
  const hasMore = rows.length > limit;
  if (hasMore) rows.pop();
  const last = rows.at(-1);
  let items: Partial<Todo>[] = selected === null ? rows : rows.map((row) => pick(row, selected));
  if (included !== null) {
    const added = await readIncluded(c.get("database"), included, rows);
    items = items.map((item, index) => ({ ...item, ...added[index] }));
  }
  return c.json({
    items,
    nextCursor: hasMore && last !== undefined ? encodeCursor(order, context, last) : null,
    hasMore,
    ...(totalCount !== undefined && { totalCount }),
  });
});

todoRoutes.get("/count", async (c) => {
  parseQuery(c, noParameters);
  const { db } = c.get("database");
  const [row] = await db
    .select({ count: count() })
    .from(todos)
    .where(readable(c.get("user")));
  return c.json({ count: row?.count ?? 0 });
});

todoRoutes.get("/:id", async (c) => {
  const query = parseQuery(c, getParameters);
  const selected = query.select === undefined ? null : parseSelect(query.select);
  const included = query.include === undefined ? null : parseInclude(query.include);
  const todo = await readTodo(c);
  const item = selected === null ? todo : pick(todo, selected);
  if (included !== null) {
    const [added] = await readIncluded(c.get("database"), included, [todo]);
    return c.json({ ...item, ...added });
  }
  const headers = { ETag: entityTag(todo) };
  return isFresh(c, todo) ? c.body(null, 304, headers) : c.json(item, 200, headers);
});

todoRoutes.post("/", async (c) => {
  parseQuery(c, noParameters);
  const { db } = c.get("database");
  const input = await parseBody(c, todoCreate);
  await checkReferences(c.get("database"), input);
  const [todo] = await write(
    db
      .insert(todos)
      .values(newTodo(input, c.get("user")))
      .returning(),
  );
  if (todo === undefined) throw new Error("The insert returned no row");
  return c.json(todo, 201, { Location: `/api/todos/${todo.id}`, ETag: entityTag(todo) });
});

todoRoutes.post("/batch", async (c) => {
  parseQuery(c, noParameters);
  const { db } = c.get("database");
  const { items } = await parseBody(c, todoBatch);
  if (items.length > 100) {
    throw new Problem("BATCH_LIMIT_EXCEEDED", "A batch writes at most 100 rows.");
  }
  await checkAllReferences(c.get("database"), items);
  const rows = items.map((item) => newTodo(item, c.get("user")));
  const insert = (from: number) =>
    db
      .insert(todos)
      .values(rows.slice(from, from + rowsPerInsert))
      .returning();
  const inserts: [ReturnType<typeof insert>, ...ReturnType<typeof insert>[]] = [insert(0)];
  for (let from = rowsPerInsert; from < rows.length; from += rowsPerInsert) inserts.push(insert(from));
  const written = await write(db.batch(inserts));
  return c.json({ items: written.flat() }, 201);
});

/** A todo has 14 columns, and D1 takes 100 parameters in a statement. */
const rowsPerInsert = 7;

function newTodo(input: Input, user: User): Todo {
  const now = new Date().toISOString();
  return {
    ...input,
    id: input.id ?? uuidv7(),
    ownerId: user.id,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

todoRoutes.patch("/:id", async (c) => {
  parseQuery(c, noParameters);
  return change(c, await parseBody(c, todoUpdate));
});

todoRoutes.put("/:id", async (c) => {
  parseQuery(c, noParameters);
  const { id, ...input } = await parseBody(c, todoReplace);
  if (id !== undefined && id.toLowerCase() !== c.req.param("id").toLowerCase()) {
    throw invalidField("id", "Must be the id of the path", "id_mismatch");
  }
  return change(c, input);
});

todoRoutes.delete("/:id", async (c) => {
  parseQuery(c, noParameters);
  const { db } = c.get("database");
  const user = c.get("user");
  const todo = await readTodo(c);
  if (!canDelete(user, todo)) throw new Problem("FORBIDDEN", "You may not do this.");
  const unchanged = checkIfMatch(c, todo);
  const deleted = await write(
    db
      .delete(todos)
      .where(and(eq(todos.id, todo.id), deletable(user), unchanged))
      .returning({ id: todos.id }),
  );
  if (deleted.length === 0) throw unchanged === undefined ? notFound() : preconditionFailed(todo);
  return c.body(null, 204);
});

/** The todo of the path, if the caller may read it. */
async function readTodo(c: Context<AppEnv, "/:id">): Promise<Todo> {
  const id = c.req.param("id");
  if (!isUuid(id)) throw notFound();
  const todo = await c.get("database").todoById.get({ id: id.toLowerCase() });
  if (todo === undefined || !canRead(c.get("user"), todo)) throw notFound();
  return todo;
}

async function change(c: Context<AppEnv, "/:id">, input: Changes): Promise<Response> {
  const { db } = c.get("database");
  const user = c.get("user");
  const before = await readTodo(c);
  if (
    !canUpdate(user, before) ||
    !canUpdate(user, {
      ...before,
      assigneeId: input.assigneeId === undefined ? before.assigneeId : input.assigneeId,
    })
  ) {
    throw new Problem("FORBIDDEN", "You may not do this.");
  }
  const unchanged = checkIfMatch(c, before);
  if (Object.keys(input).length === 0) return c.json(before, 200, { ETag: entityTag(before) });
  await checkReferences(c.get("database"), input);
  const [todo] = await write(
    db
      .update(todos)
      .set({ ...input, updatedAt: new Date().toISOString(), version: sql`${todos.version} + 1` })
      .where(and(eq(todos.id, before.id), updatable(user), unchanged))
      .returning(),
  );
  if (todo === undefined) throw unchanged === undefined ? notFound() : preconditionFailed(before);
  return canRead(user, todo) ? c.json(todo, 200, { ETag: entityTag(todo) }) : c.body(null, 204);
}

/** The rows that a request refers to must exist; users and lists are readable by everybody who is signed in. */
async function checkReferences(
  { db }: Database,
  { assigneeId, listId }: Pick<Changes, "assigneeId" | "listId">,
): Promise<void> {
  const [assignee, list] = await Promise.all([
    assigneeId ? db.select({ id: users.id }).from(users).where(eq(users.id, assigneeId)) : null,
    listId ? db.select({ id: lists.id }).from(lists).where(eq(lists.id, listId)) : null,
  ]);
  if (assignee?.length === 0) throw invalidField("assigneeId", "There is no such user", "unknown_reference");
  if (list?.length === 0) throw invalidField("listId", "There is no such list", "unknown_reference");
}

/** The same for several todos, however many. */
async function checkAllReferences({ db }: Database, items: readonly Input[]): Promise<void> {
  const userIds = new Set(items.flatMap(({ assigneeId }) => assigneeId ?? []));
  const listIds = new Set(items.flatMap(({ listId }) => listId ?? []));
  const [foundUsers, foundLists] = await db.batch([
    db
      .select({ id: users.id })
      .from(users)
      .where(among(users.id, [...userIds])),
    db
      .select({ id: lists.id })
      .from(lists)
      .where(among(lists.id, [...listIds])),
  ]);
  const knownUsers = new Set(foundUsers.map(({ id }) => id));
  const knownLists = new Set(foundLists.map(({ id }) => id));
  for (const [index, { assigneeId, listId }] of items.entries()) {
    if (assigneeId !== null && !knownUsers.has(assigneeId)) {
      throw invalidField(`items[${index}].assigneeId`, "There is no such user", "unknown_reference");
    }
    if (listId !== null && !knownLists.has(listId)) {
      throw invalidField(`items[${index}].listId`, "There is no such list", "unknown_reference");
    }
  }
}

/** Runs a write; what a constraint refuses is a conflict. */
async function write<T>(statement: PromiseLike<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const message = cause instanceof Error ? cause.message : "";
    if (message.includes("UNIQUE constraint failed: todos.id")) {
      throw new Problem("CONFLICT", "id is taken already.", {
        errors: [{ field: "id", message: "Is taken already", code: "taken" }],
      });
    }
    if (message.includes("FOREIGN KEY constraint failed")) {
      throw new Problem("CONFLICT", "A row that this one refers to is gone.");
    }
    throw error;
  }
}

function pick(row: Todo, names: readonly TodoField[]): Partial<Todo> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
