/** The key-value stores: every command inside the object at several sizes, calls from a Worker, and Redis. */
import { writeFileSync } from "node:fs";
import type { Report } from "../report.ts";
import { measureCalls } from "./calls.ts";
import { measureCommands } from "./commands.ts";
import { costPage } from "./cost.ts";
import { installRedis, redisVersion } from "./redis.ts";
import { Objects } from "./server.ts";
import { callTable, commandTables, summary } from "./tables.ts";

export interface KVOptions {
  /** Members of the collections, ascending. */
  readonly sizes: readonly number[];
  /** A regular expression: only commands such as `hash.hget` that it matches are measured, and no calls. */
  readonly commands: string | null;
  /** Where to write the page of rows that commands read and write. */
  readonly costPage: string | null;
}

/** @param dist The built package. */
export async function benchKV(
  dist: string,
  { sizes, commands: chosen, costPage: page }: KVOptions,
): Promise<Report> {
  await using objects = await Objects.start(dist);
  const commands = await measureCommands(objects, sizes, new RegExp(chosen ?? ""));
  if (chosen !== null)
    return { data: commands, text: [...commandTables(commands), ...summary(commands)].join("\n") };
  const version = redisVersion();
  const hasRedis = version?.startsWith("7.") === true;
  const calls = await measureCalls(objects, commands, hasRedis);
  if (page !== null) writeFileSync(page, costPage(commands));
  const redis = hasRedis
    ? `Redis ${version}, without persistence, over loopback.`
    : `Not compared with Redis 7: ${version === null ? "there is no redis-server" : `redis-server is ${version}`}; ${installRedis}.`;
  const data = {
    redis: version,
    commands: commands.map(({ measured: { store, name, kind }, sizes: at }) => ({ store, name, kind, at })),
    calls,
  };
  return {
    data,
    text: [...commandTables(commands), ...callTable(calls, redis), ...summary(commands)].join("\n"),
  };
}
