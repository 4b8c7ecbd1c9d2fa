/** Hashes, as they run inside the object: fields with their values under each key. */
import {
  checkFlag,
  checkInteger,
  checkKey,
  checkMembers,
  checkNumber,
  checkOptions,
  checkValue,
} from "../checks.ts";
import { chunks } from "../chunks.ts";
import { KVError } from "../errors.ts";
import { Keys, scanOptions } from "../keys.ts";
import { checkPickCount, type Picked, Picker, pickOf } from "../pick.ts";
import type { Page } from "../replies.ts";
import type { KeyRow, StoreKeys } from "../store-keys.ts";
import type { Structure } from "../structure.ts";
import { checkCursor, Walker } from "../walk.ts";
import { addFloat, addInteger } from "./numbers.ts";
import { checkField, checkPairs, listOf, type Pair, pairUnits, triplesOf } from "./pairs.ts";
import * as sql from "./statements.ts";

/** What a store says of its fields. */
export interface FieldRules {
  /** The fields that are seen; null for all. Others, of an earlier config, stay where they are. */
  readonly names: readonly string[] | null;
  /** @throws KVError `INVALID_VALUE` for a result that the field's type does not allow. */
  check(field: string, value: string): void;
}

export class Hashes extends Keys {
  readonly #rules: FieldRules;
  readonly #names: ReadonlySet<string> | null;
  readonly #picker: Picker;
  readonly #walker: Walker<Picked & { readonly value: string }>;

  constructor(keys: StoreKeys, rules: FieldRules) {
    super(keys);
    this.#rules = rules;
    this.#names = rules.names && new Set(rules.names);
    this.#picker = new Picker(keys.sql, hashes.table, "field");
    this.#walker = new Walker(keys.sql, hashes.table, "field", ["value"]);
  }

  /** How many of the fields are new. */
  hset(key: unknown, entries: unknown): number {
    const name = checkKey(key);
    const pairs = [...new Map(checkPairs(entries))];
    const row = this.store.open(name);
    if (row === null) {
      this.#insert(this.store.create(name, pairs.length).id, pairs);
      return pairs.length;
    }
    const added = this.#put(row.id, pairs);
    this.store.wrote(name, row, row.count + added);
    return added;
  }

  hsetnx(key: unknown, field: unknown, value: unknown): boolean {
    const name = checkKey(key);
    const pair: Pair = [checkField(field), checkValue(value)];
    const row = this.store.open(name);
    if (row === null) {
      this.#insert(this.store.create(name, 1).id, [pair]);
      return true;
    }
    const isNew = this.store.sql.changes(sql.insertNew, row.id, pickOf(pair[0]), ...pair);
    if (isNew) this.store.wrote(name, row, row.count + 1);
    return isNew;
  }

  hget(key: unknown, field: unknown): string | null {
    const [name, wanted] = [checkKey(key), checkField(field)];
    return this.#value(this.store.open(name), wanted);
  }

  hmget(key: unknown, fields: unknown): (string | null)[] {
    const name = checkKey(key);
    const wanted = checkMembers(fields, "field");
    const row = this.store.open(name);
    if (row === null) return wanted.map(() => null);
    const values = this.#values(row, wanted);
    return wanted.map((field) => values.get(field) ?? null);
  }

  hgetall(key: unknown): Pair[] | null {
    const row = this.store.open(checkKey(key));
    return row === null ? null : this.#pairs(row);
  }

  hdel(key: unknown, fields: unknown): number {
    const name = checkKey(key);
    const unwanted = [...new Set(checkMembers(fields, "field"))];
    const row = this.store.open(name);
    if (row === null) return 0;
    let removed = 0;
    for (const chunk of chunks(unwanted, (field) => field.length)) {
      const [first] = chunk;
      removed +=
        chunk.length === 1 && first !== undefined
          ? Number(this.store.sql.changes(sql.remove, row.id, pickOf(first), first))
          : this.store.sql.returning(sql.removeMany, row.id, listOf(chunk)).length;
    }
    if (removed > 0) this.store.wrote(name, row, row.count - removed);
    return removed;
  }

  hexists(key: unknown, field: unknown): boolean {
    const [name, wanted] = [checkKey(key), checkField(field)];
    const row = this.store.open(name);
    return row !== null && this.store.sql.get(sql.exists, row.id, pickOf(wanted), wanted) !== undefined;
  }

  hkeys(key: unknown): string[] {
    const row = this.store.open(checkKey(key));
    return row === null ? [] : this.#fields(row);
  }

  hvals(key: unknown): string[] {
    const row = this.store.open(checkKey(key));
    return row === null ? [] : this.#pairs(row).map(([, value]) => value);
  }

  hlen(key: unknown): number {
    const row = this.store.open(checkKey(key));
    if (row === null) return 0;
    // Declared fields are few, and others are not to be seen.
    return this.#names === null ? row.count : this.#fields(row).length;
  }

  hstrlen(key: unknown, field: unknown): number {
    return this.hget(key, field)?.length ?? 0;
  }

  hincrby(key: unknown, field: unknown, amount: unknown): number {
    const by = checkInteger(amount, "The increment");
    return this.#add(key, field, (before, name) => addInteger(before, by, name));
  }

  hincrbyfloat(key: unknown, field: unknown, amount: unknown): number {
    const by = checkNumber(amount, "The increment");
    return this.#add(key, field, (before, name) => addFloat(before, by, name));
  }

