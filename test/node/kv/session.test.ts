import { DatabaseSync } from "node:sqlite";
import { KVError, number, session, text } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { Engine } from "../../../runtime/kv/engine.ts";
import { nodeSql } from "../../../runtime/kv/node-storage.ts";
import { digestOf } from "../../../runtime/kv/session/tokens.ts";
import { countedSql } from "./counted-sql.ts";

const minute = 60_000;
const day = 86_400_000;
const start = 1_800_000_000_000;

const definitions = {
  sessions: session({
    prefix: "sessions",
    object: "sessions",
    shards: 8,
    ttl: 30 * day,
    idle: 7 * day,
    data: { device: text(), visits: number() },
  }),
  /** Another store in the same objects. */
  admins: session({ prefix: "admins", object: "sessions", shards: 8, ttl: day }),
};

let clock = start;
let db = openKV(definitions, { now: () => clock });
beforeEach(() => {
  clock = start;
  db = openKV(definitions, { now: () => clock });
});
afterEach(() => db.close());
const sessions = () => db.kv.sessions;

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (error instanceof KVError ? error.code : error),
  );

/** What no token can be, and tokens that nobody was given. */
const strangers = (token: string): unknown[] => [
  undefined,
  null,
  7,
  {},
  "",
  ".",
  "7",
  token.slice(0, -1),
  `${token}A`,
  `${token}\n`,
  ` ${token}`,
  token.replace(".", ":"),
  `0${token}`,
  token.replace(/^\d+/, "16384"),
  token.replace(/^\d+/, "-1"),
  token.replace(/^\d+/, (slot) => String((Number(slot) + 2_048) % 16_384)),
  token.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  `0.${"A".repeat(43)}`,
  "\ud800",
  "x".repeat(100_000),
];

