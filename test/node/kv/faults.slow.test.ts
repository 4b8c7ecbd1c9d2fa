/** A statement fails in the middle of a command, as it does on a full disk: at each of its statements in turn. */
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";
import type { Command } from "../../../runtime/kv/replies.ts";
import type { Sql } from "../../../runtime/kv/sql.ts";
import { stores } from "../../kv/stores.ts";

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);
const scored = (members: readonly string[]): [string, number][] =>
  members.map((member, index) => [member, index]);

const command = (store: string, name: string, ...args: unknown[]): Command => ({
  store,
  command: name,
  args,
});

/** What is there before: small and large keys, one that has expired, one that is about to. */
const setup: readonly Command[] = [
  command("string", "mset", [
    ["a", "1"],
    ["b", "2"],
  ]),
  command("string", "set", "gone", "3", { px: 1 }),
  command("counter", "set", "a", 5),
  command("hash", "hset", "a", [
    ["f", "1"],
    ["g", "2"],
  ]),
  command(
    "hash",
    "hset",
    "b",
    many(100).map((field) => [field, "1"]),
  ),
  command("set", "sadd", "a", many(3)),
  command("set", "sadd", "b", many(100)),
  command("set", "sadd", "gone", ["x"]),
  command("set", "pexpire", "gone", 1),
  command("list", "rpush", "a", ["1", "2", "3"]),
  command("list", "rpush", "b", many(100)),
  command("list", "linsert", "b", "before", "m50", "between"),
  command("sortedSet", "zadd", "a", scored(many(3))),
  command("sortedSet", "zadd", "b", scored(many(1_500))),
  command("sortedSet", "zrank", "b", "m700"),
];

const commands: readonly Command[] = [
  command("string", "set", "a", "9", { ex: 10 }),
  command("string", "set", "new", "9"),
  command("string", "set", "gone", "9"),
  command("string", "getset", "a", "9"),
  command("string", "getdel", "a"),
  command("string", "getex", "a", { ex: 10 }),
  command("string", "mset", [
    ["a", "9"],
    ["new", "9"],
    ["gone", "9"],
  ]),
  command("string", "append", "a", "9"),
  command("string", "setrange", "new", 2, "9"),
  command("string", "del", ["a", "b", "gone"]),
  command("string", "rename", "a", "b"),
  command("string", "rename", "a", "gone"),
  command("string", "copy", "a", "b", { replace: true }),
  command("string", "copy", "a", "gone"),
  command("string", "expire", "a", -1),
  command("string", "expire", "a", 100),
  command("counter", "incr", "a"),
  command("counter", "incrbyfloat", "new", 0.5),
  command("hash", "hset", "a", [
    ["f", "9"],
    ["h", "9"],
  ]),
  command("hash", "hset", "new", [["f", "9"]]),
  command("hash", "hsetnx", "a", "h", "9"),
  command("hash", "hdel", "a", ["f", "g"]),
  command("hash", "hincrby", "a", "f", 2),
  command("hash", "rename", "a", "b"),
  command("hash", "copy", "b", "new"),
  command("set", "sadd", "a", ["m0", "x", "y"]),
  command("set", "sadd", "gone", ["y"]),
  command("set", "srem", "a", many(3)),
  command("set", "smove", "b", "a", "m50"),
  command("set", "smove", "a", "new", "m0"),
  command("set", "spop", "b", 100),
  command("set", "sinterstore", "new", ["a", "b"]),
  command("set", "sunionstore", "a", ["a", "b"]),
  command("set", "sdiffstore", "b", ["b", "a"]),
  command("set", "sdiffstore", "a", ["a", "b"]),
  command("list", "lpush", "a", ["8", "9"]),
  command("list", "rpush", "new", ["9"]),
  command("list", "lpop", "a", 2),
  command("list", "rpop", "a", 3),
  command("list", "lset", "a", 1, "9"),
  command("list", "linsert", "b", "before", "m50", "9"),
  command("list", "lrem", "b", 0, "m50"),
  command("list", "ltrim", "b", 10, 20),
  command("list", "ltrim", "b", 1, 0),
  command("list", "lmove", "a", "b", "left", "right"),
  command("list", "lmove", "a", "a", "left", "right"),
  command("sortedSet", "zadd", "a", [
    ["m0", 9],
    ["x", 9],
  ]),
  command("sortedSet", "zadd", "b", [["x", 9]]),
  command(
    "sortedSet",
    "zadd",
    "b",
    scored(many(120)).map(([member, score]) => [member, score + 0.5]),
  ),
  command("sortedSet", "zincrby", "b", 100, "m1"),
  command("sortedSet", "zrem", "b", ["m1", "m2"]),
  command("sortedSet", "zpopmin", "a", 2),
  command("sortedSet", "zpopmax", "b", 700),
  command("sortedSet", "zremrangebyrank", "b", 100, 900),
  command("sortedSet", "zremrangebyscore", "b", 10, 1_490),
  command("sortedSet", "zremrangebylex", "b", "[m1", "[m2"),
  command("sortedSet", "zrangestore", "new", "b", 10, 1_300),
  command("sortedSet", "zunionstore", "a", ["a", "b"]),
  command("sortedSet", "zinterstore", "b", ["a", "b"]),
  command("sortedSet", "zdiffstore", "b", ["b", "a"]),
  command("sortedSet", "copy", "b", "new"),
  command("sortedSet", "zrank", "b", "m1200"),
  command("sortedSet", "del", ["b"]),
];

