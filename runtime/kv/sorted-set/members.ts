/** The commands of sorted sets that name members, take them from an end, or pick them at random. */
import { checkCount, checkFlag, checkKey, checkMember, checkMembers, checkOptions } from "../checks.ts";
import { chunks } from "../chunks.ts";
import { KVError } from "../errors.ts";
import { Keys, scanOptions } from "../keys.ts";
import { checkPickCount, type Picked, Picker, pickOf } from "../pick.ts";
import type { Page } from "../replies.ts";
import type { KeyRow, StoreKeys } from "../store-keys.ts";
import { compareUtf8 } from "../utf8.ts";
import { checkCursor, Walker } from "../walk.ts";
import { checkEntries, resolve, zaddOptions } from "./adding.ts";
import type { Change } from "./blocks.ts";
import { type Entry, type EntryRow, Order } from "./order.ts";
import { checkScore } from "./ranges.ts";
import * as statements from "./table.ts";

export abstract class Members extends Keys {
  protected readonly order: Order;
  readonly #picker: Picker;
  readonly #walker: Walker<Picked & { readonly score: number }>;

  constructor(keys: StoreKeys) {
    super(keys);
    this.order = new Order(keys.sql);
    this.#picker = new Picker(keys.sql, "kv_zset");
    this.#walker = new Walker(keys.sql, "kv_zset", "member", ["score"]);
  }

