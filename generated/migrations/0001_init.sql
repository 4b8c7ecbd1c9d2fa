-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

-- users
CREATE TABLE "users" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "role" TEXT NOT NULL DEFAULT 'member',
  "token_hash" TEXT,
  "created_at" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
CREATE UNIQUE INDEX "users_token_hash_key" ON "users" ("token_hash");

-- lists
CREATE TABLE "lists" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "color" TEXT NOT NULL DEFAULT 'slate',
  "owner_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE RESTRICT,
  "created_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "lists_owner_id_idx" ON "lists" ("owner_id", "id");

-- memberships
CREATE TABLE "memberships" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "list_id" TEXT NOT NULL REFERENCES "lists" ("id") ON DELETE CASCADE,
  "user_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
  "can_edit" INTEGER NOT NULL DEFAULT 0,
  "created_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "memberships_list_id_idx" ON "memberships" ("list_id", "id");
CREATE INDEX "memberships_user_id_idx" ON "memberships" ("user_id", "id");

-- todos
CREATE TABLE "todos" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "notes" TEXT,
  "done" INTEGER NOT NULL DEFAULT 0,
  "priority" INTEGER NOT NULL DEFAULT 0,
  "estimate" REAL,
  "labels" TEXT NOT NULL DEFAULT '[]',
  "owner_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE RESTRICT,
  "assignee_id" TEXT REFERENCES "users" ("id") ON DELETE SET NULL,
  "list_id" TEXT REFERENCES "lists" ("id") ON DELETE CASCADE,
  "due_at" TEXT,
  "created_at" TEXT NOT NULL,
  "updated_at" TEXT NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX "todos_owner_id_created_at_idx" ON "todos" ("owner_id", "created_at", "id");
CREATE INDEX "todos_list_id_priority_idx" ON "todos" ("list_id", "priority", "id");
CREATE INDEX "todos_assignee_id_idx" ON "todos" ("assignee_id", "id");

-- comments
CREATE TABLE "comments" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "body" TEXT NOT NULL,
  "todo_id" TEXT NOT NULL REFERENCES "todos" ("id") ON DELETE CASCADE,
  "parent_id" TEXT REFERENCES "comments" ("id") ON DELETE CASCADE,
  "author_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE RESTRICT,
  "created_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "comments_todo_id_idx" ON "comments" ("todo_id", "id");
CREATE INDEX "comments_parent_id_idx" ON "comments" ("parent_id", "id");
CREATE INDEX "comments_author_id_idx" ON "comments" ("author_id", "id");

-- What is inserted here aborts the whole batch, with the code in the error
CREATE TABLE "_covara_guard" (
  "code" TEXT NOT NULL
) STRICT;
CREATE TRIGGER "_covara_guard_abort" BEFORE INSERT ON "_covara_guard"
BEGIN
  SELECT RAISE(ABORT, 'covara:' || NEW."code");
END;
