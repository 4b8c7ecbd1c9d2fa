/**
 * The access matrix of the reference application: every route, by every kind of caller, on every row, compared with the rules' own
 * meaning in memory. What is tried is listed at the matrix of random applications, `test/node/matrix/matrix.test.ts`; here it is tried in
 * workerd, over D1, with the hooks, procedures and computed fields that the application has.
 */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import config from "../../covara.config.ts";
import { tokenHash } from "../../demo/auth.js";
import { buildModel } from "../../generator/model/index.ts";
import { checkReads } from "../matrix/check-reads.ts";
import { checkWrites } from "../matrix/check-writes.ts";
import { Random } from "../matrix/random.ts";
import type { Row, Rows, User } from "../matrix/rows.ts";
import { type Cursors, newTally, Run } from "../matrix/run.ts";
import { inOrder, type Preset, seedRows } from "../matrix/seed.ts";
import type { Reply, Subject } from "../matrix/subject.ts";
import { call } from "./api.ts";

/** Stores and routes of the application's own are not resources. */
const { kv: _kv, routes: _routes, ...rest } = config;
const { model, diagnostics } = buildModel(rest, { exists: () => true });
if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
const { resources } = model;

/** After all that is seeded, before anything that is written. */
const start = "2025-01-01";

/** The application in workerd, over D1. Callers are rows of `users` with a token. */
const subject: Subject = {
  async send(user, method, path, json, more = {}): Promise<Reply> {
    const as = user === null ? {} : { as: { id: user.id, token: String(user.token) } };
    const { status, headers, text } = await call(path, { method, json, headers: more, ...as });
    const replayed = headers.get("Idempotency-Replayed") === "true";
    return { status, location: headers.get("Location"), replayed, text };
  },

  async dump() {
    const results = await env.DB.batch<Row>(
      resources.map(({ table }) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY rowid`)),
    );
    return Object.fromEntries(resources.map(({ key }, index) => [key, results[index]?.results ?? []]));
  },

  async reset(rows) {
    const ordered = inOrder({ ...model, resources });
    await env.DB.batch([
      env.DB.prepare("PRAGMA defer_foreign_keys = ON"),
      ...ordered.toReversed().map(({ table }) => env.DB.prepare(`DELETE FROM ${table}`)),
      ...ordered.map(({ key, table, fields }) => {
        const columns = fields.map(({ column }) => column);
        const values = columns.map((_, index) => `value->>'$[${index}]'`);
        const lists = (rows[key] ?? []).map((row) => columns.map((column) => row[column] ?? null));
        return env.DB.prepare(
          `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM json_each(?)`,
        ).bind(JSON.stringify(lists));
      }),
    ]);
  },
};

const roles = ["member", "member", "member", "admin"];
const tokens = roles.map((role, index) => `token-of-${role}-${index}`);
const hashes = await Promise.all(tokens.map(tokenHash));

/** Three members and an admin can sign in; one more user cannot. */
const preset: Preset = ({ key }, index): Readonly<Record<string, unknown>> =>
  key === "users" ? { role: roles[index] ?? "member", tokenHash: hashes[index] ?? null } : {};

function callers(rows: Rows): (User | null)[] {
  const users = rows.users ?? [];
  const known = roles.map((role, index) => ({
    id: String(users[index]?.id),
    role,
    token: tokens[index] ?? "",
  }));
  return [null, ...known];
}

const random = new Random(1);
const rows = seedRows(model, random, 5, preset);
const tally = newTally();
const cursors: Cursors = new Map();

test.each(
  callers(rows).map((user, index) => [index === 0 ? "nobody" : `${user?.role} ${index}`, user] as const),
)("contract 4: %s is let do what the rules say", async (_name, user) => {
  await subject.reset(rows);
  const before = await subject.dump();
  const run = new Run(model, before, user, subject, tally, start, cursors);
  await checkReads(run, random);
  await checkWrites(run, random, 0.6);
  expect(tally.writes).toBeGreaterThan(0);
});
