-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

-- Not wanted any more, or in the way of the changes below
DROP TRIGGER "todos_version_rises";

-- Changes of rows that subscribers may have to hear of
CREATE TABLE "_covara_changes" (
  "seq" INTEGER PRIMARY KEY AUTOINCREMENT,
  "tag" TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)))),
  "source" TEXT NOT NULL,
  "row_id" TEXT NOT NULL,
  "before_row" TEXT,
  "after_row" TEXT
) STRICT;
CREATE TRIGGER "_covara_changes_prune" AFTER INSERT ON "_covara_changes"
WHEN NEW."seq" % 100 = 0
BEGIN
  DELETE FROM "_covara_changes" WHERE "seq" <= NEW."seq" - 10000 AND "seq" < (SELECT min("seq") FROM "_covara_changes") + 1000;
END;

-- lists: triggers
CREATE TRIGGER "lists_changes_insert" AFTER INSERT ON "lists"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('lists', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", '$large', 1), "image") FROM (SELECT
    json_object('id', NEW."id", 'name', NEW."name", 'color', NEW."color", 'ownerId', NEW."owner_id",
    'createdAt', NEW."created_at") AS "image")));
END;
CREATE TRIGGER "lists_changes_delete" AFTER DELETE ON "lists"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('lists', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM (SELECT
    json_object('id', OLD."id", 'name', OLD."name", 'color', OLD."color", 'ownerId', OLD."owner_id",
    'createdAt', OLD."created_at") AS "image")));
END;
CREATE TRIGGER "lists_changes_move" AFTER UPDATE OF "id" ON "lists"
WHEN NEW."id" <> OLD."id"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('lists', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM (SELECT
    json_object('id', OLD."id", 'name', OLD."name", 'color', OLD."color", 'ownerId', OLD."owner_id",
    'createdAt', OLD."created_at") AS "image")));
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('lists', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", '$large', 1), "image") FROM (SELECT
    json_object('id', NEW."id", 'name', NEW."name", 'color', NEW."color", 'ownerId', NEW."owner_id",
    'createdAt', NEW."created_at") AS "image")));
END;
CREATE TRIGGER "lists_changes_update" AFTER UPDATE OF "name", "color", "owner_id", "created_at" ON "lists"
WHEN NEW."id" = OLD."id" AND (OLD."name", OLD."color", OLD."owner_id", OLD."created_at") IS NOT (NEW."name",
  NEW."color", NEW."owner_id", NEW."created_at")
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row", "after_row") VALUES ('lists', NEW."id",
    (SELECT iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM
    (SELECT json_object('id', OLD."id", 'name', OLD."name", 'color', OLD."color", 'ownerId', OLD."owner_id",
    'createdAt', OLD."created_at") AS "image")), (SELECT iif(octet_length("image") > 500000, json_object('id',
    NEW."id", '$large', 1), "image") FROM (SELECT json_object('id', NEW."id", 'name', NEW."name", 'color',
    NEW."color", 'ownerId', NEW."owner_id", 'createdAt', NEW."created_at") AS "image")));
END;

-- todos: triggers
CREATE TRIGGER "todos_version_rises" AFTER UPDATE OF "title", "notes", "done", "priority", "estimate", "labels", "owner_id", "assignee_id", "list_id", "due_at", "created_at", "updated_at", "version", "deleted_at" ON "todos"
WHEN NEW."version" <= OLD."version" AND NEW."id" = OLD."id"
BEGIN
  UPDATE "todos" SET "version" = OLD."version" + 1 WHERE "id" = NEW."id";
  UPDATE "_covara_changes" SET "before_row" = (SELECT iif(octet_length("image") > 500000, json_object('id',
    OLD."id", 'ownerId', OLD."owner_id", 'assigneeId', OLD."assignee_id", 'deletedAt', OLD."deleted_at",
    '$large', 1), "image") FROM (SELECT json_object('id', OLD."id", 'ownerId', OLD."owner_id", 'assigneeId',
    OLD."assignee_id", 'deletedAt', OLD."deleted_at", 'title', OLD."title", 'notes', OLD."notes", 'done',
    OLD."done", 'priority', OLD."priority", 'estimate', OLD."estimate", 'labels', OLD."labels", 'listId',
    OLD."list_id", 'dueAt', OLD."due_at", 'createdAt', OLD."created_at", 'updatedAt', OLD."updated_at",
    'version', OLD."version") AS "image")) WHERE "seq" = (SELECT "seq" FROM "_covara_changes" WHERE "source" =
    'todos' AND "row_id" = NEW."id" ORDER BY "seq" DESC LIMIT 1);
