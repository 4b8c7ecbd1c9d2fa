import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { History } from "./database.ts";
import { app, id, index, integer, ref, table, text, timestamp } from "./models.ts";

const wrangler = path.join(import.meta.dirname, "../../../node_modules/wrangler/bin/wrangler.js");
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "covara-wrangler-"));
  await mkdir(path.join(folder, "migrations"));
  await writeFile(
    path.join(folder, "wrangler.toml"),
    `name = "test"
compatibility_date = "2026-10-01"

[[d1_databases]]
binding = "DB"
database_name = "test"
database_id = "test"
`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** `wrangler d1 …` on a local database in the folder, without a network. */
async function d1(...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    CI: "1",
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
  const { stdout } = await run(process.execPath, [wrangler, "d1", ...args, "--local"], { cwd: folder, env });
  return stdout;
}

/** The results of several statements; one run of wrangler takes seconds. */
async function query(...statements: readonly string[]): Promise<unknown[]> {
  const answers = await d1("execute", "DB", "--json", "--command", statements.join(";\n"));
  return (JSON.parse(answers) as { results: unknown }[]).map(({ results }) => results);
}

async function write(history: History, sql: string | null): Promise<void> {
  await writeFile(path.join(folder, history.files.at(-1) ?? ""), sql ?? "");
}

test("wrangler applies the files in order, and one that fails half-way leaves nothing behind", async () => {
  const first = app(
    table("users", [id]),
    table("todos", [id, text("rank"), ref("user_id", "users", "cascade")]),
  );
  const history = new History();
  await write(history, history.step(first));
  await d1("migrations", "apply", "DB");
  const state = [
    `SELECT "name", "sql" FROM "sqlite_schema" WHERE "name" NOT LIKE '_cf_%' ORDER BY "name"`,
    `SELECT * FROM "todos"`,
    `SELECT "name" FROM "d1_migrations"`,
  ];
  const filled = await query(
    `INSERT INTO "users" VALUES ('u')`,
    `INSERT INTO "todos" VALUES ('a', '1', 'u'), ('b', 'high', 'u')`,
    ...state,
  );

  const second = app(
    table("users", [id, timestamp("created_at", { generated: "createdAt" })]),
    table("todos", [id, integer("rank"), ref("user_id", "users", "restrict")], {
      indexes: [index("todos", ["rank", "id"])],
    }),
  );
  await write(history, history.step(second, { allowDestructive: true }));
  await expect(d1("migrations", "apply", "DB")).rejects.toThrow(
    "covara:todos.rank has values that are not an integer",
  );
  const left = await query(...state, `UPDATE "todos" SET "rank" = '9' WHERE "id" = 'b'`);
  expect(left.slice(0, state.length)).toEqual(filled.slice(2));

  await d1("migrations", "apply", "DB");
  const [rows, applied] = await query(
    `SELECT "id", "rank", "user_id" FROM "todos" ORDER BY "rank"`,
    `SELECT "name" FROM "d1_migrations"`,
  );
  expect(rows).toEqual([
    { id: "a", rank: 1, user_id: "u" },
    { id: "b", rank: 9, user_id: "u" },
  ]);
  expect(applied).toHaveLength(2);
  expect(history.files).toEqual([
    "migrations/0001_init.sql",
    expect.stringMatching(/^migrations\/0002_add_users_created_at_and_\d_more\.sql$/),
  ]);
  expect(await readFile(path.join(folder, history.files[1] ?? ""), "utf8")).not.toContain("DROP TABLE");
});
