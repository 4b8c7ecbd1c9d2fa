/** Sets, as they run inside the object: distinct members under each key. */
import { checkCount, checkKey, checkKeys, checkMember, checkMembers, checkOptions } from "../checks.ts";
import { chunks } from "../chunks.ts";
import { Keys, scanOptions } from "../keys.ts";
import { checkPickCount, type Picked, Picker, pickOf } from "../pick.ts";
import type { Page } from "../replies.ts";
import type { SqlValue } from "../sql.ts";
import type { KeyRow, StoreKeys } from "../store-keys.ts";
import type { Structure } from "../structure.ts";
import { checkCursor, Walker } from "../walk.ts";
import * as sql from "./statements.ts";

export class Sets extends Keys {
  readonly #picker: Picker;
  readonly #walker: Walker<Picked>;

  constructor(keys: StoreKeys) {
    super(keys);
    this.#picker = new Picker(keys.sql, sets.table);
    this.#walker = new Walker(keys.sql, sets.table);
  }

  /** How many of the members are new. */
  sadd(key: unknown, members: unknown): number {
    const name = checkKey(key);
    const wanted = [...new Set(checkMembers(members))];
    const row = this.store.open(name);
    const { id } = row ?? this.store.create(name, wanted.length);
    const added = this.#write(sql.add, sql.addMany, id, wanted.map(picked));
    if (row !== null && added > 0) this.store.wrote(name, row, row.count + added);
    return added;
  }

  srem(key: unknown, members: unknown): number {
    const name = checkKey(key);
    const unwanted = [...new Set(checkMembers(members))];
    const row = this.store.open(name);
    return row === null ? 0 : this.#remove(name, row, unwanted.map(picked));
  }

  sismember(key: unknown, member: unknown): boolean {
    const [name, wanted] = [checkKey(key), checkMember(member)];
    const row = this.store.open(name);
    return row !== null && this.#has(row, wanted);
  }

  smismember(key: unknown, members: unknown): boolean[] {
    const name = checkKey(key);
    const wanted = checkMembers(members);
    const row = this.store.open(name);
    if (row === null) return wanted.map(() => false);
    const [first, ...others] = wanted;
    if (first !== undefined && others.length === 0) return [this.#has(row, first)];
    const found = new Set<string>();
    for (const chunk of chunks([...new Set(wanted)].map(picked), memberUnits)) {
      const rows = this.store.sql.all<MemberRow>(sql.findMany, row.id, listOf(chunk));
      for (const { member } of rows) found.add(member);
    }
    return wanted.map((member) => found.has(member));
  }

  smembers(key: unknown): string[] {
    const row = this.store.open(checkKey(key));
    return row === null ? [] : this.#members(row);
  }

  scard(key: unknown): number {
    return this.store.open(checkKey(key))?.count ?? 0;
  }

  spop(key: unknown, count: unknown): string | null | string[] {
    const name = checkKey(key);
    const wanted = isAbsent(count) ? null : checkCount(count, "The count");
    const row = this.store.open(name);
    if (wanted === null) return row === null ? null : (this.#pop(name, row, 1)[0] ?? null);
    return row === null || wanted === 0 ? [] : this.#pop(name, row, wanted);
  }

  srandmember(key: unknown, count: unknown): string | null | string[] {
    const name = checkKey(key);
    const wanted = isAbsent(count) ? null : checkPickCount(count);
    const row = this.store.open(name);
    if (wanted === null) return row === null ? null : this.#picker.one(row.id, row.count).member;
    if (row === null) return [];
    const found =
      wanted >= 0
        ? this.#picker.distinct(row.id, row.count, wanted)
        : this.#picker.repeated(row.id, row.count, -wanted);
    return found.map(({ member }) => member);
  }

  smove(source: unknown, destination: unknown, member: unknown): boolean {
    const [from, to] = [checkKey(source), checkKey(destination)];
    const moved = checkMember(member);
    const row = this.store.open(from);
    const target = this.store.open(to);
    if (row === null) return false;
    if (from === to) return this.#has(row, moved);
    if (this.#remove(from, row, [picked(moved)]) === 0) return false;
    const { id } = target ?? this.store.create(to, 1);
    const added = this.#write(sql.add, sql.addMany, id, [picked(moved)]);
    if (target !== null && added > 0) this.store.wrote(to, target, target.count + added);
    return true;
  }

  sinter(keys: unknown): string[] {
    const operands = this.#smallestFirst(keys);
    if (operands === null) return [];
    return this.store.sql.all<MemberRow>(sql.inter, ...operands).map(({ member }) => member);
  }

  sunion(keys: unknown): string[] {
    const [first, ...others] = this.#existing(keys);
    if (first === undefined) return [];
    if (others.length === 0) return this.#members(first);
    return this.store.sql.all<MemberRow>(sql.union, idsOf([first, ...others])).map(({ member }) => member);
  }

  sdiff(keys: unknown): string[] {
    const operands = this.#firstAndOthers(keys);
    if (operands === null) return [];
    return this.store.sql.all<MemberRow>(sql.diff, ...operands).map(({ member }) => member);
  }

  /** The size of the intersection. With a limit above 0, counting stops there. */
  sintercard(keys: unknown, options: unknown): number {
    const { limit = 0 } = checkOptions(options, ["limit"]);
    const most = checkCount(limit, "The option limit");
    const operands = this.#smallestFirst(keys);
    if (operands === null) return 0;
    const found = this.store.sql.get<CountRow>(sql.interCount, ...operands, most === 0 ? -1 : most);
    return found?.count ?? 0;
  }

  sinterstore(destination: unknown, keys: unknown): number {
    const name = checkKey(destination);
    return this.#replace(name, sql.storeInter, this.#smallestFirst(keys));
  }

  sunionstore(destination: unknown, keys: unknown): number {
    const name = checkKey(destination);
    const rows = this.#existing(keys);
    return this.#replace(name, sql.storeUnion, rows.length === 0 ? null : [idsOf(rows)]);
  }

  sdiffstore(destination: unknown, keys: unknown): number {
    const name = checkKey(destination);
    return this.#replace(name, sql.storeDiff, this.#firstAndOthers(keys));
  }

  sscan(key: unknown, cursor: unknown, options: unknown): Page<string> {
    const name = checkKey(key);
    const { count, matches } = scanOptions(options);
    checkCursor(cursor);
    const row = this.store.open(name);
    if (row === null) return { cursor: "0", items: [] };
    const page = this.#walker.page(row.id, cursor, count);
    return { cursor: page.cursor, items: page.rows.map(({ member }) => member).filter(matches) };
  }

  #members(row: KeyRow): string[] {
    return this.store.sql.all<MemberRow>(sql.members, row.id).map(({ member }) => member);
  }

  #has({ id }: KeyRow, member: string): boolean {
    return this.store.sql.get(sql.has, id, pickOf(member), member) !== undefined;
  }

  #pop(key: string, row: KeyRow, count: number): string[] {
    if (count >= row.count) {
      const all = this.#members(row);
      this.store.remove(key, row);
      return all;
    }
    const { id } = row;
    const popped =
      count === 1 ? [this.#picker.one(id, row.count)] : this.#picker.distinct(id, row.count, count);
    this.#remove(key, row, popped);
    return popped.map(({ member }) => member);
  }

  #remove(key: string, row: KeyRow, members: readonly Picked[]): number {
    const removed = this.#write(sql.remove, sql.removeMany, row.id, members);
    if (removed > 0) this.store.wrote(key, row, row.count - removed);
    return removed;
  }