END;
CREATE TRIGGER "todos_changes_insert" AFTER INSERT ON "todos"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('todos', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", 'ownerId', NEW."owner_id", 'assigneeId',
    NEW."assignee_id", 'deletedAt', NEW."deleted_at", '$large', 1), "image") FROM (SELECT json_object('id',
    NEW."id", 'ownerId', NEW."owner_id", 'assigneeId', NEW."assignee_id", 'deletedAt', NEW."deleted_at",
    'title', NEW."title", 'notes', NEW."notes", 'done', NEW."done", 'priority', NEW."priority", 'estimate',
    NEW."estimate", 'labels', NEW."labels", 'listId', NEW."list_id", 'dueAt', NEW."due_at", 'createdAt',
    NEW."created_at", 'updatedAt', NEW."updated_at", 'version', NEW."version") AS "image")));
END;
CREATE TRIGGER "todos_changes_delete" AFTER DELETE ON "todos"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('todos', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", 'ownerId', OLD."owner_id", 'assigneeId',
    OLD."assignee_id", 'deletedAt', OLD."deleted_at", '$large', 1), "image") FROM (SELECT json_object('id',
    OLD."id", 'ownerId', OLD."owner_id", 'assigneeId', OLD."assignee_id", 'deletedAt', OLD."deleted_at",
    'title', OLD."title", 'notes', OLD."notes", 'done', OLD."done", 'priority', OLD."priority", 'estimate',
    OLD."estimate", 'labels', OLD."labels", 'listId', OLD."list_id", 'dueAt', OLD."due_at", 'createdAt',
    OLD."created_at", 'updatedAt', OLD."updated_at", 'version', OLD."version") AS "image")));
END;
CREATE TRIGGER "todos_changes_move" AFTER UPDATE OF "id" ON "todos"
WHEN NEW."id" <> OLD."id"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('todos', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", 'ownerId', OLD."owner_id", 'assigneeId',
    OLD."assignee_id", 'deletedAt', OLD."deleted_at", '$large', 1), "image") FROM (SELECT json_object('id',
    OLD."id", 'ownerId', OLD."owner_id", 'assigneeId', OLD."assignee_id", 'deletedAt', OLD."deleted_at",
    'title', OLD."title", 'notes', OLD."notes", 'done', OLD."done", 'priority', OLD."priority", 'estimate',
    OLD."estimate", 'labels', OLD."labels", 'listId', OLD."list_id", 'dueAt', OLD."due_at", 'createdAt',
    OLD."created_at", 'updatedAt', OLD."updated_at", 'version', OLD."version") AS "image")));
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('todos', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", 'ownerId', NEW."owner_id", 'assigneeId',
    NEW."assignee_id", 'deletedAt', NEW."deleted_at", '$large', 1), "image") FROM (SELECT json_object('id',
    NEW."id", 'ownerId', NEW."owner_id", 'assigneeId', NEW."assignee_id", 'deletedAt', NEW."deleted_at",
    'title', NEW."title", 'notes', NEW."notes", 'done', NEW."done", 'priority', NEW."priority", 'estimate',
    NEW."estimate", 'labels', NEW."labels", 'listId', NEW."list_id", 'dueAt', NEW."due_at", 'createdAt',
    NEW."created_at", 'updatedAt', NEW."updated_at", 'version', NEW."version") AS "image")));
END;
CREATE TRIGGER "todos_changes_update" AFTER UPDATE ON "todos"
WHEN NEW."id" = OLD."id" AND NEW."version" > OLD."version"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row", "after_row") VALUES ('todos', NEW."id",
    (SELECT iif(octet_length("image") > 500000, json_object('id', OLD."id", 'ownerId', OLD."owner_id",
    'assigneeId', OLD."assignee_id", 'deletedAt', OLD."deleted_at", '$large', 1), "image") FROM (SELECT
    json_object('id', OLD."id", 'ownerId', OLD."owner_id", 'assigneeId', OLD."assignee_id", 'deletedAt',
    OLD."deleted_at", 'title', OLD."title", 'notes', OLD."notes", 'done', OLD."done", 'priority',
    OLD."priority", 'estimate', OLD."estimate", 'labels', OLD."labels", 'listId', OLD."list_id", 'dueAt',
    OLD."due_at", 'createdAt', OLD."created_at", 'updatedAt', OLD."updated_at", 'version', OLD."version") AS
    "image")), (SELECT iif(octet_length("image") > 500000, json_object('id', NEW."id", 'ownerId',
    NEW."owner_id", 'assigneeId', NEW."assignee_id", 'deletedAt', NEW."deleted_at", '$large', 1), "image")
    FROM (SELECT json_object('id', NEW."id", 'ownerId', NEW."owner_id", 'assigneeId', NEW."assignee_id",
    'deletedAt', NEW."deleted_at", 'title', NEW."title", 'notes', NEW."notes", 'done', NEW."done", 'priority',
    NEW."priority", 'estimate', NEW."estimate", 'labels', NEW."labels", 'listId', NEW."list_id", 'dueAt',
    NEW."due_at", 'createdAt', NEW."created_at", 'updatedAt', NEW."updated_at", 'version', NEW."version") AS
    "image")));
