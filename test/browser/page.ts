/** What tests do in pages. */
import { createServer } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { freePort } from "../../demo/server.ts";
import type { App, Person } from "./app.ts";

/** What came back to a script in a page. */
export interface Answer {
  readonly status: number;
  /** The body, parsed where it is JSON; else null. */
  readonly json: unknown;
}

/**
 * Opens an empty page of the application's own origin; of a browser, in a context with cookies of its own. The task board is not
 * loaded: the document comes from here. All that the page then asks for comes from the Worker.
 */
export async function openPage(browser: Browser | BrowserContext, app: Pick<App, "origin">): Promise<Page> {
  const context = "newContext" in browser ? await browser.newContext() : browser;
  const page = await context.newPage();
  const url = `${app.origin}/`;
  await page.route(url, (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Test</title>" }),
  );
  await page.goto(url);
  await page.unroute(url);
  return page;
}

/** Sends a request from a script in a page, with the cookies that the browser has for it. */
export function send(page: Page, method: string, path: string, json?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(path, {
        method,
        ...(body === undefined ? {} : { body, headers: { "Content-Type": "application/json" } }),
      });
      const text = await response.text();
      const isJson = response.headers.get("Content-Type")?.includes("json") === true;
      return { status: response.status, json: isJson ? (JSON.parse(text) as unknown) : null };
    },
    [method, path, json === undefined ? undefined : JSON.stringify(json)] as const,
  );
}

/** Signs somebody in, as the page of an application would. */
export async function signIn(page: Page, { email }: Person): Promise<void> {
  const { status, json } = await send(page, "POST", "/api/sign-in", { email });
  if (status !== 200) throw new Error(`sign-in: ${status} ${JSON.stringify(json)}`);
}

/** A site of somebody else: empty pages on a port of its own. */
export interface Site extends AsyncDisposable {
  readonly port: number;
}

export async function startSite(): Promise<Site> {
  const port = await freePort();
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end("<!doctype html><title>Elsewhere</title>");
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