  zadd(key: unknown, entries: unknown, options: unknown): number | null {
    const rules = zaddOptions(options);
    const given = checkEntries(entries, rules);
    const name = checkKey(key);
    const row = this.store.open(name);
    const { added, changed, sum, changes, touched } = resolve(
      given,
      rules,
      row === null
        ? new Map()
        : this.#scores(
            row,
            given.map(([member]) => member),
          ),
    );
    if (touched) this.#write(name, row, changes);
    if (rules.incr) return sum;
    return rules.ch ? added + changed : added;
  }

  zincrby(key: unknown, amount: unknown, member: unknown): number {
    const by = checkScore(amount, "The increment");
    return this.zadd(key, [[checkMember(member), by]], { incr: true }) ?? 0;
  }

  zrem(key: unknown, members: unknown): number {
    const name = checkKey(key);
    const unwanted = [...new Set(checkMembers(members))];
    const row = this.store.open(name);
    if (row === null) return 0;
    const { sql } = this.store;
    const removed = chunks(unwanted, (member) => member.length).flatMap((chunk) => {
      const [first] = chunk;
      return chunk.length === 1 && first !== undefined
        ? sql.returning<EntryRow>(statements.remove, row.id, pickOf(first), first)
        : sql.returning<EntryRow>(statements.removeMany, row.id, listOf(chunk));
    });
    this.#removed(name, row, removed);
    return removed.length;
  }

  zscore(key: unknown, member: unknown): number | null {
    const [name, wanted] = [checkKey(key), checkMember(member)];
    const row = this.store.open(name);
    return row === null ? null : this.scoreOf(row, wanted);
  }

  zmscore(key: unknown, members: unknown): (number | null)[] {
    const name = checkKey(key);
    const wanted = checkMembers(members);
    const row = this.store.open(name);
    if (row === null) return wanted.map(() => null);
    const scores = this.#scores(row, wanted);
    return wanted.map((member) => scores.get(member) ?? null);
  }

  zcard(key: unknown): number {
    return this.store.open(checkKey(key))?.count ?? 0;
  }

  zpopmin(key: unknown, count: unknown): Entry | Entry[] | null {
    return this.#pop(key, count, 1);
  }

  zpopmax(key: unknown, count: unknown): Entry | Entry[] | null {
    return this.#pop(key, count, -1);
  }

  zrandmember(key: unknown, count: unknown, options: unknown): string | null | string[] | Entry[] {
    const name = checkKey(key);
    const withScores = checkFlag(checkOptions(options, ["withScores"]).withScores, "withScores");
    if (count === undefined || count === null) {
      if (withScores) throw new KVError("INVALID_ARGUMENT", "The option withScores needs a count.");
      const row = this.store.open(name);
      return row === null ? null : this.#picker.one(row.id, row.count).member;
    }
    const wanted = checkPickCount(count);
    const row = this.store.open(name);
    if (row === null) return [];
    const picked =
      wanted >= 0
        ? this.#picker.distinct(row.id, row.count, wanted)
        : this.#picker.repeated(row.id, row.count, -wanted);
    const members = picked.map(({ member }) => member);
    if (!withScores) return members;
    const scores = this.#scores(row, members);
    return members.map((member): Entry => [member, scores.get(member) ?? 0]);
  }

  zscan(key: unknown, cursor: unknown, options: unknown): Page<Entry> {
    const name = checkKey(key);
    const { count, matches } = scanOptions(options);
    checkCursor(cursor);
    const row = this.store.open(name);
    if (row === null) return { cursor: "0", items: [] };
    const page = this.#walker.page(row.id, cursor, count);
    const rows = page.rows.filter(({ member }) => matches(member));
    return { cursor: page.cursor, items: rows.map(({ member, score }) => [member, score]) };
  }

  protected scoreOf(row: KeyRow, member: string): number | null {
    const found = this.store.sql.get<EntryRow>(statements.score, row.id, pickOf(member), member);
    return found?.score ?? null;
  }

  /** Stores scores of members, each of which is given once. */
  protected putAll(id: number, entries: readonly Entry[]): void {
    const { sql } = this.store;
    const { rowsOfPut } = statements;
    const whole = entries.length - (entries.length % rowsOfPut);
    for (let start = 0; start < whole; start += rowsOfPut) {
      const rows = entries.slice(start, start + rowsOfPut);
      const values = rows.flatMap(([member, score]) => [pickOf(member), member, score]);
      sql.run(statements.putRows(), id, ...values);
    }
    for (const [member, score] of entries.slice(whole)) {
      sql.run(statements.put, id, pickOf(member), member, score);
    }
  }

  /** The scores of those members that are there. */
  #scores(row: KeyRow, members: readonly string[]): Map<string, number> {
    const [first, ...others] = members;
    if (first === undefined) return new Map();
    if (others.length === 0) {
      const score = this.scoreOf(row, first);
      return new Map(score === null ? [] : [[first, score]]);
    }
    const scores = new Map<string, number>();
    for (const chunk of chunks([...new Set(members)], (member) => member.length)) {
      const rows = this.store.sql.all<EntryRow>(statements.scores, row.id, listOf(chunk));
      for (const { member, score } of rows) scores.set(member, score);
    }
    return scores;
  }

  /** Stores scores of members that are new or have another score. */
  #write(name: string, row: KeyRow | null, changes: readonly Change[]): void {
    const added = changes.filter(({ before }) => before === null).length;
    const { id } = row ?? this.store.create(name, added);
    this.putAll(
      id,
      changes.map(({ member, now }) => [member, now ?? 0]),
    );
    if (row === null) return;
    this.order.blocks.changed(row, changes, row.count + added);
    this.store.wrote(name, row, row.count + added);
  }

  #removed(name: string, row: KeyRow, removed: readonly EntryRow[]): void {
    if (removed.length === 0) return;
    const count = row.count - removed.length;
    const changes = removed.map(({ member, score }) => ({ member, before: score, now: null }));
    this.order.blocks.changed(row, changes, count);
    this.store.wrote(name, row, count);
  }

  #pop(key: unknown, count: unknown, direction: 1 | -1): Entry | Entry[] | null {
    const amount = count === undefined || count === null ? null : checkCount(count, "The count");
    const name = checkKey(key);
    const row = this.store.open(name);
    const taken = row === null || amount === 0 ? [] : this.#take(name, row, amount ?? 1, direction);
    return amount === null ? (taken[0] ?? null) : taken;
  }

  #take(name: string, row: KeyRow, count: number, direction: 1 | -1): Entry[] {
    const taken =
      count === 1
        ? this.#takeOne(row.id, direction)
        : this.store.sql.returning<EntryRow>(
            direction === 1 ? statements.popMin : statements.popMax,
            row.id,
            count,
          );
    this.#removed(name, row, taken);
    // In which order deleted rows come back is not said.
    return taken.sort((a, b) => direction * inOrder(a, b)).map(({ member, score }) => [member, score]);
  }

  /** In two statements, which take a fifth of the time of the one for many. */
  #takeOne(id: number, direction: 1 | -1): EntryRow[] {
    const { sql } = this.store;
    const found = sql.get<EntryRow>(direction === 1 ? statements.first : statements.last, id);
    if (found === undefined) return [];
    sql.run(statements.removeOne, id, pickOf(found.member), found.member);
    return [found];
  }
}

/** Orders members as sets do. */
export function inOrder(a: EntryRow, b: EntryRow): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  return compareUtf8(a.member, b.member);
}

const listOf = (members: readonly string[]): string =>
  JSON.stringify(members.map((member) => [pickOf(member), member]));
