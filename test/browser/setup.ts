import { buildPage } from "../../demo/page/build.ts";
import { builtPage } from "./app.ts";
import { chromiumPath } from "./chromium.ts";
import { code } from "./leashed.ts";

/** Looks for Chromium before any test runs, so that a machine without one hears of that alone. Then builds the page. */
export default async function setup(): Promise<void> {
  chromiumPath();
  await buildPage(builtPage, code);
}
