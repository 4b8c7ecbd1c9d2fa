/** The rows that a stream starts with, while they change underneath. */
import { d1, defineConfig, field } from "covara";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { readHead } from "../../../runtime/live/log.ts";
import { snapshotPages } from "../../../runtime/live/snapshot.ts";
import type { Image, Log } from "../../../runtime/live/types.ts";
import { type Filter, filterPredicate, parseFilter } from "../../../runtime/query/filter/index.ts";
import { anyRow } from "../../../runtime/query/scope.ts";
import { Random } from "../../matrix/random.ts";
import { cleanUp, loadApplication } from "../matrix/bundle.ts";
import { openDatabase, type SqliteDatabase } from "../matrix/sqlite.ts";

const { model } = buildModel(
  defineConfig({
    name: "snapshot",
    database: d1(),
    resources: {
      items: {
        fields: { id: field.id(), name: field.text(), level: field.integer(), version: field.version() },
        access: (rules) => ({ read: rules.public() }),
        live: true,
      },
    },
    live: { retention: 1_000 },
  }),
  { exists: () => true },
);

let log: Log;
beforeAll(async () => {
  if (model === null) throw new Error("the config is refused");
  const application = await loadApplication(model);
  if (application.log === undefined) throw new Error("nothing is live");
  log = application.log;
});
afterAll(cleanUp);

let database: SqliteDatabase;
let random: Random;
beforeEach(() => {
  if (model === null) throw new Error("the config is refused");
  database = openDatabase(model);
  random = new Random(5);
});

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, "0")}`;

const insert = (number: number): void =>
  void database
    .prepare("INSERT INTO items (id, name, level) VALUES (?, ?, ?)")
    .all(idOf(number), `item ${number}`, number % 3);

const lengthen = (number: number, length: number): void =>
  void database.prepare("UPDATE items SET name = ? WHERE id = ?").all("n".repeat(length), idOf(number));

const rows = (): ReadonlyMap<string, unknown> => {
  const statement = database.prepare("SELECT id, name, level, version FROM items ORDER BY id");
  statement.setReturnArrays(false);
  return new Map(statement.all().map((row) => [String(row.id), { ...row }]));
};

/** One write somewhere, of a row before or behind the place where the snapshot is. */
function write(): void {
  const number = random.below(700);
  const kind = random.below(5);
  if (kind === 0) database.prepare("DELETE FROM items WHERE id = ?").all(idOf(number));
  else if (kind === 1 && !rows().has(idOf(number))) insert(number);
  else
    database.prepare("UPDATE items SET level = ?, name = name || '.' WHERE id = ?").all(kind, idOf(number));
}

/** Reads a snapshot as streams do, and does something after each page. */
async function snapshot(filter: Filter | null, between: () => void): Promise<Image[] | null> {
  const db = database.binding as unknown as D1Database;
  const found: Image[] = [];
  const table = log.items?.table;
  if (table === undefined) throw new Error("items are not logged");
  const matches = filter === null ? () => true : filterPredicate(filter);
  for await (const page of snapshotPages(db, log, table, anyRow, filter, await readHead(db))) {
    if (page === null) return null;
    expect(page.length, "a page is bounded").toBeLessThanOrEqual(100);
    found.push(...page.filter(matches));
    between();
  }
  return found;
}

const asMap = (found: readonly Image[] | null): ReadonlyMap<string, unknown> => {
  const ids = (found ?? []).map(({ id }) => String(id));
  expect(ids, "every row once, in order").toEqual([...new Set(ids)].toSorted());
  return new Map((found ?? []).map((row) => [String(row.id), row]));
};

describe("contract 5: a snapshot in pages", () => {
  test.each([null, "level==1"])("has every row once, as it was at the place (filter %s)", async (text) => {
    for (let number = 0; number < 620; number++) insert(number);
    // Some of the log is before the place.
    for (let count = 0; count < 50; count++) write();
    const table = log.items?.table;
    if (table === undefined) throw new Error("items are not logged");
    const filter = text === null ? null : parseFilter(table, text);
    const before = [...rows()].filter(([, row]) => text === null || (row as { level: number }).level === 1);
    let pages = 0;
    const found = await snapshot(filter, () => {
      pages += 1;
      for (let count = 0; count < 60; count++) write();
    });
    expect(asMap(found)).toEqual(new Map(before));
    expect(pages).toBeGreaterThan(text === null ? 6 : 2);
    expect(rows(), "much has changed").not.toEqual(new Map(before));
  });

  test("is given up where the log does not reach back to the place any more", async () => {
    for (let number = 0; number < 300; number++) insert(number);
    const found = await snapshot(null, () => {
      database.db.exec("DELETE FROM _covara_changes WHERE seq <= 299");
      write();
      database.db.exec("DELETE FROM _covara_changes WHERE seq < (SELECT max(seq) FROM _covara_changes)");
      for (let count = 0; count < 5; count++) write();
      database.db.exec("DELETE FROM _covara_changes WHERE seq < (SELECT max(seq) FROM _covara_changes)");
    });
    expect(found).toBeNull();
  });

  test("is read in parts that are small, whatever the rows are", async () => {
    for (let number = 0; number < 400; number++) insert(number);
    // Short ones, a few that are long, one that is longer than a page, and short ones again.
    for (let number = 150; number < 200; number++) lengthen(number, 20_000);
    lengthen(250, 400_000);
    const table = log.items?.table;
    if (table === undefined) throw new Error("items are not logged");
    const db = database.binding as unknown as D1Database;
    const found: Image[] = [];
    const lengths: number[] = [];
    for await (const page of snapshotPages(db, log, table, anyRow, null, await readHead(db))) {
      if (page === null) throw new Error("the log is whole");
      found.push(...page);
      lengths.push(JSON.stringify(page.slice(0, -1)).length);
    }
    expect(asMap(found)).toEqual(rows());
    // All but the last row, which may be of any length.
    expect(Math.max(...lengths)).toBeLessThan(131_072);
    expect(lengths.length, "as few as that allows").toBeLessThan(20);
  });

  test("of nothing is nothing", async () => {
    expect(await snapshot(null, () => undefined)).toEqual([]);
  });
});
