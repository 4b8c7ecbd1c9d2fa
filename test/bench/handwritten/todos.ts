import { and, count, eq, sql } from "drizzle-orm";
import { type Context, Hono } from "hono";
import type * as z from "zod";
import type { AppEnv } from "./app-env.ts";
import type { Database } from "./database.ts";
import {
  after,
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
  todoCreate,
  todoReplace,
  todoUpdate,
} from "./validation.ts";

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
  const key = query.cursor === undefined ? null : decodeCursor(order, user.id, query.cursor);
  const scope = readable(user);
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
  return c.json({
    items: selected === null ? rows : rows.map((row) => pick(row, selected)),
    nextCursor: hasMore && last !== undefined ? encodeCursor(order, user.id, last) : null,
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
  const { select } = parseQuery(c, getParameters);
  const selected = select === undefined ? null : parseSelect(select);
  const todo = await readTodo(c);
  return c.json(selected === null ? todo : pick(todo, selected));
});

todoRoutes.post("/", async (c) => {
  parseQuery(c, noParameters);
  const { db } = c.get("database");
  const user = c.get("user");
  const input = await parseBody(c, todoCreate);
  await checkReferences(c.get("database"), input);
  const now = new Date().toISOString();
  const [todo] = await write(
    db
      .insert(todos)
      .values({
        ...input,
        id: input.id ?? uuidv7(),
        ownerId: user.id,
        createdAt: now,
        updatedAt: now,
        version: 1,
      })
      .returning(),
  );
  if (todo === undefined) throw new Error("The insert returned no row");
  return c.json(todo, 201, { Location: `/api/todos/${todo.id}` });
});

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
  const deleted = await write(
    db
      .delete(todos)
      .where(and(eq(todos.id, todo.id), deletable(user)))
      .returning({ id: todos.id }),
  );
  if (deleted.length === 0) throw notFound();
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
  if (Object.keys(input).length === 0) return c.json(before);
  await checkReferences(c.get("database"), input);
  const [todo] = await write(
    db
      .update(todos)
      .set({ ...input, updatedAt: new Date().toISOString(), version: sql`${todos.version} + 1` })
      .where(and(eq(todos.id, before.id), updatable(user)))
      .returning(),
  );
  if (todo === undefined) throw notFound();
  return canRead(user, todo) ? c.json(todo) : c.body(null, 204);
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

/** Runs a write; what a constraint refuses is a conflict. */
async function write<T>(statement: PromiseLike<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const message = cause instanceof Error ? cause.message : "";
    if (message.includes("UNIQUE constraint failed: todos.id")) {
      throw new Problem("CONFLICT", "id is taken already.", [
        { field: "id", message: "Is taken already", code: "taken" },
      ]);
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