  /** Runs one of two statements on members, and counts those that it changes. */
  #write(forOne: string, forMany: string, id: number, members: readonly Picked[]): number {
    let changed = 0;
    for (const chunk of chunks(members, memberUnits)) {
      const [first] = chunk;
      changed +=
        chunk.length === 1 && first !== undefined
          ? Number(this.store.sql.changes(forOne, id, first.pick, first.member))
          : this.store.sql.returning(forMany, id, listOf(chunk)).length;
    }
    return changed;
  }

  /** The sets that are there, each once. */
  #existing(keys: unknown): KeyRow[] {
    const rows = [...new Set(checkKeys(keys))].map((key) => this.store.open(key));
    return rows.filter((row) => row !== null);
  }

  /** What an intersection is made of: the smallest set, and the others. Null where one is missing. */
  #smallestFirst(keys: unknown): [first: number, others: string] | null {
    const rows = [...new Set(checkKeys(keys))].map((key) => this.store.open(key));
    const existing = rows.filter((row) => row !== null).sort((a, b) => a.count - b.count);
    const [first, ...others] = existing;
    return first === undefined || existing.length < rows.length ? null : [first.id, idsOf(others)];
  }

  /** What a difference is made of. Null where the first set is missing. */
  #firstAndOthers(keys: unknown): [first: number, others: string] | null {
    const [first, ...others] = checkKeys(keys).map((key) => this.store.open(key));
    return first == null ? null : [first.id, idsOf(others.filter((row) => row !== null))];
  }

  /**
   * Puts the result of a statement, whose last parameter is the set to write into, in place of what is at a key, which
   * may be one of the sets that the statement reads.
   */
  #replace(destination: string, statement: string, operands: readonly SqlValue[] | null): number {
    const before = this.store.open(destination);
    const id = operands === null ? null : this.store.space.nextId();
    let count = 0;
    if (operands !== null && id !== null) {
      this.store.sql.run(statement, ...operands, id);
      count = this.store.sql.get<CountRow>(sql.stored)?.count ?? 0;
    }
    if (before !== null) this.store.remove(destination, before);
    if (count > 0 && id !== null) this.store.create(destination, count, undefined, id);
    return count;
  }
}

type MemberRow = { readonly member: string };
type CountRow = { readonly count: number };

const isAbsent = (count: unknown): boolean => count === undefined || count === null;

const picked = (member: string): Picked => ({ pick: pickOf(member), member });

const memberUnits = ({ member }: Picked): number => member.length;

/** Members as SQLite gets them. */
const listOf = (members: readonly Picked[]): string =>
  JSON.stringify(members.map(({ pick, member }) => [pick, member]));

const idsOf = (rows: readonly KeyRow[]): string => JSON.stringify(rows.map(({ id }) => id));

export const sets: Structure = {
  type: "set",
  formats: [
    [
      `CREATE TABLE kv_set (id INTEGER NOT NULL, pick INTEGER NOT NULL, member TEXT NOT NULL,
        PRIMARY KEY (id, pick, member)) WITHOUT ROWID`,
    ],
  ],
  table: "kv_set",
  columns: ["pick", "member"],
};
