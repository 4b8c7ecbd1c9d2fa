/** Sessions (contract 4.5): who is signed in, for how long, and where else. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { kv } from "#auth/kv";
import { call, org, origin, signIn, user } from "./call.ts";

const me = async (as: string | null) =>
  ((await call("/me", { as })).json.user as { id: string } | null)?.id ?? null;

interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly data: { readonly device?: string };
}
const listed = async (as: string) => (await call("/sessions", { as })).json.sessions as Listed[];

describe("signing in", () => {
  test("sets a cookie that scripts cannot read and other hosts cannot set", async () => {
    const id = await user();
    const answer = await call("/sign-in", { json: { id, device: "laptop" } });
    expect(answer.json).toMatchObject({ user: { id }, seen: id });
    const [pair, ...attributes] = (answer.headers.get("Set-Cookie") ?? "").split("; ");
    // The token begins with the shard; 43 characters of base64url are 256 bits.
    expect(pair).toMatch(/^__Host-session=\d{1,5}\.[\w-]{43}$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax", "Secure"]);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await me(answer.cookie)).toBe(id);
  });

  test("also where the response is not Hono's", async () => {
    const id = await user();
    const answer = await call("/sign-in-plain", { body: id });
    expect(answer.text).toBe("signed in");
    expect(await me(answer.cookie)).toBe(id);
  });

  test("is refused to nobody's id, and sets nothing", async () => {
    const answer = await call("/sign-in", { json: { id: crypto.randomUUID() } });
    expect([answer.status, answer.cookie]).toEqual([401, null]);
  });

  test("makes a new token and ends the session that the request came with (fixation)", async () => {
    const [ann, eve] = [await user(), await user()];
    const planted = await signIn(eve);
    const token = await signIn(ann, { as: planted });
    expect(token).not.toBe(planted);
    expect([await me(token), await me(planted)]).toEqual([ann, null]);
    expect(await me(await signIn(ann, { as: "not a token" }))).toBe(ann);
  });

  test("an undeclared field of the session is a fault of the caller's code, not silently dropped", async () => {
    const answer = await call("/sign-in", { json: { id: await user(), device: "x".repeat(81) } });
    expect([answer.status, answer.cookie]).toEqual([500, null]);
  });
});

describe("the user of a session", () => {
  test("is read from the database, without what is hidden", async () => {
    const orgId = await org();
    const id = await user({ orgId });
    const token = await signIn(id);
    const expected = { id, name: "Ann", role: "member", orgId, trusted: true, tags: ["a"], order: 3 };
    expect((await call("/me", { as: token })).json).toEqual({ user: expected });
    await env.DB.prepare("UPDATE users SET role = 'admin', trusted = 0 WHERE id = ?").bind(id).run();
    expect((await call("/me", { as: token })).json).toEqual({
      user: { ...expected, role: "admin", trusted: false },
    });
  });

  test.each([
    "DELETE FROM users WHERE id = ?",
    "UPDATE users SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = ?",
  ])("is nobody after %s", async (sql) => {
    const id = await user();
    const token = await signIn(id);
    await env.DB.prepare(sql).bind(id).run();
    expect(await me(token)).toBeNull();
    expect((await call("/users", { as: token })).json.items ?? []).toEqual([]);
    expect((await call("/sign-in", { json: { id } })).status).toBe(401);
  });

  test("is what rules see: fields, references and role", async () => {
    const [mine, other] = [await org(), await org()];
    const [ann, bob, admin] = [
      await signIn(await user({ orgId: mine })),
      await signIn(await user({ orgId: other })),
      await signIn(await user({ orgId: mine, role: "admin" })),
    ];
    const made = await call("/notes", { as: ann, json: { text: "x", orgId: mine } });
    expect(made.status).toBe(201);
    expect((await call("/notes", { as: ann, json: { text: "x", orgId: other } })).status).not.toBe(201);
    const path = `/notes/${made.json.id}`;
    const status = async (as: string | null) => (await call(path, { as })).status;
    expect([await status(ann), await status(admin), await status(bob)]).toEqual([200, 200, 404]);
    expect(await status(null)).toBe(401);
    const change = async (as: string) =>
      (await call(path, { as, method: "PATCH", json: { text: "y" } })).status;
    expect([await change(ann), await change(admin), await change(bob)]).toEqual([403, 200, 404]);
  });
});

describe("a token", () => {
  test.each([
    "",
    "x",
    "0.",
    "99999.aaaa",
    `0.${"a".repeat(43)}`,
    "a".repeat(9000),
    "%00",
    "__proto__",
    "../0",
  ])("that was never given out signs nobody in: %s", async (token) => {
    expect(await me(token)).toBeNull();
    expect((await call("/notes", { as: token })).status).toBe(401);
    expect((await call("/posts", { as: token })).status).toBe(200);
  });

  test("counts in its cookie only", async () => {
    const token = await signIn(await user());
    for (const headers of [
      { Cookie: `session=${token}` },
      { Cookie: `x__Host-session=${token}` },
      { Cookie: `other=__Host-session=${token}` },
      { Authorization: `Bearer ${token}` },
      { Authorization: `Bearer __Host-session=${token}` },
    ]) {
      expect((await call("/me", { headers })).json).toEqual({ user: null });
    }
    for (const cookie of [`a=b; __Host-session=${token}`, `a=b;__Host-session=${token}; c=d`]) {
      expect((await call("/me", { headers: { Cookie: cookie } })).json.user).not.toBeNull();
    }
  });

  test("with the shard of another user opens nothing", async () => {
    const token = await signIn(await user());
    const [slot, secret] = token.split(".");
    expect(await me(`${(Number(slot) + 1) % 16384}.${secret}`)).toBeNull();
  });

  test("is another after rotation, with the same session", async () => {
    const id = await user();
    const token = await signIn(id, { device: "phone" });
    const [before] = await listed(token);
    const answer = await call("/rotate", { as: token, method: "POST" });
    expect(answer.json).toEqual({ rotated: true });
    expect([await me(token), await me(answer.cookie)]).toEqual([null, id]);
    const [after] = await listed(answer.cookie ?? "");
    expect(after?.id).toBe(before?.id);
    const again = await call("/rotate", { as: token, method: "POST" });
    expect([again.json, again.cookie]).toEqual([{ rotated: false }, null]);
  });

  test("opens a session that lives as long as the config says", async () => {
    const id = await user();
    const token = await signIn(id);
    const { ttl, idle } = await durations(token);
    expect(ttl).toBe(30 * 86_400_000);
    expect(idle).toBe(7 * 86_400_000);
  });
});

/** What the store was declared with, seen from outside: the session as it is stored. */
async function durations(token: string): Promise<{ ttl: number; idle: number }> {
  const session = await kv(env).authSessions.read(token);
  const { stores } = await import("#auth/kv");
  const { idle = 0 } = stores.authSessions.options as { idle?: number };
  return { ttl: (session?.expiresAt ?? 0) - (session?.createdAt ?? 0), idle };
}

