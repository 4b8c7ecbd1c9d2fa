import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const users = sqliteTable("users", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(),
  name: text("name").notNull(),
  role: text("role", { enum: ["member", "admin"] })
    .notNull()
    .default("member"),
  tokenHash: text("token_hash").unique(),
  createdAt: text("created_at").notNull(),
});

export const lists = sqliteTable("lists", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  color: text("color", { enum: ["slate", "red", "amber", "green", "blue"] })
    .notNull()
    .default("slate"),
  ownerId: text("owner_id")
    .notNull()
    .references(() => users.id),
  createdAt: text("created_at").notNull(),
});

export const todos = sqliteTable(
  "todos",
  {
    id: text("id").primaryKey(),
    title: text("title").notNull(),
    notes: text("notes"),
    done: integer("done", { mode: "boolean" }).notNull().default(false),
    priority: integer("priority").notNull().default(0),
    estimate: real("estimate"),
    labels: text("labels", { mode: "json" }).$type<string[]>().notNull().default([]),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id),
    assigneeId: text("assignee_id").references(() => users.id, { onDelete: "set null" }),
    listId: text("list_id").references(() => lists.id, { onDelete: "cascade" }),
    dueAt: text("due_at"),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    version: integer("version").notNull().default(1),
  },
  (table) => [
    index("todos_owner_id_created_at_idx").on(table.ownerId, table.createdAt, table.id),
    index("todos_list_id_priority_idx").on(table.listId, table.priority, table.id),
  ],
);

export const comments = sqliteTable(
  "comments",
  {
    id: text("id").primaryKey(),
    body: text("body").notNull(),
    todoId: text("todo_id")
      .notNull()
      .references(() => todos.id, { onDelete: "cascade" }),
    parentId: text("parent_id"),
    authorId: text("author_id")
      .notNull()
      .references(() => users.id),
    createdAt: text("created_at").notNull(),
  },
  (table) => [index("comments_todo_id_idx").on(table.todoId, table.id)],
);

export type Todo = typeof todos.$inferSelect;
export type List = typeof lists.$inferSelect;
export type Comment = typeof comments.$inferSelect;
