/** The page of the task board in a tab that nobody looks at for a while (contract 5.3, 7). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type App,
  add,
  boardOf,
  complaintsOf,
  eventually,
  make,
  people,
  send,
  shown,
  startApp,
  startBrowser,
  stored,
  tickOf,
  titleOf,
} from "./harness.ts";
import { sleep, startTabs, type Tabs } from "./tabs.ts";

let app: App;
let browser: Browser;
let tabs: Tabs;
beforeAll(async () => {
  [app, browser, tabs] = await Promise.all([startApp(), startBrowser(), startTabs()]);
});
afterAll(async () => {
  await tabs?.[Symbol.asyncDispose]();
  await browser?.close();
  await app?.stop();
});

/** Milliseconds: longer than a stream may be silent before a page that is looked at again mistrusts it (20 seconds). */
const nap = 25_000;

/** What a page notes of itself. It is lost where the page is loaded again. */
interface Diary {
  /** Milliseconds of the longest time in which no timer ran. */
  longestGap: number;
  readonly states: string[];
}

/** Has a page keep a diary. */
const keepDiary = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const diary: Diary = { longestGap: 0, states: [] };
    Reflect.set(window, "diary", diary);
    let last = Date.now();
    setInterval(() => {
      diary.longestGap = Math.max(diary.longestGap, Date.now() - last);
      last = Date.now();
    }, 100);
    document.addEventListener("visibilitychange", () => diary.states.push(document.visibilityState));
  });

const diaryOf = (page: Page): Promise<Diary> => page.evaluate(() => Reflect.get(window, "diary"));

/** Takes away what there is. */
async function clear(page: Page): Promise<void> {
  const { json } = await send(page, "GET", "/api/todos?select=id&limit=100");
  for (const { id } of (json as { items: { id: string }[] }).items)
    await send(page, "DELETE", `/api/todos/${id}`);
}

test.each([
  ["slept", async () => undefined],
  ["slept through a restart of the server", () => app.restart()],
])(
  "a tab that %s shows what happened meanwhile: each row once, without being loaded again",
  async (_, disturb) => {
    const other = await boardOf(browser, app, people.bob);
    await clear(other);
    const tab = await boardOf(tabs.context, app, people.bob);
    await add(tab, "Stays");
    await add(tab, "Is changed");
    const gone = await make(other, { title: "Goes" });
    const there = ["Goes", "Is changed", "Stays"];
    for (const page of [tab, other]) await eventually(async () => (await shown(page)).sort()).toEqual(there);
    await keepDiary(tab);

    const wake = await sleep(tab);
    await add(other, "Comes");
    await titleOf(other, "Is changed").fill("Was changed");
    await titleOf(other, "Is changed").press("Enter");
    await send(other, "DELETE", `/api/todos/${gone}`);
    const passing = await make(other, { title: "Comes and goes" });
    await send(other, "DELETE", `/api/todos/${passing}`);
    await tickOf(other, "Stays").check();
    await eventually(async () => (await stored(other)).sort()).toEqual(["Comes", "Was changed", "x Stays"]);
    await disturb();
    await new Promise((resolve) => setTimeout(resolve, nap));
    await make(other, { title: "Comes last" });
    await wake();

    const after = await stored(other);
    expect([...after].sort()).toEqual(["Comes", "Comes last", "Was changed", "x Stays"]);
    await eventually(() => shown(tab)).toEqual(after);
    await tab.getByText("Live", { exact: true }).waitFor();
    // And it listens again.
    await make(other, { title: "Comes afterwards" });
    await eventually(() => shown(tab)).toContain("Comes afterwards");
    await eventually(() => shown(tab)).toEqual(await stored(other));

    const { longestGap, states } = await diaryOf(tab);
    expect(longestGap).toBeGreaterThan(nap - 1_000);
    expect(states).toEqual(["hidden", "visible"]);
    expect(complaintsOf(tab)).toEqual([]);
    await tab.getByRole("button", { name: "Sign out" }).click();
    await tab.getByLabel("Who are you?").waitFor();
    await Promise.all([tab.close(), other.context().close()]);
  },
);
