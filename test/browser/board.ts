/** What tests do at the page of the task board, as somebody who sees and uses it would. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { App, Person } from "./app.ts";
import { type Answer, send } from "./page.ts";

/** Milliseconds that something may take to show, on machines that are busy. */
const patience = 90_000;

/** Everything that a page has complained about: nothing, if all is well. */
const complaints = new WeakMap<Page, string[]>();

export const complaintsOf = (page: Page): readonly string[] => complaints.get(page) ?? [];

/** Opens the page of the task board in a window; of a browser, in one with cookies of its own. */
export async function openBoard(
  browser: Browser | BrowserContext,
  app: App,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = "newContext" in browser ? await browser.newContext(options) : browser;
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const heard: string[] = [];
  complaints.set(page, heard);
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("console", (message) => {
    // The browser's own words on requests that fail, which some tests make fail.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      heard.push(message.text());
    }
  });
  await page.goto(app.origin);
  return page;
}

/** Picks a person, and waits for their board. */
export async function enter(page: Page, { name }: Pick<Person, "name">): Promise<void> {
  await page.getByLabel("Who are you?").selectOption({ label: name });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
}

/** A window in which somebody has signed in. */
export async function boardOf(
  browser: Browser | BrowserContext,
  app: App,
  person: Person,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await openBoard(browser, app, options);
  await enter(page, person);
  return page;
}

export async function add(page: Page, title: string): Promise<void> {
  await page.getByLabel("New todo").fill(title);
  await page.getByLabel("New todo").press("Enter");
}

export const titleOf = (page: Page, title: string): Locator =>
  page.getByRole("textbox", { name: `Title of ${title}`, exact: true });

export const tickOf = (page: Page, title: string): Locator =>
  page.getByRole("checkbox", { name: `Done: ${title}`, exact: true });

/** The todos that a page shows, in its order; those that are done begin with `x`. */
export const shown = (page: Page): Promise<string[]> =>
  page
    .getByRole("list", { name: "Todos" })
    .getByRole("listitem")
    .evaluateAll((rows) =>
      rows.map((row) => {
        const done = row.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked === true;
        return `${done ? "x " : ""}${row.querySelector("textarea")?.value}`;
      }),
    );

/** Waits until something is as it should be. */
export const eventually = <Value>(read: () => Value | Promise<Value>) =>
  expect.poll(read, { timeout: patience, interval: 100 });

/** The todos that the server has for whoever is signed in at a page, as {@link shown} gives them. */
export async function stored(page: Page): Promise<string[]> {
  const order = "orderBy=done,-priority,createdAt&limit=100";
  const { json } = await send(page, "GET", `/api/todos?${order}`);
  const { items } = json as { items: { title: string; done: boolean }[] };
  return items.map(({ title, done }) => `${done ? "x " : ""}${title}`);
}

/** Makes a todo without the page. @returns its id. */
export async function make(page: Page, todo: object): Promise<string> {
  const { status, json }: Answer = await send(page, "POST", "/api/todos", todo);
  expect(status).toBe(201);
  return (json as { id: string }).id;
}
