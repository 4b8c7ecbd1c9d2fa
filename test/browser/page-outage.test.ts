/** The page of the task board while the server or the network is gone, and after (contract 5.3, 7). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type App,
  add,
  boardOf,
  eventually,
  make,
  people,
  send,
  shown,
  startApp,
  startBrowser,
  stored,
  tickOf,
} from "./harness.ts";

let app: App;
let browser: Browser;
let one: Page;
let other: Page;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});
beforeEach(async () => {
  [one, other] = await Promise.all([boardOf(browser, app, people.bob), boardOf(browser, app, people.bob)]);
  return async () => {
    await Promise.all([one, other].map((page) => page.context().close()));
  };
});

const states = (page: Page) => page.getByText(/^(Live|Connecting …|Offline|Ended)$/).textContent();

test("both windows outlive a server that is killed, and end with what it has", async () => {
  await add(one, "Before");
  await eventually(() => shown(other)).toEqual(["Before"]);

  await app.kill();
  for (const page of [one, other]) {
    await eventually(() => states(page)).toBe("Offline");
    await page.getByRole("status").getByText("It goes on by itself").waitFor();
    // What was there stays there.
    expect(await shown(page)).toEqual(["Before"]);
  }
  // What is changed meanwhile is not kept as if it were saved.
  await tickOf(one, "Before").click();
  await one.getByRole("status").getByText("Taken back. The server cannot be reached.").waitFor();
  expect(await shown(one)).toEqual(["Before"]);

  await app.restart();
  for (const page of [one, other]) {
    await eventually(() => states(page)).toBe("Live");
    await eventually(() => page.getByText("It goes on by itself").count()).toBe(0);
  }
  await tickOf(one, "Before").check();
  await add(other, "After");
  for (const page of [one, other]) await eventually(() => shown(page)).toEqual(["After", "x Before"]);
  expect(await stored(one)).toEqual(["After", "x Before"]);
});

test("a window that was offline catches up with what it missed", async () => {
  await add(one, "Seen by both");
  await eventually(() => shown(other)).toContain("Seen by both");

  await one.context().setOffline(true);
  await eventually(() => states(one)).toBe("Offline");
  const missed = await make(other, { title: "Missed", priority: 3 });
  await make(other, { title: "Made and gone" });
  const { json } = await send(other, "GET", "/api/todos?filter=title==%22Made and gone%22&select=id");
  const [gone] = (json as { items: { id: string }[] }).items;
  await send(other, "DELETE", `/api/todos/${gone?.id}`);
  await tickOf(other, "Seen by both").check();
  await eventually(() => shown(other)).toContain("x Seen by both");
  expect(await shown(one)).not.toContain("Missed");

  await one.context().setOffline(false);
  await eventually(() => states(one)).toBe("Live");
  const after = await stored(other);
  expect(after[0]).toBe("Missed");
  for (const page of [one, other]) await eventually(() => shown(page)).toEqual(after);

  // And it listens again.
  await send(other, "PATCH", `/api/todos/${missed}`, { title: "Not missed" });
  await eventually(() => shown(one)).toContain("Not missed");
});
