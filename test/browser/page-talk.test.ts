/** The page of the task board: what people say to each other there (contract 5, channels). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, add, boardOf, eventually, people, shown, startApp, startBrowser } from "./harness.ts";

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function say(page: Page, line: string, text: string): Promise<void> {
  await page.getByLabel(line).fill(text);
  await page.getByLabel(line).press("Enter");
}

/** What has been said, in its order. */
const heard = (page: Page, list: string): Promise<string[]> =>
  page.getByRole("list", { name: list, exact: true }).locator(".text").allTextContents();

const here = (page: Page): Promise<string[]> =>
  page.getByRole("list", { name: "Who is here" }).getByRole("listitem").allTextContents();

test("comments come as they are written, and leave as they are deleted", async () => {
  const [bob, cara] = await Promise.all([
    boardOf(browser, app, people.bob),
    boardOf(browser, app, people.cara),
  ]);
  await add(bob, "Choose a name");
  await bob.getByLabel("Who does Choose a name").selectOption({ label: people.cara.name });
  await eventually(() => shown(cara)).toEqual(["Choose a name"]);
  for (const page of [bob, cara])
    await page.getByRole("button", { name: "Comments on Choose a name" }).click();
  await say(bob, "Your comment", "What about Covara?");
  await eventually(() => heard(cara, "Comments")).toEqual(["What about Covara?"]);
  await say(cara, "Your comment", "Fine with me.");
  for (const page of [bob, cara]) {
    await eventually(() => heard(page, "Comments")).toEqual(["What about Covara?", "Fine with me."]);
  }
  // Each may delete their own.
  expect(await bob.getByRole("button", { name: /^Delete the comment/ }).count()).toBe(1);
  await bob.getByRole("button", { name: "Delete the comment What about Covara?" }).click();
  for (const page of [bob, cara]) await eventually(() => heard(page, "Comments")).toEqual(["Fine with me."]);
  await Promise.all([bob, cara].map((page) => page.context().close()));
});

test("two people see each other come, chat, and leave", async () => {
  const [bob, cara] = await Promise.all([
    boardOf(browser, app, people.bob),
    boardOf(browser, app, people.cara),
  ]);
  const names = [people.bob.name, people.cara.name];
  await bob.getByRole("button", { name: "Chat" }).click();
  await eventually(() => here(bob)).toEqual([people.bob.name]);
  await say(bob, "Your message", "Is anybody there?");
  await eventually(() => heard(bob, "Messages")).toEqual(["Is anybody there?"]);

  // Who comes later sees what was said before.
  await cara.getByRole("button", { name: "Chat" }).click();
  await eventually(() => heard(cara, "Messages")).toEqual(["Is anybody there?"]);
  for (const page of [bob, cara]) await eventually(async () => (await here(page)).sort()).toEqual(names);
  await say(cara, "Your message", "Me <b>!</b>");
  for (const page of [bob, cara]) {
    await eventually(() => heard(page, "Messages")).toEqual(["Is anybody there?", "Me <b>!</b>"]);
  }
  await cara.getByRole("region", { name: "Chat" }).getByRole("button", { name: "Close" }).click();
  await eventually(() => here(bob)).toEqual([people.bob.name]);
  await Promise.all([bob, cara].map((page) => page.context().close()));
});

test("what is sent shows at once, until the room tells it, and comes back where it is refused", async () => {
  const page = await boardOf(browser, app, people.bob);
  await page.getByRole("button", { name: "Chat" }).click();
  await eventually(() => here(page)).toEqual([people.bob.name]);
  const before = await heard(page, "Messages");
  let answer: (how: "let it pass" | "refuse it") => void = () => {};
  await page.route("**/api/channels/chat/*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const how = await new Promise((resolve) => {
      answer = resolve;
    });
    if (how === "let it pass") return route.continue();
    const problem = {
      type: "about:blank",
      title: "No",
      status: 403,
      code: "FORBIDDEN",
      detail: "Not today.",
    };
    await route.fulfill({ status: 403, contentType: "application/problem+json", json: problem });
  });
  const pending = page
    .getByRole("list", { name: "Messages", exact: true })
    .locator("[data-pending=true] .text");
  await say(page, "Your message", "On its way");
  await eventually(() => pending.allTextContents()).toEqual(["On its way"]);
  answer("let it pass");
  await eventually(() => pending.count()).toBe(0);
  expect(await heard(page, "Messages")).toEqual([...before, "On its way"]);

  await say(page, "Your message", "Never there");
  await eventually(() => pending.allTextContents()).toEqual(["Never there"]);
  answer("refuse it");
  await page.getByRole("status").getByText("Not sent. Not today.").waitFor();
  expect(await heard(page, "Messages")).toEqual([...before, "On its way"]);
  expect(await page.getByLabel("Your message").inputValue()).toBe("Never there");
  await page.context().close();
});

test("each list has a room of its own", async () => {
  const page = await boardOf(browser, app, people.bob);
  await page.getByRole("button", { name: "Chat" }).click();
  await say(page, "Your message", "To everybody");
  await page.getByLabel("Name of a new list").fill("Kitchen");
  await page.getByRole("button", { name: "Add list" }).click();
  await page.getByRole("region", { name: "Chat: Kitchen" }).waitFor();
  await say(page, "Your message", "To the kitchen");
  await eventually(() => heard(page, "Messages")).toEqual(["To the kitchen"]);
  await page.getByRole("button", { name: "All todos" }).click();
  await eventually(() => heard(page, "Messages")).toContain("To everybody");
  expect(await heard(page, "Messages")).not.toContain("To the kitchen");
  await page.context().close();
});

test("a chat goes on after the server was killed", async () => {
  const [bob, cara] = await Promise.all([
    boardOf(browser, app, people.bob),
    boardOf(browser, app, people.cara),
  ]);
  for (const page of [bob, cara]) await page.getByRole("button", { name: "Chat" }).click();
  const names = [people.bob.name, people.cara.name];
  await say(bob, "Your message", "Before");
  await eventually(async () => (await heard(cara, "Messages")).at(-1)).toBe("Before");
  await app.kill();
  await say(cara, "Your message", "Into the void");
  await cara.getByRole("status").getByText("Not sent.").waitFor();
  await eventually(() => cara.getByLabel("Your message").inputValue()).toBe("Into the void");
  await cara.getByRole("region", { name: "Chat" }).getByText("Offline").waitFor();
  await app.restart();
  await say(bob, "Your message", "After");
  for (const page of [bob, cara]) {
    await eventually(async () => (await heard(page, "Messages")).slice(-2)).toEqual(["Before", "After"]);
    await eventually(async () => (await here(page)).sort()).toEqual(names);
  }
  await Promise.all([bob, cara].map((page) => page.context().close()));
});