END;

-- comments: triggers
CREATE TRIGGER "comments_changes_insert" AFTER INSERT ON "comments"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('comments', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", '$large', 1), "image") FROM (SELECT
    json_object('id', NEW."id", 'body', NEW."body", 'todoId', NEW."todo_id", 'parentId', NEW."parent_id",
    'authorId', NEW."author_id", 'createdAt', NEW."created_at", 'isReply', ((NEW."parent_id" IS NOT NULL) IS
    TRUE), 'excerpt', CAST(substr(NEW."body", 1, 80) AS TEXT)) AS "image")));
END;
CREATE TRIGGER "comments_changes_delete" AFTER DELETE ON "comments"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('comments', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM (SELECT
    json_object('id', OLD."id", 'body', OLD."body", 'todoId', OLD."todo_id", 'parentId', OLD."parent_id",
    'authorId', OLD."author_id", 'createdAt', OLD."created_at", 'isReply', ((OLD."parent_id" IS NOT NULL) IS
    TRUE), 'excerpt', CAST(substr(OLD."body", 1, 80) AS TEXT)) AS "image")));
END;
CREATE TRIGGER "comments_changes_move" AFTER UPDATE OF "id" ON "comments"
WHEN NEW."id" <> OLD."id"
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row") VALUES ('comments', OLD."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM (SELECT
    json_object('id', OLD."id", 'body', OLD."body", 'todoId', OLD."todo_id", 'parentId', OLD."parent_id",
    'authorId', OLD."author_id", 'createdAt', OLD."created_at", 'isReply', ((OLD."parent_id" IS NOT NULL) IS
    TRUE), 'excerpt', CAST(substr(OLD."body", 1, 80) AS TEXT)) AS "image")));
  INSERT INTO "_covara_changes" ("source", "row_id", "after_row") VALUES ('comments', NEW."id", (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", '$large', 1), "image") FROM (SELECT
    json_object('id', NEW."id", 'body', NEW."body", 'todoId', NEW."todo_id", 'parentId', NEW."parent_id",
    'authorId', NEW."author_id", 'createdAt', NEW."created_at", 'isReply', ((NEW."parent_id" IS NOT NULL) IS
    TRUE), 'excerpt', CAST(substr(NEW."body", 1, 80) AS TEXT)) AS "image")));
END;
CREATE TRIGGER "comments_changes_update" AFTER UPDATE OF "body", "todo_id", "parent_id", "author_id",
  "created_at" ON "comments"
WHEN NEW."id" = OLD."id" AND (OLD."body", OLD."todo_id", OLD."parent_id", OLD."author_id", OLD."created_at")
  IS NOT (NEW."body", NEW."todo_id", NEW."parent_id", NEW."author_id", NEW."created_at")
BEGIN
  INSERT INTO "_covara_changes" ("source", "row_id", "before_row", "after_row") VALUES ('comments', NEW."id",
    (SELECT iif(octet_length("image") > 500000, json_object('id', OLD."id", '$large', 1), "image") FROM
    (SELECT json_object('id', OLD."id", 'body', OLD."body", 'todoId', OLD."todo_id", 'parentId',
    OLD."parent_id", 'authorId', OLD."author_id", 'createdAt', OLD."created_at", 'isReply', ((OLD."parent_id"
    IS NOT NULL) IS TRUE), 'excerpt', CAST(substr(OLD."body", 1, 80) AS TEXT)) AS "image")), (SELECT
    iif(octet_length("image") > 500000, json_object('id', NEW."id", '$large', 1), "image") FROM (SELECT
    json_object('id', NEW."id", 'body', NEW."body", 'todoId', NEW."todo_id", 'parentId', NEW."parent_id",
    'authorId', NEW."author_id", 'createdAt', NEW."created_at", 'isReply', ((NEW."parent_id" IS NOT NULL) IS
    TRUE), 'excerpt', CAST(substr(NEW."body", 1, 80) AS TEXT)) AS "image")));
END;

-- Subscribers read these tables anew
INSERT INTO "_covara_changes" ("source", "row_id") VALUES ('lists', '');
INSERT INTO "_covara_changes" ("source", "row_id") VALUES ('todos', '');
INSERT INTO "_covara_changes" ("source", "row_id") VALUES ('comments', '');
