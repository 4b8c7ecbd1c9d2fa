/** Reading the change log in parts. */
import { d1, defineConfig, field } from "covara";
import { afterAll, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { origin, type Position, readLog } from "../../../runtime/live/log.ts";
import { cleanUp, loadApplication } from "../matrix/bundle.ts";
import { openDatabase } from "../matrix/sqlite.ts";

afterAll(cleanUp);

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, "0")}`;

test.each([1, 499, 500, 501, 502, 1_000, 1_001, 1_700])(
  "contract 5.2: all of %i changes after a place are read, and it is known when there are no more",
  async (count) => {
    const { model } = buildModel(
      defineConfig({
        name: "log",
        database: d1(),
        resources: {
          items: {
            fields: { id: field.id(), name: field.text() },
            access: (rules) => ({ read: rules.public() }),
            live: true,
          },
        },
      }),
      { exists: () => true },
    );
    if (model === null) throw new Error("the config is refused");
    const { log } = await loadApplication(model);
    if (log === undefined) throw new Error("nothing is live");
    const database = openDatabase(model);
    const db = database.binding as unknown as D1Database;
    const insert = (number: number): void =>
      void database.prepare("INSERT INTO items (id, name) VALUES (?, 'x')").run(idOf(number));
    const readOn = async (from: Position): Promise<readonly [Position, string[]]> => {
      const ids: string[] = [];
      for (let at = from; ; ) {
        const read = await readLog(db, log, at, 100_000_000);
        if (read.type === "gap") throw new Error("the log is whole");
        ids.push(...read.changes.map(({ id }) => id));
        at = { seq: read.to, tag: read.tag };
        if (!read.hasMore) return [at, ids];
      }
    };
    const numbers = Array.from({ length: count }, (_, index) => index);
    for (const number of numbers) insert(number);
    const [head, ids] = await readOn(origin);
    expect(ids, "from the beginning").toEqual(numbers.map(idOf));
    for (const number of numbers) insert(count + number);
    const [, more] = await readOn(head);
    expect(more, "from a place").toEqual(numbers.map((number) => idOf(count + number)));
    database.db.close();
  },
);
