/** Soft delete switched on and off for a table with rows, on D1. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { planMigration } from "../../../generator/migrations/index.ts";
import { parseSnapshot } from "../../../generator/migrations/snapshot-file.ts";
import type { FieldModel, Model } from "../../../generator/model/types.ts";
import type { D1 } from "./d1-database.ts";
import { startD1 } from "./d1-database.ts";
import { freshSchema, History, migrate, rowsOf, schemaOf } from "./database.ts";
import { app, field, id, index, table, text, timestamp } from "./models.ts";

const deletedAt: FieldModel = {
  ...field("timestamp", "deleted_at", { nullable: true }),
  hidden: true,
  writable: false,
};

interface Variant {
  readonly name?: string;
  readonly renamedFrom?: string;
  /** Fields besides the usual ones. */
  readonly more?: readonly FieldModel[];
}

/** Pages with a unique slug, and with an index that is not unique. */
function pages(softDelete: boolean, { name = "pages", renamedFrom, more = [] }: Variant = {}): Model {
  const fields = [id, text("slug"), text("kind", { default: "page" }), ...more];
  const indexes = [
    index(name, ["slug"], true, softDelete ? "deleted_at" : null),
    index(name, ["kind", "id"]),
  ];
  const options = { indexes, ...(renamedFrom === undefined ? {} : { renamedFrom }) };
  return app(
    softDelete
      ? table(name, [...fields, deletedAt], { ...options, deletedAt })
      : table(name, fields, options),
  );
}

const codesOf = (history: History, model: Model): string[] =>
  planMigration(model, history, { allowDestructive: false }).diagnostics.map(({ code }) => code);

