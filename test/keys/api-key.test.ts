/** Keys of users' programs (contract 4.5). */
import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { apiKeys } from "#keys/auth";

async function call(path: string, headers: Record<string, string> = {}, method = "GET", json?: unknown) {
  const response = await exports.default.fetch(`https://covara.test/api${path}`, {
    method,
    headers: { ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

async function user(role = "member"): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare("INSERT INTO users (id, role) VALUES (?, ?)").bind(id, role).run();
  return id;
}

const header = (key: string) => ({ "X-API-Key": key });
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const me = async (headers: Record<string, string>) => (await call("/me", headers)).json.user;

let ann: string;
let key: string;
beforeEach(async () => {
  ann = await user();
  ({ key } = await apiKeys(env).create({ userId: ann, scopes: ["read", "write"], name: "build" }));
});

describe("a key", () => {
  test("stands for its user, in either header", async () => {
    expect(key).toMatch(/^acme_\d{1,5}\.[\w-]{43}$/);
    expect(await me(header(key))).toEqual({ id: ann, role: "member" });
    expect(await me(bearer(key))).toEqual({ id: ann, role: "member" });
    const made = await call("/notes", header(key), "POST", { text: "x" });
    expect([made.status, made.json.ownerId]).toEqual([201, ann]);
    expect((await call(`/notes/${made.json.id}`)).status).toBe(401);
  });

  test("is stored as a digest: what the objects hold contains neither it nor its secret part", async () => {
    const secret = key.split(".")[1] ?? "";
    let rows = 0;
    for (const shard of [0, 1]) {
      const object = env.COVARA_KV.getByName(`authKeys/2/${shard}`);
      await runInDurableObject(object, (_, state) => {
        const { sql } = state.storage;
        // An object makes its tables when it is first used.
        if ([...sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'kv_session'")].length === 0) return;
        const stored = [...sql.exec("SELECT * FROM kv_session")];
        rows += stored.length;
        expect(JSON.stringify(stored)).not.toContain(secret);
      });
    }
    expect(rows).toBeGreaterThan(0);
  });

  test("is worth nothing with another prefix, cut, prolonged, or none of ours", async () => {
    const bare = key.slice("acme_".length);
    for (const wrong of [
      bare,
      `other_${bare}`,
      `ACME_${bare}`,
      `acme__${bare}`,
      `acme_${key}`,
      key.slice(0, -1),
      `${key}A`,
      key.toUpperCase(),
      "acme_",
      "acme_x",
      `acme_0.${"A".repeat(43)}`,
      "x".repeat(9000),
    ]) {
      expect(await me(header(wrong))).toBeNull();
      expect(await me(bearer(wrong))).toBeNull();
      expect((await call("/notes", header(wrong))).status).toBe(401);
      expect((await call("/posts", header(wrong))).status).toBe(200);
    }
  });

  test("counts in no other place", async () => {
    expect((await call(`/me?api_key=${key}&key=${key}`)).json.user).toBeNull();
    expect(await me({ Cookie: `__Host-session=${key}; X-API-Key=${key}` })).toBeNull();
    expect(await me({ Authorization: `Basic ${btoa(`${key}:`)}` })).toBeNull();
  });

  test("in X-API-Key that is no good is not made up for by one in Authorization", async () => {
    expect(await me({ ...header("acme_x"), ...bearer(key) })).toBeNull();
    expect(await me({ ...header(key), Authorization: "Bearer something.else.altogether" })).toMatchObject({
      id: ann,
    });
  });

  test("knows the user as the row is now, and nobody once it is gone", async () => {
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(ann).run();
    expect(await me(header(key))).toEqual({ id: ann, role: "admin" });
    await env.DB.prepare("UPDATE users SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = ?")
      .bind(ann)
      .run();
    expect(await me(header(key))).toBeNull();
  });
});

describe("scopes", () => {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
  const statuses = async (headers: Record<string, string>, path: string) => {
    const all: Record<string, number> = {};
    for (const method of methods) {
      const response = await exports.default.fetch(`https://covara.test/api${path}`, { method, headers });
      await response.text();
      all[method] = response.status;
    }
    return all;
  };
  const may = (read: number, write: number) => ({
    GET: read,
    HEAD: read,
    POST: write,
    PUT: write,
    PATCH: write,
    DELETE: write,
  });

  test("say what a key may be used for", async () => {
    const reader = (await apiKeys(env).create({ userId: ann, scopes: ["read"] })).key;
    const writer = (await apiKeys(env).create({ userId: ann, scopes: ["write"] })).key;
    expect(await statuses(header(key), "/me")).toEqual(may(200, 200));
    expect(await statuses(header(reader), "/me")).toEqual(may(200, 403));
    expect(await statuses(bearer(writer), "/me")).toEqual(may(403, 200));
    expect((await call("/notes", header(reader), "POST", { text: "x" })).json).toMatchObject({
      code: "FORBIDDEN",
    });
    const socket = await call("/me", { ...header(reader), Upgrade: "websocket" });
    expect(socket.status).toBe(403);
    for (const name of ["X-HTTP-Method-Override", "X-Method-Override"]) {
      expect((await call("/me", { ...header(reader), [name]: "GET" }, "POST")).status).toBe(403);
    }
  });

  test("must be known, and at least one", async () => {
    for (const scopes of [[], ["admin"], ["read", "*"], ["Read"]]) {
      await expect(
        apiKeys(env).create({ userId: ann, scopes: scopes as unknown as ["read"] }),
      ).rejects.toThrow(RangeError);
    }
  });
});

describe("the end of a key", () => {
  test("is when it says, or ttl of the config after it was made", async () => {
    const soon = Date.now() + 60_000;
    const short = await apiKeys(env).create({ userId: ann, scopes: ["read"], expiresAt: soon });
    expect(short.apiKey.expiresAt).toBe(soon);
    const [far] = [await apiKeys(env).create({ userId: ann, scopes: ["read"], expiresAt: soon + 1e12 })];
    expect(far.apiKey.expiresAt - far.apiKey.createdAt).toBe(90 * 86_400_000);
    expect(await me(header(short.key))).not.toBeNull();
    vi.useFakeTimers({ toFake: ["Date"], now: soon });
    try {
      expect(await me(header(short.key))).toBeNull();
      expect((await apiKeys(env).list(ann)).map(({ id }) => id)).not.toContain(short.apiKey.id);
      expect(await me(header(key))).not.toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test("cannot be in the past, nor be no time", async () => {
    for (const expiresAt of [Date.now(), 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1.5e12 + 0.5]) {
      await expect(apiKeys(env).create({ userId: ann, scopes: ["read"], expiresAt })).rejects.toThrow(
        RangeError,
      );
    }
  });
});

describe("the keys of a user", () => {
  test("are listed without the keys, by ids that open nothing", async () => {
    const { apiKey } = await apiKeys(env).create({ userId: ann, scopes: ["write", "read"] });
    const list = await apiKeys(env).list(ann);
    expect(list.map(({ name, scopes }) => [name, scopes])).toEqual(
      expect.arrayContaining([
        ["build", ["read", "write"]],
        [null, ["read", "write"]],
      ]),
    );
    expect(JSON.stringify(list)).not.toContain(key.split(".")[1]);
    for (const { id } of list) {
      expect(await me(header(id))).toBeNull();
      expect(await me(header(`acme_${id}`))).toBeNull();
      expect(await me(header(`acme_${key.split(/[_.]/)[1]}.${id}`))).toBeNull();
    }
    expect(apiKey.userId).toBe(ann);
  });

  test("are revoked one by one, by their own user's id only, or all at once", async () => {
    const eve = await user();
    const other = await apiKeys(env).create({ userId: ann, scopes: ["read"] });
    expect(await apiKeys(env).revoke(eve, other.apiKey.id)).toBe(false);
    expect(await me(header(other.key))).not.toBeNull();
    expect(await apiKeys(env).revoke(ann, other.apiKey.id)).toBe(true);
    expect(await me(header(other.key))).toBeNull();
    expect(await me(header(key))).not.toBeNull();
    expect(await apiKeys(env).revokeAll(ann)).toBe(1);
    expect(await me(header(key))).toBeNull();
  });

  test("are made for users who exist", async () => {
    await expect(apiKeys(env).create({ userId: uuidv7(), scopes: ["read"] })).rejects.toThrow(
      "There is no such user.",
    );
  });
});
