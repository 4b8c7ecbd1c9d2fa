/** Lists, as they run inside the object. */

import { checkCount, checkInteger, checkKey, checkList, checkValue, kindOf } from "../checks.ts";
import { chunks } from "../chunks.ts";
import { KVError } from "../errors.ts";
import { Keys } from "../keys.ts";
import { slice } from "../slice.ts";
import type { KeyRow, StoreKeys } from "../store-keys.ts";
import type { ListEnd } from "./commands.ts";
import { findIndexes, lposOptions } from "./lpos.ts";
import { positionBeside, positionOf, renumber, valuesOf } from "./positions.ts";

/** Values that `ltrim` drops by deleting them, however few stay. More are left to the sweep if that is less work. */
const directDrops = 1_000;

export class Lists extends Keys {
  /** How long a list may get by pushing; null for any length. */
  readonly #max: number | null;

  constructor(keys: StoreKeys, max: number | null) {
    super(keys);
    this.#max = max;
  }

  lpush(key: unknown, values: unknown): number {
    return this.#push(key, values, "left", true);
  }

  rpush(key: unknown, values: unknown): number {
    return this.#push(key, values, "right", true);
  }

  lpushx(key: unknown, values: unknown): number {
    return this.#push(key, values, "left", false);
  }

  rpushx(key: unknown, values: unknown): number {
    return this.#push(key, values, "right", false);
  }

  lpop(key: unknown, count: unknown): string | string[] | null {
    return this.#pop(key, count, "left");
  }

  rpop(key: unknown, count: unknown): string | string[] | null {
    return this.#pop(key, count, "right");
  }

  lrange(key: unknown, start: unknown, stop: unknown): string[] {
    const [from, to] = [checkInteger(start, "The start"), checkInteger(stop, "The stop")];
    const row = this.store.open(checkKey(key));
    const range = row === null ? null : slice(from, to, row.count);
    return row === null || range === null ? [] : valuesOf(this.store.sql, row, range.start, range.stop);
  }

  lindex(key: unknown, index: unknown): string | null {
    const at = checkInteger(index, "The index");
    return this.lrange(key, at, at)[0] ?? null;
  }

  lset(key: unknown, index: unknown, value: unknown): null {
    const [name, given, next] = [checkKey(key), checkInteger(index, "The index"), checkValue(value)];
    const row = this.store.open(name);
    if (row === null) throw new KVError("NO_SUCH_KEY", "The list does not exist, so it has no index to set.");
    const at = given < 0 ? given + row.count : given;
    if (at < 0 || at >= row.count) {
      throw new KVError("OUT_OF_RANGE", `The list has ${row.count} values, and none at index ${given}.`);
    }
    const position = positionOf(this.store.sql, row, at);
    this.store.sql.run("UPDATE kv_list SET value = ? WHERE id = ? AND position = ?", next, row.id, position);
    this.store.wrote(name, row, row.count);
    return null;
  }

  linsert(key: unknown, where: unknown, pivot: unknown, value: unknown): number {
    if (where !== "before" && where !== "after") {
      throw new KVError("INVALID_ARGUMENT", `The place must be "before" or "after", not ${shown(where)}.`);
    }
    const [name, beside, next] = [checkKey(key), checkValue(pivot, "The pivot"), checkValue(value)];
    const row = this.store.open(name);
    if (row === null) return 0;
    const position = this.#find(row, beside);
    if (position === null) return -1;
    const free =
      positionBeside(this.store.sql, row.id, position, where) ?? this.#makeRoom(row, beside, where);
    this.store.sql.run("INSERT INTO kv_list (id, position, value) VALUES (?, ?, ?)", row.id, free, next);
    this.store.wrote(name, row, row.count + 1);
    return row.count + 1;
  }

  lrem(key: unknown, count: unknown, value: unknown): number {
    const [name, amount, unwanted] = [checkKey(key), checkInteger(count, "The count"), checkValue(value)];
    const row = this.store.open(name);
    if (row === null) return 0;
    const removed = this.store.sql.returning(
      amount < 0
        ? `DELETE FROM kv_list WHERE id = ?1 AND position IN (
            SELECT position FROM kv_list WHERE id = ?1 AND value = ?2 ORDER BY position DESC LIMIT ?3)
            RETURNING position`
        : `DELETE FROM kv_list WHERE id = ?1 AND position IN (
            SELECT position FROM kv_list WHERE id = ?1 AND value = ?2 ORDER BY position LIMIT ?3)
            RETURNING position`,
      row.id,
      unwanted,
      amount === 0 ? -1 : Math.abs(amount),
    ).length;
    if (removed > 0) this.store.wrote(name, row, row.count - removed);
    return removed;
  }

