/** The browser of the tests: Chromium as the system has it. Nothing is downloaded. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** @throws Error that says how to install Chromium, where it is not. */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (existsSync(path)) return path;
  throw new Error(
    `The tests in a browser need Chromium, and there is none at ${path}. Install it ` +
      "(on Debian: apt-get install -y --no-install-recommends chromium), or name another one in CHROMIUM.",
  );
}

/** What Chromium is told, so that it runs anywhere and asks nobody for anything. */
export const flags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium, with a profile of its own that is gone afterwards. Each `newContext()` has cookies of its own, as another
 * person's browser has. The browser ends with `close()`, and with the process that started it.
 */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [...flags],
  });
}
