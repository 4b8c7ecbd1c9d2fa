/** The page of the task board: signing in, and todos that two windows change (contract 7). */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type App,
  add,
  boardOf,
  complaintsOf,
  enter,
  eventually,
  make,
  openBoard,
  people,
  send,
  shown,
  startApp,
  startBrowser,
  stored,
  tickOf,
  titleOf,
} from "./harness.ts";

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** Every test begins with an empty board. */
beforeEach(async () => {
  const page = await openBoard(browser, app);
  for (const { email } of [people.bob, people.cara]) {
    await send(page, "POST", "/api/sign-in", { email });
    const { json } = await send(page, "GET", "/api/todos?select=id&limit=100");
    for (const { id } of (json as { items: { id: string }[] }).items) {
      await send(page, "DELETE", `/api/todos/${id}`);
    }
  }
  await page.context().close();
});

test("a person signs in, is known after a reload, and signs out", async () => {
  const page = await openBoard(browser, app);
  await page.getByRole("heading", { name: "Task board" }).waitFor();
  const options = page.getByLabel("Who are you?").getByRole("option");
  await eventually(() => options.allTextContents()).toEqual(Object.values(people).map(({ name }) => name));
  await enter(page, people.cara);
  await page.getByText(people.cara.name, { exact: true }).first().waitFor();
  await page.reload();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Who are you?").waitFor();
  expect((await send(page, "GET", "/api/me")).json).toEqual({ user: null });
  expect(complaintsOf(page)).toEqual([]);
  await page.context().close();
});

test("who signs in next sees nothing of who was there before", async () => {
  const page = await boardOf(browser, app, people.bob);
  await add(page, "Bob's secret");
  await eventually(() => shown(page)).toEqual(["Bob's secret"]);
  await page.getByRole("button", { name: "Sign out" }).click();
  // What the page shows at any moment from now on.
  await page.evaluate(() => {
    const seen: string[] = [];
    Reflect.set(window, "seen", seen);
    new MutationObserver(() => {
      for (const title of document.querySelectorAll("textarea")) seen.push(title.value);
    }).observe(document.body, { childList: true, subtree: true });
  });
  await enter(page, people.cara);
  await add(page, "Cara's own");
  await eventually(() => shown(page)).toEqual(["Cara's own"]);
  const seen = await page.evaluate(() => Reflect.get(window, "seen") as string[]);
  expect(new Set(seen)).toEqual(new Set(["Cara's own"]));
  await page.context().close();
});

test("two windows of a person show what either does, as it is done", async () => {
  const one = await boardOf(browser, app, people.bob);
  const other = await openBoard(one.context(), app);
  await other.getByText("Live", { exact: true }).waitFor();

  await add(one, "Write the minutes");
  await add(other, "Book the room");
  const both = ["Write the minutes", "Book the room"];
  for (const page of [one, other])
    await eventually(async () => (await shown(page)).sort()).toEqual(both.sort());

  await tickOf(one, "Write the minutes").check();
  await titleOf(other, "Book the room").fill("Book the large room");
  await titleOf(other, "Book the room").press("Enter");
  await one.getByLabel("Priority of Book the large room").selectOption("Urgent");
  for (const page of [one, other]) {
    await eventually(() => shown(page)).toEqual(["Book the large room", "x Write the minutes"]);
    await eventually(() => page.getByLabel("Priority of Book the large room").inputValue()).toBe("3");
  }
  await other.getByRole("button", { name: "Delete Write the minutes" }).click();
  for (const page of [one, other]) await eventually(() => shown(page)).toEqual(["Book the large room"]);
  expect(await stored(one)).toEqual(["Book the large room"]);
  expect([complaintsOf(one), complaintsOf(other)]).toEqual([[], []]);
  await one.context().close();
});

test("a todo comes to whoever it is assigned to, and leaves with the assignment", async () => {
  const [bob, cara] = await Promise.all([
    boardOf(browser, app, people.bob),
    boardOf(browser, app, people.cara),
  ]);
  await add(bob, "Water the plants");
  await bob.getByLabel("Who does Water the plants").selectOption({ label: people.cara.name });
  await eventually(() => shown(cara)).toEqual(["Water the plants"]);
  await tickOf(cara, "Water the plants").check();
  await eventually(() => shown(bob)).toEqual(["x Water the plants"]);
  await bob.getByLabel("Who does Water the plants").selectOption({ label: "Nobody yet" });
  await eventually(() => shown(cara)).toEqual([]);
  await Promise.all([bob, cara].map((page) => page.context().close()));
});

test("what the server refuses is shown at once, and taken back with a reason", async () => {
  const bob = await boardOf(browser, app, people.bob);
  await make(bob, { title: "Bob's own" });
  const ann = await boardOf(browser, app, people.ann);
  await eventually(() => shown(ann)).toEqual(["Bob's own"]);

  // An admin sees it, and may not change it. The answer waits until the guess has been seen.
  let answer: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await ann.route("**/api/todos/*", async (route) => {
    await seen;
    await route.continue();
  });
  await tickOf(ann, "Bob's own").click();
  await eventually(() => shown(ann)).toEqual(["x Bob's own"]);
  answer();
  await eventually(() => shown(ann)).toEqual(["Bob's own"]);
  await ann.getByRole("status").getByText("Taken back.").waitFor();
  expect(await stored(bob)).toEqual(["Bob's own"]);

  // Deleting and renaming it alike.
  await ann.getByRole("button", { name: "Delete Bob's own" }).click();
  await titleOf(ann, "Bob's own").fill("Mine");
  await titleOf(ann, "Bob's own").press("Enter");
  await eventually(() => shown(ann)).toEqual(["Bob's own"]);
  expect(await stored(bob)).toEqual(["Bob's own"]);
  expect(complaintsOf(ann)).toEqual([]);
  await Promise.all([bob, ann].map((page) => page.context().close()));
});

test("a todo that is refused comes back to the line where it was written", async () => {
  const page = await boardOf(browser, app, people.bob);
  await page.route("**/api/todos", (route) =>
    route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  await add(page, "Lost on the way");
  await page.getByRole("status").getByText("Taken back.").waitFor();
  await eventually(() => page.getByLabel("New todo").inputValue()).toBe("Lost on the way");
  expect(await shown(page)).toEqual([]);
  await page.context().close();
});

test("lists hold their own todos", async () => {
  const page = await boardOf(browser, app, people.bob);
  await add(page, "Of no list");
  await page.getByLabel("Name of a new list").fill("Garden");
  await page.getByRole("button", { name: "Add list" }).click();
  await page.getByRole("heading", { name: "Garden" }).waitFor();
  await eventually(() => shown(page)).toEqual([]);
  await add(page, "Dig");
  await eventually(() => shown(page)).toEqual(["Dig"]);
  await page.getByRole("button", { name: "All todos" }).click();
  await eventually(async () => (await shown(page)).sort()).toEqual(["Dig", "Of no list"]);
  await page.context().close();
});

test("a window sees that its session was ended in another one", async () => {
  const page = await boardOf(browser, app, people.bob);
  const other = await openBoard(page.context(), app);
  await other.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Who are you?").waitFor();
  await page.getByRole("status").getByText("You are signed out.").waitFor();
  await page.context().close();
});
