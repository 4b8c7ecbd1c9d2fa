/** A browser's own `EventSource` on todos, with the cookie of a session (contract 5). */
import type { Browser, Page } from "playwright-core";
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

/** What a page keeps of its stream. */
interface Followed {
  readonly titles: Record<string, string>;
  /** The names of all events but those of rows that are there from the beginning. */
  readonly events: string[];
  state: number;
}

declare global {
  interface Window {
    followed: Followed;
  }
}

/** Has a page follow the todos of whoever is signed in, by the few lines that this takes. */
const follow = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const followed: Followed = { titles: {}, events: [], state: EventSource.CONNECTING };
    window.followed = followed;
    const source = new EventSource("/api/todos/subscribe?snapshot=true");
    const on = (
      name: string,
      handler: (data: { objectId: string; object: { id: string; title: string } }) => void,
    ) =>
      source.addEventListener(name, (event) => {
        if (name !== "existing") followed.events.push(name);
        handler(JSON.parse(event.data));
      });
    for (const name of ["existing", "added", "changed"]) {
      on(name, ({ object }) => {
        followed.titles[object.id] = object.title;
      });
    }
    on("removed", ({ objectId }) => {
      delete followed.titles[objectId];
    });
    for (const name of ["connected", "synced", "invalidate"]) on(name, () => undefined);
    for (const name of ["open", "error"]) {
      source.addEventListener(name, () => {
        followed.state = source.readyState;
      });
    }
  });

const followed = (page: Page): Promise<Followed> => page.evaluate(() => window.followed);

const titles = async (page: Page): Promise<string[]> => Object.values((await followed(page)).titles).sort();

const until = async (page: Page, wanted: readonly string[]): Promise<void> =>
  void (await page.waitForFunction(
    (text) => JSON.stringify(Object.values(window.followed.titles).sort()) === text,
    JSON.stringify(wanted),
    { timeout: 0 },
  ));

async function create(page: Page, title: string, more: object = {}): Promise<string> {
  const { status, json } = await send(page, "POST", "/api/todos", { title, ...more });
  expect(status).toBe(201);
  return (json as { id: string }).id;
}

test("two people see what concerns them, at once", async () => {
  const [bob, cara] = await Promise.all([openPage(browser, app), openPage(browser, app)]);
  await signIn(bob, people.bob);
  await signIn(cara, people.cara);
  await create(bob, "before");
  await Promise.all([follow(bob), follow(cara)]);
  await until(bob, ["before"]);
  const id = await create(bob, "for Cara", { assigneeId: people.cara.id });
  await Promise.all([until(bob, ["before", "for Cara"]), until(cara, ["for Cara"])]);
  await send(cara, "PATCH", `/api/todos/${id}`, { title: "by Cara" });
  await until(bob, ["before", "by Cara"]);
  await send(bob, "PATCH", `/api/todos/${id}`, { assigneeId: null });
  await until(cara, []);
  expect((await followed(cara)).events).toEqual(["connected", "synced", "added", "changed", "removed"]);
  await send(bob, "DELETE", `/api/todos/${id}`);
  await until(bob, ["before"]);
  await Promise.all([bob.context().close(), cara.context().close()]);
});

test("a server that dies and comes back has the browser go on, with all that it missed", async () => {
  const [page, other] = await Promise.all([openPage(browser, app), openPage(browser, app)]);
  await signIn(page, people.ann);
  await signIn(other, people.ann);
  const signedOut = await openPage(browser, app);
  await signIn(signedOut, people.cara);
  await follow(signedOut);
  const before = (await send(page, "GET", "/api/todos?limit=100")).json as { items: { title: string }[] };
  const there = before.items.map(({ title }) => title);
  await follow(page);
  const [kept, gone] = [await create(other, "1 kept"), await create(other, "2 gone")];
  await until(page, [...there, "1 kept", "2 gone"].sort());

  await send(signedOut, "POST", "/api/sign-out");
  await app.kill();
  await page.waitForFunction(() => window.followed.state === EventSource.CONNECTING, undefined, {
    timeout: 0,
  });
  await app.restart();
  await send(other, "DELETE", `/api/todos/${gone}`);
  await send(other, "PATCH", `/api/todos/${kept}`, { title: "1 changed" });
  await create(other, "3 new");

  await until(page, [...there, "1 changed", "3 new"].sort());
  const { events } = await followed(page);
  expect(events.filter((name) => name === "connected").length).toBeGreaterThan(1);
  expect(events.filter((name) => name === "synced")).toEqual(["synced"]);
  expect(events).not.toContain("invalidate");
  expect(await titles(page)).toEqual([...there, "1 changed", "3 new"].sort());

  // Whoever has signed out is refused, and the browser does not ask again.
  await signedOut.waitForFunction(() => window.followed.state === EventSource.CLOSED, undefined, {
    timeout: 0,
  });
});
