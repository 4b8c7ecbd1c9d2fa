import { chromiumPath } from "./chromium.ts";

/** Looks for Chromium before any test runs, so that a machine without one hears of that alone. */
export default function setup(): void {
  chromiumPath();
}
