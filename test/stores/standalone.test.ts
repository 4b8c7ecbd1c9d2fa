/** Sessions and rate limits in workerd, with the web's cryptography and Cloudflare's count of rows. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accessor, KVHost, rateLimit, session } from "covara/runtime/kv";
import { expect, test } from "vitest";

const day = 86_400_000;

/** As `test/kv/project` declares them. */
const stores = {
  sessions: session({ prefix: "sessions", object: "sessions", shards: 8, ttl: 30 * day, idle: 7 * day }),
  api: rateLimit({ prefix: "api", object: "api", shards: 8, requests: 100, per: 60_000 }),
};
const open = accessor(stores);

/** The stores through a binding, and so an outbox, of its own; and the objects that were asked. */
function caller() {
  const asked = new Set<string>();
  const getByName = (name: string) => {
    asked.add(name);
    return env.COVARA_KV.getByName(name);
  };
  return { ...open({ getByName }), asked };
}

test("a session is created, read, rotated, listed and revoked, and survives its object", async () => {
  const { sessions, asked } = caller();
  const { token, session: made } = await sessions.create("ann");
  const [object = ""] = asked;
  await evictDurableObject(env.COVARA_KV.getByName(object));
  expect(await sessions.read(token)).toEqual(made);
  const rotated = await sessions.rotate(token);
  expect(await sessions.read(token)).toBeNull();
  await evictDurableObject(env.COVARA_KV.getByName(object));
  expect(await sessions.read(token)).toBeNull();
  expect(await sessions.list("ann")).toEqual([rotated?.session]);
  expect(await sessions.revokeById("ann", made.id)).toBe(true);
  expect(await sessions.read(rotated?.token ?? "")).toBeNull();
  expect([...asked]).toEqual([object]);
});

test("of 50 rotations of one token through as many stubs exactly one wins", async () => {
  const { token } = await caller().sessions.create("race");
  const results = await Promise.all(Array.from({ length: 50 }, () => caller().sessions.rotate(token)));
  const winners = results.filter((result) => result !== null);
  expect(winners).toHaveLength(1);
  expect(await caller().sessions.read(winners[0]?.token ?? "")).not.toBeNull();
});

test("contract 4.6: 200 racing takes through many stubs are counted exactly", async () => {
  const began = Date.now();
  const replies = await Promise.all(Array.from({ length: 200 }, () => caller().api.take("race")));
  const allowed = replies.filter((reply) => reply.allowed);
  const { remaining } = await caller().api.peek("race");
  // A token comes every 600 ms, however long this takes.
  const inflow = Math.ceil((Date.now() - began) / 600);
  expect(allowed.length).toBeGreaterThanOrEqual(100);
  expect(allowed.length + remaining).toBeLessThanOrEqual(100 + inflow);
  expect((await caller().api.take("race", 101)).retryAfter).toBeNull();
});

test("the alarm sweeps buckets and sessions", async () => {
  const { sessions, api, asked } = caller();
  await sessions.create("swept");
  await api.take("swept");
  for (const name of asked) {
    const object = env.COVARA_KV.getByName(name);
    const alarm = await runInDurableObject(object, (_object, { storage }) => storage.getAlarm());
    expect(alarm).not.toBeNull();
    for (const table of ["kv_session", "kv_rate_limit"]) {
      await runInDurableObject(object, (_object, { storage: { sql } }) => {
        const made = sql.exec("SELECT 1 FROM sqlite_schema WHERE name = ?", table).toArray().length > 0;
        if (!made) return;
        const column = table === "kv_session" ? "expires_at" : "full_at";
        sql.exec(`UPDATE ${table} SET ${column} = 1, sweep_at = 1`);
      });
    }
    expect(await runDurableObjectAlarm(object)).toBe(true);
    const left = await runInDurableObject(object, (_object, { storage: { sql } }) =>
      name.startsWith("api")
        ? sql.exec("SELECT * FROM kv_rate_limit").toArray()
        : sql.exec("SELECT * FROM kv_session").toArray(),
    );
    expect(left).toEqual([]);
  }
});

test("a take is billed as one row written, a refused one as none, and so is a session that is read", async () => {
  const written = await runInDurableObject(
    env.COVARA_KV.getByName("cost"),
    async (_object, { id, storage }) => {
      let rows = 0;
      let now = 1_800_000_000_000;
      const counting = {
        id,
        storage: {
          sql: {
            exec(statement: string, ...values: (string | number | null)[]) {
              const cursor = storage.sql.exec(statement, ...values);
              const found = cursor.toArray();
              rows += cursor.rowsWritten;
              return { toArray: () => found, rowsWritten: cursor.rowsWritten };
            },
          },
          transactionSync: <T>(body: () => T): T => storage.transactionSync(body),
          setAlarm: async () => {},
        },
      };
      const host = new KVHost(counting, stores, () => now);
      const kv = open({ getByName: () => ({ run: async (batch) => host.run(batch) }) });
      const costs: [string, number][] = [];
      const measure = async (name: string, call: () => Promise<unknown>): Promise<void> => {
        rows = 0;
        await call();
        costs.push([name, rows]);
      };
      // The first commands make the tables.
      await kv.api.take("first");
      const { token } = await kv.sessions.create("first");
      await kv.sessions.revoke(token);
      await measure("first take of a key", () => kv.api.take("k"));
      await measure("take", () => kv.api.take("k", 99));
      await measure("refused take", () => kv.api.take("k"));
      const created: { token: string } = { token: "" };
      await measure("create", async () => Object.assign(created, await kv.sessions.create("ann")));
      await measure("read", () => kv.sessions.read(created.token));
      now += 60_000;
      await measure("read after a minute", () => kv.sessions.read(created.token));
      return costs;
    },
  );
  expect(written).toEqual([
    ["first take of a key", 2],
    ["take", 1],
    ["refused take", 0],
    ["create", 3],
    ["read", 0],
    ["read after a minute", 1],
  ]);
});
