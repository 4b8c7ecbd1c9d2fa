/** The pass over `routes`: the module with the user's own Hono app. */
import type { ConfigData } from "../../schema/data.ts";
import { modulePath, type NamedFiles, requireDefaultExport } from "./modules.ts";
import type { Report } from "./report.ts";

/** Path of the module relative to the folder of the config; null where the config names none. */
export function buildRoutes({ routes }: ConfigData, files: NamedFiles, report: Report): string | null {
  if (routes === undefined) return null;
  const named = {
    module: routes,
    what: "routes module",
    by: "`routes`",
    path: ["routes"],
    example: "src/routes.ts",
  };
  const { path, usable } = modulePath(named, files, report);
  const fix = "Export the app with your routes: `export default new Hono<AppEnv>().get(…)`.";
  if (usable) requireDefaultExport(named, path, fix, files, report);
  return path;
}
