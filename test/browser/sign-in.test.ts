/** Sessions as a browser has them (contract 4.5). */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, openPage, people, send, signIn, startApp, startBrowser } from "./harness.ts";

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const name = "__Host-session";

/** The cookies that a browser keeps for the application. */
const cookies = (page: Page) => page.context().cookies(app.origin);

/** The token of a session, from the browser's cookies. */
async function token(page: Page): Promise<string> {
  const found = (await cookies(page)).find((cookie) => cookie.name === name);
  if (found === undefined) throw new Error("The browser has no session.");
  return found.value;
}

/** Puts a token into a browser, as somebody with access to it could. Outside of pages Chromium counts only HTTPS as secure. */
const plant = (context: BrowserContext, value: string): Promise<void> => {
  const url = app.origin.replace("http:", "https:");
  return context.addCookies([{ name, value, url, httpOnly: true, secure: true, sameSite: "Lax" }]);
};

const titles = async (page: Page): Promise<string[]> => {
  const { json } = await send(page, "GET", "/api/todos?limit=100&select=title");
  return (json as { items: { title: string }[] }).items.map(({ title }) => title).sort();
};

test("the cookie is for this host alone, and no script sees it", async () => {
  const page = await openPage(browser, app);
  expect((await send(page, "GET", "/api/me")).json).toEqual({ user: null });
  expect((await send(page, "GET", "/api/todos")).status).toBe(401);
  await signIn(page, people.bob);
  expect(await cookies(page)).toMatchObject([
    { name, domain: "127.0.0.1", path: "/", httpOnly: true, secure: true, sameSite: "Lax" },
  ]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  // Nor does one replace it.
  const before = await token(page);
  await page.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: this is what a script that was smuggled in would do.
    document.cookie = "__Host-session=0.planted; Secure; Path=/";
  });
  expect(await token(page)).toBe(before);
  expect((await send(page, "GET", "/api/me")).json).toMatchObject({ user: people.bob });
  await page.context().close();
});

test("whoever may sign in is listed; nobody else may", async () => {
  const page = await openPage(browser, app);
  const { json } = await send(page, "GET", "/api/people");
  expect(json).toEqual({ people: Object.values(people).map(({ name, email }) => ({ name, email })) });
  expect((await send(page, "POST", "/api/sign-in", { email: "nobody@example.com" })).status).toBe(401);
  expect((await send(page, "POST", "/api/sign-in", { email: 1 })).status).toBe(400);
  expect(await cookies(page)).toEqual([]);
  await page.context().close();
});

test("two browsers are two people, with todos of their own", async () => {
  const [bob, cara] = await Promise.all([openPage(browser, app), openPage(browser, app)]);
  await signIn(bob, people.bob);
  await signIn(cara, people.cara);
  const [made] = await Promise.all([
    send(bob, "POST", "/api/todos", { title: "Of Bob" }),
    send(cara, "POST", "/api/todos", { title: "Of Cara" }),
  ]);
  expect([made.status, made.json]).toMatchObject([201, { title: "Of Bob", ownerId: people.bob.id }]);
  expect([await titles(bob), await titles(cara)]).toEqual([["Of Bob"], ["Of Cara"]]);
  const { id } = made.json as { id: string };
  expect((await send(cara, "GET", `/api/todos/${id}`)).status).toBe(404);
  expect((await send(cara, "DELETE", `/api/todos/${id}`)).status).toBe(404);
  expect((await send(bob, "GET", `/api/todos/${id}`)).status).toBe(200);
  await Promise.all([bob.context().close(), cara.context().close()]);
});

test("signing out ends the session, though the cookie be put back", async () => {
  const page = await openPage(browser, app);
  await signIn(page, people.bob);
  const old = await token(page);
  expect((await send(page, "GET", "/api/todos")).status).toBe(200);
  expect((await send(page, "POST", "/api/sign-out")).status).toBe(204);
  expect(await cookies(page)).toEqual([]);
  expect((await send(page, "GET", "/api/todos")).status).toBe(401);
  await plant(page.context(), old);
  expect(await token(page)).toBe(old);
  expect((await send(page, "GET", "/api/todos")).status).toBe(401);
  expect((await send(page, "GET", "/api/me")).json).toEqual({ user: null });
  await page.context().close();
});

test("a token that was planted before the sign-in is worth nothing after it", async () => {
  const thief = await openPage(browser, app);
  await signIn(thief, people.cara);
  const planted = await token(thief);

  const page = await openPage(browser, app);
  await plant(page.context(), planted);
  expect((await send(page, "GET", "/api/me")).json).toMatchObject({ user: people.cara });
  await signIn(page, people.bob);
  expect(await token(page)).not.toBe(planted);
  expect((await send(page, "GET", "/api/me")).json).toMatchObject({ user: people.bob });
  expect(await token(thief)).toBe(planted);
  expect((await send(thief, "GET", "/api/me")).json).toEqual({ user: null });

  // Nor does one that was made up become anybody's.
  const other = await openPage(browser, app);
  const invented = `0.${"A".repeat(43)}`;
  await plant(other.context(), invented);
  await signIn(other, people.bob);
  expect(await token(other)).not.toBe(invented);
  await plant(thief.context(), invented);
  expect((await send(thief, "GET", "/api/me")).json).toEqual({ user: null });
  await Promise.all([thief, page, other].map((one) => one.context().close()));
});

test("a session outlives the server", async () => {
  const page = await openPage(browser, app);
  await signIn(page, people.ann);
  await app.restart();
  expect((await send(page, "GET", "/api/me")).json).toMatchObject({ user: people.ann });
  await page.context().close();
});
