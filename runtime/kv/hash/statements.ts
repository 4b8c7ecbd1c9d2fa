/** What hashes say to SQLite. Lists travel as JSON: one parameter, whatever their length. */

const one = "id = ? AND pick = ? AND field = ?";

export const get = `SELECT value FROM kv_hash WHERE ${one}`;
export const exists = `SELECT 1 AS found FROM kv_hash WHERE ${one}`;
export const fields = "SELECT field FROM kv_hash WHERE id = ?";
export const pairs = "SELECT field, value FROM kv_hash WHERE id = ?";
export const insert = "INSERT INTO kv_hash (id, pick, field, value) VALUES (?, ?, ?, ?)";
export const insertNew = `${insert} ON CONFLICT DO NOTHING`;
export const update = `UPDATE kv_hash SET value = ? WHERE ${one}`;
export const remove = `DELETE FROM kv_hash WHERE ${one}`;

/** These take arrays of hash and field, or of hash, field and value. */
export const getMany = `SELECT field, kv_hash.value FROM json_each(?2) AS list
  CROSS JOIN kv_hash ON kv_hash.id = ?1 AND pick = list.value ->> 0 AND field = list.value ->> 1`;
export const countKnown = `SELECT count(*) AS count FROM json_each(?2) AS list
  CROSS JOIN kv_hash ON kv_hash.id = ?1 AND pick = list.value ->> 0 AND field = list.value ->> 1`;
export const putMany = `INSERT INTO kv_hash (id, pick, field, value)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE true
  ON CONFLICT (id, pick, field) DO UPDATE SET value = excluded.value`;
export const removeMany = `DELETE FROM kv_hash WHERE id = ?1
  AND (pick, field) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2)) RETURNING 1 AS removed`;