describe("sessions (contract 4.5)", () => {
  test("a token opens its session, until it is revoked", async () => {
    const { token, session } = await sessions().create("ann", { device: "phone" });
    expect(session).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      user: "ann",
      data: { device: "phone" },
      createdAt: start,
      seenAt: start,
      expiresAt: start + 30 * day,
    });
    expectTypeOf(session.data).toEqualTypeOf<Partial<{ device: string; visits: number }>>();
    expect(await sessions().read(token)).toEqual(session);
    expect(await sessions().revoke(token)).toBe(true);
    expect(await sessions().read(token)).toBeNull();
    expect(await sessions().revoke(token)).toBe(false);
  });

  test("text that is no token, or somebody else's, finds nothing and fails nowhere", async () => {
    const { token } = await sessions().create("ann");
    for (const stranger of strangers(token)) {
      const given = stranger as string;
      expect(await sessions().read(given)).toBeNull();
      expect(await sessions().rotate(given)).toBeNull();
      expect(await sessions().update(given, { device: "tv" })).toBeNull();
      expect(await sessions().revoke(given)).toBe(false);
      expect(await db.kv.admins.read(token)).toBeNull();
    }
    expect(await sessions().read(token)).not.toBeNull();
  });

  test("tokens are 256 random bits, and never the caller's", async () => {
    const made = await Promise.all(Array.from({ length: 300 }, () => sessions().create("ann")));
    const tokens = made.map(({ token }) => token);
    expect(new Set(tokens).size).toBe(300);
    const bytes = tokens.map((token) => Buffer.from(token.split(".")[1] ?? "", "base64url"));
    expect(bytes.every(({ length }) => length === 32)).toBe(true);
    // Each of the 256 bits is set in about half of the tokens: within six standard deviations.
    for (let bit = 0; bit < 256; bit++) {
      const set = bytes.filter((byte) => ((byte[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(Math.abs(set - 150)).toBeLessThan(6 * Math.sqrt(75));
    }
    // No argument of create is a token, and data of that name is refused.
    const forced = { token: tokens[0] } as object;
    expect(await code(sessions().create("eve", forced))).toBe("INVALID_ARGUMENT");
  });

  test("an id is no token and no digest", async () => {
    const { token, session } = await sessions().create("ann");
    expect(token).not.toContain(session.id);
    expect(session.id).not.toBe(await digestOf(token));
    const [slot] = token.split(".");
    for (const guess of [session.id, `${slot}.${session.id}`, `${slot}.${await digestOf(token)}`])
      expect(await sessions().read(guess)).toBeNull();
  });

  test("the object is told, and stores, nothing that opens a session", async () => {
    const seen: string[] = [];
    const database = new DatabaseSync(":memory:");
    const engine = new Engine(nodeSql(database), definitions, { now: () => clock, schedule: () => {} });
    const { accessor } = await import("../../../runtime/kv/accessor.ts");
    const kv = accessor(definitions)({
      getByName: () => ({
        run: async (batch) => {
          seen.push(JSON.stringify(batch));
          const reply = engine.run(batch);
          seen.push(JSON.stringify(reply));
          return reply;
        },
      }),
    });
    const { token } = await kv.sessions.create("ann", { device: "phone" });
    await kv.sessions.read(token);
    const rotated = await kv.sessions.rotate(token);
    await kv.sessions.revokeAll("bob", { except: rotated?.token ?? "" });
    const stored = JSON.stringify(database.prepare("SELECT * FROM kv_session").all());
    for (const secret of [token, rotated?.token ?? "missing"].map(
      (text) => text.split(".")[1] ?? "missing",
    )) {
      expect(seen.join()).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
    expect(stored).toContain(await digestOf(rotated?.token ?? ""));
    database.close();
  });
});

describe("expiry of sessions", () => {
  test("a session that is used lives for its ttl, and no longer", async () => {
    const { token, session } = await sessions().create("ann");
    for (clock = start; clock < start + 30 * day - 1; clock += 6 * day) {
      const read = await sessions().read(token);
      expect(read).toMatchObject({ id: session.id, seenAt: clock, expiresAt: start + 30 * day });
    }
    clock = start + 30 * day - 1;
    const rotated = await sessions().rotate(token);
    expect(rotated?.session.expiresAt).toBe(start + 30 * day);
    clock++;
    expect(await sessions().read(rotated?.token ?? "")).toBeNull();
    expect(await sessions().rotate(rotated?.token ?? "")).toBeNull();
  });

  test("a session that is not used ends after idle", async () => {
    const { token } = await sessions().create("ann");
    clock = start + 7 * day - 1;
    expect(await sessions().read(token)).not.toBeNull();
    clock += 7 * day - 1;
    expect(await sessions().read(token)).not.toBeNull();
    clock += 7 * day;
    expect(await sessions().read(token)).toBeNull();
    expect(await sessions().list("ann")).toEqual([]);
    expect(await sessions().update(token, {})).toBeNull();
    expect(await sessions().revoke(token)).toBe(false);
  });

  test("without idle only the ttl counts", async () => {
    const { token } = await db.kv.admins.create("ann");
    clock = start + day - 1;
    expect(await db.kv.admins.read(token)).not.toBeNull();
    clock = start + day;
    expect(await db.kv.admins.read(token)).toBeNull();
  });

  test("ended sessions do not count when they are revoked", async () => {
    await sessions().create("ann");
    clock += 7 * day;
    const { session } = await sessions().create("ann");
    expect((await sessions().list("ann")).map(({ id }) => id)).toEqual([session.id]);
    expect(await sessions().revokeAll("ann")).toBe(1);
  });

  test("lifetimes that a new release shortens count at once", async () => {
    const { mkdtempSync, rmSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/covara-sessions-");
    const declare = (ttl: number, idle: number) => ({
      sessions: session({ prefix: "sessions", object: "main", ttl, idle }),
    });
    try {
      using before = openKV(declare(30 * day, 7 * day), { folder, now: () => clock });
      const { token } = await before.kv.sessions.create("ann");
      before.close();
      clock += day;
      using after = openKV(declare(30 * day, day), { folder, now: () => clock });
      expect(await after.kv.sessions.read(token)).toBeNull();
      after.close();
      using third = openKV(declare(day, 7 * day), { folder, now: () => clock });
      expect(await third.kv.sessions.read(token)).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a clock that goes back neither fails nor prolongs", async () => {
    const { token } = await sessions().create("ann");
    clock -= day;
    expect(await sessions().read(token)).toMatchObject({ seenAt: start });
    clock = start + 7 * day;
    expect(await sessions().read(token)).toBeNull();
  });
});

/** An engine whose statements are counted. */
function counted(idle: number) {
  const database = new DatabaseSync(":memory:");
  const sql = countedSql(database);
  const store = session({ prefix: "s", object: "main", ttl: 30 * day, idle });
  const scheduled: number[] = [];
  const engine = new Engine(sql, { store }, { now: () => clock, schedule: (at) => scheduled.push(at) });
  const run = (command: string, ...args: unknown[]): unknown => {
    const [reply] = engine.run({ atomic: false, commands: [{ store: "store", command, args }] }).replies;
    if (!reply?.ok) throw new Error(JSON.stringify(reply));
    return reply.value;
  };
  // Opens the store; the first sweep of an engine makes it open again.
  run("create", "other", "other", "other", []);
  run("revoke", "other");
  run("read", "other");
  const rows = (): number => Number(database.prepare("SELECT count(*) AS n FROM kv_session").get()?.n);
  return { database, engine, run, rows, cost: () => sql.cost(), scheduled };
}

describe("cost of sessions", () => {
  test("reading is one statement, and a use is written once a minute", () => {
    const { run, cost } = counted(7 * day);
    run("create", "digest", "id", "ann", []);
    cost();
    for (const [pause, statements] of [
      [0, 1],
      [minute - 1, 1],
      [1, 2],
      [1, 1],
      [minute, 2],
    ] as const) {
      clock += pause;
      run("read", "digest");
      expect(cost().statements).toBe(statements);
    }
  });

  test("with a short idle, a use is written after a tenth of it", () => {
    const { run, cost } = counted(100_000);
    run("create", "digest", "id", "ann", []);
    clock += 9_999;
    cost();
    run("read", "digest");
    expect(cost().statements).toBe(1);
    clock += 1;
    run("read", "digest");
    expect(cost().texts.some((text) => text.startsWith("UPDATE"))).toBe(true);
  });

  test("reading, listing and revoking seek the sessions of one token or one user", () => {
    const { database, run, cost } = counted(7 * day);
    /** Looks at the statements on sessions of one command. */
    const plan = (command: string, ...args: unknown[]): string[] => {
      cost();
      run(command, ...args);
      const texts = cost().texts.filter((text) => text.includes("kv_session"));
      return texts.flatMap((text) => {
        const count = /\?1/.test(text) ? 3 : text.split("?").length - 1;
        const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array<number>(count).fill(1));
        return steps.map(({ detail }) => String(detail)).filter((detail) => /SCAN|SEARCH/.test(detail));
      });
    };
    run("create", "digest", "id", "ann", []);
    clock += minute;
    const byToken = "SEARCH kv_session USING PRIMARY KEY (store=? AND hash=?)";
    const byUser = "SEARCH kv_session USING INDEX kv_session_user (store=? AND user=?)";
    expect(plan("read", "digest")).toEqual([byToken, byToken]);
    expect(plan("update", "digest", [])).toEqual([byToken, byToken]);
    expect(plan("list", "ann")).toEqual([byUser]);
    expect(plan("revokeid", "ann", "other")).toEqual([byUser.replace("user=?", "user=? AND id=?")]);
    expect(plan("revokeall", "ann", "digest")).toEqual([byUser]);
    expect(plan("rotate", "digest", "next")).toEqual([byToken, byToken]);
    expect(plan("revoke", "next")).toEqual([byToken]);
  });
});

describe("the sweep of sessions", () => {
  test("deletes what has ended, and keeps what was used", () => {
    const { run, rows, engine, scheduled } = counted(7 * day);
    for (let i = 0; i < 2_500; i++) run("create", `digest ${i}`, `id ${i}`, `user ${i % 10}`, []);
    expect(Math.min(...scheduled)).toBe(start + 7 * day);
    clock = start + 6 * day;
    for (let i = 0; i < 100; i++) run("read", `digest ${i}`);
    expect(engine.sweep()).toBe(start + 7 * day);
    expect(rows()).toBe(2_500);

    clock = start + 7 * day;
    let sweeps = 1;
    for (let next = engine.sweep(); next === clock; next = engine.sweep()) sweeps++;
    expect(sweeps).toBeLessThan(10);
    expect(rows()).toBe(100);
    expect(engine.sweep()).toBe(start + 13 * day);
    expect(run("read", "digest 99")).not.toBeNull();

    clock = start + 20 * day;
    engine.sweep();
    expect(rows()).toBe(0);
    expect(engine.sweep()).toBeNull();
  });

  test("deletes what was used until its end, when that has come", () => {
    const { run, rows, engine } = counted(7 * day);
    run("create", "digest", "id", "ann", []);
    for (clock = start; clock < start + 30 * day; clock += 6 * day) run("read", "digest");
    clock = start + 30 * day - 1;
    run("read", "digest");
    expect(engine.sweep()).toBe(clock + 10_000);
    expect(rows()).toBe(1);
    clock = start + 30 * day;
    expect(engine.sweep()).toBeNull();
    expect(rows()).toBe(0);
  });
});

describe("rotation", () => {
  test("gives the same session another token; the old one is dead at once", async () => {
    const { token, session } = await sessions().create("ann", { device: "phone", visits: 3 });
    clock += minute;
    const rotated = await sessions().rotate(token);
    expect(rotated?.session).toEqual({ ...session, seenAt: clock });
    expect(rotated?.token).not.toBe(token);
    expect(await sessions().read(token)).toBeNull();
    expect(await sessions().read(rotated?.token ?? "")).toEqual(rotated?.session);
    expect(await sessions().list("ann")).toEqual([rotated?.session]);
  });

  test("of many rotations of one token exactly one wins", async () => {
    const { token } = await sessions().create("ann");
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        for (let wait = 0; wait < index % 5; wait++) await new Promise(setImmediate);
        return sessions().rotate(token);
      }),
    );
    const [winner, ...others] = results.filter((result) => result !== null);
    expect(others).toEqual([]);
    expect(await sessions().read(winner?.token ?? "")).not.toBeNull();
    expect(await sessions().list("ann")).toHaveLength(1);
  });
});

describe("the data of sessions", () => {
  test("update sets what is given and keeps the rest", async () => {
    const { token } = await sessions().create("ann", { device: "phone" });
    expect((await sessions().update(token, { visits: 1 }))?.data).toEqual({ device: "phone", visits: 1 });
    await Promise.all([
      sessions().update(token, { device: "tv", visits: undefined }),
      sessions().update(token, { visits: 2 }),
    ]);
    expect((await sessions().read(token))?.data).toEqual({ device: "tv", visits: 2 });
  });

  test("what is not declared, does not fit or is too large is refused", async () => {
    const { token } = await sessions().create("ann");
    const update = (data: object) => code(sessions().update(token, data));
    expect(await update({ phone: "x" })).toBe("INVALID_ARGUMENT");
    expect(await update({ visits: "many" })).toBe("INVALID_VALUE");
    expect(await update({ device: "x".repeat(20_000) })).toBe("VALUE_TOO_LARGE");
    expect(await code(db.kv.admins.create("ann", { device: "x" } as object))).toBe("INVALID_ARGUMENT");
    expect((await sessions().read(token))?.data).toEqual({});
  });

  test("users are checked", async () => {
    for (const user of ["", undefined, null, 7, {}] as unknown[] as string[])
      for (const use of [
        () => sessions().create(user),
        () => sessions().list(user),
        () => sessions().revokeById(user, "x"),
        () => sessions().revokeAll(user),
      ])
        expect(await code(use())).toBe("INVALID_ARGUMENT");
    expect(await code(sessions().create("\ud800"))).toBe("INVALID_TEXT");
    expect(await code(sessions().create("x".repeat(1_025)))).toBe("KEY_TOO_LARGE");
    const names = ["__proto__", "{a}", "a{b}c", "é", "x".repeat(1_024)];
    for (const user of names) {
      const { token } = await sessions().create(user);
      expect((await sessions().read(token))?.user).toBe(user);
      expect(await sessions().list(user)).toHaveLength(1);
    }
  });
});

describe("the sessions of a user", () => {
  test("are listed, the last used first, and revoked by id", async () => {
    const first = await sessions().create("ann", { device: "phone" });
    clock += minute;
    const second = await sessions().create("ann", { device: "tv" });
    clock += minute;
    const other = await sessions().create("bob");
    await sessions().read(first.token);
    const list = await sessions().list("ann");
    expect(list.map(({ data }) => data.device)).toEqual(["phone", "tv"]);
    expect(JSON.stringify(list)).not.toContain(await digestOf(first.token));

    expect(await sessions().revokeById("ann", other.session.id)).toBe(false);
    expect(await sessions().revokeById("bob", second.session.id)).toBe(false);
    expect(await sessions().revokeById("ann", second.session.id)).toBe(true);
    expect(await sessions().revokeById("ann", second.session.id)).toBe(false);
    expect(await sessions().read(second.token)).toBeNull();
    expect(await sessions().read(other.token)).not.toBeNull();
  });

  test("are revoked all, or all but one", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => sessions().create("ann")));
    const bob = await sessions().create("bob");
    const admin = await db.kv.admins.create("ann");
    const [kept] = made;
    expect(await sessions().revokeAll("ann", { except: kept?.token })).toBe(4);
    expect(await sessions().list("ann")).toEqual([kept?.session]);
    expect(await sessions().revokeAll("ann", { except: bob.token })).toBe(1);
    expect(await sessions().list("ann")).toEqual([]);
    expect(await sessions().read(bob.token)).not.toBeNull();
    expect(await db.kv.admins.read(admin.token)).not.toBeNull();
    await sessions().create("ann");
    expect(await sessions().revokeAll("ann", { except: "nonsense" })).toBe(1);
    expect(await sessions().revokeAll("ann")).toBe(0);
  });
});