const database = new DatabaseSync(":memory:");
const sql = nodeSql(database);
const setUp = new Engine(sql, stores, { now: () => 1_000, schedule() {} });
expect(setUp.run({ commands: setup, atomic: true })).not.toHaveProperty("failed");

/** A new engine on the stored data. What it writes is undone when it is disposed of. */
class Faulty implements Disposable {
  /** Which statement of each transaction fails. */
  failAt = Number.POSITIVE_INFINITY;
  /** Whether it fails only once. */
  isTransient = false;
  failures = 0;
  #statements = 0;
  readonly #engine: Engine;

  constructor() {
    database.exec("SAVEPOINT before");
    const failing: Sql = {
      get: (text, ...values) => this.#check() ?? sql.get(text, ...values),
      all: (text, ...values) => this.#check() ?? sql.all(text, ...values),
      run: (text, ...values) => this.#check() ?? sql.run(text, ...values),
      changes: (text, ...values) => this.#check() ?? sql.changes(text, ...values),
      returning: (text, ...values) => this.#check() ?? sql.returning(text, ...values),
      transaction: (body) => {
        this.#statements = 0;
        return sql.transaction(body);
      },
    };
    this.#engine = new Engine(failing, stores, { now: () => 2_000, schedule() {} });
    this.run([command("string", "get", "a")]);
  }

  #check(): undefined {
    if (this.#statements++ !== this.failAt) return;
    this.failures++;
    if (this.isTransient) this.failAt = Number.POSITIVE_INFINITY;
    throw new Error("database or disk is full");
  }

  run(commands: readonly Command[], atomic = false) {
    return this.#engine.run({ commands, atomic }).replies;
  }

  [Symbol.dispose](): void {
    database.exec("ROLLBACK TO before; RELEASE before");
  }
}

/** What each key of a store, and of `string`, holds, without the ids, which are allowed to differ. */
function dump(store: string): string {
  const keys = sql.all(
    `SELECT store, key, id, type, count, expires_at FROM kv_keys
      WHERE store IN (?, 'string') AND (expires_at IS NULL OR expires_at > 2000)`,
    store,
  );
  const contents = keys.map(({ id = null, ...key }) => {
    const { table, columns } = stores[key.store as keyof typeof stores].structure;
    const list = columns.join(", ");
    const members = sql.all(`SELECT ${list} FROM ${table} WHERE id = ? ORDER BY ${list}`, id);
    const blocks = sql.get<{ count: number | null }>(
      "SELECT sum(count) AS count FROM kv_zset_block WHERE id = ?",
      id,
    );
    if (members.length !== key.count || (blocks?.count ?? key.count) !== key.count) {
      throw new Error(`${key.key} has ${members.length} members and not ${key.count}.`);
    }
    return JSON.stringify({ ...key, members });
  });
  return contents.join("\n");
}

/** What a batch replies and leaves where nothing fails. */
function withoutFault(store: string, batch: readonly Command[]) {
  using engine = new Faulty();
  const replies = engine.run(batch);
  return { replies, left: dump(store) };
}

const named = commands.map(
  (one) => [`${one.store}.${one.command} ${JSON.stringify(one.args).slice(0, 60)}`, one] as const,
);

test.each(named)("contract 6.6: a failure at any statement leaves nothing of %s", (_name, one) => {
  const before = dump(one.store);
  const others = [command("string", "set", "x", "1"), one, command("string", "set", "y", "2")];
  const [alone, beside] = [withoutFault(one.store, [one]), withoutFault(one.store, others)];
  expect(alone.replies).toMatchObject([{ ok: true }]);
  for (const isTransient of [true, false]) {
    for (const mode of ["plain", "atomic", "beside"] as const) {
      for (let failAt = 0; ; failAt++) {
        using engine = new Faulty();
        Object.assign(engine, { failAt, isTransient });
        const batch = mode === "beside" ? others : [one];
        const replies = engine.run(batch, mode === "atomic");
        engine.failAt = Number.POSITIVE_INFINITY;
        if (engine.failures === 0) break;
        if (mode !== "beside") expect(dump(one.store)).toBe(replies[0]?.ok ? alone.left : before);
        // What failed can be done again, and then all is as if nothing had happened.
        for (const [index, missed] of batch.entries()) {
          if (replies[index]?.ok) continue;
          expect(engine.run([missed])).toEqual([beside.replies[mode === "beside" ? index : 1]]);
        }
        expect(dump(one.store)).toBe(mode === "beside" ? beside.left : alone.left);
      }
    }
  }
});