describe("soft delete", () => {
  let d1: D1;
  let history: History;
  beforeAll(async () => {
    d1 = await startD1();
  });
  afterAll(async () => {
    await d1.stop();
  });
  beforeEach(async () => {
    await d1.query("PRAGMA defer_foreign_keys = ON");
    for (const name of ["pages", "papers", "_covara_guard"]) await d1.query(`DROP TABLE IF EXISTS "${name}"`);
    history = new History();
  });

  const insert = (row: string, slug: string) =>
    d1.query(`INSERT INTO "pages" ("id", "slug") VALUES ('${row}', '${slug}')`);
  const remove = (row: string) =>
    d1.query(`UPDATE "pages" SET "deleted_at" = '2026-01-01T00:00:00.000Z' WHERE "id" = '${row}'`);
  const step = async (model: Model, allowDestructive = false) => {
    const sql = history.step(model, { allowDestructive });
    await migrate(d1, sql);
    expect(await schemaOf(d1)).toEqual(await freshSchema(model));
    return sql;
  };

  test("in a new table: what is unique is so among rows that are not deleted", async () => {
    const sql = await step(pages(true));
    expect(sql).toContain(
      `CREATE UNIQUE INDEX "pages_slug_key" ON "pages" ("slug") WHERE "deleted_at" IS NULL;`,
    );
    expect(sql).toContain(`CREATE INDEX "pages_kind_id_idx" ON "pages" ("kind", "id");`);
    await insert("p1", "a");
    await expect(insert("p2", "a")).rejects.toThrow("UNIQUE constraint failed: pages.slug");
    await remove("p1");
    await insert("p2", "a");
    // Two deleted rows may have the same value too, and a row comes back only where its value is free.
    await remove("p2");
    await insert("p3", "a");
    await expect(d1.query(`UPDATE "pages" SET "deleted_at" = NULL WHERE "id" = 'p1'`)).rejects.toThrow(
      "UNIQUE",
    );
    expect(history.step(pages(true))).toBeNull();
  });

  test("switched on: a column more, and the unique indexes again; the rows stay", async () => {
    await step(pages(false));
    await insert("p1", "a");
    expect(codesOf(history, pages(true))).toEqual([]);
    expect((await step(pages(true)))?.split("\n").slice(2).join("\n")).toMatchInlineSnapshot(`
      "-- Not wanted any more, or in the way of the changes below
      DROP INDEX "pages_slug_key";

      -- pages: add deleted_at
      ALTER TABLE "pages" ADD COLUMN "deleted_at" TEXT;

      -- pages: indexes
      CREATE UNIQUE INDEX "pages_slug_key" ON "pages" ("slug") WHERE "deleted_at" IS NULL;
      "
    `);
    expect([...(await rowsOf(d1, "pages")).values()]).toEqual([
      { id: "p1", slug: "a", kind: "page", deleted_at: null },
    ]);
    await remove("p1");
    await insert("p2", "a");
  });

  test("switched off: refused, and then only without deleted rows", async () => {
    await step(pages(true));
    await insert("p1", "a");
    await insert("p2", "b");
    await remove("p1");
    await insert("p3", "a");
    const plan = planMigration(pages(false), history, { allowDestructive: false });
    expect(plan.files.size).toBe(0);
    expect(plan.diagnostics).toMatchObject([{ code: "COV2015", path: ["resources", "pages"] }]);
    const fix = plan.diagnostics[0]?.fix ?? "";
    expect(fix).toContain("--allow-destructive");

    const sql = history.step(pages(false), { allowDestructive: true });
    const before = [await schemaOf(d1), await rowsOf(d1, "pages")];
    await expect(migrate(d1, sql)).rejects.toThrow("covara:pages has deleted rows");
    expect([await schemaOf(d1), await rowsOf(d1, "pages")]).toEqual(before);

    await d1.query(/`(DELETE [^`]*)`/.exec(fix)?.[1] ?? "");
    await migrate(d1, sql);
    expect(await schemaOf(d1)).toEqual(await freshSchema(pages(false)));
    expect([...(await rowsOf(d1, "pages")).keys()]).toEqual(["p2", "p3"]);
    await expect(insert("p4", "b")).rejects.toThrow("UNIQUE");
  });

  test("switched off where the column stays, as a field, or under another name", async () => {
    for (const own of [
      timestamp("deleted_at", { nullable: true }),
      timestamp("archived_at", { nullable: true, renamedFrom: "deleted_at" }),
    ]) {
      const kept = new History();
      kept.step(pages(true));
      const wanted = pages(false, { more: [own] });
      expect(codesOf(kept, wanted)).toEqual(["COV2015"]);
      const sql = kept.step(wanted, { allowDestructive: true }) ?? "";
      expect(sql).toContain(`WHERE "${own.column}" IS NOT NULL LIMIT 1;`);
      expect(sql).not.toContain("DROP COLUMN");
      expect(sql).toContain(`CREATE UNIQUE INDEX "pages_slug_key" ON "pages" ("slug");`);
    }
  });

  test("a field deletedAt of one's own becomes the mark of deleted rows, with what it holds", async () => {
    await step(pages(false, { more: [timestamp("deleted_at", { nullable: true })] }));
    await insert("p1", "a");
    await remove("p1");
    const sql = await step(pages(true));
    expect(sql).not.toContain("COLUMN");
    expect((await rowsOf(d1, "pages")).get("p1")?.deleted_at).toBe("2026-01-01T00:00:00.000Z");
    await insert("p2", "a");
  });

  test("a table keeps its deleted rows under another name", async () => {
    await step(pages(true));
    await insert("p1", "a");
    await remove("p1");
    await insert("p2", "a");
    await step(pages(true, { name: "papers", renamedFrom: "pages" }));
    expect([...(await rowsOf(d1, "papers")).keys()]).toEqual(["p1", "p2"]);
    // The declaration may stay, and the next change knows the table as it is.
    expect(history.step(pages(true, { name: "papers", renamedFrom: "pages" }))).toBeNull();
  });

  test("a field that becomes unique is so among rows that are not deleted, and so is the advice", async () => {
    const plain = (unique: boolean): Model => {
      const name = text("name");
      const indexes = unique ? [index("pages", ["name"], true, "deleted_at")] : [];
      return app(table("pages", [id, name, deletedAt], { indexes, deletedAt }));
    };
    await step(plain(false));
    const named = (row: string) => d1.query(`INSERT INTO "pages" ("id", "name") VALUES ('${row}', 'n')`);
    await named("p1");
    await remove("p1");
    await named("p2");
    const { diagnostics } = planMigration(plain(true), history, { allowDestructive: false });
    expect(diagnostics.map(({ code }) => code)).toEqual(["COV2014"]);
    expect(await d1.query(/`(SELECT [^`]*)`/.exec(diagnostics[0]?.fix ?? "")?.[1] ?? "")).toEqual([]);
    await step(plain(true));
  });
});

describe("the snapshot", () => {
  test("asks for a covara that knows soft delete only where a table has it", () => {
    const versions = [false, true].map((softDelete) => {
      const history = new History();
      history.step(pages(softDelete));
      return /"version": (\d)/.exec(history.snapshot ?? "")?.[1];
    });
    expect(versions).toEqual(["1", "3"]);
  });

  test.each([
    ["a column that is not there", `"deletedAt": "deleted_at"`, `"deletedAt": "gone_at"`],
    ["a mark that is no name", `"deletedAt": "deleted_at"`, `"deletedAt": true`],
    ["a condition that is none", `"where": "\\"deleted_at\\" IS NULL"`, `"where": 1`],
  ])("is checked: %s", (_, from, to) => {
    const history = new History();
    history.step(pages(true));
    const snapshot = history.snapshot ?? "";
    expect(snapshot).toContain(from);
    expect(parseSnapshot(snapshot).ok).toBe(true);
    expect(parseSnapshot(snapshot.replace(from, to))).toMatchObject({ ok: false, reason: "corrupt" });
  });
});
