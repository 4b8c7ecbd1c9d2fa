/** The client suite against `covara dev`: in Node over HTTP, and in a page with the cookies of a browser. */
import path from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { suite } from "../client/suite.ts";
import { type Place, runCase } from "../client/world.ts";
import type {} from "./client-page.ts";
import { type Crowd, crowd } from "./crowd.ts";
import { type Dev, startDev } from "./dev.ts";
import { openPage, startBrowser } from "./harness.ts";
import { code } from "./leashed.ts";

let people: Crowd;
let dev: Dev;
beforeAll(async () => {
  people = crowd(500, 50);
  dev = await startDev(people.sql);
});
afterAll(() => dev?.stop());

/** Makes a test of each case. */
function tests(run: (group: string, name: string) => Promise<void>): void {
  for (const [group, cases] of Object.entries(suite)) {
    describe(group, () => {
      for (const name of Object.keys(cases)) test(name, () => run(group, name));
    });
  }
}

describe("Node", () => {
  const signIn: Place["signIn"] = async ({ email }) => {
    const response = await fetch(`${dev.origin}/api/sign-in`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email }),
    });
    const [cookie] = (response.headers.get("Set-Cookie") ?? "").split(";");
    if (cookie === "") throw new Error(`The sign-in was answered ${response.status} without a cookie.`);
    return { headers: { Cookie: cookie, Origin: dev.origin } };
  };

  tests(async (group, name) => {
    const run = suite[group]?.[name];
    if (run === undefined) throw new Error(`There is no case "${name}".`);
    await runCase(run, {
      baseUrl: dev.origin,
      fetch: (url, init) => fetch(url, init),
      newcomer: people.next,
      signIn,
      withoutSession: {},
    });
  });
});

describe("Chromium", () => {
  let browser: Browser;
  let script: string;
  /** One case after the other runs in it, as an application's calls do. */
  let page: Page | null = null;
  beforeAll(async () => {
    [browser, script] = await Promise.all([startBrowser(), bundle()]);
  });
  afterAll(() => browser?.close());

  const open = async (): Promise<Page> => {
    const opened = await openPage(browser, dev);
    await opened.exposeFunction("newcomer", people.next);
    await opened.addScriptTag({ content: script });
    return opened;
  };

  tests(async (group, name) => {
    const current = page ?? (await open());
    // After a case that failed, the next one begins with a page that holds nothing of it.
    page = null;
    const failed = await current.evaluate(([group, name]) => window.runCase(group, name), [
      group,
      name,
    ] as const);
    if (failed === null) page = current;
    else {
      await current.context().close();
      throw Object.assign(new Error(failed.message), failed);
    }
  });
});

/** What a page loads to run the suite. */
async function bundle(): Promise<string> {
  const client = path.join(import.meta.dirname, "../../runtime/client/index.ts");
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "client-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2023",
    ...(code === "sources" && { alias: { "covara/client": client } }),
  });
  return outputFiles[0]?.text ?? "";
}
