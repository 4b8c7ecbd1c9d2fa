/** The table of sorted sets, and its statements. */
import type { Structure } from "../structure.ts";

export const sortedSets: Structure = {
  type: "sortedSet",
  formats: [
    [
      `CREATE TABLE kv_zset (id INTEGER NOT NULL, pick INTEGER NOT NULL, member TEXT NOT NULL, score REAL NOT NULL,
        PRIMARY KEY (id, pick, member)) WITHOUT ROWID`,
      "CREATE INDEX kv_zset_order ON kv_zset (id, score, member)",
      `CREATE TABLE kv_zset_block (id INTEGER NOT NULL, score REAL NOT NULL, member TEXT NOT NULL,
        count INTEGER NOT NULL, PRIMARY KEY (id, score, member)) WITHOUT ROWID`,
      // A key that is deleted without its members leaves blocks behind; they go with the last of those.
      `CREATE TRIGGER kv_zset_block_garbage AFTER DELETE ON kv_garbage BEGIN
        DELETE FROM kv_zset_block WHERE id = old.id; END`,
    ],
  ],
  table: "kv_zset",
  columns: ["pick", "member", "score"],
};

/** Members of a span `?2` to `?5`. No text is greater than an empty blob. */
const inSpan = `FROM kv_zset WHERE id = ?1 AND (score, member) >= (?2, coalesce(?3, x''))
  AND (score, member) < (?4, coalesce(?5, x''))`;

/** Members of a range of texts `?2` to `?3`, whatever their scores. */
const inTexts = "FROM kv_zset WHERE id = ?1 AND member >= ?2 AND member < coalesce(?3, x'')";

const up = "ORDER BY score, member";
const down = "ORDER BY score DESC, member DESC";

export const score = "SELECT score FROM kv_zset WHERE id = ? AND pick = ? AND member = ?";
/** Takes arrays of hash and member, as {@link removeMany}. */
export const scores = `SELECT member, score FROM json_each(?2) AS list
  CROSS JOIN kv_zset ON kv_zset.id = ?1 AND pick = list.value ->> 0 AND member = list.value ->> 1`;
const orReplace = "ON CONFLICT (id, pick, member) DO UPDATE SET score = excluded.score";

export const put = `INSERT INTO kv_zset (id, pick, member, score) VALUES (?1, ?2, ?3, ?4) ${orReplace}`;

/** Members that one {@link putRows} stores: three parameters each, of the 100 that there may be. */
export const rowsOfPut = 32;

/** Stores many members. Their scores are parameters, since JSON would not carry infinities, nor every digit. */
export function putRows(): string {
  const rows = Array.from(
    { length: rowsOfPut },
    (_, row) => `(?1, ?${row * 3 + 2}, ?${row * 3 + 3}, ?${row * 3 + 4})`,
  );
  return `INSERT INTO kv_zset (id, pick, member, score) VALUES ${rows.join(", ")} ${orReplace}`;
}

export const remove = "DELETE FROM kv_zset WHERE id = ? AND pick = ? AND member = ? RETURNING member, score";
export const removeMany = `DELETE FROM kv_zset WHERE (id, pick, member) IN (
  SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2)) RETURNING member, score`;

export const first = `SELECT member, score FROM kv_zset WHERE id = ? ${up} LIMIT 1`;
export const last = `SELECT member, score FROM kv_zset WHERE id = ? ${down} LIMIT 1`;
export const removeOne = "DELETE FROM kv_zset WHERE id = ? AND pick = ? AND member = ?";

export const popMin = `DELETE FROM kv_zset WHERE id = ?1 AND (pick, member) IN (
  SELECT pick, member FROM kv_zset WHERE id = ?1 ${up} LIMIT ?2) RETURNING member, score`;
export const popMax = `DELETE FROM kv_zset WHERE id = ?1 AND (pick, member) IN (
  SELECT pick, member FROM kv_zset WHERE id = ?1 ${down} LIMIT ?2) RETURNING member, score`;

export const countSpan = `SELECT count(*) AS count ${inSpan}`;
export const countSpanUpTo = `SELECT count(*) AS count FROM (SELECT 1 ${inSpan} LIMIT ?6)`;
export const removeSpan = `DELETE ${inSpan}`;
export const spanUp = `SELECT member, score ${inSpan} ${up} LIMIT ?6 OFFSET ?7`;
export const spanDown = `SELECT member, score ${inSpan} ${down} LIMIT ?6 OFFSET ?7`;
export const storeSpanUp = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?8, pick, member, score ${inSpan} ${up} LIMIT ?6 OFFSET ?7`;
export const storeSpanDown = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?8, pick, member, score ${inSpan} ${down} LIMIT ?6 OFFSET ?7`;