  ltrim(key: unknown, start: unknown, stop: unknown): null {
    const [from, to] = [checkInteger(start, "The start"), checkInteger(stop, "The stop")];
    const name = checkKey(key);
    const row = this.store.open(name);
    if (row === null) return null;
    const range = slice(from, to, row.count);
    if (range === null) this.store.remove(name, row);
    else this.#keep(name, row, range.start, range.stop);
    return null;
  }

  llen(key: unknown): number {
    return this.store.open(checkKey(key))?.count ?? 0;
  }

  lpos(key: unknown, value: unknown, options: unknown): number | number[] | null {
    const wanted = lposOptions(options);
    const [name, text] = [checkKey(key), checkValue(value)];
    const row = this.store.open(name);
    const found = row === null ? [] : findIndexes(this.store.sql, row, text, wanted);
    return wanted.count === null ? (found[0] ?? null) : found;
  }

  lmove(source: unknown, destination: unknown, from: unknown, to: unknown): string | null {
    const [end, otherEnd] = [checkEnd(from), checkEnd(to)];
    const [name, target] = [checkKey(source), checkKey(destination)];
    const row = this.store.open(name);
    if (row === null) return null;
    this.store.open(target);
    if (name === target && (end === otherEnd || row.count === 1)) {
      // Everything stays where it is: a list must not be deleted on the way, and lose its expiry.
      this.store.wrote(name, row, row.count);
      const at = end === "left" ? 0 : row.count - 1;
      return valuesOf(this.store.sql, row, at, at)[0] ?? null;
    }
    const [value] = this.#take(name, row, 1, end);
    if (value === undefined) throw new Error("A list that exists has no value.");
    // Looked up again: it may be the same list, which is shorter now.
    this.#add(target, this.store.open(target), [value], otherEnd);
    return value;
  }

