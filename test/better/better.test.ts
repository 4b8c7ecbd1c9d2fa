/** Users who sign in by Better Auth (contract 4.5). */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Browser, newEmail, password, signedUp } from "./client.ts";

const me = async (browser: Browser): Promise<unknown> =>
  ((await browser.get("/me")).json as { readonly user: unknown }).user;

const row = (id: string) =>
  env.DB.prepare("SELECT * FROM people WHERE id = ?").bind(id).first<Record<string, unknown>>();

describe("signing up", () => {
  test("makes a row of the resource, an account with a digest of the password, and a session", async () => {
    const { browser, email, id } = await signedUp();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await row(id)).toMatchObject({
      id,
      name: "Ann",
      email,
      email_verified: 0,
      image: null,
      role: "member",
      locale: "en",
      secret_note: "hidden-note",
      settings: "{}",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      version: 1,
    });
    const account = await env.DB.prepare("SELECT * FROM _covara_accounts WHERE user_id = ?")
      .bind(id)
      .first<Record<string, unknown>>();
    expect(account).toMatchObject({ provider_id: "credential", account_id: id });
    expect(account?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(await me(browser)).toMatchObject({ id, email, role: "member" });
  });

  test("sets a cookie that scripts and other hosts cannot reach", async () => {
    const browser = new Browser();
    const { headers } = await browser.post("/auth/sign-up/email", {
      name: "Ann",
      email: newEmail(),
      password,
    });
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-auth\.session_token=/);
    for (const part of [/; Path=\//, /; HttpOnly/, /; Secure/, /; SameSite=Lax/])
      expect(cookie).toMatch(part);
    expect(cookie).not.toMatch(/Domain=/);
  });

  test("takes what `input` names, and refuses the other fields", async () => {
    const { id } = await signedUp({ locale: "de" });
    expect(await row(id)).toMatchObject({ locale: "de", role: "member" });
    for (const more of [{ role: "admin" }, { settings: { a: "b" } }]) {
      const email = newEmail();
      const browser = new Browser();
      const { status } = await browser.post("/auth/sign-up/email", { name: "Ann", email, password, ...more });
      const made = await env.DB.prepare("SELECT role FROM people WHERE email = ?").bind(email).first();
      expect([status, made], JSON.stringify(more)).toEqual([400, null]);
    }
    const { browser, id: other } = await signedUp({
      secretNote: "mine",
      emailVerified: true,
      twoFactorEnabled: true,
      version: 9,
      deletedAt: "2020",
      id: "x",
    });
    expect(await row(other)).toMatchObject({
      secret_note: "hidden-note",
      email_verified: 0,
      two_factor_enabled: 0,
      version: 1,
      deleted_at: null,
    });
    expect(await me(browser)).not.toHaveProperty("secretNote");
  });

  test("asks of values what the fields of the resource ask", async () => {
    const { browser, id } = await signedUp({ name: "  Ann  " });
    expect(await row(id)).toMatchObject({ name: "Ann" });
    for (const more of [
      { name: " " },
      { name: "a".repeat(41) },
      { locale: "fr" },
      { image: "javascript:alert(1)" },
    ]) {
      const email = newEmail();
      const answer = await new Browser().post("/auth/sign-up/email", {
        name: "Ann",
        email,
        password,
        ...more,
      });
      expect([answer.status, answer.json], JSON.stringify(more)).toMatchObject([
        400,
        { code: "VALIDATION_ERROR" },
      ]);
      expect((await browser.post("/auth/update-user", more)).status, JSON.stringify(more)).toBe(400);
    }
  });

  test("is refused for an address that is taken", async () => {
    const { email } = await signedUp();
    const { status } = await new Browser().post("/auth/sign-up/email", {
      name: "Eve",
      email: email.toUpperCase(),
      password,
    });
    expect(status).toBe(422);
    expect(
      await env.DB.prepare("SELECT count(*) AS n FROM people WHERE email = ?").bind(email).first("n"),
    ).toBe(1);
  });

  test("finds the user by the full-text index", async () => {
    const { browser, id } = await signedUp({ name: "Zebulon" });
    expect((await browser.get("/people/search?q=zebulon")).json).toMatchObject({ items: [{ id }] });
  });
});

describe("signing in and out", () => {
  test("works with the password, and lets rules know the user", async () => {
    const { email, id } = await signedUp();
    const browser = new Browser();
    expect((await browser.get("/notes")).status).toBe(401);
    const wrong = await browser.post("/auth/sign-in/email", { email, password: "not the password" });
    expect([wrong.status, browser.cookies.size]).toEqual([401, 0]);
    expect((await browser.post("/auth/sign-in/email", { email, password })).status).toBe(200);
    expect((await browser.post("/notes", { text: "mine" })).json).toMatchObject({
      text: "mine",
      authorId: id,
    });
    const other = await signedUp();
    expect((await other.browser.get("/notes")).json).toMatchObject({ items: [] });
    expect((await browser.get("/notes")).json).toMatchObject({ items: [{ text: "mine" }] });
  });

  test("a session that was signed out of is dead, whoever kept the cookie", async () => {
    const { browser } = await signedUp();
    const thief = new Browser();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    expect(await me(thief)).not.toBeNull();
    expect((await browser.post("/auth/sign-out")).status).toBe(200);
    expect(browser.cookies.size).toBe(0);
    expect(await me(thief)).toBeNull();
    expect((await thief.get("/notes")).status).toBe(401);
    expect((await thief.get("/auth/get-session")).json).toBeNull();
  });

  test("another session can be revoked, and the one at hand stays", async () => {
    const { browser, email } = await signedUp();
    const laptop = new Browser();
    await laptop.post("/auth/sign-in/email", { email, password });
    expect(((await browser.get("/my-sessions")).json as unknown[]).length).toBe(2);
    expect((await browser.post("/auth/revoke-other-sessions")).status).toBe(200);
    expect(await me(laptop)).toBeNull();
    expect(await me(browser)).not.toBeNull();
    expect(((await browser.get("/my-sessions")).json as unknown[]).length).toBe(1);
  });

  test("a cookie that was made up, or changed, is nobody's", async () => {
    const { browser } = await signedUp();
    const [[name, value] = ["", ""]] = [...browser.cookies];
    for (const forged of [
      "",
      "x",
      value.slice(0, -6),
      value.replace(/^./, (char) => (char === "a" ? "b" : "a")),
    ]) {
      const thief = new Browser();
      thief.cookies.set(name, forged);
      expect(await me(thief), forged).toBeNull();
      expect((await thief.get("/notes")).status).toBe(401);
    }
  });

  test("a session that has expired is dead", async () => {
    const { browser } = await signedUp();
    const token = decodeURIComponent([...browser.cookies.values()][0] ?? "").split(".")[0] ?? "";
    const { kv } = await import("#better/kv");
    const store = kv(env).authValues;
    const text = (await store.get(token)) ?? "";
    const seconds = await store.ttl(token);
    expect(seconds).toBeGreaterThan(7 * 86_400 - 60);
    expect(seconds).toBeLessThanOrEqual(7 * 86_400);
    const expiresAt = new Date(Date.now() - 1000).toISOString();
    const kept = JSON.parse(text) as { session: object; user: object };
    await store.set(token, JSON.stringify({ ...kept, session: { ...kept.session, expiresAt } }));
    expect(await me(browser)).toBeNull();
    await store.set(token, text);
    expect(await me(browser)).not.toBeNull();
    await store.del(token);
    expect(await me(browser)).toBeNull();
  });
});