  hrandfield(key: unknown, count: unknown, options: unknown): string | null | string[] | Pair[] {
    const name = checkKey(key);
    const withValues = checkFlag(checkOptions(options, ["withValues"]).withValues, "withValues");
    if (count === undefined || count === null) {
      if (withValues) throw new KVError("INVALID_ARGUMENT", "The option withValues needs a count.");
      const row = this.store.open(name);
      return row === null ? null : (this.#random(row, -1)[0] ?? null);
    }
    const wanted = checkPickCount(count);
    const row = this.store.open(name);
    if (row === null) return [];
    const fields = this.#random(row, wanted);
    if (!withValues) return fields;
    const values = this.#values(row, fields);
    return fields.map((field): Pair => [field, values.get(field) ?? ""]);
  }

  hscan(key: unknown, cursor: unknown, options: unknown): Page<Pair> {
    const name = checkKey(key);
    const { count, matches } = scanOptions(options);
    checkCursor(cursor);
    const row = this.store.open(name);
    if (row === null) return { cursor: "0", items: [] };
    const page = this.#walker.page(row.id, cursor, count);
    const rows = page.rows.filter(({ member }) => this.#isSeen(member) && matches(member));
    return { cursor: page.cursor, items: rows.map(({ member, value }) => [member, value]) };
  }

  #add(key: unknown, field: unknown, sum: (before: string, field: string) => number): number {
    const [name, wanted] = [checkKey(key), checkField(field)];
    const row = this.store.open(name);
    const before = this.#value(row, wanted);
    const result = sum(before ?? "0", wanted);
    const pair: Pair = [wanted, String(result)];
    this.#rules.check(...pair);
    if (row === null) {
      this.#insert(this.store.create(name, 1).id, [pair]);
    } else if (before === null) {
      this.#insert(row.id, [pair]);
      this.store.wrote(name, row, row.count + 1);
    } else {
      this.store.sql.run(sql.update, pair[1], row.id, pickOf(wanted), wanted);
      this.store.wrote(name, row, row.count);
    }
    return result;
  }

  #value(row: KeyRow | null, field: string): string | null {
    if (row === null) return null;
    return this.store.sql.get<{ value: string }>(sql.get, row.id, pickOf(field), field)?.value ?? null;
  }

  /** The values of those fields that are there. */
  #values(row: KeyRow, fields: readonly string[]): Map<string, string> {
    const values = new Map<string, string>();
    for (const chunk of chunks([...new Set(fields)], (field) => field.length)) {
      const [first] = chunk;
      if (chunk.length === 1 && first !== undefined) {
        const value = this.#value(row, first);
        if (value !== null) values.set(first, value);
      } else {
        const rows = this.store.sql.all<PairRow>(sql.getMany, row.id, listOf(chunk));
        for (const { field, value } of rows) values.set(field, value);
      }
    }
    return values;
  }

  #pairs(row: KeyRow): Pair[] {
    const rows = this.store.sql.all<PairRow>(sql.pairs, row.id);
    return rows.filter(({ field }) => this.#isSeen(field)).map(({ field, value }) => [field, value]);
  }

  #fields(row: KeyRow): string[] {
    const rows = this.store.sql.all<{ field: string }>(sql.fields, row.id);
    return rows.map(({ field }) => field).filter((field) => this.#isSeen(field));
  }

  #isSeen(field: string): boolean {
    return this.#names === null || this.#names.has(field);
  }

  /** Random fields: different ones, or, where less than none are wanted, that many with repetition. */
  #random(row: KeyRow, wanted: number): string[] {
    const [picker, { id, count }] = [this.#picker, row];
    if (this.#names !== null) {
      const fields = this.#fields(row);
      if (wanted >= 0) return picker.shuffled(fields, wanted);
      return fields.length === 0 ? [] : Array.from({ length: -wanted }, () => picker.among(fields));
    }
    if (wanted === -1) return [picker.one(id, count).member];
    const picked = wanted >= 0 ? picker.distinct(id, count, wanted) : picker.repeated(id, count, -wanted);
    return picked.map(({ member }) => member);
  }

  /** Stores fields that are not there yet. */
  #insert(id: number, pairs: readonly Pair[]): void {
    for (const chunk of chunks(pairs, pairUnits)) {
      const [first] = chunk;
      if (chunk.length === 1 && first !== undefined)
        this.store.sql.run(sql.insert, id, pickOf(first[0]), ...first);
      else this.store.sql.run(sql.putMany, id, triplesOf(chunk));
    }
  }

  /** Stores fields; replies how many were not there. */
  #put(id: number, pairs: readonly Pair[]): number {
    let added = 0;
    for (const chunk of chunks(pairs, pairUnits)) {
      const [first] = chunk;
      if (chunk.length === 1 && first !== undefined) {
        const [field, value] = first;
        const pick = pickOf(field);
        if (this.store.sql.changes(sql.update, value, id, pick, field)) continue;
        this.store.sql.run(sql.insert, id, pick, field, value);
        added++;
      } else {
        const triples = triplesOf(chunk);
        const known = this.store.sql.get<{ count: number }>(sql.countKnown, id, triples)?.count ?? 0;
        this.store.sql.run(sql.putMany, id, triples);
        added += chunk.length - known;
      }
    }
    return added;
  }
}

type PairRow = { readonly field: string; readonly value: string };

export const hashes: Structure = {
  type: "hash",
  formats: [
    [
      `CREATE TABLE kv_hash (id INTEGER NOT NULL, pick INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (id, pick, field)) WITHOUT ROWID`,
    ],
  ],
  table: "kv_hash",
  columns: ["pick", "field", "value"],
};