describe("where sessions live (contract 6.9)", () => {
  test("users spread over all shards; the token alone finds the session", async () => {
    const { accessor } = await import("../../../runtime/kv/accessor.ts");
    const asked: string[] = [];
    const kv = accessor(definitions)({
      getByName(name) {
        asked.push(name);
        return db.binding.getByName(name);
      },
    });
    const used = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const { token } = await kv.sessions.create(`user ${i}`);
      const [object] = asked.splice(0);
      used.add(object ?? "");
      expect((await kv.sessions.read(token))?.user).toBe(`user ${i}`);
      await kv.sessions.list(`user ${i}`);
      await kv.sessions.revokeAll(`user ${i}`, { except: token });
      expect(new Set(asked.splice(0))).toEqual(new Set([object]));
    }
    expect([...used].sort()).toEqual(Array.from({ length: 8 }, (_, index) => `sessions/8/${index}`));
    // Each object that is asked exists from then on, and is billed.
    const { token } = await db.kv.sessions.create("ann");
    for (const text of ["nonsense", `${token}A`, `${token}\n`, token.replace(/^\d+/, "16384"), `0${token}`])
      expect(await kv.sessions.read(text)).toBeNull();
    expect(asked).toEqual([]);
  });

  test("they are not there in multi and pipeline", async () => {
    // @ts-expect-error: sessions are not part of a batch
    const queue = db.kv.multi((tx) => [tx.sessions.read("x")]);
    await expect(queue).rejects.toThrow(TypeError);
    const names: string[] = [];
    await db.kv.pipeline((p) => {
      names.push(...Object.keys(p));
      return [];
    });
    expect(names).toEqual([]);
  });

  test("lifetimes are checked where a store is declared", () => {
    const declare = (ttl: number, idle: number) => () => session({ prefix: "s", object: "main", ttl, idle });
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(declare(bad, 1)).toThrow(/ttl of the session store "s"/);
      expect(declare(1, bad)).toThrow(/idle of the session store "s"/);
    }
  });
});
