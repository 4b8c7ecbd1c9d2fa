-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

-- Not wanted any more, or in the way of the changes below
DROP TRIGGER "todos_version_rises";

-- todos: add deleted_at
ALTER TABLE "todos" ADD COLUMN "deleted_at" TEXT;

-- todos: triggers
CREATE TRIGGER "todos_version_rises" AFTER UPDATE OF "title", "notes", "done", "priority", "estimate", "labels", "owner_id", "assignee_id", "list_id", "due_at", "created_at", "updated_at", "version", "deleted_at" ON "todos"
WHEN NEW."version" <= OLD."version"
BEGIN
  UPDATE "todos" SET "version" = OLD."version" + 1 WHERE "id" = NEW."id";
END;
