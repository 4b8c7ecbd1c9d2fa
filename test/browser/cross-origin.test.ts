/** What pages of other origins can make the browser of somebody who is signed in do: nothing (contract 4.5). */
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type App,
  openPage,
  people,
  type Site,
  send,
  signIn,
  startApp,
  startBrowser,
  startSite,
} from "./harness.ts";

let app: App;
let browser: Browser;
let site: Site;
beforeAll(async () => {
  [app, browser, site] = await Promise.all([startApp(), startBrowser(), startSite()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
  await app?.stop();
});

const body = JSON.stringify({ title: "Smuggled" });

/** How many todos Bob has, asked from the application's own page. */
const count = async (own: Page): Promise<unknown> => (await send(own, "GET", "/api/todos/count")).json;

/** What a script may say of a request, of what concerns us. */
interface Init {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mode?: "no-cors";
}

/** Sends a request as a script of a foreign page can; "blocked" where the browser keeps the answer from it. */
const attempt = (foreign: Page, url: string, init: Init): Promise<"blocked" | number> =>
  foreign.evaluate(
    async ([url, init]) => {
      try {
        return (await fetch(url, { credentials: "include", ...init })).status;
      } catch {
        return "blocked";
      }
    },
    [url, init] as const,
  );

/** Has a foreign page send a form, which takes the browser to the answer. */
async function submit(foreign: Page, action: string, type: string, field: string): Promise<Request> {
  const [response] = await Promise.all([
    foreign.waitForResponse(action),
    foreign.evaluate(
      ([action, type, field]) => {
        const form = document.createElement("form");
        Object.assign(form, { action, method: "post", enctype: type });
        const input = document.createElement("input");
        Object.assign(input, { name: field, value: "" });
        form.append(input);
        document.body.append(form);
        form.submit();
      },
      [action, type, field] as const,
    ),
  ]);
  return response.request();
}

describe.each([
  // The browser holds the cookie back from requests that other sites begin …
  ["another site", "localhost", "cross-site", false],
  // … but ports do not make a site: from here it comes along, and the Worker has to refuse.
  ["another port", "127.0.0.1", "same-site", true],
])("a page of %s", (_, host, relation, withCookie) => {
  let own: Page;
  beforeAll(async () => {
    own = await openPage(browser, app);
    await signIn(own, people.bob);
  });
  afterAll(() => own?.context().close());

  const elsewhere = async (): Promise<Page> => {
    const foreign = await own.context().newPage();
    await foreign.goto(`http://${host}:${site.port}/`);
    return foreign;
  };

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "a form as %s is refused",
    async (type) => {
      const before = await count(own);
      // As plain text, name and value make valid JSON with a "=" in it.
      const request = await submit(
        await elsewhere(),
        `${app.origin}/api/todos`,
        type,
        '{"title":"Smuggled","notes":"',
      );
      const headers = await request.allHeaders();
      expect((await request.response())?.status()).toBe(403);
      expect([headers["sec-fetch-site"], headers.cookie !== undefined]).toEqual([relation, withCookie]);
      expect(await count(own)).toEqual(before);
    },
  );

  test("a script may neither write nor read", async () => {
    const before = await count(own);
    const page = await elsewhere();
    const url = `${app.origin}/api/todos`;
    const text = { method: "POST", body, headers: { "Content-Type": "text/plain" } };
    const json = { method: "POST", body, headers: { "Content-Type": "application/json" } };
    expect(await attempt(page, url, text)).toBe("blocked");
    expect(await attempt(page, url, { ...text, mode: "no-cors" })).toBe("blocked");
    expect(await attempt(page, url, json)).toBe("blocked");
    expect(await attempt(page, url, { method: "DELETE" })).toBe("blocked");
    expect(await attempt(page, url, {})).toBe("blocked");
    expect(await attempt(page, `${app.origin}/api/me`, { mode: "no-cors" })).toBe("blocked");
    expect(await count(own)).toEqual(before);
    // The same from the application's own page is a todo.
    expect((await send(own, "POST", "/api/todos", JSON.parse(body))).status).toBe(201);
    expect(await count(own)).not.toEqual(before);
  });

  test("nobody is signed in or out by it", async () => {
    const signInForm = await submit(
      await elsewhere(),
      `${app.origin}/api/sign-in`,
      "text/plain",
      `{"email":"${people.cara.email}","x":"`,
    );
    const signOutForm = await submit(await elsewhere(), `${app.origin}/api/sign-out`, "text/plain", "x");
    expect((await signInForm.response())?.status()).toBe(403);
    expect((await signOutForm.response())?.status()).toBe(403);
    expect((await send(own, "GET", "/api/me")).json).toMatchObject({ user: people.bob });
  });
});
