/**
 * A browser as a person has it: a tab that is not in front is hidden, and its timers run slowly.
 *
 * Pages of `startBrowser` always count as looked at, since Playwright emulates the focus there. It does not where it joins
 * a Chromium that somebody else has started.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath, flags } from "./chromium.ts";

const leash = path.join(import.meta.dirname, "leash.ts");
const temporary = path.join(import.meta.dirname, "../.tmp");

/** The browser, with one profile. */
export interface Tabs extends AsyncDisposable {
  readonly context: BrowserContext;
}

/** Starts it. It ends with the process that started it, at the latest. @throws Error with what it printed, when it does not start. */
export async function startTabs(): Promise<Tabs> {
  mkdirSync(temporary, { recursive: true });
  const profile = mkdtempSync(path.join(temporary, "profile-"));
  const args = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`, ...flags];
  const child = spawn(process.execPath, [leash, chromiumPath(), ...args], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const address = new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.on("data", (chunk) => {
      output += chunk;
      const [, found] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`Chromium did not start:\n${output}`)));
  });
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    // What it had started may still write for a moment.
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const browser = await chromium.connectOverCDP(await address, { noDefaults: true });
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("Chromium has no window.");
    return {
      context,
      [Symbol.asyncDispose]: async () => {
        await browser.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Puts a tab to sleep, as browsers do with those that nobody looks at. @returns what wakes it, and puts it in front. */
export async function sleep(page: Page): Promise<() => Promise<void>> {
  const front = await page.context().newPage();
  await front.bringToFront();
  await page.waitForFunction(() => document.visibilityState === "hidden");
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  return async () => {
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await session.detach();
    await front.close();
    await page.bringToFront();
  };
}
