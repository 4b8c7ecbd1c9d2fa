/**
 * What tests in a browser start from: the task board as it is served, and Chromium.
 *
 *     const app = await startApp();
 *     const browser = await startBrowser();
 *     const page = await openPage(browser, app);
 *     await signIn(page, people.bob);
 *
 * And from the page that comes with it:
 *
 *     const page = await boardOf(browser, app, people.bob);
 */
export { type App, type Person, people, startApp } from "./app.ts";
export {
  add,
  boardOf,
  complaintsOf,
  enter,
  eventually,
  make,
  openBoard,
  shown,
  stored,
  tickOf,
  titleOf,
} from "./board.ts";
export { startBrowser } from "./chromium.ts";
export { type Answer, openPage, type Site, send, signIn, startSite } from "./page.ts";
