/** The page of the task board for everybody: by keyboard alone, by its labels, on a phone, in the dark. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type App,
  add,
  boardOf,
  complaintsOf,
  eventually,
  openBoard,
  people,
  shown,
  startApp,
  startBrowser,
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

/** What has the focus, as a screen reader names it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return "";
    const field = element as HTMLInputElement;
    return element.getAttribute("aria-label") ?? field.labels?.[0]?.textContent ?? element.textContent ?? "";
  });

/** Presses Tab until something has the focus. Fails where nothing of that name comes round. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}

test("everything is done by keyboard alone", async () => {
  const page = await openBoard(browser, app);
  await page.getByRole("option").nth(1).waitFor({ state: "attached" });
  await tabTo(page, "Who are you?");
  await page.keyboard.type("Bob");
  await tabTo(page, "Sign in");
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();

  // Two todos, written one after the other: the line keeps the focus.
  await tabTo(page, "New todo");
  await page.keyboard.type("Learn to type");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Learn to swim");
  await page.keyboard.press("Enter");
  await eventually(async () => (await shown(page)).sort()).toEqual(["Learn to swim", "Learn to type"]);

  // Escape takes an edit back, Enter keeps it, and neither moves the focus.
  await tabTo(page, "Title of Learn to type");
  await page.keyboard.press("End");
  await page.keyboard.type(" blind");
  await page.keyboard.press("Escape");
  expect(await titleOf(page, "Learn to type").inputValue()).toBe("Learn to type");
  await page.keyboard.press("End");
  await page.keyboard.type(" fast");
  await page.keyboard.press("Enter");
  await eventually(() => shown(page)).toContain("Learn to type fast");
  expect(await focused(page)).toBe("Title of Learn to type fast");

  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toBe("Done: Learn to type fast");
  await page.keyboard.press("Space");
  // It moves to the end, and the focus goes with it.
  await eventually(() => shown(page)).toEqual(["Learn to swim", "x Learn to type fast"]);
  expect(await focused(page)).toBe("Done: Learn to type fast");

  // The panel takes the focus, and gives it back.
  await tabTo(page, "Comments on Learn to type fast");
  await page.keyboard.press("Enter");
  await eventually(() => focused(page)).toBe("Comments on Learn to type fast");
  await tabTo(page, "Your comment");
  await page.keyboard.type("Nearly there");
  await page.keyboard.press("Enter");
  await page.getByText("Nearly there", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => page.getByLabel("Your comment").count()).toBe(0);
  await eventually(() => focused(page)).toBe("Comments on Learn to type fast");

  await tabTo(page, "Delete Learn to type fast");
  await page.keyboard.press("Enter");
  await eventually(() => shown(page)).toEqual(["Learn to swim"]);
  expect(await focused(page)).toBe("New todo");
  await page.context().close();
});

test("Escape closes messages, and one thing at a time", async () => {
  const page = await boardOf(browser, app, people.cara);
  // Messages go by themselves after ten seconds, which a busy machine may take for a key.
  await page.addInitScript(() => {
    const { setTimeout } = window;
    const patient = (run: () => void, delay?: number) => (delay === 10_000 ? 0 : setTimeout(run, delay));
    Object.assign(window, { setTimeout: patient });
  });
  await page.reload();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.route("**/api/todos", (route) =>
    route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  const messages = page.getByRole("status").getByText("Taken back.");
  await add(page, "Lost on the way");
  await messages.waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => messages.count()).toBe(0);
  // What came back to the line is still there.
  expect(await page.getByLabel("New todo").inputValue()).toBe("Lost on the way");

  await page.getByLabel("New todo").press("Enter");
  await messages.waitFor();
  await page.getByRole("button", { name: "Leaders" }).click();
  await page.keyboard.press("Escape");
  await eventually(() => page.getByRole("region", { name: "Leaders" }).count()).toBe(0);
  expect(await messages.count()).toBe(1);
  await page.keyboard.press("Escape");
  await eventually(() => messages.count()).toBe(0);
  await page.context().close();
});

