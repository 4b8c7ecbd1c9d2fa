/** A D1 database in workerd, migrated as `wrangler d1 migrations apply` does: one batch for each file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getPlatformProxy, unstable_splitSqlQuery } from "wrangler";
import type { Database, Row } from "./database.ts";

export interface D1 extends Database {
  readonly binding: D1Database;
  stop(): Promise<void>;
}

export async function startD1(): Promise<D1> {
  const folder = await mkdtemp(path.join(tmpdir(), "covara-d1-"));
  const configPath = path.join(folder, "wrangler.toml");
  await writeFile(
    configPath,
    `name = "test"
compatibility_date = "2026-10-01"

[[d1_databases]]
binding = "DB"
database_name = "test"
database_id = "test"
`,
  );
  const { env, dispose } = await getPlatformProxy<{ DB: D1Database }>({ configPath, persist: false });
  const binding = env.DB;
  return {
    binding,
    async apply(sql) {
      await binding.batch(unstable_splitSqlQuery(sql).map((statement) => binding.prepare(statement)));
    },
    async query(sql) {
      return (await binding.prepare(sql).all<Row>()).results;
    },
    async stop() {
      await dispose();
      await rm(folder, { recursive: true });
    },
  };
}