describe("signing out", () => {
  test("ends the session and takes the cookie back", async () => {
    const token = await signIn(await user());
    const answer = await call("/sign-out", { as: token, method: "POST" });
    expect([answer.json, answer.cookie]).toEqual([{ ended: true, user: null }, ""]);
    expect(answer.headers.get("Set-Cookie")).toBe(
      "__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(await me(token)).toBeNull();
    expect((await call("/sign-out", { as: token, method: "POST" })).json).toMatchObject({ ended: false });
  });
});

describe("the sessions of a user", () => {
  test("are listed by ids that open nothing, and end one by one", async () => {
    const [ann, eve] = [await user(), await user()];
    const laptop = await signIn(ann, { device: "laptop" });
    const phone = await signIn(ann, { device: "phone" });
    const other = await signIn(eve);
    const all = await listed(laptop);
    expect(all.map(({ data, current }) => [data.device, current]).sort()).toEqual([
      ["laptop", true],
      ["phone", false],
    ]);
    const text = (await call("/sessions", { as: laptop })).text;
    for (const token of [laptop, phone]) {
      expect(text).not.toContain(token.split(".")[1]);
    }
    for (const { id } of all) {
      expect(await me(id)).toBeNull();
      expect(await me(`${laptop.split(".")[0]}.${id}`)).toBeNull();
    }
    const target = all.find(({ current }) => !current)?.id ?? "";
    // Another user cannot end it, though the id is known.
    expect((await call(`/sessions/${target}`, { as: other, method: "DELETE" })).json).toEqual({
      ended: false,
    });
    expect(await me(phone)).toBe(ann);
    expect((await call(`/sessions/${target}`, { as: laptop, method: "DELETE" })).json).toEqual({
      ended: true,
    });
    expect([await me(phone), await me(laptop), await me(other)]).toEqual([null, ann, eve]);
  });

  test("end together, but for the current one where that is asked for", async () => {
    const ann = await user();
    const tokens = [await signIn(ann), await signIn(ann), await signIn(ann)];
    const [first = ""] = tokens;
    expect((await call("/sessions?keep=true", { as: first, method: "DELETE" })).json).toEqual({ ended: 2 });
    expect(await Promise.all(tokens.map(me))).toEqual([ann, null, null]);
    expect((await call("/sessions", { as: first, method: "DELETE" })).json).toEqual({ ended: 1 });
    expect(await me(first)).toBeNull();
  });

  test("a revocation that races with requests wins over all that begin after it", async () => {
    const ann = await user();
    const token = await signIn(ann);
    const racing = Array.from({ length: 10 }, () => me(token));
    await call("/sign-out", { as: token, method: "POST" });
    expect(await me(token)).toBeNull();
    for (const seen of await Promise.all(racing)) expect([ann, null]).toContain(seen);
  });
});

test("answers that depend on a session are kept by no shared cache", async () => {
  const answer = await call("/posts", { as: await signIn(await user()) });
  expect(answer.headers.get("Cache-Control")).toBe("private, no-cache");
  expect(answer.headers.get("Vary")).toContain("Cookie");
});

test("readyz asks an object of the sessions", async () => {
  const answer = await exports.default.fetch(`${origin}/readyz`);
  expect(answer.status).toBe(200);
});
