import { eq, or, type SQL } from "drizzle-orm";
import type { User } from "./app-env.ts";
import { type Todo, todos } from "./schema.ts";

type Ownership = Pick<Todo, "ownerId" | "assigneeId">;

/** Owners, assignees and admins may read. */
export const canRead = (user: User, todo: Ownership): boolean =>
  user.role === "admin" || todo.ownerId === user.id || todo.assigneeId === user.id;

export const readable = (user: User): SQL | undefined =>
  user.role === "admin" ? undefined : or(eq(todos.ownerId, user.id), eq(todos.assigneeId, user.id));

/** Owners and assignees may change. */
export const canUpdate = (user: User, todo: Ownership): boolean =>
  todo.ownerId === user.id || todo.assigneeId === user.id;

export const updatable = (user: User): SQL | undefined =>
  or(eq(todos.ownerId, user.id), eq(todos.assigneeId, user.id));

/** Owners may delete. */
export const canDelete = (user: User, todo: Ownership): boolean => todo.ownerId === user.id;

export const deletable = (user: User): SQL => eq(todos.ownerId, user.id);
