-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

-- Requests with an Idempotency-Key, and how they were answered
CREATE TABLE "_covara_idempotency" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "created_at" TEXT NOT NULL,
  "answer" TEXT,
  "result" TEXT
) STRICT;
CREATE INDEX "_covara_idempotency_created_at_idx" ON "_covara_idempotency" ("created_at");

-- todos: triggers
CREATE TRIGGER "todos_version_rises" AFTER UPDATE OF "title", "notes", "done", "priority", "estimate", "labels", "owner_id", "assignee_id", "list_id", "due_at", "created_at", "updated_at", "version" ON "todos"
WHEN NEW."version" <= OLD."version"
BEGIN
  UPDATE "todos" SET "version" = OLD."version" + 1 WHERE "id" = NEW."id";
END;