export const countTexts = `SELECT count(*) AS count ${inTexts}`;
export const removeTexts = `DELETE ${inTexts}`;
export const textsUp = `SELECT member, score ${inTexts} ${up} LIMIT ?4 OFFSET ?5`;
export const textsDown = `SELECT member, score ${inTexts} ${down} LIMIT ?4 OFFSET ?5`;
export const storeTextsUp = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?6, pick, member, score ${inTexts} ${up} LIMIT ?4 OFFSET ?5`;
export const storeTextsDown = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?6, pick, member, score ${inTexts} ${down} LIMIT ?4 OFFSET ?5`;

export const count = "SELECT count(*) AS count FROM kv_zset WHERE id = ?";
export const scoreEnds = `SELECT
  (SELECT score FROM kv_zset WHERE id = ?1 ORDER BY score LIMIT 1) AS low,
  (SELECT score FROM kv_zset WHERE id = ?1 ORDER BY score DESC LIMIT 1) AS high`;

export const all = "SELECT member, score FROM kv_zset WHERE id = ?";

/** The members of the set `?1` with their scores in each of the sets `?2` that they are in. */
export const inEach = `SELECT own.member, other.score, one.key AS position
  FROM kv_zset AS own CROSS JOIN json_each(?2) AS one
  JOIN kv_zset AS other ON other.id = one.value AND other.pick = own.pick AND other.member = own.member
  WHERE own.id = ?1`;

const inNone = `FROM kv_zset AS own WHERE own.id = ?1 AND NOT EXISTS (
  SELECT 1 FROM json_each(?2) AS one CROSS JOIN kv_zset AS other
  WHERE other.id = one.value AND other.pick = own.pick AND other.member = own.member)`;

/** The members of the set `?1` that are in none of the sets `?2`. */
export const difference = `SELECT member, score ${inNone} ${up}`;
export const storeDifference = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?3, pick, member, score ${inNone}`;

/**
 * Adds the members of a set to another, scores weighted. Where SQLite has no number (`Infinity - Infinity`,
 * `0 * Infinity`) it gives NULL, and Redis 0. Adding 0 makes 0 of -0.
 */
const storeWeighted = `INSERT INTO kv_zset (id, pick, member, score)
  SELECT ?1, pick, member, coalesce(score * ?3, 0) + 0.0 FROM kv_zset WHERE id = ?2
  ON CONFLICT (id, pick, member) DO UPDATE SET score`;

export const storeUnion = {
  sum: `${storeWeighted} = coalesce(score + excluded.score, 0)`,
  min: `${storeWeighted} = min(score, excluded.score)`,
  max: `${storeWeighted} = max(score, excluded.score)`,
};

/** Blocks, by where they begin. */
const block = "SELECT score, member, count FROM kv_zset_block WHERE id = ?1";
export const blockOf = `${block} AND (score, member) <= (?2, coalesce(?3, x'')) ${down} LIMIT 1`;
export const blockBefore = `${block} AND (score, member) < (?2, ?3) ${down} LIMIT 1`;
export const blockAfter = `${block} AND (score, member) > (?2, ?3) ${up} LIMIT 1`;
export const blockOfRank = `SELECT score, member, count, before FROM (
    SELECT score, member, count, sum(count) OVER (${up}) - count AS before FROM kv_zset_block WHERE id = ?1)
  WHERE before <= ?2 AND before + count > ?2 LIMIT 1`;
export const countBlocksBefore = `SELECT coalesce(sum(count), 0) AS count FROM kv_zset_block
  WHERE id = ?1 AND (score, member) < (?2, ?3)`;
export const addBlock = "INSERT INTO kv_zset_block (id, score, member, count) VALUES (?, ?, ?, ?)";
export const resizeBlock = "UPDATE kv_zset_block SET count = ? WHERE id = ? AND score = ? AND member = ?";
export const removeBlock = "DELETE FROM kv_zset_block WHERE id = ? AND score = ? AND member = ?";
export const removeBlocks = "DELETE FROM kv_zset_block WHERE id = ?";
export const removeBlocksIn = `DELETE FROM kv_zset_block
  WHERE id = ?1 AND (score, member) > (?2, ?3) AND (score, member) < (?4, coalesce(?5, x''))`;

/** Cuts the set `?1` of `?3` members into blocks of `?2`. */
export const buildBlocks = `INSERT INTO kv_zset_block (id, score, member, count)
  SELECT ?1, iif(rank = 0, -9e999, score), iif(rank = 0, '', member), min(?2, ?3 - rank) FROM (
    SELECT score, member, row_number() OVER (${up}) - 1 AS rank FROM kv_zset WHERE id = ?1)
  WHERE rank % ?2 = 0`;
