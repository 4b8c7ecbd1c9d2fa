/** Deletes what expired, and the members of keys that are gone, a bounded amount at a time. */
import { type Definition, hasKeys, type Standalone } from "./definition.ts";
import type { Sql } from "./sql.ts";
import type { Structure } from "./structure.ts";

/** Keys, members, and rows of other tables, that one call deletes at about the most: some milliseconds of work. */
const chunk = 1_000;

/** Milliseconds between two sweeps that only expiry asks for. Expired keys are invisible without them. */
export const pause = 10_000;

/**
 * One sweep. Members of a structure that is no longer declared stay until it is declared again.
 *
 * @param now Milliseconds since 1970.
 * @returns When to sweep again, in milliseconds since 1970; null where nothing waits.
 */
export function sweep(
  sql: Sql,
  definitions: readonly (Definition | Standalone)[],
  now: number,
): number | null {
  const keyed = definitions.filter(hasKeys).map(({ structure }) => structure);
  const tables = new Set(
    definitions.flatMap((definition) => (hasKeys(definition) ? [] : [definition.structure])),
  );
  const more = removeExpired(sql, now);
  const garbage = collect(sql, new Map(keyed.map((structure) => [structure.type, structure])));
  const times = Array.from(tables, (table) => table.sweep(sql, now, chunk));
  if (garbage || more) return now;
  times.push(sql.get<{ at: number | null }>("SELECT min(expires_at) AS at FROM kv_keys")?.at ?? null);
  const next = times.filter((at) => at !== null);
  if (next.length === 0) return null;
  // What has come by now was too much for one call.
  return next.some((at) => at <= now) ? now : Math.max(Math.min(...next), now + pause);
}

/** Deletes expired keys; their members become garbage. Returns whether there may be more. */
function removeExpired(sql: Sql, now: number): boolean {
  const rows = sql.all<{ store: string; key: string; id: number; type: string }>(
    "SELECT store, key, id, type FROM kv_keys WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
    now,
    chunk,
  );
  for (const { store, key, id, type } of rows) {
    sql.run("DELETE FROM kv_keys WHERE store = ? AND key = ?", store, key);
    sql.run("INSERT INTO kv_garbage (id, type) VALUES (?, ?)", id, type);
  }
  return rows.length === chunk;
}

/** Deletes members of deleted keys. Returns whether there may be more. */
function collect(sql: Sql, structures: ReadonlyMap<string, Structure>): boolean {
  const known = JSON.stringify([...structures.keys()]);
  let budget = chunk;
  while (budget > 0) {
    const next = sql.get<{ id: number; type: string }>(
      "SELECT id, type FROM kv_garbage WHERE type IN (SELECT value FROM json_each(?)) LIMIT 1",
      known,
    );
    const structure = next && structures.get(next.type);
    if (next === undefined || structure === undefined) return false;
    budget -= removeMembers(sql, structure, next.id, budget);
  }
  return true;
}

/** Deletes up to about `limit` members, and the note about them once they are all gone. Returns how many it looked at. */
function removeMembers(sql: Sql, { table, columns }: Structure, id: number, limit: number): number {
  const [order = "id"] = columns;
  const last = sql.get<{ last: string | number }>(
    `SELECT ${order} AS last FROM ${table} WHERE id = ? ORDER BY ${order} LIMIT 1 OFFSET ?`,
    id,
    limit - 1,
  );
  if (last === undefined) {
    sql.run(`DELETE FROM ${table} WHERE id = ?`, id);
    sql.run("DELETE FROM kv_garbage WHERE id = ?", id);
    return 1;
  }
  sql.run(`DELETE FROM ${table} WHERE id = ? AND ${order} <= ?`, id, last.last);
  return limit;
}
