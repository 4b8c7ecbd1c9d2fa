/**
 * The access matrix: every route of random applications, by every kind of caller, on every row. What comes back, and what is in the
 * database afterwards, is compared with the rules' own meaning in memory.
 *
 * Reads, by `check-reads.ts`: lists walked by cursor in both directions, with `totalCount`, with `withDeleted`; a cursor of another caller;
 * counts, with and without a filter; single rows, those that are there, deleted, or not there; aggregates by groups and as a whole;
 * searches with highlights; `include` up to three deep. Hidden fields and values are looked for in every answer.
 *
 * Writes, by `check-writes.ts`: creates, with ids of rows that are there, in batches, with children and with a parent; changes, replacements,
 * deletes and restores of each row; batches by filter; upserts of rows that are there and others; If-Match with the row's version,
 * with another one, and without one where it is required; each under an `Idempotency-Key`, sent twice; calls of procedures. About half of the resources
 * have hooks, which make each write take another way.
 *
 * Callers whose identity is lost, and keys with few scopes, are in `test/callers` and `test/keys`.
 */
import { afterAll, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { checkReads } from "../../matrix/check-reads.ts";
import { checkWrites } from "../../matrix/check-writes.ts";
import { Random } from "../../matrix/random.ts";
import type { Rows, User } from "../../matrix/rows.ts";
import { type Cursors, inWords, Mismatch, newTally, Run } from "../../matrix/run.ts";
import { seedRows } from "../../matrix/seed.ts";
import { cleanUp, startApplication } from "./application.ts";
import { exportsOf } from "./modules.ts";
import { randomConfig } from "./random-config.ts";

/** Fixed, so that a run says something of the change and not of its luck; `npm run test:matrix` draws others. */
const seed = Number(process.env.SEED ?? 1);
const wanted = Number(process.env.RUNS ?? 5);
/** After all that is seeded, before anything that is written. */
const start = "2025-01-01";

afterAll(cleanUp);

/** Nobody, two users of one role, one of another, and one who has no row. */
function callers(rows: Rows): (User | null)[] {
  const ids = (rows.users ?? []).map(({ id }) => String(id));
  const [ann = "", bob = "", eve = ""] = ids;
  return [
    null,
    { id: ann, role: "member", level: 1, word: "beta" },
    { id: bob, role: "member", level: null, word: "alpha" },
    { id: eve, role: "admin", level: 0, word: "delta" },
    { id: "00000000-0000-7000-8000-000000000000", role: "member", level: 2, word: "gamma" },
  ];
}

function modelOf(number: number): Model | null {
  return buildModel(randomConfig(new Random(number)), { exists: () => true, exportsOf }).model;
}

test(`contract 4: random applications let each caller do what the rules say (SEED=${seed})`, {
  timeout: 60_000 * wanted,
}, async () => {
  const tally = newTally();
  const mismatches: string[] = [];
  let checked = 0;
  const first = seed * 1_000_003;
  for (let number = first; checked < wanted; number++) {
    if (number > first + 20 * wanted) throw new Error("most random configs are refused");
    const model = modelOf(number);
    if (model === null) continue;
    checked += 1;
    const random = new Random(number);
    const rows = seedRows(model, random, 5, () => ({}));
    const application = await startApplication(model);
    await application.reset(rows);
    const cursors: Cursors = new Map();
    try {
      for (const user of callers(rows)) {
        const run = new Run(model, rows, user, application, tally, start, cursors);
        await checkReads(run, random);
        await checkWrites(run, random, 0.4);
      }
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      mismatches.push(`Application ${number}: ${error.message}`);
    } finally {
      application.close();
    }
  }
  expect(mismatches.join("\n\n")).toBe("");
  expect(tally.writes).toBeGreaterThan(0);
  if (process.env.REPORT === "1") process.stdout.write(`${inWords(tally)}\n`);
});
