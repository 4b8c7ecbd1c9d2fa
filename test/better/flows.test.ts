/** Ways to sign in that take more than one request. What they remember in between lies in a key-value store. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { kv } from "#better/kv";
import { Browser, newEmail, password, signedUp } from "./client.ts";

const me = async (browser: Browser): Promise<unknown> =>
  ((await browser.get("/me")).json as { readonly user: unknown }).user;

const accounts = async (userId: string) =>
  (
    await env.DB.prepare("SELECT * FROM _covara_accounts WHERE user_id = ? ORDER BY provider_id")
      .bind(userId)
      .all()
  ).results;

describe("a forgotten password", () => {
  test("is replaced by whoever has the mail, once, and all sessions end", async () => {
    const { browser, email } = await signedUp();
    expect((await new Browser().post("/auth/request-password-reset", { email })).status).toBe(200);
    const token = await kv(env).outbox.get(email);
    const reset = (newPassword: string, given = token) =>
      new Browser().post("/auth/reset-password", { newPassword, token: given });
    expect((await reset("a new pass phrase", "made-up")).status).toBe(400);
    const [first, second] = await Promise.all([reset("a new pass phrase"), reset("another pass phrase")]);
    expect([first.status, second.status].sort()).toEqual([200, 400]);
    expect(await me(browser)).toBeNull();
    const statuses = await Promise.all(
      [password, "a new pass phrase", "another pass phrase"].map(
        async (tried) => (await new Browser().post("/auth/sign-in/email", { email, password: tried })).status,
      ),
    );
    expect(statuses.filter((status) => status === 200).length).toBe(1);
    expect(statuses[0]).toBe(401);
  });

  test("of nobody is answered alike", async () => {
    const email = newEmail();
    const { email: known } = await signedUp();
    const [none, some] = await Promise.all(
      [email, known].map((asked) => new Browser().post("/auth/request-password-reset", { email: asked })),
    );
    expect(none?.json).toEqual(some?.json);
    expect(await kv(env).outbox.get(email)).toBeNull();
  });
});

describe("an account at another service", () => {
  /** Goes there and comes back with a code, which is what the service says of the person. */
  async function comeBack(browser: Browser, person: object | string, state?: string): Promise<string> {
    const { status, json } = await browser.post("/auth/sign-in/social", {
      provider: "acme",
      callbackURL: "/home",
    });
    expect(status).toBe(200);
    const url = new URL((json as { url: string }).url);
    expect(url.origin + url.pathname).toBe("https://login.example.com/authorize");
    const code = typeof person === "string" ? person : encodeURIComponent(JSON.stringify(person));
    const query = new URLSearchParams({ code, state: state ?? url.searchParams.get("state") ?? "" });
    const answer = await browser.get(`/auth/callback/acme?${query}`);
    expect(answer.status).toBe(302);
    return answer.headers.get("Location") ?? "";
  }

  const person = (more: object = {}) => {
    const email = newEmail();
    return {
      sub: `id-of-${email}`,
      id: `id-of-${email}`,
      email,
      email_verified: true,
      name: "Olga",
      ...more,
    };
  };

  test("makes a user at first, and signs in the same one later", async () => {
    const olga = person({
      picture: "https://example.com/olga.png",
      role: "admin",
      secretNote: "x",
      locale: "de",
    });
    const browser = new Browser();
    expect(await comeBack(browser, olga)).toBe("/home");
    const user = (await me(browser)) as { id: string };
    expect(user).toMatchObject({ email: olga.email, emailVerified: true, name: "Olga", role: "member" });
    expect(await accounts(user.id)).toMatchObject([
      {
        provider_id: "acme",
        account_id: olga.sub,
        refresh_token: "refresh-token",
        access_token_expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        password: null,
      },
    ]);
    const laptop = new Browser();
    await comeBack(laptop, { ...olga, email: olga.email.toUpperCase() });
    expect(await me(laptop)).toMatchObject({ id: user.id });
    const { text } = await laptop.get("/auth/list-accounts");
    expect(text).not.toMatch(/refresh-token|accessToken/);
  });

  test("is not taken for that of somebody whose address nobody has verified", async () => {
    const { email, id } = await signedUp();
    const browser = new Browser();
    expect(await comeBack(browser, person({ email }))).toContain("error=");
    expect([await me(browser), (await accounts(id)).length]).toEqual([null, 1]);
    await env.DB.prepare("UPDATE people SET email_verified = 1 WHERE id = ?").bind(id).run();
    await comeBack(browser, person({ email }));
    expect([await me(browser), (await accounts(id)).length]).toMatchObject([{ id }, 2]);
  });

  test("opens nothing with a state of another browser, or a code that is refused", async () => {
    const victim = new Browser();
    const { json } = await new Browser().post("/auth/sign-in/social", { provider: "acme" });
    const state = new URL((json as { url: string }).url).searchParams.get("state") ?? "";
    expect(await comeBack(victim, person(), state)).toContain("error=");
    expect(await comeBack(victim, person(), "x")).toContain("error=");
    expect(await comeBack(victim, "refused")).toContain("error=");
    expect(await me(victim)).toBeNull();
  });

  test("is refused where what it says of the user is not what the fields accept", async () => {
    const olga = person({ name: "x".repeat(41) });
    const browser = new Browser();
    expect(await comeBack(browser, olga)).toContain("error=");
    const found = env.DB.prepare("SELECT count(*) AS n FROM people WHERE email = ?").bind(olga.email);
    expect([await me(browser), await found.first("n")]).toEqual([null, 0]);
  });

  test("of a user who was deleted opens nothing, until the row is restored", async () => {
    const olga = person();
    const browser = new Browser();
    await comeBack(browser, olga);
    const { id } = (await me(browser)) as { id: string };
    expect((await browser.call("DELETE", `/people/${id}`)).status).toBe(204);
    const again = new Browser();
    expect(await comeBack(again, olga)).toContain("error=");
    expect(await me(again)).toBeNull();
    await env.DB.prepare("UPDATE people SET deleted_at = NULL WHERE id = ?").bind(id).run();
    await comeBack(again, olga);
    expect(await me(again)).toMatchObject({ id });
  });
});
