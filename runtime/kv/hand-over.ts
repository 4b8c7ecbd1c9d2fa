/** What an object does that hands keys over to another one: see `moving.ts`. */
import type { Definition } from "./definition.ts";
import type { Keyspace } from "./keyspace.ts";
import { objectOf } from "./placement.ts";
import type { SqlRow, SqlValue } from "./sql.ts";
import type { Structure } from "./structure.ts";

/** Asks an object for what it has of a store that belongs to another object now. */
export type HandOver =
  | { readonly type: "keys"; readonly store: string; readonly target: string; readonly after: string | null }
  | {
      readonly type: "members";
      readonly store: string;
      readonly ids: readonly number[];
      readonly from: MemberPlace;
    }
  /** These keys are stored at their new place, and can be forgotten here. */
  | { readonly type: "arrived"; readonly store: string; readonly keys: readonly MovingKey[] };

/** Where reading members goes on. */
export interface MemberPlace {
  /** Which of the ids. */
  readonly index: number;
  /** What the first column was last; null where no member of that id has been read. */
  readonly value: SqlValue;
  /** Members with that value that have been read: several can have the same hash. */
  readonly skip: number;
}

export interface HandOverReply {
  readonly keys: readonly MovingKey[];
  /** Members of the keys asked for, as rows of their table, the key's id first. */
  readonly members: readonly (readonly SqlValue[])[];
  /** The key that the next page begins after; null where there is none. */
  readonly after: string | null;
  /** Where members go on; null where there are no more. */
  readonly next: MemberPlace | null;
}

export interface MovingKey extends SqlRow {
  readonly key: string;
  readonly id: number;
  readonly count: number;
  readonly expires_at: number | null;
}

/** Set in an object that hands a store over: from then on it refuses commands about the store. */
export const frozenMark = ({ options }: Definition): string => `frozen:${options.prefix}`;

/** Set in an object that has taken a store over. */
export const arrivalMark = ({ options }: Definition): string => `moved:${options.prefix}`;

/** Keys that one message carries, and members; the latter no further once their text has so many UTF-16 units. */
const pageKeys = 1_000;
const pageMembers = 5_000;
const pageUnits = 4 * 1024 * 1024;

/** Members that are read at once: each may have a value of 2 MB. */
const membersAtOnce = 16;

/** Answers an object that takes keys over. */
export function handOver(space: Keyspace, definition: Definition, request: HandOver): HandOverReply {
  switch (request.type) {
    case "keys":
      // From here on nobody changes the keys in this object. If the store returns one day, it arrives anew.
      space.setMeta(frozenMark(definition), 1);
      space.setMeta(arrivalMark(definition), 0);
      return readKeys(space, definition, request.target, request.after);
    case "members":
      return readMembers(space, definition.structure, request.ids, request.from);
    default:
      for (const { key, id } of request.keys) {
        const forget = "DELETE FROM kv_keys WHERE store = ? AND key = ? AND id = ?";
        // Unless it expired meanwhile, and the sweep was faster.
        if (space.sql.changes(forget, definition.options.prefix, key, id))
          space.discard(id, definition.structure.type);
      }
      return { keys: [], members: [], after: null, next: null };
  }
}

/** Keys of the store that belong to `target` now. Those of other structures stay, where nobody can read them anyway. */
function readKeys(
  space: Keyspace,
  definition: Definition,
  target: string,
  after: string | null,
): HandOverReply {
  const { structure, options } = definition;
  const keys: MovingKey[] = [];
  for (let last = after; ; ) {
    const rows: readonly MovingKey[] = space.sql.all<MovingKey>(
      `SELECT key, id, count, expires_at FROM kv_keys
        WHERE store = ?1 AND (?2 IS NULL OR key > ?2) AND type = ?3 ORDER BY key LIMIT ?4`,
      options.prefix,
      last,
      structure.type,
      pageKeys,
    );
    for (const row of rows) if (objectOf(options, row.key) === target) keys.push(row);
    last = rows.at(-1)?.key ?? null;
    const more = rows.length === pageKeys;
    if (!more || keys.length >= pageKeys) return { keys, members: [], after: more ? last : null, next: null };
  }
}

/** Reads by value, not by number: of a key that expires meanwhile, the sweep may delete members. */
function readMembers(
  space: Keyspace,
  { table, columns }: Structure,
  ids: readonly number[],
  from: MemberPlace,
): HandOverReply {
  const [order = "id"] = columns;
  const select = `SELECT id, ${columns.join(", ")} FROM ${table} WHERE id = ?1`;
  const page = `ORDER BY ${order} LIMIT ${membersAtOnce} OFFSET ?2`;
  const members: SqlValue[][] = [];
  let { index, value, skip } = from;
  for (let units = 0; index < ids.length; ) {
    const id = ids[index] ?? null;
    const rows =
      value === null
        ? space.sql.all(`${select} ${page}`, id, skip)
        : space.sql.all(`${select} AND ${order} >= ?3 ${page}`, id, skip, value);
    for (const row of rows) {
      if (units >= pageUnits || members.length >= pageMembers) {
        return { keys: [], members, after: null, next: { index, value, skip } };
      }
      const values = Object.values(row);
      members.push(values);
      for (const item of values) units += typeof item === "string" ? item.length : 8;
      skip = row[order] === value ? skip + 1 : 1;
      value = row[order] ?? null;
    }
    if (rows.length < membersAtOnce) [index, value, skip] = [index + 1, null, 0];
  }
  return { keys: [], members, after: null, next: null };
}
