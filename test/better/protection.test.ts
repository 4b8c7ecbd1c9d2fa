/** What Better Auth shows of users and lets people do, beside the rules of the resource. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Browser, newEmail, password, signedUp } from "./client.ts";

const me = async (browser: Browser): Promise<unknown> =>
  ((await browser.get("/me")).json as { readonly user: unknown }).user;

const change = (sql: string, id: string) =>
  env.DB.prepare(`UPDATE people SET ${sql} WHERE id = ?`).bind(id).run();

describe("what of a user is shown", () => {
  test("hidden fields are in no answer of Better Auth, nor in what it keeps", async () => {
    const { browser, email, id } = await signedUp();
    await change("secret_note = 'do-not-show'", id);
    const answers = [
      await browser.post("/auth/sign-in/email", { email, password }),
      await browser.get("/auth/get-session"),
      await browser.post("/auth/update-user", { name: "Anna" }),
      await browser.get("/auth/list-sessions"),
      await browser.get("/auth/list-accounts"),
      await browser.get("/me"),
      await browser.get(`/people/${id}`),
    ];
    for (const { status, text } of answers) {
      expect([status, text]).toEqual([
        200,
        expect.not.stringMatching(/do-not-show|secretNote|secret_note|hidden-note/),
      ]);
      expect(text).not.toMatch(/"password"/);
    }
    const { kv } = await import("#better/kv");
    const store = kv(env).authValues;
    for (const key of await store.keys("*"))
      expect(await store.get(key)).not.toMatch(/do-not-show|hidden-note/);
  });

  test("a session keeps the id of its user, and nothing else of them", async () => {
    const { browser, email } = await signedUp();
    const { kv } = await import("#better/kv");
    const token = decodeURIComponent([...browser.cookies.values()][0] ?? "").split(".")[0] ?? "";
    expect(await kv(env).authValues.get(token)).not.toContain(email);
  });

  test("what changes otherwise is known at once", async () => {
    const { browser, id } = await signedUp();
    expect((await browser.call("PATCH", `/people/${id}`, { name: "Berta" })).status).toBe(200);
    await change("role = 'admin'", id);
    expect((await browser.get("/auth/get-session")).json).toMatchObject({
      user: { name: "Berta", role: "admin" },
    });
    expect((await browser.get("/my-role")).json).toEqual({ role: "admin" });
    expect(await me(browser)).toMatchObject({ name: "Berta", role: "admin" });
    const other = await signedUp();
    expect((await browser.get(`/people/${other.id}`)).status).toBe(200);
    await change("role = 'member'", id);
    expect((await browser.get(`/people/${other.id}`)).status).toBe(404);
  });
});

describe("what people may change of themselves", () => {
  test("is their name, their picture, and what `input` names", async () => {
    const { browser, id } = await signedUp();
    const image = "https://example.com/ann.png";
    expect((await browser.post("/auth/update-user", { name: "Anna", image, locale: "de" })).status).toBe(200);
    expect(await me(browser)).toMatchObject({ name: "Anna", image, locale: "de" });
    for (const more of [{ role: "admin" }, { twoFactorEnabled: true }, { email: newEmail() }]) {
      expect((await browser.post("/auth/update-user", more)).status, JSON.stringify(more)).toBe(400);
    }
    for (const more of [
      { emailVerified: true },
      { secretNote: "x" },
      { deletedAt: "2020" },
      { version: 7 },
    ]) {
      await browser.post("/auth/update-user", { name: "Anna", ...more });
    }
    const row = await env.DB.prepare("SELECT * FROM people WHERE id = ?").bind(id).first();
    expect(row).toMatchObject({
      role: "member",
      email_verified: 0,
      secret_note: "hidden-note",
      deleted_at: null,
    });
  });

  test("each change raises the version of the row", async () => {
    const { browser, id } = await signedUp();
    await browser.post("/auth/update-user", { name: "Anna" });
    expect((await browser.get(`/people/${id}`)).json).toMatchObject({ name: "Anna", version: 2 });
  });
});

describe("a user who was deleted", () => {
  test("is nobody, and cannot sign in; the address is free again", async () => {
    const { browser, email, id } = await signedUp();
    expect((await browser.call("DELETE", `/people/${id}`)).status).toBe(204);
    expect(await me(browser)).toBeNull();
    expect((await browser.get("/auth/get-session")).json).toBeNull();
    expect((await browser.post("/auth/update-user", { name: "Ghost" })).status).toBe(401);
    expect((await new Browser().post("/auth/sign-in/email", { email, password })).status).toBe(401);
    const again = await new Browser().post("/auth/sign-up/email", { name: "Ann", email, password });
    expect(again.json).toMatchObject({ user: { id: expect.not.stringContaining(id) } });
  });

  test("by Better Auth is one whose row is marked, as by the routes of the resource", async () => {
    const { browser, email, id } = await signedUp();
    const stolen = new Browser();
    for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
    expect((await browser.post("/auth/delete-user", { password })).status).toBe(200);
    const row = await env.DB.prepare("SELECT deleted_at FROM people WHERE id = ?").bind(id).first();
    expect(row).toEqual({ deleted_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    const accounts = env.DB.prepare("SELECT count(*) AS n FROM _covara_accounts WHERE user_id = ?").bind(id);
    expect(await accounts.first("n")).toBe(0);
    expect(await me(stolen)).toBeNull();
    expect((await new Browser().post("/auth/sign-in/email", { email, password })).status).toBe(401);
  });

  test("takes the accounts along when the row goes", async () => {
    const { id } = await signedUp();
    await env.DB.prepare("DELETE FROM people WHERE id = ?").bind(id).run();
    const accounts = env.DB.prepare("SELECT count(*) AS n FROM _covara_accounts WHERE user_id = ?").bind(id);
    expect(await accounts.first("n")).toBe(0);
  });
});

describe("requests from elsewhere", () => {
  test("pages of other sites cannot sign anybody in, up or out", async () => {
    const { browser, email } = await signedUp();
    const foreign = [
      { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" },
      { "Sec-Fetch-Site": "same-site", Origin: "https://other.covara.test" },
    ];
    for (const headers of foreign) {
      for (const [path, body] of [
        ["/auth/sign-in/email", { email, password }],
        ["/auth/sign-up/email", { name: "Eve", email: newEmail(), password }],
        ["/auth/sign-out", {}],
      ] as const) {
        const { status, json } = await browser.call("POST", path, body, headers);
        expect([status, json], path).toMatchObject([403, { code: "FORBIDDEN" }]);
      }
    }
    expect(await me(browser)).not.toBeNull();
  });

  test("services that send users back by a form get to a redirect, and no further", async () => {
    const { browser } = await signedUp();
    const form = async (path: string) =>
      exports.default.fetch(`https://covara.test/api/auth${path}`, {
        method: "POST",
        redirect: "manual",
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "Sec-Fetch-Site": "cross-site",
          "Sec-Fetch-Mode": "navigate",
          "Sec-Fetch-Dest": "document",
          Origin: "https://appleid.apple.com",
          "CF-Connecting-IP": browser.address,
        },
        body: "state=abc&code=def",
      });
    const { status, headers } = await form("/callback/apple");
    expect([status, headers.get("Location"), headers.getSetCookie()]).toEqual([
      302,
      "https://covara.test/api/auth/callback/apple?code=def&state=abc",
      [],
    ]);
    for (const path of ["/callback/apple/x", "/sign-out"]) expect((await form(path)).status).toBe(403);
  });

  test("links lead nowhere else", async () => {
    const { email } = await signedUp();
    const answer = await new Browser().post("/auth/sign-in/email", {
      email,
      password,
      callbackURL: "https://evil.example/",
    });
    expect(answer.status).toBe(403);
  });

  test("an address that asks too often waits, wherever it is asked from", async () => {
    const browser = new Browser();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const body = { email: "nobody@example.com", password };
      statuses.push((await browser.post("/auth/sign-in/email", body)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const { kv } = await import("#better/kv");
    const [key = ""] = (await kv(env).authCounters.keys("*")).filter((name) =>
      name.includes(browser.address),
    );
    expect(await kv(env).authCounters.ttl(key)).toBeGreaterThan(0);
    expect(await kv(env).authCounters.ttl(key)).toBeLessThanOrEqual(10);
    expect(
      (await new Browser().post("/auth/sign-in/email", { email: "a@example.com", password })).status,
    ).toBe(401);
  });

  test("answers have the headers of all others, and are kept by no cache", async () => {
    const { browser } = await signedUp();
    for (const path of ["/auth/get-session", "/auth/nowhere", "/auth/error"]) {
      const { headers } = await browser.get(path);
      expect(headers.get("Cache-Control"), path).toContain("no-store");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("X-Request-Id")).toMatch(/^[\w-]+$/);
    }
    expect((await browser.get("/auth/nowhere")).status).toBe(404);
  });

  test("a body over the limit is not read", async () => {
    const { status } = await new Browser().post("/auth/sign-in/email", {
      email: "a@example.com",
      password: "x".repeat(1_100_000),
    });
    expect(status).toBe(413);
  });
});

describe("beside other ways", () => {
  test("a key identifies its user too, and a cookie decides before it", async () => {
    const { browser, id } = await signedUp();
    const other = await signedUp();
    const answer = await exports.default.fetch("https://covara.test/api/keys", {
      method: "POST",
      body: other.id,
    });
    const { key } = (await answer.json()) as { key: string };
    const program = new Browser();
    const seen = await program.call("GET", "/me", undefined, { "X-API-Key": key });
    expect(seen.json).toMatchObject({ user: { id: other.id } });
    const both = await browser.call("GET", "/me", undefined, { "X-API-Key": key });
    expect(both.json).toMatchObject({ user: { id } });
    await other.browser.call("DELETE", `/people/${other.id}`);
    expect((await program.call("GET", "/me", undefined, { "X-API-Key": key })).json).toEqual({ user: null });
  });

  test("the plugin for tokens lets programs send that of a session, and leaves other tokens to later ways", async () => {
    const { email, id } = await signedUp();
    const { headers } = await new Browser().post("/auth/sign-in/email", { email, password });
    const token = headers.get("set-auth-token") ?? "";
    const seen = async (value: string) =>
      (await new Browser().call("GET", "/me", undefined, { Authorization: `Bearer ${value}` })).json;
    expect(await seen(token)).toMatchObject({ user: { id } });
    const [bare = ""] = token.split(".");
    for (const other of [bare, `${bare}.x`, `x${token}`, "x"])
      expect(await seen(other)).toEqual({ user: null });
    const answer = await exports.default.fetch("https://covara.test/api/keys", { method: "POST", body: id });
    const { key } = (await answer.json()) as { key: string };
    expect(await seen(key)).toMatchObject({ user: { id } });
  });

  test("the document has a scheme for each", async () => {
    const response = await exports.default.fetch("https://covara.test/openapi.json");
    const { components } = (await response.json()) as {
      components: { securitySchemes: Record<string, object> };
    };
    expect(components.securitySchemes).toMatchObject({
      betterAuth: { type: "apiKey", in: "cookie", name: "__Host-auth.session_token" },
      apiKey: {},
    });
  });
});

test("a plugin keeps its own in the resource that `tables` names", async () => {
  const { browser, email, id } = await signedUp();
  const { status, json } = await browser.post("/auth/two-factor/enable", { password });
  expect([status, json]).toMatchObject([200, { totpURI: expect.stringContaining("otpauth://totp/") }]);
  const kept = await env.DB.prepare("SELECT * FROM second_factors WHERE user_id = ?").bind(id).first();
  expect(kept).toMatchObject({ verified: 0, failed_verification_count: 0, locked_until: null });
  expect((await browser.get("/second-factors")).status).toBe(404);
  await env.DB.batch([
    env.DB.prepare("UPDATE people SET two_factor_enabled = 1 WHERE id = ?").bind(id),
    env.DB.prepare("UPDATE second_factors SET verified = 1 WHERE user_id = ?").bind(id),
  ]);
  const laptop = new Browser();
  const first = await laptop.post("/auth/sign-in/email", { email, password });
  expect(first.json).toMatchObject({ twoFactorRedirect: true });
  expect(await me(laptop)).toBeNull();
  const { backupCodes } = json as { backupCodes: [string, string] };
  const wrong = await laptop.post("/auth/two-factor/verify-backup-code", { code: "nope-nope" });
  expect([wrong.status, await me(laptop)]).toEqual([401, null]);
  const code = await laptop.post("/auth/two-factor/verify-backup-code", { code: backupCodes[0] });
  expect([code.status, await me(laptop)]).toMatchObject([200, { id }]);
  const twice = new Browser();
  await twice.post("/auth/sign-in/email", { email, password });
  const again = await twice.post("/auth/two-factor/verify-backup-code", { code: backupCodes[0] });
  expect([again.status, await me(twice)]).toEqual([401, null]);
});
