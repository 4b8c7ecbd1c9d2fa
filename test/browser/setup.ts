import { buildPage } from "../../demo/page/build.ts";
import { builtPage, code } from "./app.ts";
import { chromiumPath } from "./chromium.ts";

/** Looks for Chromium before any test runs, so that a machine without one hears of that alone. Then builds the page. */
export default async function setup(): Promise<void> {
  chromiumPath();
  await buildPage(builtPage, code);
}