test("everything that can be used has a name, and a size to be hit", async () => {
  const page = await boardOf(browser, app, people.ann);
  await page.getByRole("button", { name: "Leaders" }).click();
  const nameless = await page.locator("button, input, select, textarea").evaluateAll((controls) =>
    controls
      .filter((control) => {
        const { labels } = control as HTMLInputElement;
        const name =
          control.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? control.textContent ?? "";
        return name.trim() === "";
      })
      .map(({ outerHTML }) => outerHTML),
  );
  expect(nameless).toEqual([]);
  const small = await page
    .locator("button:visible, select:visible")
    .evaluateAll((controls) =>
      controls
        .filter((control) => control.getBoundingClientRect().height < 24)
        .map(({ outerHTML }) => outerHTML),
    );
  expect(small).toEqual([]);
  await page.context().close();
});

/** Runs in a page: notes what moves there though nobody has done anything (Layout Instability API). */
function watchShifts(): void {
  const shifts: string[] = [];
  Reflect.set(window, "shifts", shifts);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
      if (entry.hadRecentInput) continue;
      for (const { node } of entry.sources) {
        shifts.push(
          `${entry.value} ${node instanceof Element ? node.outerHTML.slice(0, 80) : node?.nodeName}`,
        );
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What Chromium tells of a shift; TypeScript does not know of it. */
interface LayoutShift {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

const folder = path.join(import.meta.dirname, "../.tmp/screenshots");

/** Widths of a phone and of a desktop. */
const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1440, height: 900 } };

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`it fits a ${size}, ${colorScheme}`, async () => {
      mkdirSync(folder, { recursive: true });
      const page = await openBoard(browser, app, { viewport, colorScheme });
      await page.addInitScript(watchShifts);
      const picture = (name: string) =>
        page.screenshot({ path: path.join(folder, `${size}-${colorScheme}-${name}.png`) });
      /** Nothing is out of sight to the right. */
      const fits = async (): Promise<void> => {
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(over).toBeLessThanOrEqual(0);
      };
      await page.getByRole("option").nth(1).waitFor({ state: "attached" });
      await picture("sign-in");
      await fits();
      await page.getByLabel("Who are you?").selectOption({ label: people.cara.name });
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Live", { exact: true }).waitFor();
      const long = `Find out ${size} ${colorScheme} why it takes so long, and why that was not seen before`;
      await add(page, long);
      await add(page, `Unbreakable ${"x".repeat(90)}`);
      await titleOf(page, long).waitFor();
      await tickOf(page, long).check();

      // Nobody touches it while it loads: what moves then moves by itself.
      await page.reload();
      await page.getByText("Live", { exact: true }).waitFor();
      await titleOf(page, long).waitFor();
      await page.waitForTimeout(1_000);
      expect(await page.evaluate(() => Reflect.get(window, "shifts"))).toEqual([]);
      await picture("board");
      await fits();
      const panels = { Leaders: "Nobody has counted yet.", Chat: "Nobody has said anything yet." };
      for (const [panel, text] of Object.entries(panels)) {
        await page.getByRole("button", { name: panel, exact: true }).click();
        await page.getByRole("region", { name: panel }).getByText(text).waitFor();
        await picture(panel.toLowerCase());
        await fits();
        await page.keyboard.press("Escape");
      }
      await page.getByRole("button", { name: `Comments on ${long}` }).click();
      await page.getByRole("region", { name: "Comments on" }).getByText("Nobody has said").waitFor();
      await picture("comments");
      await fits();
      // On a phone the board behind the panel takes no focus until that is closed.
      await page.keyboard.press("Escape");
      await eventually(() => focused(page)).toBe(`Comments on ${long}`);
      expect(complaintsOf(page)).toEqual([]);
      await page.context().close();
    });
  }
}
