import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { planMigration } from "../../../generator/migrations/index.ts";
import { app, boolean, field, id, index, oneOf, ref, table, text, timestamp } from "./models.ts";

const model = app(
  table(
    "users",
    [id, text("email", { unique: true }), oneOf("role", ["member", "admin"], { default: "member" })],
    { indexes: [index("users", ["email"], true)] },
  ),
  table(
    "todos",
    [
      id,
      text("title"),
      boolean("done", { default: false }),
      field("json", "labels", { default: ["it's"] }),
      ref("owner_id", "users", "cascade"),
      ref("parent_id", "todos", "set null", { nullable: true }),
      timestamp("created_at", { generated: "createdAt" }),
      field("version", "version"),
    ],
    { indexes: [index("todos", ["owner_id", "created_at", "id"])] },
  ),
);
const options = { allowDestructive: false };

describe("the first migration", () => {
  const plan = planMigration(model, { snapshot: null, files: [] }, options);

  test("is what one would write by hand", () => {
    expect(plan.diagnostics).toEqual([]);
    expect([...plan.files.keys()]).toEqual(["migrations/0001_init.sql", "migrations/snapshot.json"]);
    expect(plan.files.get("migrations/0001_init.sql")).toMatchInlineSnapshot(`
      "-- Written by covara. Leave it as it is once it has been applied: later changes get files of their own.

      -- users
      CREATE TABLE "users" (
        "id" TEXT PRIMARY KEY NOT NULL,
        "email" TEXT NOT NULL,
        "role" TEXT NOT NULL DEFAULT 'member'
      ) STRICT;
      CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");

      -- todos
      CREATE TABLE "todos" (
        "id" TEXT PRIMARY KEY NOT NULL,
        "title" TEXT NOT NULL,
        "done" INTEGER NOT NULL DEFAULT 0,
        "labels" TEXT NOT NULL DEFAULT '["it''s"]',
        "owner_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
        "parent_id" TEXT REFERENCES "todos" ("id") ON DELETE SET NULL,
        "created_at" TEXT NOT NULL,
        "version" INTEGER NOT NULL DEFAULT 1
      ) STRICT;
      CREATE INDEX "todos_owner_id_created_at_id_idx" ON "todos" ("owner_id", "created_at", "id");
      CREATE TRIGGER "todos_version_rises" AFTER UPDATE OF "title", "done", "labels", "owner_id", "parent_id", "created_at", "version" ON "todos"
      WHEN NEW."version" <= OLD."version"
      BEGIN
        UPDATE "todos" SET "version" = OLD."version" + 1 WHERE "id" = NEW."id";
      END;

      -- What is inserted here aborts the whole batch, with the code in the error
      CREATE TABLE "_covara_guard" (
        "code" TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER "_covara_guard_abort" BEFORE INSERT ON "_covara_guard"
      BEGIN
        SELECT RAISE(ABORT, 'covara:' || NEW."code");
      END;
      "
    `);
    expect(plan.files.get("migrations/snapshot.json")).toMatchInlineSnapshot(`
      "{
        "tables": {
          "_covara_guard": {
            "columns": {
              "code": { "kind": "text", "notNull": true, "type": "TEXT" }
            },
            "indexes": {},
            "triggers": {
              "_covara_guard_abort": "CREATE TRIGGER \\"_covara_guard_abort\\" BEFORE INSERT ON \\"_covara_guard\\"\\nBEGIN\\n  SELECT RAISE(ABORT, 'covara:' || NEW.\\"code\\");\\nEND;"
            }
          },
          "todos": {
            "columns": {
              "created_at": { "kind": "timestamp", "notNull": true, "type": "TEXT" },
              "done": { "default": "0", "kind": "boolean", "notNull": true, "type": "INTEGER" },
              "id": { "kind": "id", "notNull": true, "primaryKey": true, "type": "TEXT" },
              "labels": { "default": "'[\\"it''s\\"]'", "kind": "json", "notNull": true, "type": "TEXT" },
              "owner_id": {
                "kind": "ref",
                "notNull": true,
                "references": { "column": "id", "onDelete": "cascade", "table": "users" },
                "type": "TEXT"
              },
              "parent_id": {
                "kind": "ref",
                "references": { "column": "id", "onDelete": "set null", "table": "todos" },
                "type": "TEXT"
              },
              "title": { "kind": "text", "notNull": true, "type": "TEXT" },
              "version": { "default": "1", "kind": "version", "notNull": true, "type": "INTEGER" }
            },
            "indexes": {
              "todos_owner_id_created_at_id_idx": { "columns": ["owner_id", "created_at", "id"], "unique": false }
            },
            "triggers": {
              "todos_version_rises": "CREATE TRIGGER \\"todos_version_rises\\" AFTER UPDATE OF \\"title\\", \\"done\\", \\"labels\\", \\"owner_id\\", \\"parent_id\\", \\"created_at\\", \\"version\\" ON \\"todos\\"\\nWHEN NEW.\\"version\\" <= OLD.\\"version\\"\\nBEGIN\\n  UPDATE \\"todos\\" SET \\"version\\" = OLD.\\"version\\" + 1 WHERE \\"id\\" = NEW.\\"id\\";\\nEND;"
            }
          },
          "users": {
            "columns": {
              "email": { "kind": "text", "notNull": true, "type": "TEXT" },
              "id": { "kind": "id", "notNull": true, "primaryKey": true, "type": "TEXT" },
              "role": {
                "default": "'member'",
                "kind": "enum",
                "notNull": true,
                "type": "TEXT",
                "values": ["admin", "member"]
              }
            },
            "indexes": {
              "users_email_key": { "columns": ["email"], "unique": true }
            },
            "triggers": {}
          }
        },
        "version": 1
      }
      "
    `);
  });

  test("runs, and its guard aborts with the code", () => {
    const database = new DatabaseSync(":memory:");
    database.exec(plan.files.get("migrations/0001_init.sql") ?? "");
    expect(() => database.exec(`INSERT INTO "_covara_guard" ("code") VALUES ('NOT_FOUND')`)).toThrow(
      /^covara:NOT_FOUND$/,
    );
  });

  test("is not written again", () => {
    const snapshot = plan.files.get("migrations/snapshot.json") ?? null;
    const again = planMigration(model, { snapshot, files: ["migrations/0001_init.sql"] }, options);
    expect([...again.files]).toEqual([["migrations/snapshot.json", snapshot]]);
  });
});
