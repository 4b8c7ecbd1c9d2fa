/** What sets say to SQLite. Lists travel as JSON: one parameter, whatever their length. */

const one = "id = ? AND pick = ? AND member = ?";

export const has = `SELECT 1 AS found FROM kv_set WHERE ${one}`;
export const members = "SELECT member FROM kv_set WHERE id = ?";
export const add = "INSERT INTO kv_set (id, pick, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
export const remove = `DELETE FROM kv_set WHERE ${one}`;

/** These take arrays of hash and member. */
export const findMany = `SELECT member FROM json_each(?2) AS list
  CROSS JOIN kv_set ON kv_set.id = ?1 AND pick = list.value ->> 0 AND member = list.value ->> 1`;
export const addMany = `INSERT INTO kv_set (id, pick, member)
  SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING RETURNING 1 AS added`;
export const removeMany = `DELETE FROM kv_set WHERE id = ?1
  AND (pick, member) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2)) RETURNING 1 AS removed`;

/** Members of the set ?1 that are also in `some` or `all` of the sets ?2. */
const matching = (condition: string): string => `FROM kv_set AS first WHERE first.id = ?1 AND NOT EXISTS (
  WITH others (id) AS MATERIALIZED (SELECT value FROM json_each(?2))
  SELECT 1 FROM others WHERE ${condition} (SELECT 1 FROM kv_set
    WHERE kv_set.id = others.id AND kv_set.pick = first.pick AND kv_set.member = first.member))`;

/** Members of the set ?1 that all of the sets ?2 have. Reads each of ?1, and looks it up in the others. */
const inAll = matching("NOT EXISTS");
/** Members of the set ?1 that none of the sets ?2 has. */
const inNone = matching("EXISTS");

export const inter = `SELECT member ${inAll}`;
export const interCount = `SELECT count(*) AS count FROM (SELECT 1 ${inAll} LIMIT ?3)`;
export const diff = `SELECT member ${inNone}`;
export const union = `SELECT DISTINCT pick, member FROM json_each(?1) AS list
  CROSS JOIN kv_set ON kv_set.id = list.value`;

/** These write into the set ?3, or ?2. */
export const storeInter = `INSERT INTO kv_set (id, pick, member) SELECT ?3, pick, member ${inAll}`;
export const storeDiff = `INSERT INTO kv_set (id, pick, member) SELECT ?3, pick, member ${inNone}`;
export const storeUnion = `INSERT INTO kv_set (id, pick, member) SELECT ?2, pick, member FROM (${union})`;
export const stored = "SELECT changes() AS count";
