-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

-- todos: full-text index
CREATE TABLE "todos.search_rows" (
  "number" INTEGER PRIMARY KEY,
  "row_id" TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE "todos.search" USING fts5(
  "row_id" UNINDEXED, "title", "notes",
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO "todos.search_rows" ("row_id") SELECT "id" FROM "todos";
INSERT INTO "todos.search" (rowid, "row_id", "title", "notes")
SELECT r."number", r."row_id", t."title", t."notes"
FROM "todos.search_rows" AS r JOIN "todos" AS t ON t."id" = r."row_id";

-- todos: triggers
CREATE TRIGGER "todos.search_insert" AFTER INSERT ON "todos"
BEGIN
  DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = NEW."id");
  INSERT INTO "todos.search_rows" ("row_id") SELECT NEW."id" WHERE NOT EXISTS (SELECT 1 FROM "todos.search_rows" WHERE "row_id" = NEW."id");
  INSERT INTO "todos.search" (rowid, "row_id", "title", "notes")
  SELECT r."number", r."row_id", t."title", t."notes"
  FROM "todos.search_rows" AS r JOIN "todos" AS t ON t."id" = r."row_id" WHERE r."row_id" = NEW."id";
END;
CREATE TRIGGER "todos.search_update" AFTER UPDATE OF "id", "title", "notes" ON "todos"
WHEN OLD."id" IS NOT NEW."id" OR OLD."title" IS NOT NEW."title" OR OLD."notes" IS NOT NEW."notes"
BEGIN
  UPDATE "todos.search_rows" SET "row_id" = NEW."id" WHERE "row_id" = OLD."id" AND OLD."id" <> NEW."id";
  DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = NEW."id");
  INSERT INTO "todos.search_rows" ("row_id") SELECT NEW."id" WHERE NOT EXISTS (SELECT 1 FROM "todos.search_rows" WHERE "row_id" = NEW."id");
  INSERT INTO "todos.search" (rowid, "row_id", "title", "notes")
  SELECT r."number", r."row_id", t."title", t."notes"
  FROM "todos.search_rows" AS r JOIN "todos" AS t ON t."id" = r."row_id" WHERE r."row_id" = NEW."id";
END;
CREATE TRIGGER "todos.search_delete" AFTER DELETE ON "todos"
BEGIN
  DELETE FROM "todos.search" WHERE rowid IN (SELECT "number" FROM "todos.search_rows" WHERE "row_id" = OLD."id");
  DELETE FROM "todos.search_rows" WHERE "row_id" = OLD."id";
END;