  #push(key: unknown, values: unknown, end: ListEnd, creates: boolean): number {
    const name = checkKey(key);
    const added = checkList(values, "value").map((value) => checkValue(value));
    const row = this.store.open(name);
    return row === null && !creates ? 0 : this.#add(name, row, added, end);
  }

  /** Adds values at an end and drops what is too much at the other. Gives the length. */
  #add(name: string, row: KeyRow | null, values: readonly string[], end: ListEnd): number {
    const max = this.#max ?? Number.POSITIVE_INFINITY;
    const kept = values.length > max ? values.slice(values.length - max) : values;
    if (row === null) {
      this.#insert(this.store.create(name, kept.length).id, kept, end);
      return kept.length;
    }
    this.#insert(row.id, kept, end);
    const total = row.count + kept.length;
    if (total > max) this.#drop(row.id, total - max, end === "left" ? "right" : "left");
    const length = Math.min(total, max);
    this.store.wrote(name, row, length);
    return length;
  }

  #insert(id: number, values: readonly string[], end: ListEnd): void {
    for (const group of chunks(values, (value) => value.length)) {
      if (group.length === 1) this.store.sql.run(statements[end].insertOne, id, group[0] ?? "");
      else this.store.sql.run(statements[end].insertMany, id, JSON.stringify(group));
    }
  }

  /** Deletes fewer values than there are. */
  #drop(id: number, count: number, end: ListEnd): void {
    this.store.sql.run(statements[end].drop, id, count - 1);
  }

  #pop(key: unknown, count: unknown, end: ListEnd): string | string[] | null {
    const amount = count === undefined || count === null ? null : checkCount(count, "The count");
    const name = checkKey(key);
    const row = this.store.open(name);
    if (row === null) return null;
    const taken = amount === 0 ? [] : this.#take(name, row, amount ?? 1, end);
    return amount === null ? (taken[0] ?? null) : taken;
  }

  /** Takes values from an end, the outermost first. */
  #take(name: string, row: KeyRow, count: number, end: ListEnd): string[] {
    if (count >= row.count) {
      const values = valuesOf(this.store.sql, row, 0, row.count - 1);
      this.store.remove(name, row);
      return end === "left" ? values : values.reverse();
    }
    const taken = this.store.sql.returning<{ position: number; value: string }>(
      statements[end].take,
      row.id,
      count - 1,
    );
    this.store.wrote(name, row, row.count - count);
    // In which order deleted rows come back is not said.
    const direction = end === "left" ? 1 : -1;
    return taken.sort((a, b) => (a.position - b.position) * direction).map(({ value }) => value);
  }

  /** Keeps the values of a range of indexes. */
  #keep(name: string, row: KeyRow, start: number, stop: number): void {
    const kept = stop - start + 1;
    const dropped = row.count - kept;
    if (dropped === 0) return;
    const { sql, ttl } = this.store;
    const first = start === 0 ? null : positionOf(sql, row, start);
    const last = stop === row.count - 1 ? null : positionOf(sql, row, stop);
    if (dropped > directDrops && dropped > kept) {
      // Members of a removed key stay until the sweep comes, so those that are kept can still be copied.
      this.store.remove(name, row);
      const { id } = this.store.create(name, kept, ttl === null ? row.expiresAt : undefined);
      sql.run(
        `INSERT INTO kv_list (id, position, value) SELECT ?2, position, value FROM kv_list
          WHERE id = ?1 AND position >= coalesce(?3, -9e999) AND position <= coalesce(?4, 9e999)`,
        row.id,
        id,
        first,
        last,
      );
      return;
    }
    if (first !== null) sql.run("DELETE FROM kv_list WHERE id = ? AND position < ?", row.id, first);
    if (last !== null) sql.run("DELETE FROM kv_list WHERE id = ? AND position > ?", row.id, last);
    this.store.wrote(name, row, kept);
  }

  /** A position beside a value that has none free. */
  #makeRoom(row: KeyRow, pivot: string, where: "before" | "after"): number {
    const { sql } = this.store;
    renumber(sql, row.id);
    const position = this.#find(row, pivot);
    const free = position === null ? null : positionBeside(sql, row.id, position, where);
    if (free === null) throw new Error("A list that was renumbered has no room beside its values.");
    return free;
  }

  /** The position of the first value that equals `value`. */
  #find(row: KeyRow, value: string): number | null {
    const found = this.store.sql.get<{ position: number }>(
      "SELECT position FROM kv_list WHERE id = ? AND value = ? ORDER BY position LIMIT 1",
      row.id,
      value,
    );
    return found?.position ?? null;
  }
}

const statements = {
  left: {
    insertOne: `INSERT INTO kv_list (id, position, value)
      VALUES (?1, (SELECT coalesce(ceil(min(position)), 1) - 1 FROM kv_list WHERE id = ?1), ?2)`,
    insertMany: `INSERT INTO kv_list (id, position, value) SELECT ?1, edge.position - item.key, item.value
      FROM (SELECT coalesce(ceil(min(position)), 1) - 1 AS position FROM kv_list WHERE id = ?1) AS edge,
        json_each(?2) AS item`,
    take: `DELETE FROM kv_list WHERE id = ?1 AND position <= (
      SELECT position FROM kv_list WHERE id = ?1 ORDER BY position LIMIT 1 OFFSET ?2) RETURNING position, value`,
    drop: `DELETE FROM kv_list WHERE id = ?1 AND position <= (
      SELECT position FROM kv_list WHERE id = ?1 ORDER BY position LIMIT 1 OFFSET ?2)`,
  },
  right: {
    insertOne: `INSERT INTO kv_list (id, position, value)
      VALUES (?1, (SELECT coalesce(floor(max(position)), -1) + 1 FROM kv_list WHERE id = ?1), ?2)`,
    insertMany: `INSERT INTO kv_list (id, position, value) SELECT ?1, edge.position + item.key, item.value
      FROM (SELECT coalesce(floor(max(position)), -1) + 1 AS position FROM kv_list WHERE id = ?1) AS edge,
        json_each(?2) AS item`,
    take: `DELETE FROM kv_list WHERE id = ?1 AND position >= (
      SELECT position FROM kv_list WHERE id = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2) RETURNING position, value`,
    drop: `DELETE FROM kv_list WHERE id = ?1 AND position >= (
      SELECT position FROM kv_list WHERE id = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)`,
  },
};

function checkEnd(end: unknown): ListEnd {
  if (end === "left" || end === "right") return end;
  throw new KVError("INVALID_ARGUMENT", `An end of a list is "left" or "right", not ${shown(end)}.`);
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : kindOf(value));
